/* Which points of a sweep a fit takes, and where they lie; for this folder only. */
#ifndef LEMMA_SWEEP_CHOICE_H
#define LEMMA_SWEEP_CHOICE_H

#include "sweep/fit.h"

struct lemma_fit_choice {
    size_t count, *row; /* rows of the index */
    lemma_mat x;        /* (count, axes) */
    uint64_t *seed;     /* (count) */
};

/* Says in fit what was left out, and which keys go along. */
lemma_status lemma_fit_choose(const struct lemma_sweep_index *x,
                              const struct lemma_fit_request *request,
                              struct lemma_fit_choice *choice,
                              struct lemma_sweep_fit *fit, struct lemma_error *err);
void lemma_fit_choice_fini(struct lemma_fit_choice *choice);

/* The number of each chosen point, y (count). LEMMA_EINPUT where there is no such
 * table, or where it has several layers and none is said. */
lemma_status lemma_fit_measure(const struct lemma_sweep_index *x,
                               const struct lemma_fit_request *request,
                               const struct lemma_fit_choice *choice, double *y,
                               struct lemma_error *err);

#endif
