#include "stat/multilog.h"

#include <math.h>

#include "stat/powerlaw.h"
#include "stat/synthetic.h"

static const char *const names[] = {"m", "tau", "eta"};

/* Two values each at 12 points of three axes; the same seeds everywhere. */
struct grid {
    double x[24 * 3], y[24];
    uint64_t seed[24];
    struct lemma_points points;
};

static void make(struct grid *g, double noise)
{
    double z[24];

    draw_normals(5, z, 24);
    for (size_t i = 0; i < 24; i++) {
        size_t p = i / 2;
        double *x = g->x + 3 * i;

        x[0] = 64 * pow(2, (double) (p % 3));
        x[1] = pow(3, (double) (p / 3 % 2));
        x[2] = p / 6 ? 0.5 : 0.125;
        g->y[i] = 5 * pow(x[0], -0.5) * x[1] * pow(x[2], 2) * exp(noise * z[i]);
        g->seed[i] = i % 2;
    }
    g->points = (struct lemma_points){lemma_cmat_of(g->x, 24, 3), g->y, NULL};
}

static void an_exact_product_is_recovered(void **state)
{
    struct lemma_multilog fit;
    struct grid g;

    (void) state;
    make(&g, 0);
    check_ok(lemma_multilog_fit(&g.points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL),
             NULL);
    assert_true(fit.axes == 3 && fit.groups == 12 && fit.values == 24);
    check_close(fit.a[0].value, -0.5, 1e-13);
    check_close(fit.a[1].value, 1, 1e-13);
    check_close(fit.a[2].value, 2, 1e-13);
    check_close(fit.c, 5, 1e-11);
    check_close(fit.r2, 1, 1e-12);
    for (size_t k = 0; k < 3; k++)
        assert_true(fit.a[k].error < 1e-14);
    assert_true(fit.lack_of_fit.p > 0.05);
}

/* Solves a (n, n) x = b by elimination, in long double. */
static void eliminate(long double a[4][5])
{
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < 4; i++) {
            long double factor = a[i][k] / a[k][k];

            for (size_t j = k; j < 5 && i != k; j++)
                a[i][j] -= factor * a[k][j];
        }
}

static void the_normal_equations_agree_where_variances_are_pooled(void **state)
{
    struct lemma_multilog fit;
    long double a[4][5] = {{0}};
    struct grid g;

    (void) state;
    make(&g, 0.1);
    /* Both values of a point off by the same amount: one variance, equal weights. */
    for (size_t i = 1; i < 24; i += 2)
        g.y[i] = g.y[i - 1] * exp(0.25);
    check_ok(lemma_multilog_fit(&g.points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL),
             NULL);
    check_close(fit.spread, 0.125 * sqrt(2), 1e-14);
    for (size_t n = 0; n < 24; n++) {
        long double row[5] = {1, logl(g.x[3 * n]), logl(g.x[3 * n + 1]),
                              logl(g.x[3 * n + 2]), logl(g.y[n])};

        for (size_t i = 0; i < 4; i++)
            for (size_t j = 0; j < 5; j++)
                a[i][j] += row[i] * row[j];
    }
    eliminate(a);
    check_close(fit.log_c.value, (double) (a[0][4] / a[0][0]), 1e-12);
    for (size_t k = 0; k < 3; k++) {
        check_close(fit.a[k].value, (double) (a[k + 1][4] / a[k + 1][k + 1]), 1e-12);
        check_close(fit.covariance[k + 1][k + 1], pow(fit.a[k].error, 2), 1e-15);
    }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++)
            check_close(fit.covariance[i][j], fit.covariance[j][i], 1e-16);
}

static void one_axis_is_the_power_law(void **state)
{
    struct plan plan = {
        .groups = 6, .seeds = 5, .a = 1, .noise = 0.05, .growth = 3, .paired = true};
    struct lemma_powerlaw one;
    struct lemma_multilog fit;
    struct synthetic s;

    (void) state;
    for (int paired = 0; paired < 2; paired++) {
        plan.paired = paired;
        synthesise(&plan, 1, &s);
        check_ok(lemma_powerlaw_fit(&s.points, NULL, &one, NULL), NULL);
        check_ok(lemma_multilog_fit(&s.points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL),
                 NULL);
        assert_true(fit.a[0].value == one.a.value && fit.a[0].error == one.a.error &&
                    fit.a[0].dof == one.a.dof && fit.c == one.c && fit.r2 == one.r2 &&
                    fit.lack_of_fit.p == one.lack_of_fit.p && fit.joint == one.joint);
    }
}

static void paired_seeds_are_told_and_taken_jointly(void **state)
{
    struct lemma_multilog fit;
    struct grid g;

    (void) state;
    make(&g, 0.1);
    g.points.seed = g.seed;
    check_ok(lemma_multilog_fit(&g.points, names, LEMMA_PAIRED_AUTO, 0, &fit, NULL),
             NULL);
    assert_true(fit.joint && fit.a[1].dof == 1);
    check_ok(lemma_multilog_fit(&g.points, names, LEMMA_UNPAIRED, 0, &fit, NULL), NULL);
    assert_true(!fit.joint && fit.a[1].dof > 1.5);
}

static void refused(const struct grid *g, const char *part, const char *other)
{
    struct lemma_multilog fit;
    struct lemma_error err = {""};

    assert_true(lemma_multilog_fit(&g->points, names, LEMMA_PAIRED_AUTO, 0, &fit,
                                   &err) == LEMMA_EINPUT);
    check_contains(err.text, part);
    check_contains(err.text, other);
}

static void an_axis_that_does_not_vary_is_named(void **state)
{
    struct grid g;

    (void) state;
    make(&g, 0.1);
    for (size_t i = 0; i < 24; i++)
        g.x[3 * i + 1] = 7;
    refused(&g, "tau does not vary", "6 different points");
    g.points.x.rows = 0;
    refused(&g, "m does not vary", "0 different points");
}

static void axes_that_go_together_are_named(void **state)
{
    struct grid g;

    (void) state;
    make(&g, 0.1);
    for (size_t i = 0; i < 24; i++)
        g.x[3 * i + 2] = 3 / sqrt(g.x[3 * i + 1]); /* eta = c / sqrt(tau) */
    refused(&g, "eta goes with tau (", "cannot be told apart");
    for (size_t i = 0; i < 24; i++)
        g.x[3 * i + 2] = g.x[3 * i] * g.x[3 * i + 1];
    refused(&g, "eta goes with m, tau (", "");
}

static void too_few_points_are_told(void **state)
{
    struct grid g;

    (void) state;
    make(&g, 0.1);
    memmove(g.x + 6, g.x + 18, 6 * sizeof *g.x);
    memmove(g.x + 12, g.x + 36, 6 * sizeof *g.x);
    g.points.x.rows = 6;
    g.x[0] = g.x[3] = 1;
    refused(&g, "3 exponents and C need 4 different points", "3 are left of 6 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_product_is_recovered),
        cmocka_unit_test(the_normal_equations_agree_where_variances_are_pooled),
        cmocka_unit_test(one_axis_is_the_power_law),
        cmocka_unit_test(paired_seeds_are_told_and_taken_jointly),
        cmocka_unit_test(an_axis_that_does_not_vary_is_named),
        cmocka_unit_test(axes_that_go_together_are_named),
        cmocka_unit_test(too_few_points_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
