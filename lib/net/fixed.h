/* What of a network is not trained: A and V as a seed draws them, and the inputs behind
 * A. */
#ifndef LEMMA_NET_FIXED_H
#define LEMMA_NET_FIXED_H

#include "net/network.h"

struct lemma_fixed {
    lemma_mat input;    /* A (in_0, d_x); a == NULL: none */
    lemma_mat output;   /* V (d, m) */
    lemma_mat features; /* (N, in_0) relu(A x); a == NULL: the inputs themselves */
    lemma_cmat inputs;  /* (N, in_0) one or the other, to the first trained layer */
};

/* inputs (N, d_x), borrowed. */
lemma_status lemma_fixed_create(const struct lemma_network *net, uint64_t seed,
                                lemma_cmat inputs, struct lemma_fixed **fixed);
void lemma_fixed_destroy(struct lemma_fixed *fixed);

#endif
