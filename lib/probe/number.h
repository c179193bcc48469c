/* Small arithmetic of several probes. NaN is never lost. */
#ifndef LEMMA_PROBE_NUMBER_H
#define LEMMA_PROBE_NUMBER_H

#include <math.h>
#include <stddef.h>

/* The square root of a sum of squares that rounding may have made negative. */
static inline double lemma_root(double x)
{
    return x < 0 ? 0 : sqrt(x);
}

/* The larger one; NaN where either is NaN. */
static inline double lemma_larger(double a, double b)
{
    return a >= b || isnan(a) ? a : b;
}

static inline size_t lemma_most(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
