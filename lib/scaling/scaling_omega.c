/*
 * Claim of kind rate: the spectral norm of a deep model's move.
 *
 * At most the Frobenius norm, sqrt(r0^T K^-1 r0) with K of order m (theory 3(e)).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"distance/spectral", "final", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
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
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_omega = {
    .name = "scaling_omega",
    .title = "the spectral norm of a deep model's move",
    .quantity = "omega = max over layers of ||W_l(T) - W_l(0)||_2",
    .factors = factors,
    .laws = laws,
};
