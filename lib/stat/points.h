/* What a sweep hands to a fit: values at points, several seeds each. */
#ifndef LEMMA_STAT_POINTS_H
#define LEMMA_STAT_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "core/view.h"

enum { LEMMA_AXES_MAX = 8 };

/* One row a run, in any order. Rows of equal x (to the bit) form a group: its values
 * are replicates of one another. Borrowed. */
struct lemma_points {
    lemma_cmat x;         /* (n, k), 1 <= k <= 8 axes, positive */
    const double *y;      /* (n), positive */
    const uint64_t *seed; /* (n) labels; NULL: no value shares its draws with another */
};

/*
 * Whether a seed means the same draws in every group (a data set that all widths share,
 * say). Then its deviations are not independent from group to group, and seeds, not
 * values, are what may be resampled.
 */
enum lemma_pairing {
    LEMMA_PAIRED_AUTO, /* jointly, if every group has the same seeds, once each */
    LEMMA_PAIRED,      /* jointly, come what may (but labels there must be) */
    LEMMA_UNPAIRED     /* every group by itself */
};

/* Rows a logarithm has no place for: left out, and told. */
struct lemma_dropped {
    size_t x;                        /* x not positive or not finite, whatever y */
    size_t not_finite, not_positive; /* y NaN or infinite; y <= 0 */
};

#endif
