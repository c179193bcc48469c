/*
 * Claim of kind rate: the constant of the deep upper bound on gradients.
 *
 * lambda_max(K^(l)) <= (1 + o(1)) N m/(2d): the constant of Allen-Zhu et al., Thm 3,
 * is 1 (theory 3(c)).
 *
 * No law against L: the infinite-width constant, 2 d lambda_max(K^(l))/(N m) at most,
 * grows with depth while inputs align, from 0.15 to 0.91 between 1 and 32 layers for 16
 * inputs in 10 dimensions, and stays below 1. The bound holds, its constant is not
 * flat.
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"gradient/norm", "first", 2},
    {"loss/server", "first", -1},
    {"d", NULL, 1},
    {"m", NULL, -1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(c)",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_gradient_upper = {
    .name = "scaling_gradient_upper",
    .title = "the constant of the deep upper bound on gradients",
    .quantity = "||grad_{W_l} L||^2 d/(m L) at W(0), the largest layer",
    .factors = factors,
    .laws = laws,
};
