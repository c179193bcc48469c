/*
 * Claim of kind rate: the least eigenvalue of each layer's kernel.
 *
 * K^(l) is (m/2d) times a matrix that tends to a fixed one (theory 3(j)).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"d", NULL, 1},
    {"m", NULL, -1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(j)",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_layer_kernel = {
    .name = "scaling_layer_kernel",
    .title = "the least eigenvalue of each layer's kernel",
    .quantity = "min_l lambda_min(K^(l)) 2 d/m at W(0)",
    .factors = factors,
    .measure = lemma_quantity_least_layer,
    .reads = "gram/lambda_min_layer",
    .laws = laws,
};
