/*
 * Claim of kind rate: how far the residuals are from the frozen kernel's.
 *
 * The kernel along the trajectory is right to m^(-1/2), so the prediction is (theory
 * 3(h); 6).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"lazy/error", "max", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .source = "theory 3(h); 6",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .source = "theory 6",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_linearisation = {
    .name = "scaling_linearisation",
    .title = "how far the residuals are from the frozen kernel's",
    .quantity = "max over rounds of ||r(t) - r_lin(t)||/||r(0)||",
    .factors = factors,
    .laws = laws,
};
