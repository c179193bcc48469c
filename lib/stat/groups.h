/* Points sorted into groups of equal x, in logarithms. Inside the room only. */
#ifndef LEMMA_STAT_GROUPS_H
#define LEMMA_STAT_GROUPS_H

#include "stat/points.h"

/* The order of the rows plays no part: groups ascend in x, their values in (seed, y).
 */
struct lemma_groups {
    size_t count, axes, seeds; /* seeds: different labels */
    bool joint;                /* seeds deviate together, see enum lemma_pairing */
    lemma_mat x, log_x;        /* (count, axes) */
    double *mean;              /* (count) of log y over the group */
    size_t *first;             /* (count + 1): values of group g are first[g].. */
    double *off;               /* (values) log y - mean */
    size_t *seed;              /* (values) number of its label, < seeds */
    double most;               /* largest |log y| */
    struct lemma_dropped dropped;
};

/* Groups without a single value left are left out. No group at all is fine. */
lemma_status lemma_groups_create(const struct lemma_points *points,
                                 enum lemma_pairing pairing, struct lemma_groups *g);
void lemma_groups_fini(struct lemma_groups *g);

/* Groups [first, first + count) as a view of g. */
struct lemma_groups lemma_groups_cut(const struct lemma_groups *g, size_t first,
                                     size_t count);

/* The number of seeds with a value in g (a cut may have lost some): theirs in label
 * (g->seeds), unless NULL. */
size_t lemma_groups_seeds(const struct lemma_groups *g, size_t *label);

/* Values in all groups, or in group i. */
static inline size_t lemma_groups_values(const struct lemma_groups *g)
{
    return g->first[g->count] - g->first[0];
}

static inline size_t lemma_group_size(const struct lemma_groups *g, size_t i)
{
    return g->first[i + 1] - g->first[i];
}

#endif
