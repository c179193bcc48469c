#include "stat/range.h"

#include <math.h>

#include "core/alloc.h"
#include "stat/line.h"

/* 1, u, u^2 with u = log x moved and scaled to [-1, 1]; its scale. */
static double parabola(const struct lemma_groups *g, lemma_mat design)
{
    double low = g->log_x.a[0], high = lemma_row(g->log_x, g->count - 1).a[0];
    double half = (high - low) / 2;

    for (size_t i = 0; i < g->count; i++) {
        double u = (lemma_row(g->log_x, i).a[0] - low) / half - 1;
        double *row = lemma_row(design, i).a;

        row[0] = 1;
        row[1] = u;
        row[2] = u * u;
    }
    return half;
}

lemma_status lemma_curvature_test(const struct lemma_groups *g,
                                  struct lemma_curvature *curvature)
{
    struct lemma_curvature c = {{NAN, NAN, NAN}, NAN, NAN};
    struct lemma_spread s = {0};
    struct lemma_line line = {0};
    lemma_mat design = {0};
    size_t dependent;
    double half;
    lemma_status st = LEMMA_OK;

    if (g->count >= 3) {
        LEMMA_TRY(lemma_spread_create(g, 2, &s));
        LEMMA_TRY(lemma_mat_create(g->count, 3, &design));
        half = parabola(g, design);
        LEMMA_TRY(lemma_line_create(g, &s, lemma_const(design), &line, &dependent));
        if (dependent == 3) {
            c.q = lemma_line_estimate(&line, 2);
            c.q.value /= half * half;
            c.q.error /= half * half;
            c.t = c.q.value / c.q.error;
            c.p = lemma_t_differs(c.q, 0);
        }
    }
    *curvature = c;
out:
    lemma_line_fini(&line);
    lemma_free(design.a);
    lemma_spread_fini(&s);
    return st;
}

lemma_status lemma_range_straight(const struct lemma_groups *g,
                                  struct lemma_span *range, bool *found)
{
    struct lemma_span best = {0, g->count};
    double most = 0;
    lemma_status st = LEMMA_OK;

    for (size_t n = g->count; n >= LEMMA_RANGE_LEAST && most == 0; n--)
        for (size_t first = 0; first + n <= g->count; first++) {
            struct lemma_groups cut = lemma_groups_cut(g, first, n);
            struct lemma_curvature c;

            LEMMA_TRY(lemma_curvature_test(&cut, &c));
            if (c.p >= LEMMA_CURVATURE_LEVEL && c.p > most) {
                best = (struct lemma_span){first, n};
                most = c.p;
            }
        }
    *range = best;
    *found = most > 0;
out:
    return st;
}
