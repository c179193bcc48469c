/*
 * y = C x^a on points with several seeds each: exponent, its interval, and whether it
 * is a power law at all.
 *
 * Weighted least squares of log y on log x over the means of groups of equal x; weights
 * from the spread of their seeds in all groups (stat/README.md states every rule and
 * what the intervals were measured to cover). C is that of the geometric mean of y over
 * seeds.
 */
#ifndef LEMMA_STAT_POWERLAW_H
#define LEMMA_STAT_POWERLAW_H

#include "stat/points.h"
#include "stat/student.h"

enum lemma_range {
    LEMMA_RANGE_ALL,     /* every group */
    LEMMA_RANGE_STRAIGHT /* the longest range that shows no curvature: first and last
                            groups are dropped until the test passes, or four are left
                          */
};

/* Zero is the preset of each. */
struct lemma_powerlaw_options {
    enum lemma_pairing pairing;
    enum lemma_range range;
    double level;     /* of the intervals [0.95] */
    size_t resamples; /* of the bootstrap [1999] */
    uint64_t seed;    /* of the bootstrap */
};

/* log y = ... + q (log x)^2: the local exponent changes by 2 q for each factor e. */
struct lemma_curvature {
    struct lemma_estimate q; /* NaN with fewer than three groups */
    double t, p;             /* two-sided, against q = 0 */
};

struct lemma_powerlaw {
    struct lemma_estimate a;         /* exponent */
    struct lemma_interval interval;  /* of a, by Student's t: the one to judge by */
    struct lemma_interval bootstrap; /* of a, by bootstrap-t: NaN where a group has a
                                        single seed */
    struct lemma_estimate log_c;
    double c;
    struct lemma_interval c_interval;
    double r2; /* share of the group means' scatter that the line explains */
    struct lemma_curvature curvature;
    struct lemma_f_test lack_of_fit; /* pure-error test of the group means; NaN without
                                        replicates or with two groups */
    double spread; /* pooled standard deviation of log y over seeds; NaN: none */
    double spread_exponent; /* of that deviation in x, as the weights have it */
    bool joint;             /* seeds taken as deviating jointly */
    bool scatter; /* too few replicates: errors from the scatter about the line */
    size_t groups, values, least_seeds, most_seeds; /* fitted; seeds of a group */
    double x_min, x_max, decades;
    struct lemma_dropped dropped;
    size_t cut_low, cut_high; /* groups the choice of range left out at either end */
    bool straight;            /* curvature p >= 0.05; false where it cannot be tested */
};

/*
 * points->x (n, 1). LEMMA_EINPUT, with what there is, where fewer than two different x
 * are left. With two groups of one seed the line is exact, and errors are NaN. After a
 * choice of range, intervals do not know that there was one.
 */
lemma_status lemma_powerlaw_fit(const struct lemma_points *points,
                                const struct lemma_powerlaw_options *options,
                                struct lemma_powerlaw *fit, struct lemma_error *err);

#endif
