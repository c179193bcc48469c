/*
 * Claim of kind rate: the least eigenvalue of the infinite-width kernel as two inputs
 * close up.
 *
 * k1: lambda_0 <= theta/(2 pi) + O(theta^2) of the closest pair; k2: at least c phi.
 * So the exponent of phi is 1, from both sides (theory 3(k)).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "phi",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = 1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1,
     .source = "theory 3(k), k1",
     .status = "derived"},
    {.against = "phi",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1,
     .source = "theory 3(k), k2",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_least_eigenvalue = {
    .name = "scaling_least_eigenvalue",
    .title = "the least eigenvalue of the infinite-width kernel as two inputs close up",
    .quantity = "lambda_0 = lambda_min(H^inf) of the recorded inputs",
    .measure = lemma_quantity_limit_eigenvalue,
    .reads = "data/inputs",
    .laws = laws,
};
