/*
 * Two-layer kernels in a ball around W(0): H_ij = (x_i.x_j / m) #{r on at both} changes
 * only by units that flip at x_i or x_j (theory 3(g), row 4).
 */
#ifndef LEMMA_CLAIM_KERNEL_AT_H
#define LEMMA_CLAIM_KERNEL_AT_H

#include "claim/ball.h"
#include "claim/matrices.h"

/* (N, N) of x_i.x_j; a NULL, and the finding undecided, where the inputs are missing,
 * not N, or more than LEMMA_EVIDENCE_ORDER. The caller's to free. */
lemma_status lemma_input_products(struct lemma_evidence *e, struct lemma_finding *f,
                                  lemma_mat *products);

/* Bounds on sup ||H(W) - H(0)||_F over all W whose neurons are within R. */
struct lemma_kernel_move {
    double uniform;   /* 2 N max_i A_i(R) / m */
    double entrywise; /* sqrt(sum_ij (x_i.x_j)^2 min(A_i + A_j, m)^2) / m */
};

/* products a NULL: entrywise is infinite. O(N^2); room (N). */
struct lemma_kernel_move lemma_kernel_move(const struct lemma_ball *ball,
                                           lemma_cmat products, double R, double *room);

/* The least eigenvalue of a table (N, N), start/limit or start/kernel, and what it is
 * right to; NaN, and the finding undecided, where there is none. */
struct lemma_least {
    double value, resolution;
};
lemma_status lemma_least_of(struct lemma_evidence *e, struct lemma_finding *f,
                            const char *path, struct lemma_least *least);

#endif
