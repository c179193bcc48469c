/* The range of x that shows no curvature. Inside the room. */
#ifndef LEMMA_STAT_RANGE_H
#define LEMMA_STAT_RANGE_H

#include "stat/groups.h"
#include "stat/powerlaw.h"

enum { LEMMA_RANGE_LEAST = 4 };    /* groups that a range keeps */
#define LEMMA_CURVATURE_LEVEL 0.05 /* p below: not a power law */

/* The quadratic term of log y in log x; NaN with fewer than three groups. */
lemma_status lemma_curvature_test(const struct lemma_groups *g,
                                  struct lemma_curvature *curvature);

/* The longest run of at least four groups whose test passes; of several the one of
 * largest p. False, *range all of g, where there is none. */
lemma_status lemma_range_straight(const struct lemma_groups *g,
                                  struct lemma_span *range, bool *found);

#endif
