/* A data set in client order, with the geometry that theorems speak about. */
#ifndef LEMMA_DATA_DATASET_H
#define LEMMA_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "config/experiment.h"
#include "core/view.h"

enum { LEMMA_PAIRS_MAX = 10 }; /* pairs of samples that are named */

/* Theory, 1.3: what the inputs look like on the unit sphere. The minima over pairs are
 * infinite where there is no pair (N = 1). */
struct lemma_geometry {
    double phi;           /* min_{i != j} ||x_i - x_j|| */
    double antipodal;     /* min_{i != j} ||x_i + x_j|| */
    double min_angle;     /* smallest angle between two lines through inputs, radians */
    double spectral_norm; /* ||X||_2, X (N, d_x); NaN where it did not converge */
    size_t duplicates;    /* pairs with x_i = x_j (distance below 1e-12) */
    size_t parallels;     /* pairs with x_j = c x_i, c != 1, to 1e-12 of the angle */
    size_t duplicate_pairs[LEMMA_PAIRS_MAX][2]; /* the first such pairs, i < j: rows */
    size_t parallel_pairs[LEMMA_PAIRS_MAX][2];  /* of the set, before and after it is
                                                   put into client order */
};

struct lemma_dataset {
    size_t n, d_x, d;  /* N samples, inputs, outputs */
    lemma_mat inputs;  /* (N, d_x) */
    lemma_mat targets; /* (N, d) */
    uint32_t *index;   /* (N), the sample's number in its source, from 0 */
    int32_t *label;    /* (N) or NULL; index into classes */
    size_t class_count;
    uint8_t classes[LEMMA_CLASSES_MAX]; /* the files' names of the labels */
    size_t test_n;                      /* 0: none */
    lemma_mat test_inputs, test_targets;
    int32_t *test_label;
    char source[LEMMA_PATH + 256]; /* where from, in words */
    char checksum[256];            /* CRC-32 of the files or of the inputs' bytes */
    struct lemma_geometry geometry;
};

struct lemma_data_type {
    const char *name, *title, *source;
    /* Samples come from files at data.path, and the checksum is of these, whole. */
    bool files;
    /* What load refuses by the experiment alone; NULL: nothing. */
    lemma_status (*check)(const struct lemma_experiment *x, struct lemma_error *err);
    /* Fills inputs, targets, labels, test set, source and checksum (zeroed on entry),
     * and index where samples are chosen among more; left NULL it becomes 0, 1, ... On
     * failure the framework frees what was set. */
    lemma_status (*load)(const struct lemma_experiment *x, struct lemma_dataset *set,
                         struct lemma_error *err);
};

/* NULL-terminated registry, in the order of lib/data/meson.build. */
extern const struct lemma_data_type *const lemma_data_types[];

/* What would be refused before anything is made or read. */
lemma_status lemma_dataset_check(const struct lemma_experiment *x,
                                 struct lemma_error *err);
/* Loads, checks (finite, shapes), measures the geometry. d_x, N from the experiment's
 * seed and `data` alone. */
lemma_status lemma_dataset_create(const struct lemma_experiment *x,
                                  struct lemma_dataset **set, struct lemma_error *err);
/* The same, its geometry not measured. */
lemma_status lemma_dataset_load(const struct lemma_experiment *x,
                                struct lemma_dataset **set, struct lemma_error *err);
void lemma_dataset_destroy(struct lemma_dataset *set);

/* O(N^2 d_x) in blocks of a bounded size. */
lemma_status lemma_geometry_measure(lemma_cmat inputs, struct lemma_geometry *g);

/* Samples reordered so that client c owns rows spans[c]; K spans. */
struct lemma_partition {
    size_t clients;           /* K */
    struct lemma_span *spans; /* (K) rows of the reordered set, every count >= 1 */
};

struct lemma_partition_type {
    const char *name, *title, *source;
    /* owner[i] = client of sample i, for all N samples. */
    lemma_status (*assign)(const struct lemma_experiment *x,
                           const struct lemma_dataset *set, int32_t *owner,
                           struct lemma_error *err);
};

extern const struct lemma_partition_type *const lemma_partition_types[];

/* Assigns samples to clients, refuses clients without samples, and reorders the set
 * into client order (stable within a client). */
lemma_status lemma_partition_create(const struct lemma_experiment *x,
                                    struct lemma_dataset *set,
                                    struct lemma_partition **partition,
                                    struct lemma_error *err);
/* LEMMA_EINPUT unless there is a sample at least for each client. */
lemma_status lemma_partition_check(const struct lemma_experiment *x, size_t samples,
                                   struct lemma_error *err);
void lemma_partition_destroy(struct lemma_partition *partition);

#endif
