/*
 * Claim of kind rate: units whose activation pattern leaves the initial one.
 *
 * Neurons move by m^(-1/2), as far as the lazy limit's end needs, whatever tau, eta
 * and K are (theory 2.4, L6; 3(b)). Deep worst case: m omega^(2/3) with omega ~
 * m^(-1/2).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"activation/flips_initial_max", "max", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .whole_run = true,
     .source = "theory 3(b1)",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 2.0 / 3,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .whole_run = true,
     .source = "theory 3(b3), Allen-Zhu et al. Lemma 8.2",
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

const struct lemma_scaling_type lemma_scaling_flips = {
    .name = "scaling_flips",
    .title = "units whose activation pattern leaves the initial one",
    .quantity = "max over samples, clients, layers and steps of the units that flip",
    .factors = factors,
    .laws = laws,
};
