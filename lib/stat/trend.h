/* Is the constant hidden in an O(.) growing? */
#ifndef LEMMA_STAT_TREND_H
#define LEMMA_STAT_TREND_H

#include "stat/points.h"
#include "stat/student.h"

/* The implied constant, measured / bound, against the swept variable: C ~ x^slope. */
struct lemma_trend {
    struct lemma_estimate slope;
    double lower, upper; /* one-sided bounds: slope >= lower, slope <= upper */
    double p_grows;      /* of "slope <= 0": small where the constant grows */
    bool grows, falls;   /* lower > 0; upper < 0; neither where NaN */
    double factor;       /* C's growth over the range, (x_max / x_min)^slope */
    double decades;
    struct lemma_dropped dropped;
};

/* As lemma_powerlaw_fit; level of each one-sided bound, 0: 0.95. */
lemma_status lemma_stat_trend(const struct lemma_points *points,
                              enum lemma_pairing pairing, double level,
                              struct lemma_trend *trend, struct lemma_error *err);

#endif
