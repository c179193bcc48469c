/*
 * Claim of kind rate: how far clients deviate from their average in the first round.
 *
 * sqrt V <= eta tau sqrt(2 L) with two layers, and eta tau sqrt(L m L_0/d) with L deep
 * ones; in the lazy limit it grows as eta tau, then saturates (theory 3(f)). At fixed
 * N, E V = (eta s)^2 ((K - 1)/(N - 1)) times the variance of gradients.
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 0,
     .source = "theory 3(f)",
     .status = "derived"},
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .with = "eta",
     .with_power = -1,
     .source = "theory 3(f)",
     .status = "derived"},
    {.against = "tau",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 3(f)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 3(f)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = "K-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = 1.0 / 2,
     .source = "theory 3(f), random partitions",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_deviation = {
    .name = "scaling_deviation",
    .title = "how far clients deviate from their average in the first round",
    .quantity = "sqrt V = sqrt(sum_c (n_c/N) ||W_c - Wbar||_F^2) just before averaging",
    .measure = lemma_quantity_deviation,
    .reads = "deviation/at_averaging",
    .laws = laws,
};
