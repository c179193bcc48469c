/* What a round began with, kept for when it is over; and what patterns that changed
 * since have made of the outputs. */
#ifndef LEMMA_PROBE_START_H
#define LEMMA_PROBE_START_H

#include "probe/probe.h"

struct lemma_start {
    size_t n, d, L;
    double *residual;   /* (N, d) at W(r) */
    lemma_cmat first;   /* (N, in_0) inputs of the first layer, borrowed */
    lemma_mat *hidden;  /* (L) h_l at W(r), the inputs of layer l + 1; the last: none */
    uint64_t **pattern; /* (L) bits, row i at i * words[l] */
    size_t *words;
};

lemma_status lemma_start_create(const struct lemma_event *ev, struct lemma_start **s);
void lemma_start_destroy(struct lemma_start *s);

/* Bytes of it. */
double lemma_start_bytes(const struct lemma_dataset *set,
                         const struct lemma_network *net);

/* At round_begin: takes all from the tape of W(r). */
void lemma_start_keep(struct lemma_start *s, const struct lemma_event *ev);

/* Inputs of layer l at W(r). */
lemma_cmat lemma_start_inputs(const struct lemma_start *s, size_t l);

/* At `averaged`: the most units of layer l, over samples, whose pattern has changed. */
size_t lemma_start_flips(const struct lemma_start *s, const struct lemma_event *ev,
                         size_t l);

/*
 * At `averaged`, of a network with one trained layer: e (N, d) of the Taylor identity
 *
 *     f(W(r+1)) = f(W(r)) + J(W(r)) (W(r+1) - W(r)) + e,
 *     e_ia = sum over flipped units r of V_ar |w_r(r+1) . x_i|
 *
 * which is exact (theory 3(d), 3(i)).
 */
void lemma_start_kinks(const struct lemma_start *s, const struct lemma_event *ev,
                       lemma_mat e);

/* The largest |a_k|; NaN where one is. */
double lemma_start_largest(const double *a, size_t count);

#endif
