/* What the loaders of data sets share: samples chosen from a file, kinds
 * of targets. */
#ifndef LEMMA_DATA_LOAD_H
#define LEMMA_DATA_LOAD_H

#include <stdbool.h>

#include "data/dataset.h"

/* x / ||x||, without overflow or underflow on the way. False, x as it was, where x is
 * zero. */
bool lemma_data_normalise(lemma_vec x);

/* *which = place of data.targets.kind in kinds[0..count), those of this data.kind. */
lemma_status lemma_data_targets(const struct lemma_experiment *x,
                                const char *const *kinds, size_t count, size_t *which,
                                struct lemma_error *err);

/* A file of samples as a loader sees it before it has chosen any. */
struct lemma_pool {
    const char *path;      /* for messages */
    size_t count;          /* samples in the file, below 2^32 */
    const uint8_t *labels; /* (count) or NULL */
    bool test;             /* the test part: its own stream, its own key */
};

/* Samples of a pool, in the order of the file. */
struct lemma_choice {
    size_t n;
    uint32_t *index; /* (n), ascending */
    int32_t *label;  /* (n), into set->classes; NULL where the pool has no labels */
};

/* Fills set->classes from data.classes or, where that is empty, with the labels that
 * the pool holds, ascending. An empty or doubled class is refused. */
lemma_status lemma_data_classes(const struct lemma_experiment *x,
                                const struct lemma_pool *pool,
                                struct lemma_dataset *set, struct lemma_error *err);

/* data.samples (or data.test_samples) of the pool's samples of set->classes, without
 * replacement; all of them for data.samples = 0. The caller frees the arrays. */
lemma_status lemma_data_choose(const struct lemma_experiment *x,
                               const struct lemma_pool *pool,
                               const struct lemma_dataset *set,
                               struct lemma_choice *choice, struct lemma_error *err);

/* The kinds of targets that follow from labels. */
enum lemma_class_targets { LEMMA_ONE_HOT, LEMMA_SIGN };

/* Outputs d: the number of classes for one-hot; 1 for sign, which wants two classes. */
lemma_status lemma_data_class_outputs(const struct lemma_experiment *x,
                                      enum lemma_class_targets kind,
                                      struct lemma_dataset *set,
                                      struct lemma_error *err);

/* y (n, d) of labels: unit vectors, or -1 for class 0 and +1 for class 1. */
void lemma_data_class_fill(enum lemma_class_targets kind, const int32_t *label,
                           lemma_mat y);

/* Appends "name 1a2b3c4d" to set->checksum; what finds no room is left out. */
void lemma_data_checksum(struct lemma_dataset *set, const char *name, uint32_t crc);

#endif
