/* How the per-sample gradients of one layer lie about their mean; none is formed. */
#ifndef LEMMA_PROBE_NOISE_SPREAD_H
#define LEMMA_PROBE_NOISE_SPREAD_H

#include "core/view.h"

/*
 * Gradients G_i = coef_i d_i h_i^T of n samples, G their mean. omega (n): weights of
 * sum 0, omega_i = (times i is in a batch) / B - 1/n, whose sum of the G_i is g - G;
 * NULL: only the second moment is wanted.
 */
struct lemma_spread_of {
    lemma_cmat d, h;    /* (n, out), (n, in) */
    const double *coef; /* (n); NULL: 1 */
    const double *omega;
};

struct lemma_spread {
    double second;  /* sum_i ||G_i||_F^2 */
    double spread;  /* sum_i ||G_i - G||_F^2 */
    double sampled; /* ||sum_i omega_i G_i||_F^2 */
};

/* Doubles of scratch for these sizes. */
size_t lemma_spread_scratch(size_t n, size_t out, size_t in);

/* squares (n): ||d_i||^2 ||h_i||^2. Single-threaded; O(n (in + out)) and two products
 * of lemma_outer_gram, which omega = NULL saves. */
struct lemma_spread lemma_spread_measure(const struct lemma_spread_of *of,
                                         double *squares, double *scratch);

#endif
