/* A small problem to train on: random unit inputs, random targets, given client sizes.
 */
#ifndef LEMMA_TESTS_TRAIN_FIXTURE_H
#define LEMMA_TESTS_TRAIN_FIXTURE_H

#include "support.h"
#include "train/trainer.h"

enum { FIXTURE_CLIENTS = 4 };

struct fixture {
    const char *preset;
    size_t width, depth, outputs, clients;
    size_t counts[FIXTURE_CLIENTS];
    struct lemma_train_config config;
    double eta;
    uint64_t seed;

    struct lemma_dataset set;
    struct lemma_partition partition;
    struct lemma_span spans[FIXTURE_CLIENTS];
    struct lemma_network *net;
    struct lemma_training training;
    struct lemma_trainer *trainer;
};

/* deep-relu 2 x 24, one output, clients of 5, 3, 4, 4 samples, tau 3, R 4, full batch.
 */
struct fixture fixture_default(void);

/* Fills the lower half from the upper; the trainer is created. */
void fixture_make(struct fixture *f);
void fixture_unmake(struct fixture *f);

#endif
