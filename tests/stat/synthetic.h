/* Sweeps whose exponent is known: what fits are held against. */
#ifndef LEMMA_TESTS_STAT_SYNTHETIC_H
#define LEMMA_TESTS_STAT_SYNTHETIC_H

#include "stat/points.h"
#include "support.h"

/* log y = log 3 + a log x + q (log x)^2 + noise, x = 64 * 2^g. Spreads are standard
 * deviations of log y. */
struct plan {
    size_t groups, seeds;
    double a, q;
    double noise;  /* in the first group */
    double growth; /* of the noise from the first group to the last; 0: 1 */
    double bump;   /* factor of the noise in the middle; 0: 1 */
    double common; /* what a seed moves all groups by */
    double slope;  /* standard deviation of a seed's own exponent */
    bool skewed;   /* noise is exponential less 1, in place of normal */
    bool paired;   /* labelled: seed k is the same in every group */
};

enum { ROWS_MAX = 128 };

struct synthetic {
    double x[ROWS_MAX], y[ROWS_MAX];
    uint64_t seed[ROWS_MAX];
    struct lemma_points points;
};

/* Set number id of the plan: the same rows each time. Points borrow from *s. */
void synthesise(const struct plan *plan, uint64_t id, struct synthetic *s);

#endif
