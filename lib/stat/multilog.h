/*
 * y = C prod_k x_k^a_k: several exponents at once, by the same weighted least squares
 * as powerlaw.h.
 */
#ifndef LEMMA_STAT_MULTILOG_H
#define LEMMA_STAT_MULTILOG_H

#include "stat/points.h"
#include "stat/student.h"

struct lemma_multilog {
    size_t axes;
    struct lemma_estimate a[LEMMA_AXES_MAX];        /* exponents */
    struct lemma_interval interval[LEMMA_AXES_MAX]; /* by Student's t */
    struct lemma_estimate log_c;
    double c;
    double covariance[LEMMA_AXES_MAX + 1][LEMMA_AXES_MAX + 1]; /* log C first */
    double r2;
    struct lemma_f_test lack_of_fit; /* of the product; NaN without replicates */
    double spread; /* pooled standard deviation of log y over seeds; NaN: none */
    bool joint, scatter;
    size_t groups, values;
    struct lemma_dropped dropped;
};

/*
 * points->x (n, k), 1 <= k <= 8; names (k). level of the intervals, 0: 0.95.
 * LEMMA_EINPUT says by name which axis does not vary, which is a combination of which
 * others (in logarithms), or that there are fewer different points than exponents and
 * C.
 */
lemma_status lemma_multilog_fit(const struct lemma_points *points,
                                const char *const *names, enum lemma_pairing pairing,
                                double level, struct lemma_multilog *fit,
                                struct lemma_error *err);

#endif
