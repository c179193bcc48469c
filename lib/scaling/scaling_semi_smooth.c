/*
 * Claim of kind rate: the constant of deep semi-smoothness.
 *
 * Allen-Zhu et al., Thm 4, all constants 1, at each round's move D (theory 3(d)).
 */
#include <math.h>

#include "scaling/quantities.h"
#include "scaling/scaling.h"

static const struct lemma_scaling_law laws[] = {
    {.against = "m",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .with = "eta",
     .with_power = -1,
     .source = "theory 3(d), Allen-Zhu et al. Thm 4",
     .status = "recalled"},
    {.against = "L",
     .network = LEMMA_DEEP,
     .side = LEMMA_GROWS_AT_MOST,
     .exponent = 0,
     .margin = LEMMA_SCALING_FINITE,
     .predicted = NAN,
     .with = "eta",
     .with_power = NAN,
     .source = "theory 3(d), Allen-Zhu et al. Thm 4",
     .status = "recalled"},
    {.against = NULL},
};

const struct lemma_scaling_type lemma_scaling_semi_smooth = {
    .name = "scaling_semi_smooth",
    .title = "the constant of deep semi-smoothness",
    .quantity =
        "max_r [L(W + D) - L(W) - <grad L, D>]_+ over sqrt(L(W)) omega^(1/3) "
        "L^2 sqrt(m log m/d) ||D|| + (L^2 m/d) ||D||^2, omega = ||W - W(0)||_2 + "
        "||D||",
    .measure = lemma_quantity_semi_smooth,
    .reads = "remainder/change, remainder/first_order, remainder/move, "
             "distance/spectral, loss/server",
    .laws = laws,
};
