/*
 * Claim of kind rate: the least width for linear convergence.
 *
 * Target theorem: m >= K n^16 L^12 d/phi^8 (theory 2.1, exponents recalled); FL-NTK:
 * n^4/lambda^4 (2.2).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"m", NULL, 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "N",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 4,
     .predicted = NAN,
     .source = "theory 2.2, FL-NTK: n^4/lambda^4",
     .status = "recalled"},
    {.against = "N",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 16,
     .predicted = NAN,
     .source = "theory 2.1",
     .status = "recalled"},
    {.against = "K",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .source = "theory 2.2, FL-NTK: free of K",
     .status = "recalled"},
    {.against = "K",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .predicted = NAN,
     .source = "theory 2.1",
     .status = "recalled"},
    {.against = "L",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 12,
     .predicted = NAN,
     .source = "theory 2.1",
     .status = "recalled"},
    {.against = "phi",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = -4,
     .predicted = NAN,
     .source = "theory 2.2, FL-NTK, lambda ~ phi by k1",
     .status = "recalled"},
    {.against = "phi",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_LEAST,
     .exponent = -8,
     .predicted = NAN,
     .source = "theory 2.1",
     .status = "recalled"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_least_width = {
    .name = "scaling_least_width",
    .title = "the least width for linear convergence",
    .quantity = "m*, the least width whose loss falls as the search asks",
    .factors = factors,
    .searched = true,
    .laws = laws,
};
