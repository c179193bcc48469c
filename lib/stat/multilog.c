#include "stat/multilog.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "stat/line.h"

static lemma_status each_varies(const struct lemma_groups *g, const char *const *names,
                                struct lemma_error *err)
{
    for (size_t k = 0; k < g->axes; k++) {
        bool varies = false;

        for (size_t i = 1; i < g->count; i++)
            varies |= lemma_row(g->log_x, i).a[k] != g->log_x.a[k];
        if (!varies)
            return lemma_fail(err, LEMMA_EINPUT,
                              "%s does not vary over the %zu different points that "
                              "are left: it has no exponent",
                              names[k], g->count);
    }
    return LEMMA_OK;
}

/* Spread of an axis over the groups, in log x. */
static double reach(const struct lemma_groups *g, size_t k)
{
    double low = g->log_x.a[k], high = low;

    for (size_t i = 1; i < g->count; i++) {
        low = fmin(low, lemma_row(g->log_x, i).a[k]);
        high = fmax(high, lemma_row(g->log_x, i).a[k]);
    }
    return high - low;
}

/* Column k + 1 of the line is a combination of earlier ones, coef of each. */
static lemma_status collinear(const struct lemma_line *line, size_t k,
                              const char *const *names, struct lemma_error *err)
{
    double all = reach(line->g, k);
    char others[512] = "";
    size_t used = 0;

    for (size_t j = 0; j < k; j++)
        if (fabs(line->coef[j + 1]) * reach(line->g, j) > 1e-6 * all &&
            used < sizeof others)
            used += (size_t) snprintf(others + used, sizeof others - used, "%s%s",
                                      used ? ", " : "", names[j]);
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s goes with %s (its logarithm is a combination of theirs): "
                      "their exponents cannot be told apart",
                      names[k], others);
}

static lemma_status product(const struct lemma_groups *g, const struct lemma_spread *s,
                            const char *const *names, struct lemma_line *line,
                            struct lemma_error *err)
{
    lemma_mat design = {0};
    size_t p = g->axes + 1, dependent;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(g->count, p, &design));
    for (size_t i = 0; i < g->count; i++) {
        double *row = lemma_row(design, i).a;

        row[0] = 1;
        memcpy(row + 1, lemma_row(g->log_x, i).a, g->axes * sizeof *row);
    }
    LEMMA_TRY(lemma_line_create(g, s, lemma_const(design), line, &dependent));
    if (dependent < p)
        LEMMA_TRY(collinear(line, dependent - 1, names, err));
out:
    lemma_free(design.a);
    return st;
}

static void report(const struct lemma_line *line, double level,
                   struct lemma_multilog *fit)
{
    fit->axes = line->g->axes;
    for (size_t k = 0; k < fit->axes; k++) {
        fit->a[k] = lemma_line_estimate(line, k + 1);
        fit->interval[k] = lemma_t_interval(fit->a[k], level > 0 ? level : 0.95);
    }
    fit->log_c = lemma_line_estimate(line, 0);
    fit->c = exp(fit->log_c.value);
    for (size_t i = 0; i <= fit->axes; i++)
        for (size_t j = 0; j <= fit->axes; j++)
            fit->covariance[i][j] = lemma_line_covariance(line, i, j);
    fit->r2 = lemma_line_r2(line);
    fit->lack_of_fit = lemma_line_lack_of_fit(line);
    fit->spread = sqrt(line->s->pooled);
    fit->scatter = line->s->scatter;
    fit->joint = line->g->joint && !fit->scatter;
    fit->groups = line->g->count;
    fit->values = lemma_groups_values(line->g);
    fit->dropped = line->g->dropped;
}

lemma_status lemma_multilog_fit(const struct lemma_points *points,
                                const char *const *names, enum lemma_pairing pairing,
                                double level, struct lemma_multilog *fit,
                                struct lemma_error *err)
{
    struct lemma_groups g = {0};
    struct lemma_spread s = {0};
    struct lemma_line line = {0};
    struct lemma_multilog new = {0};
    size_t axes = points->x.cols;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(axes >= 1 && axes <= LEMMA_AXES_MAX && level >= 0 && level < 1);
    LEMMA_TRY(lemma_groups_create(points, pairing, &g));
    LEMMA_TRY(each_varies(&g, names, err));
    if (g.count < axes + 1) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%zu exponents and C need %zu different points at least; %zu "
                        "are left of %zu values",
                        axes, axes + 1, g.count, points->x.rows);
        goto out;
    }
    LEMMA_TRY(lemma_spread_create(&g, axes + 1, &s));
    LEMMA_TRY(product(&g, &s, names, &line, err));
    report(&line, level, &new);
    *fit = new;
out:
    lemma_line_fini(&line);
    lemma_spread_fini(&s);
    lemma_groups_fini(&g);
    return st;
}
