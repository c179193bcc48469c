#include "stat/powerlaw.h"

#include <math.h>

#include "core/alloc.h"
#include "stat/bootstrap.h"
#include "stat/range.h"

static lemma_status two_groups_at_least(const struct lemma_groups *g, size_t given,
                                        struct lemma_error *err)
{
    const struct lemma_dropped *d = &g->dropped;

    if (g->count >= 2 &&
        lemma_row(g->log_x, 0).a[0] < lemma_row(g->log_x, g->count - 1).a[0])
        return LEMMA_OK;
    return lemma_fail(
        err, LEMMA_EINPUT,
        "a power law needs two different x at least; of %zu values, %zu have a "
        "usable x, %zu of them are not finite and %zu not positive: %zu different x "
        "are left",
        given, given - d->x, d->not_finite, d->not_positive, g->count);
}

/* Rows of the design matrix: 1, log x. */
static lemma_status straight_line(const struct lemma_groups *g,
                                  const struct lemma_spread *s, struct lemma_line *line,
                                  struct lemma_error *err)
{
    lemma_mat design = {0};
    size_t dependent;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(g->count, 2, &design));
    for (size_t i = 0; i < g->count; i++) {
        lemma_row(design, i).a[0] = 1;
        lemma_row(design, i).a[1] = lemma_row(g->log_x, i).a[0];
    }
    LEMMA_TRY(lemma_line_create(g, s, lemma_const(design), line, &dependent));
    if (dependent < 2)
        st = lemma_fail(err, LEMMA_EINPUT,
                        "the different x are too close to be told apart");
out:
    lemma_free(design.a);
    return st;
}

static void describe(const struct lemma_groups *g, const struct lemma_spread *s,
                     struct lemma_powerlaw *fit)
{
    fit->spread = sqrt(s->pooled);
    fit->spread_exponent = s->trend[0] / 2;
    fit->joint = g->joint && !s->scatter;
    fit->scatter = s->scatter;
    fit->groups = g->count;
    fit->values = lemma_groups_values(g);
    fit->least_seeds = fit->most_seeds = lemma_group_size(g, 0);
    for (size_t i = 1; i < g->count; i++) {
        size_t n = lemma_group_size(g, i);

        fit->least_seeds = n < fit->least_seeds ? n : fit->least_seeds;
        fit->most_seeds = n > fit->most_seeds ? n : fit->most_seeds;
    }
    fit->x_min = lemma_row(g->x, 0).a[0];
    fit->x_max = lemma_row(g->x, g->count - 1).a[0];
    fit->decades = log10(fit->x_max) - log10(fit->x_min);
}

static void estimate(const struct lemma_line *line, double level,
                     struct lemma_powerlaw *fit)
{
    struct lemma_interval log_c;

    fit->a = lemma_line_estimate(line, 1);
    fit->interval = lemma_t_interval(fit->a, level);
    fit->log_c = lemma_line_estimate(line, 0);
    log_c = lemma_t_interval(fit->log_c, level);
    fit->c = exp(fit->log_c.value);
    fit->c_interval = (struct lemma_interval){exp(log_c.low), exp(log_c.high)};
    fit->r2 = lemma_line_r2(line);
    fit->lack_of_fit = lemma_line_lack_of_fit(line);
}

static lemma_status fit_groups(const struct lemma_groups *g,
                               const struct lemma_powerlaw_options *o,
                               struct lemma_powerlaw *fit, struct lemma_error *err)
{
    double level = o->level > 0 ? o->level : 0.95;
    struct lemma_spread s = {0};
    struct lemma_line line = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_spread_create(g, 2, &s));
    LEMMA_TRY(straight_line(g, &s, &line, err));
    LEMMA_TRY(lemma_curvature_test(g, &fit->curvature));
    fit->straight = fit->curvature.p >= LEMMA_CURVATURE_LEVEL;
    describe(g, &s, fit);
    estimate(&line, level, fit);
    LEMMA_TRY(lemma_bootstrap_interval(&line, 1, level,
                                       o->resamples ? o->resamples : LEMMA_RESAMPLES,
                                       o->seed, &fit->bootstrap));
out:
    lemma_line_fini(&line);
    lemma_spread_fini(&s);
    return st;
}

lemma_status lemma_powerlaw_fit(const struct lemma_points *points,
                                const struct lemma_powerlaw_options *options,
                                struct lemma_powerlaw *fit, struct lemma_error *err)
{
    static const struct lemma_powerlaw_options presets = {0};
    const struct lemma_powerlaw_options *o = options ? options : &presets;
    struct lemma_groups g = {0}, cut;
    struct lemma_powerlaw new = {0};
    struct lemma_span range;
    bool found = false;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(points->x.cols == 1 && o->level >= 0 && o->level < 1);
    LEMMA_TRY(lemma_groups_create(points, o->pairing, &g));
    LEMMA_TRY(two_groups_at_least(&g, points->x.rows, err));
    range = (struct lemma_span){0, g.count};
    if (o->range == LEMMA_RANGE_STRAIGHT)
        LEMMA_TRY(lemma_range_straight(&g, &range, &found));
    cut = lemma_groups_cut(&g, range.first, range.count);
    new.dropped = g.dropped;
    new.cut_low = range.first;
    new.cut_high = g.count - range.first - range.count;
    LEMMA_TRY(fit_groups(&cut, o, &new, err));
    *fit = new;
out:
    lemma_groups_fini(&g);
    return st;
}
