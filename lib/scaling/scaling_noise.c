/*
 * Claim of kind rate: the noise of mini-batches over the loss.
 *
 * At most 2 max_i H_ii/B: it vanishes with the loss (interpolation), and falls as 1/B
 * (theory 3(m)).
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
     .source = "theory 3(m)",
     .status = "derived"},
    {.against = "batch",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = -1,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = -1,
     .source = "theory 3(m); draws with replacement",
     .status = "derived"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_noise = {
    .name = "scaling_noise",
    .title = "the noise of mini-batches over the loss",
    .quantity = "mean over clients and steps of E||g - grad L_c||_F^2/L_c(W_c)",
    .measure = lemma_quantity_noise,
    .reads = "noise/variance, local_loss/local",
    .laws = laws,
};
