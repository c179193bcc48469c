/* Moments of a preset's outputs over seeds, on one unit input. */
#ifndef LEMMA_TESTS_NET_MOMENTS_H
#define LEMMA_TESTS_NET_MOMENTS_H

#include "support.h"

struct moments {
    double f2; /* mean of ||f||^2 */
    double h2; /* mean of ||h_L||^2 */
    double h2_variance;
};

/* draws >= 2 networks of width m, depth L, 6 inputs and d outputs. */
struct moments measure_moments(const char *preset, size_t m, size_t L, size_t d,
                               size_t draws);

#endif
