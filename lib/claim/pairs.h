/* Pairs of inputs, and of a kernel's entries. */
#ifndef LEMMA_CLAIM_PAIRS_H
#define LEMMA_CLAIM_PAIRS_H

#include "claim/evidence.h"

/* min_{i != j} ||x_i - sign x_j||; infinite where there is one input, NaN where one is
 * not finite. O(N^2 d_x). */
double lemma_least_distance(const struct lemma_series *x, double sign);

/* The least Rayleigh quotient of (e_i - e_j) / sqrt 2, (k_ii + k_jj) / 2 - k_ij, of a
 * square matrix; of order 1 its entry. */
double lemma_closest_pair(const struct lemma_series *k);

#endif
