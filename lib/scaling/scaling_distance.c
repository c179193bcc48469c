/*
 * Claim of kind rate: how far the model travels from its initialisation.
 *
 * The lazy limit ends at the interpolant nearest to W(0), ||W_inf - W(0)||^2 = r0^T
 * H^-1 r0, whatever tau, eta and K are (theory 2.4, L6; 3(e)); deep kernels are of
 * order m.
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"distance/frobenius", "final", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .whole_run = true,
     .source = "theory 3(e); 2.4, L6",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .whole_run = true,
     .source = "theory 3(e)",
     .status = "derived"},
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

const struct lemma_scaling_type lemma_scaling_distance = {
    .name = "scaling_distance",
    .title = "how far the model travels from its initialisation",
    .quantity = "||W_l(T) - W_l(0)||_F, the largest layer",
    .factors = factors,
    .laws = laws,
};
