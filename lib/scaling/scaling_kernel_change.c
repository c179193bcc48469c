/*
 * Claim of kind rate: how much training changes the tangent kernel.
 *
 * At most 2 N max_i A_i(R)/m with R ~ m^(-1/2) (theory 3(g)); deep, by flips m
 * omega^(2/3): m^(-1/6).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"gram/change_spectral", "final", 1},
    {"gram/lambda_max", "first", -1},
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
     .source = "theory 3(g)",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 6,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .whole_run = true,
     .source = "theory 6, from 3(b3)",
     .status = "recalled"},
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

const struct lemma_scaling_type lemma_scaling_kernel_change = {
    .name = "scaling_kernel_change",
    .title = "how much training changes the tangent kernel",
    .quantity = "||H(T) - H(0)||_2 / lambda_max(H(0))",
    .factors = factors,
    .laws = laws,
};
