/*
 * Claim of kind rate: rounds to reach an accuracy eps.
 *
 * Linear convergence: R(eps) = O(log(1/eps)) (theory 2.1, S1). A power of 1/eps would
 * grow exponentially in log(1/eps). log L of a sum of exponentials is convex in the
 * round, so that R grows a little faster than its logarithm until the slowest mode is
 * alone: the margin.
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "log(eps_0/eps)",
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 1,
     .margin = 0.1,
     .predicted = 1,
     .source = "theory 2.1, S1; 2.4, L2",
     .status = "derived",
     .words = "log L of a sum of exponentials is convex: above 1 until the slowest is "
              "alone"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_accuracy = {
    .name = "scaling_accuracy",
    .title = "rounds to reach an accuracy eps",
    .quantity =
        "R(eps) - R(eps_0), eps_0 = 0.05, rounds between steps on a line of log L",
    .series = lemma_quantity_rounds_to,
    .reads = "loss/server",
    .laws = laws,
};
