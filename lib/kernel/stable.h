/*
 * The largest step size for which a frozen kernel makes Local (S)GD stable: theory 2.4
 * L1 and, with mini-batches, 3(m). Of client c with n samples, H_cc its block of the
 * (N d, N d) kernel:
 *
 *     2 / (q h + (1 - q) lambda_max(H_cc) / n)
 *
 * h the largest eigenvalue of the (d, d) blocks of single samples; q = 0 for full
 * batches (L1), 1 / B with replacement, (n - B) / (B (n - 1)) without. For batches
 * drawn anew at every step: those of an epoch depend on each other, and can diverge
 * below it.
 */
#ifndef LEMMA_KERNEL_STABLE_H
#define LEMMA_KERNEL_STABLE_H

#include "net/tape.h"

/* Of one client. B = 0, or n and more without replacement: full batches. Infinite where
 * nothing moves. */
double lemma_stable_step(double lambda_max, double single, double n, size_t B,
                         bool replacement);

/*
 * *limit = the least over K clients at the given weights. model: shared weights only.
 * inputs (N, in_0) in client order; B as above, and more than a client's n is all of
 * its samples. lambda_max is right to 1e-12 of itself. O(sum_c (n_c d)^2 (m + ..)).
 * LEMMA_EINPUT where the kernel is not finite.
 */
lemma_status lemma_stable_measure(const struct lemma_model *model, lemma_cmat inputs,
                                  size_t K, const struct lemma_span *spans, size_t B,
                                  bool replacement, double *limit,
                                  struct lemma_error *err);

/* Doubles that this takes, the largest client having n samples. */
double lemma_stable_room(const struct lemma_network *net, size_t n);

#endif
