/*
 * Claim of kind rate: the pattern part of the gap between local and averaged gradients.
 *
 * ||Pat_c|| <= sqrt(2 L_c max_i fl_i/m), and units flip in proportion to how far
 * neurons move, eta s/sqrt m (theory 3(a)). Deep: omega^(1/3) sqrt(m/d) with omega ~
 * m^(-1/2).
 *
 * K at fixed N: an own sample's pre-activations move by (K - 1)/N where clients are
 * orthogonal, units flip in proportion, and Pat^2 is n^-2 sum_i fl_i r_i^2/m: Pat ~
 * K^(1/2) (K - 1)^(1/2).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 4,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 4,
     .source = "theory 3(a)",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 3,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 4,
     .with = "eta",
     .with_power = -1,
     .source = "theory 3(a), deep shape",
     .status = "recalled"},
    {.against = "tau-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .source = "theory 3(a)",
     .status = "derived"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .source = "theory 3(a)",
     .status = "derived"},
    {.against = "K-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .per = "K",
     .per_power = 1.0 / 2,
     .source = "theory 6, exact in K: 1 where K >> 1",
     .status = "derived",
     .words = "orthogonal data, small eta tau"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_pattern_gap = {
    .name = "scaling_pattern_gap",
    .title = "the pattern part of the gap between local and averaged gradients",
    .quantity = "sqrt(sum_c (n_c/N) ||Pat_c||_F^2) at the last step of the first round",
    .measure = lemma_quantity_pattern,
    .reads = "gradient_gap/pattern",
    .laws = laws,
};
