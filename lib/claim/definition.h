/* What the claims on definitions share: two tables that must tell the same. */
#ifndef LEMMA_CLAIM_DEFINITION_H
#define LEMMA_CLAIM_DEFINITION_H

#include "claim/claim.h"

/* a = b to 1e-12 of them and `rounding`, as two inequalities: slack 1 is equality. */
void lemma_check_same(struct lemma_finding *f, double a, double b, double rounding,
                      size_t step, size_t place);

/* The row of an optional table made at a step; NULL where there is none. */
const double *lemma_row_of(const struct lemma_series *s, double step);

/* The step is the first of a round (the end counts as one). */
bool lemma_is_first(double step, double tau);

/* sum_i row[i], sqrt(sum_i row[i]^2) over n. */
double lemma_sum_of(const double *row, size_t n);
double lemma_norm_of(const double *row, size_t n);

/* A bound on the norm of the gradient that client c's step takes: that of all its
 * samples, and under mini-batches what its batch is off by. The tables are
 * gradient_gap/local and noise/sampled, (K); NaN where they do not tell. */
struct lemma_steps {
    const struct lemma_series *gradient, *sampled;
    bool full; /* batches: sampled is not needed */
};
double lemma_step_norm(const struct lemma_steps *s, double step, size_t c);

/* The larger; NaN where one of them is. */
double lemma_worse(double a, double b);

/* K and w_c = counts[c] / N of a record whose counts add up to N; K = 0 where they do
 * not. `counts` is borrowed from the evidence. */
struct lemma_shares {
    size_t K;
    double N;
    const double *counts;
};
struct lemma_shares lemma_shares_of(struct lemma_evidence *e);
double lemma_share(const struct lemma_shares *w, size_t c);

#endif
