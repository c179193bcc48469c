/*
 * Claim of kind rate: the constant of the deep bound on flips.
 *
 * Allen-Zhu et al., Lemma 8.2: flips <= O(m omega^(2/3) L). Trained moves are spread
 * over neurons, so flips are about linear in omega and the constant falls as m^(-1/6)
 * (theory 3(b3)).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"activation/flips_initial_max", "max", 1},
    {"distance/spectral", "max", -2.0 / 3},
    {"m", NULL, -1},
    {"L", NULL, -1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 6,
     .with = "eta",
     .with_power = -1,
     .source = "theory 3(b3), Allen-Zhu et al. Lemma 8.2",
     .status = "recalled"},
    {.against = "L",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(b3)",
     .status = "recalled"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_flips_constant = {
    .name = "scaling_flips_constant",
    .title = "the constant of the deep bound on flips",
    .quantity = "max flips/(m omega^(2/3) L), omega = max_{r,l} ||W_l(r) - W_l(0)||_2",
    .factors = factors,
    .laws = laws,
};
