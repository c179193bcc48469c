/*
 * Claim of kind rate: how far local Gram matrices drift from the round's first.
 *
 * Entries change with the units that flip in a round, eta s/sqrt m (theory 3(i)).
 */
#include <math.h>

#include "scaling/scaling.h"

static const struct lemma_scaling_factor factors[] = {
    {"asymmetric_gram/asymmetry", "first", 1},
    {NULL, NULL, 0},
};

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_TWO_LAYER,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1.0 / 2,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1.0 / 2,
     .source = "theory 3(i)",
     .status = "derived"},
    {.against = "tau-1",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .source = "theory 3(i)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = "eta",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .source = "theory 3(i)",
     .status = "derived",
     .words = "1, then saturating"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_asymmetry = {
    .name = "scaling_asymmetry",
    .title = "how far local Gram matrices drift from the round's first",
    .quantity =
        "max over clients of ||H(t, tau - 1, c) - H(t, 0, c)||_F, the first round",
    .factors = factors,
    .laws = laws,
};
