/* The processes that a launcher such as mpirun started. */
#ifndef LEMMA_TOOLS_RANKS_H
#define LEMMA_TOOLS_RANKS_H

#include "train/comm.h"

/* This process among them, as the launcher's environment says: 0 and 1 without one. */
size_t ranks_rank(void);
size_t ranks_size(void);

/* Joins them: NULL without a launcher, or where there is one process and no MPI. */
lemma_status ranks_begin(struct lemma_comm **comm, struct lemma_error *err);

#endif
