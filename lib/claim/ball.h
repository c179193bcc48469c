/*
 * What a move of the weights by so much can flip, from the pre-activations at W(0): a
 * unit of layer 1 changes its sign at x_i only if it moved by |z_r(0; x_i)| or more
 * (theory 3(b)).
 */
#ifndef LEMMA_CLAIM_BALL_H
#define LEMMA_CLAIM_BALL_H

#include "claim/claim.h"

struct lemma_ball {
    size_t N, m;
    double *z;    /* (N, m) |z_{l,r}(0; x_i)|, ascending in a row */
    double *norm; /* (N) ||z_l(0; x_i)|| */
    double most;  /* the largest entry of z */
};

/* Of start/z<layer>, layer from 1. *ball is NULL, and the finding undecided, where that
 * is missing, not (N, m) or not finite. O(N m log m). */
lemma_status lemma_ball_create(struct lemma_evidence *e, struct lemma_finding *f,
                               size_t layer, struct lemma_ball **ball);
void lemma_ball_destroy(struct lemma_ball *ball);

/* How many of n ascending numbers are at most x. */
size_t lemma_count_at_most(const double *ascending, size_t n, double x);

/*
 * A_i(R) = #{r : |z_r(0; x_i)| <= R}; NaN where R is NaN. Pre-activations, here and in
 * the run, are right to about d_x eps ||w_r||, and R to as much: R is enlarged by
 * 1e-9 R + 1e-12 max |z|.
 */
double lemma_ball_count(const struct lemma_ball *ball, size_t i, double R);

/* The bound; infinite where it is `trivial` or more, which no measured number is above:
 * it says nothing then. */
double lemma_bound_under(double trivial, double bound);

/* Layer 1 sees the inputs themselves, which have length 1, at independent normal
 * weights: two-layer-relu, deep-relu. */
extern const struct lemma_assumption lemma_assume_unit_first_layer;

/* The weights' standard deviation there, which is z's: 1 or sqrt(2 / m). */
double lemma_first_layer_scale(struct lemma_evidence *e);

#endif
