/*
 * Claim of kind rate: how far one neuron travels.
 *
 * Du et al., Cor. 4.1: 4 sqrt(n) ||r(0)||/(sqrt(m) lambda_0) (theory 3(e)); the lazy
 * limit ends at one point, whatever tau, eta and K are (2.4, L6).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"distance/max_neuron", "final", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .whole_run = true,
     .source = "theory 3(e), Du et al. Cor. 4.1",
     .status = "published"},
    {.against = "tau",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .whole_run = true,
     .source = "theory 6; 2.4, L6",
     .status = "derived"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .whole_run = true,
     .source = "theory 6; 2.4, L6",
     .status = "derived"},
    {.against = "K",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .whole_run = true,
     .source = "theory 6; 2.4, L6",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_neuron = {
    .name = "scaling_neuron",
    .title = "how far one neuron travels",
    .quantity = "max over neurons of ||w_r(T) - w_r(0)||",
    .factors = factors,
    .laws = laws,
};
