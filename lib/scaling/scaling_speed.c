/*
 * Claim of kind rate: how fast the loss falls in a round.
 *
 * The frozen kernel: 1 - rho <= eta tau lambda_min(H)/N (theory 2.4, L3), saturating
 * at large eta tau; lambda_min is that of the limit at any width.
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"loss/server", "rate", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .source = "theory 6; 2.1, S1: the rate is that of the limit",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .with = "eta",
     .with_power = -1,
     .source = "theory 6; 2.1, S1",
     .status = "derived"},
    {.against = "tau",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 2.4, L3; 2.1, S3",
     .status = "derived",
     .words = "1 while eta tau lambda_max(H_cc)/n is small, then to 0"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 2.4, L3",
     .status = "derived",
     .words = "1 while eta tau lambda_max(H_cc)/n is small, then to 0"},
    {.against = "K",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .source = "theory 2.4, L3 and L4: no speed-up at fixed N",
     .status = "derived",
     .words = "to -1 where local problems are solved to the end"},
    {.against = "K",
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = -1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .source = "theory 2.4, L4: 1 - 1/K at orthogonal clients",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_speed = {
    .name = "scaling_speed",
    .title = "how fast the loss falls in a round",
    .quantity = "minus the slope of log L(W(r)) over r",
    .factors = factors,
    .laws = laws,
};
