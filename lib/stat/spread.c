#include "stat/spread.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "stat/squares.h"

/* Of the pooled variance, the least a group's is taken for: values that happen to be
 * equal (counts, say) must not take all the weight. */
static const double LEAST_SHARE = 1e-4;

/* level[k]: mean deviation of seed k; the number of seeds there are. */
static size_t seed_levels(const struct lemma_groups *g, double *level, double *count)
{
    size_t present = 0;

    for (size_t i = g->first[0]; i < g->first[g->count]; i++) {
        level[g->seed[i]] += g->off[i];
        count[g->seed[i]]++;
    }
    for (size_t k = 0; k < g->seeds; k++)
        if (count[k] > 0) {
            level[k] /= count[k];
            present++;
        }
    return present;
}

static void measure(const struct lemma_groups *g, const double *level, double block_dof,
                    struct lemma_spread *s)
{
    double free = (double) (lemma_groups_values(g) - g->count);
    double sum = 0;

    s->total = fmax(free - block_dof, 0);
    for (size_t j = 0; j < g->count; j++) {
        double square = 0;

        for (size_t i = g->first[j]; i < g->first[j + 1]; i++) {
            double e = g->off[i] - (block_dof > 0 ? level[g->seed[i]] : 0);

            square += e * e;
        }
        s->dof[j] =
            free > 0 ? (double) (lemma_group_size(g, j) - 1) * s->total / free : 0;
        s->own[j] = s->dof[j] > 0 ? square / s->dof[j] : NAN;
        sum += s->dof[j] > 0 ? square : 0;
    }
    s->pooled = s->total > 0 ? sum / s->total : NAN;
    for (size_t j = 0; j < g->count; j++)
        if (s->own[j] < LEAST_SHARE * s->pooled)
            s->own[j] = LEAST_SHARE * s->pooled;
}

/* Rows of the design: 1, log x_k, groups with replicates only. */
static size_t trend_design(const struct lemma_groups *g, const struct lemma_spread *s,
                           lemma_mat design, double *variance, size_t *group)
{
    size_t n = 0;

    for (size_t i = 0; i < g->count; i++) {
        if (!(s->dof[i] > 0))
            continue;
        lemma_row(design, n).a[0] = 1;
        memcpy(lemma_row(design, n).a + 1, lemma_row(g->log_x, i).a,
               g->axes * sizeof(double));
        variance[n] = 2 / s->dof[i]; /* of log s_g^2 to first order */
        group[n++] = i;
    }
    return n;
}

/* log sigma_g^2 less its constant. */
static double tilt(const struct lemma_groups *g, const struct lemma_spread *s, size_t i)
{
    double sum = 0;

    for (size_t k = 0; k < g->axes; k++)
        sum += s->trend[k] * lemma_row(g->log_x, i).a[k];
    return sum;
}

/* The constant that fits, given the trend. */
static double level_of(const struct lemma_groups *g, const struct lemma_spread *s)
{
    double sum = 0;

    for (size_t i = 0; i < g->count; i++)
        if (s->dof[i] > 0)
            sum += s->dof[i] * fmax(s->own[i], s->floor) * exp(-tilt(g, s, i));
    return log(sum / s->total);
}

/* One step of Fisher's scoring; the size of the change of the largest log sigma_g^2. */
static double score(const struct lemma_groups *g, lemma_cmat share, lemma_cmat design,
                    const size_t *group, struct lemma_spread *s)
{
    double level = level_of(g, s), most = 0, factor;
    double step[LEMMA_AXES_MAX] = {0};

    for (size_t i = 0; i < design.rows; i++) {
        double fitted = exp(level + tilt(g, s, group[i]));
        double off = fmax(s->own[group[i]], s->floor) / fitted - 1;

        for (size_t k = 0; k < g->axes; k++)
            step[k] += lemma_crow(share, k + 1).a[i] * off;
    }
    for (size_t i = 0; i < design.rows; i++) {
        double change = 0;

        for (size_t k = 0; k < g->axes; k++)
            change += step[k] *
                      (lemma_crow(design, i).a[k + 1] - lemma_crow(design, 0).a[k + 1]);
        most = fmax(most, fabs(change));
    }
    factor = most > 1 ? 1 / most : 1;
    for (size_t k = 0; k < g->axes; k++)
        s->trend[k] += factor * step[k];
    return factor * most;
}

static lemma_status find_trend(const struct lemma_groups *g, struct lemma_spread *s)
{
    lemma_mat design = {0}, share = {0};
    double *variance = NULL, *coef = NULL;
    size_t *group = NULL, dependent, p = g->axes + 1;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(g->count, p, &design));
    LEMMA_NEW(variance, g->count);
    LEMMA_NEW(group, g->count);
    LEMMA_NEW(coef, p);
    design.rows = trend_design(g, s, design, variance, group);
    if (design.rows < p + 1 || !(s->pooled > s->floor))
        goto out;
    LEMMA_TRY(lemma_mat_create(p, design.rows, &share));
    LEMMA_TRY(
        lemma_least_squares(lemma_const(design), variance, share, coef, &dependent));
    if (dependent < p)
        goto out;
    for (int i = 0; i < 200; i++)
        if (score(g, lemma_const(share), lemma_const(design), group, s) < 1e-9)
            break;
    for (size_t k = 0; k < g->axes; k++)
        for (size_t l = 0; l < g->axes; l++)
            for (size_t i = 0; i < design.rows; i++)
                s->trend_covariance[k * g->axes + l] += lemma_row(share, k + 1).a[i] *
                                                        variance[i] *
                                                        lemma_row(share, l + 1).a[i];
out:
    lemma_free(design.a);
    lemma_free(share.a);
    lemma_free(variance);
    lemma_free(group);
    lemma_free(coef);
    return st;
}

lemma_status lemma_spread_create(const struct lemma_groups *g, size_t p,
                                 struct lemma_spread *s)
{
    struct lemma_spread new = {0};
    double *level = NULL, block_dof = 0, constant;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(new.of_mean, g->count);
    LEMMA_NEW(new.own, g->count);
    LEMMA_NEW(new.dof, g->count);
    LEMMA_NEW(new.trend, g->axes);
    LEMMA_NEW(new.trend_covariance, g->axes * g->axes);
    LEMMA_NEW(level, 2 * g->seeds);
    /* log y is off by an ulp of its own and one of y; several on the way to y. */
    new.floor = pow(4 * DBL_EPSILON * (1 + g->most), 2);
    if (g->joint && g->count > 0)
        block_dof = (double) seed_levels(g, level, level + g->seeds) - 1;
    measure(g, level, block_dof, &new);
    new.scatter = !(new.total + (double) p >= (double) g->count &&new.total > 0);
    if (!new.scatter)
        LEMMA_TRY(find_trend(g, &new));
    constant = new.scatter ? 0 : level_of(g, &new);
    for (size_t j = 0; j < g->count; j++) {
        double n = (double) lemma_group_size(g, j);

        new.of_mean[j] =
            new.scatter ? 1 / n : fmax(exp(constant + tilt(g, &new, j)) / n, new.floor);
    }
    *s = new;
    new = (struct lemma_spread){0};
out:
    lemma_free(level);
    lemma_spread_fini(&new);
    return st;
}

void lemma_spread_fini(struct lemma_spread *s)
{
    lemma_free(s->of_mean);
    lemma_free(s->own);
    lemma_free(s->dof);
    lemma_free(s->trend);
    lemma_free(s->trend_covariance);
}
