/*
 * Claim of kind rate: the constant of the deep lower bound on gradients.
 *
 * Zou and Gu, Lemma 4.1: ||grad_{W_L} L||^2 >= Omega(m phi/(d N^2)) L, whose worst
 * direction is 2 lambda_min(K^(L))/N (theory 3(c)).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"N", NULL, 1}, {"d", NULL, 1}, {"m", NULL, -1}, {"phi", NULL, -1}, {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(c), Zou and Gu Lemma 4.1",
     .status = "recalled"},
    {.against = "N",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(c), Zou and Gu Lemma 4.1",
     .status = "recalled"},
    {.against = "phi",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(c): must not fall as phi does",
     .status = "recalled"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_gradient_lower = {
    .name = "scaling_gradient_lower",
    .title = "the constant of the deep lower bound on gradients",
    .quantity = "(2 lambda_min(K^(L))/N) d N^2/(m phi) at W(0)",
    .factors = factors,
    .measure = lemma_quantity_last_layer,
    .reads = "gram/lambda_min_layer",
    .laws = laws,
};
