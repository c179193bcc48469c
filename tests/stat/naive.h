/* The fit of unpaired seeds once more, another way: bisection, normal equations and a
 * difference quotient, in long double. */
#ifndef LEMMA_TESTS_STAT_NAIVE_H
#define LEMMA_TESTS_STAT_NAIVE_H

#include <stddef.h>

struct naive {
    double b, a, log_c, error, dof; /* b: exponent of the variance of log y */
};

/* Rows group by group, the same number of seeds each, up to 16 groups. */
struct naive naive_fit(const double *x, const double *y, size_t groups, size_t seeds);

#endif
