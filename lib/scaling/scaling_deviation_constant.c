/*
 * Claim of kind rate: the constant of the deep bound on the clients' deviation.
 *
 * sqrt V <= (1 + o(1)) eta tau sqrt(L_tr m L/d), L_tr trained layers (theory 3(f)).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"eta", NULL, -1},
    {"tau", NULL, -1},
    {"L", NULL, -1.0 / 2},
    {"m", NULL, -1.0 / 2},
    {"loss/server", "first", -1.0 / 2},
    {"d", NULL, 1.0 / 2},
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
     .with_power = -1,
     .source = "theory 3(f)",
     .status = "derived"},
    {.against = "L",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(f)",
     .status = "derived"},
    {.against = "tau",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .source = "theory 3(f)",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_deviation_constant = {
    .name = "scaling_deviation_constant",
    .title = "the constant of the deep bound on the clients' deviation",
    .quantity = "sqrt V/(eta tau sqrt(L m L(W(0))/d)), end of the first round",
    .factors = factors,
    .measure = lemma_quantity_deviation,
    .reads = "deviation/at_averaging",
    .laws = laws,
};
