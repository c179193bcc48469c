/*
 * How far replicates spread, and what a group's mean is therefore worth. Inside the
 * room.
 *
 * A variance of five seeds is a poor weight: groups that happen to agree would take the
 * line. So weights come from all groups' variances s_g^2 (d_g degrees of freedom) at
 * once, as a power law of their own:
 *
 *     sigma_g^2 = sigma^2 prod_k x_k^b_k,   weight n_g / sigma_g^2,
 *
 * by maximum likelihood, d_g s_g^2 / sigma_g^2 ~ chi^2(d_g) (Davidian and Carroll 1987,
 * JASA 82:1079). Fewer than k + 2 groups with replicates: the pooled variance. Where
 * seeds deviate jointly, each seed's own level is taken out first, as in a block
 * design.
 */
#ifndef LEMMA_STAT_SPREAD_H
#define LEMMA_STAT_SPREAD_H

#include "stat/groups.h"

struct lemma_spread {
    double *of_mean; /* (count) sigma_g^2 / n_g; scatter: 1 / n_g */
    double *own;     /* (count) s_g^2, 1e-4 pooled at least; NaN with a single value */
    double *dof;     /* (count) d_g, 0 with a single value */
    double total;    /* sum of the d_g, D */
    double pooled;   /* sum of d_g s_g^2 over D; NaN without replicates */
    double *trend;   /* (axes) b */
    double *trend_covariance; /* (axes, axes), by the information; 0 where pooled */
    double floor;             /* variance of a mean that rounding alone can make */
    /* Too few replicates (D + p < count for a line of p coefficients): the error is
     * taken from the scatter about the line instead. */
    bool scatter;
};

lemma_status lemma_spread_create(const struct lemma_groups *g, size_t p,
                                 struct lemma_spread *s);
void lemma_spread_fini(struct lemma_spread *s);

#endif
