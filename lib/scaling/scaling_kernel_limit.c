/*
 * Claim of kind rate: how far the kernel at W(0) is from its infinite-width limit.
 *
 * Hoeffding, entry by entry: N sqrt(log(N (N + 1)/delta)/(2 m)) (theory 3(g)); deep
 * layers likewise (3(j)). So sqrt(m) times the distance does not grow.
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"gram/limit_distance_spectral", "first", 1},
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
     .source = "theory 3(g), Hoeffding",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(j)",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_kernel_limit = {
    .name = "scaling_kernel_limit",
    .title = "how far the kernel at W(0) is from its infinite-width limit",
    .quantity = "||H(0) - H^inf||_2 / lambda_max(H(0))",
    .factors = factors,
    .laws = laws,
};
