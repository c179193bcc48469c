/* What a mini-batch is to the claims on its noise. */
#ifndef LEMMA_CLAIM_NOISE_H
#define LEMMA_CLAIM_NOISE_H

#include "claim/claim.h"

/* train/batch >= 1. */
extern const struct lemma_assumption lemma_assume_mini_batches;
/* Drawn anew at every step, given the past: not a walk through an epoch. */
extern const struct lemma_assumption lemma_assume_fresh_batches;

/* Batches of a client with n samples. */
struct lemma_batches {
    double B;       /* samples of one */
    double q;       /* theory 3(m): E||g - G||^2 = q (1/n) sum_i ||G_i - G||^2 */
    double at_most; /* ||g - G||^2 <= at_most q (1/n) sum_i ||G_i - G||^2; q > 0 */
};
struct lemma_batches lemma_batches_of(struct lemma_evidence *e, double n);

#endif
