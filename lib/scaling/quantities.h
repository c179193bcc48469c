/* Quantities of one record that are no product of reductions; for this folder only.
 * NaN where a table is missing or says nothing. */
#ifndef LEMMA_SCALING_QUANTITIES_H
#define LEMMA_SCALING_QUANTITIES_H

#include "claim/evidence.h"

/* sqrt(sum_c (n_c/N) sum_l ||W_c,l - Wbar_l||_F^2) before the first averaging. */
lemma_status lemma_quantity_deviation(struct lemma_evidence *e, double *y);

/* sqrt(sum_c (n_c/N) x_c^2) of gradient_gap/lipschitz and /pattern at the last step of
 * the first round: before it, tau - 1 steps were made. */
lemma_status lemma_quantity_lipschitz(struct lemma_evidence *e, double *y);
lemma_status lemma_quantity_pattern(struct lemma_evidence *e, double *y);

/* The mean over clients and steps of E||g - grad L_c||_F^2/L_c(W_c). */
lemma_status lemma_quantity_noise(struct lemma_evidence *e, double *y);

/* The largest of all rounds of what a move adds to the loss beyond first order, over
 * what semi-smoothness allows with all constants 1 (theory 3(d), over N): ||D|| is the
 * Frobenius norm of the layer that moves most, omega = ||W - W(0)||_2 + ||D||, a ball
 * that holds both ends. Rounds that add nothing count 0. */
lemma_status lemma_quantity_semi_smooth(struct lemma_evidence *e, double *y);

/* 2 lambda_min(K^(l)) at W(0): of the layer where it is least; of layer L. */
lemma_status lemma_quantity_least_layer(struct lemma_evidence *e, double *y);
lemma_status lemma_quantity_last_layer(struct lemma_evidence *e, double *y);

/* lambda_min(H^inf) of the recorded inputs. */
lemma_status lemma_quantity_limit_eigenvalue(struct lemma_evidence *e, double *y);

/* x = log(eps_0/eps), y = rounds from eps_0 to eps: x doubles every second point, from
 * 1/8 to as far as the loss falls. */
lemma_status lemma_quantity_rounds_to(struct lemma_evidence *e, double *x, double *y,
                                      size_t *count);

#endif
