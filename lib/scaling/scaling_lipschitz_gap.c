/*
 * Claim of kind rate: the Lipschitz part of the gap between local and averaged
 * gradients.
 *
 * ||Lip_c|| <= (||X_c||^2/n) ||W_c - Wbar||, and the deviation grows as the steps that
 * were made before the last gradient, tau - 1 (theory 3(a), 3(f)).
 *
 * K at fixed N: an own sample's output moves by eta s (1 - 1/K) r_i/n = eta s (K - 1)
 * r_i/N against the average where clients are orthogonal, and Lip is n^-1 J^T of n such
 * numbers: K^(1/2) (K - 1).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .source = "theory 3(a), 3(f)",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .source = "theory 3(a), deep shape",
     .status = "recalled"},
    {.against = "tau-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 3(a), 3(f)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 3(a), 3(f)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = "K-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .per = "K",
     .per_power = 1.0 / 2,
     .source = "theory 6, exact in K: 3/2 where K >> 1",
     .status = "derived",
     .words = "orthogonal data, small eta tau; aligned data: as the deviation"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_lipschitz_gap = {
    .name = "scaling_lipschitz_gap",
    .title = "the Lipschitz part of the gap between local and averaged gradients",
    .quantity = "sqrt(sum_c (n_c/N) ||Lip_c||_F^2) at the last step of the first round",
    .measure = lemma_quantity_lipschitz,
    .reads = "gradient_gap/lipschitz",
    .laws = laws,
};
