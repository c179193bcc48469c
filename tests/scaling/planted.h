/* Points of one slice whose exponent is known: what verdicts are held against. */
#ifndef LEMMA_TESTS_SCALING_PLANTED_H
#define LEMMA_TESTS_SCALING_PLANTED_H

#include "scaling/scaling.h"
#include "support.h"

/* log y = log 3 + a log x + q (log x - its mean)^2 + noise, seeds 1, 2, ... at each x.
 */
struct plan {
    size_t groups, seeds;
    double decades; /* from the first x to the last */
    double a, q, noise;
};

enum { PLANTED_MAX = 128 };

struct planted {
    size_t count;
    double x[PLANTED_MAX], y[PLANTED_MAX];
    uint64_t seed[PLANTED_MAX];
};

/* Set number id: the same points each time. */
void plant(const struct plan *plan, uint64_t id, struct planted *p);

/* What the law makes of it. */
struct lemma_scaling_finding decide(const struct lemma_scaling_law *law,
                                    const struct planted *p);

/* The exponent `by` beyond what the law allows, its margin with it; negative: inside.
 */
double beyond(const struct lemma_scaling_law *law, double by);

#endif
