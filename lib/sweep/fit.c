#include "sweep/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "sweep/choice.h"

void lemma_sweep_fit_fini(struct lemma_sweep_fit *fit)
{
    lemma_free(fit->groups);
    fit->groups = NULL;
}

static int compare_x(const double *a, const double *b)
{
    for (size_t k = 0; k < LEMMA_AXES_MAX; k++)
        if (a[k] != b[k])
            return a[k] < b[k] ? -1 : 1;
    return 0;
}

static int compare_groups(const void *a, const void *b)
{
    return compare_x(((const struct lemma_fit_group *) a)->x,
                     ((const struct lemma_fit_group *) b)->x);
}

static double fitted(const struct lemma_sweep_fit *fit, const double *x)
{
    double y = fit->axes == 1 ? fit->power.log_c.value : fit->multi.log_c.value;

    for (size_t k = 0; k < fit->axes; k++)
        y += (fit->axes == 1 ? fit->power.a.value : fit->multi.a[k].value) * log(x[k]);
    return exp(y);
}

static bool counts(double y)
{
    return y > 0 && y < INFINITY;
}

/* mean and spread are sums until finish. */
static void add(struct lemma_fit_group *g, double y)
{
    double log_y = counts(y) ? log(y) : 0, before;

    if (!counts(y))
        return;
    before = log_y - g->mean;
    g->values++;
    g->mean += before / (double) g->values; /* Welford 1962 */
    g->spread += before * (log_y - g->mean);
}

static void finish(const struct lemma_sweep_fit *fit, struct lemma_fit_group *g)
{
    g->used =
        g->values > 0 &&
        (fit->axes > 1 || (g->x[0] >= fit->power.x_min && g->x[0] <= fit->power.x_max));
    g->fitted = fitted(fit, g->x);
    g->spread = g->values > 1 ? sqrt(g->spread / (double) (g->values - 1)) : NAN;
    g->mean = g->values > 0 ? exp(g->mean) : NAN;
}

static bool has_logarithm(lemma_cvec x)
{
    for (size_t k = 0; k < x.n; k++)
        if (!counts(x.a[k]))
            return false;
    return true;
}

/* What a person reads beside the fit, which sorts points by itself. */
static lemma_status describe_groups(const struct lemma_fit_choice *c, const double *y,
                                    struct lemma_sweep_fit *fit)
{
    struct lemma_fit_group *groups = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(groups, c->count);
    for (size_t i = 0; i < c->count; i++) {
        double x[LEMMA_AXES_MAX] = {0};
        size_t g = 0;

        if (!has_logarithm(lemma_crow(lemma_const(c->x), i)))
            continue; /* the fit counts it as dropped */
        memcpy(x, lemma_row(c->x, i).a, fit->axes * sizeof *x);
        while (g < fit->group_count && compare_x(groups[g].x, x) != 0)
            g++;
        if (g == fit->group_count)
            memcpy(groups[fit->group_count++].x, x, sizeof x);
        add(&groups[g], y[i]);
    }
    qsort(groups, fit->group_count, sizeof *groups, compare_groups);
    for (size_t g = 0; g < fit->group_count; g++)
        finish(fit, &groups[g]);
    fit->groups = groups;
out:
    return st;
}

/* Rounds that nothing reaches: say so, rather than that there are no numbers. */
static lemma_status check_reached(const struct lemma_fit_request *q, const double *y,
                                  size_t count, struct lemma_error *err)
{
    size_t missing = 0;

    for (size_t i = 0; i < count; i++)
        missing += !counts(y[i]);
    if (q->measure.kind != LEMMA_BY_ROUNDS_TO || missing < count)
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EINPUT,
                      "--reduce rounds-to: none of %zu points brings %s to %g of its "
                      "first value; ask for less, or run more rounds",
                      count, q->of, q->measure.fraction);
}

lemma_status lemma_sweep_fit(const struct lemma_sweep_index *x,
                             const struct lemma_fit_request *q,
                             struct lemma_sweep_fit *fit, struct lemma_error *err)
{
    struct lemma_fit_choice choice = {0};
    struct lemma_sweep_fit new = {.axes = q->axes};
    struct lemma_points points;
    double *y = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(q->axes >= 1 && q->axes <= LEMMA_AXES_MAX);
    new.points = x->points;
    new.finished = x->rows;
    LEMMA_TRY(lemma_fit_choose(x, q, &choice, &new, err));
    LEMMA_NEW(y, choice.count);
    LEMMA_TRY(lemma_fit_measure(x, q, &choice, y, err));
    LEMMA_TRY(check_reached(q, y, choice.count, err));
    points = (struct lemma_points){lemma_const(choice.x), y, choice.seed};
    new.values = choice.count;
    if (q->axes == 1)
        LEMMA_TRY(lemma_powerlaw_fit(&points, &q->options, &new.power, err));
    else
        LEMMA_TRY(lemma_multilog_fit(&points, q->against, q->options.pairing,
                                     q->options.level, &new.multi, err));
    LEMMA_TRY(describe_groups(&choice, y, &new));
    *fit = new;
out:
    lemma_free(y);
    lemma_fit_choice_fini(&choice);
    return st;
}
