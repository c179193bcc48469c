/* Ranks without MPI: threads of this process that gather from one another's memory. */
#ifndef LEMMA_TESTS_TRAIN_CROWD_H
#define LEMMA_TESTS_TRAIN_CROWD_H

#include "train/comm.h"

enum { CROWD_MAX = 4 };

/* Calls act(comm, context) on `size` ranks at once, each with a comm of its own, and
 * comes back when all have. */
void crowd_act(size_t size, void (*act)(struct lemma_comm *comm, void *context),
               void *context);

#endif
