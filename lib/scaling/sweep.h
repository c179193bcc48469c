/* A sweep as its judges see it; for this folder only. */
#ifndef LEMMA_SCALING_SWEEP_H
#define LEMMA_SCALING_SWEEP_H

#include "scaling/scaling.h"
#include "sweep/index.h"

struct lemma_scaling_sweep {
    struct lemma_sweep_index *index;
    size_t rows;
    bool *left_out; /* (rows) diverged, beside the theory, or a search without a least
                       value */
    double *beside; /* (rows) enum lemma_beside */
    enum lemma_scaling_network *network; /* (rows) */
    double *fall;                        /* (rows) last loss / first; NaN: not known */
    bool searched;
};

/* y (rows) of a constant, "K" or "K-1"; *known false where there is no such one. */
lemma_status lemma_scaling_constant(const struct lemma_scaling_sweep *s,
                                    const char *name, double *y, bool *known);

/* Whether a key that changes is behind a constant: phi that differs from seed to seed
 * is not swept. */
bool lemma_scaling_moves(const struct lemma_scaling_sweep *s, const char *constant);

/* Points of all records of rows: x, y, seed (count), the caller's to free. */
struct lemma_scaling_points {
    size_t count;
    double *x, *y;
    uint64_t *seed;
};
lemma_status lemma_scaling_series(const struct lemma_scaling_sweep *s,
                                  const struct lemma_scaling_type *type,
                                  const bool *rows, struct lemma_scaling_points *p,
                                  struct lemma_error *err);
void lemma_scaling_points_free(struct lemma_scaling_points *p);

/* slice[i] = number of row i's slice: rows that agree in every key that changes, apart
 * from the seed, the rounds and what the law names. count of them. */
lemma_status lemma_scaling_slices(const struct lemma_scaling_sweep *s,
                                  const struct lemma_scaling_law *law, size_t *slice,
                                  size_t *count);

/* "train.local_steps = 10, ..." of a row: the keys that its slice holds. */
void lemma_scaling_describe(const struct lemma_scaling_sweep *s,
                            const struct lemma_scaling_law *law, size_t row,
                            char text[LEMMA_REASON]);

#endif
