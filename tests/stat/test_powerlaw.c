#include "stat/powerlaw.h"

#include <math.h>

#include "stat/naive.h"
#include "stat/synthetic.h"

static struct lemma_powerlaw fit_of(const struct lemma_points *points,
                                    enum lemma_pairing pairing)
{
    struct lemma_powerlaw_options o = {.pairing = pairing, .seed = 1};
    struct lemma_powerlaw fit;
    struct lemma_error err = {""};

    check_ok(lemma_powerlaw_fit(points, &o, &fit, &err), &err);
    return fit;
}

static struct lemma_powerlaw fit_rows(const double *x, const double *y,
                                      const uint64_t *seed, size_t n)
{
    struct lemma_points points = {lemma_cmat_of(x, n, 1), y, seed};

    return fit_of(&points, LEMMA_PAIRED_AUTO);
}

static void an_exact_power_law_is_recovered(void **state)
{
    struct plan plan = {.groups = 7, .seeds = 5, .a = -0.5};
    struct synthetic s;

    (void) state;
    for (int paired = 0; paired < 2; paired++) {
        struct lemma_powerlaw fit;

        plan.paired = paired;
        synthesise(&plan, 1, &s);
        fit = fit_of(&s.points, LEMMA_PAIRED_AUTO);
        check_close(fit.a.value, -0.5, 1e-14);
        check_close(fit.c, 3, 1e-13);
        check_close(fit.r2, 1, 1e-13);
        check_close(fit.spread, 0, 1e-15);
        assert_true(fit.a.error < 1e-14 && fit.straight && fit.lack_of_fit.p > 0.05);
        assert_true(fit.interval.low <= -0.5 && -0.5 <= fit.interval.high);
        check_close(fit.bootstrap.high, -0.5, 1e-14);
        check_close(fit.decades, log10(64), 1e-14);
        assert_true(fit.joint == paired && fit.groups == 7 && fit.values == 35);
        assert_true(fit.least_seeds == 5 && fit.most_seeds == 5);
        assert_true(fit.x_min == 64 && fit.x_max == 4096);
    }
}

static void two_points_are_a_line_without_an_error(void **state)
{
    static const double x[] = {2, 8}, y[] = {3, 12};
    struct lemma_powerlaw fit = fit_rows(x, y, NULL, 2);

    (void) state;
    check_close(fit.a.value, 1, 1e-15);
    check_close(fit.c, 1.5, 1e-14);
    assert_true(isnan(fit.a.error) && isnan(fit.interval.low) &&
                isnan(fit.bootstrap.low) && isnan(fit.spread));
    assert_true(fit.scatter && !fit.straight && isnan(fit.lack_of_fit.p));
}

/* log x = 0, 1, 2 with 2, 2 and 1 values; means 0, 1, 3; one pooled variance, 1/32, so
 * weights as 2 : 2 : 1. Middle of log x (2 + 2) / 5 = 4/5; sum of squares 2 (16 + 1) /
 * 25 + 36/25 = 14/5; products 2 (-4/5) 0 + 2 (1/5) 1 + (6/5) 3 = 4, a = 10/7. */
static void weights_are_those_of_a_calculation_by_hand(void **state)
{
    const double e = exp(1), step = exp(0.125);
    const double x[] = {1, 1, e, e, e * e};
    const double y[] = {1 / step, step, e / step, e * step, e * e * e};
    struct lemma_powerlaw fit = fit_rows(x, y, NULL, 5);
    double middle = (2 + 3) / 5.0, a = 10.0 / 7;
    double misfit = 2 * pow(middle - 0.8 * a, 2) + 2 * pow(1 - middle - 0.2 * a, 2) +
                    pow(3 - middle - 1.2 * a, 2);

    (void) state;
    check_close(fit.a.value, a, 1e-14);
    check_close(fit.log_c.value, middle - 0.8 * a, 1e-14);
    check_close(fit.spread, sqrt(1 / 32.0), 1e-15);
    check_close(fit.a.error, sqrt(1 / 32.0 / 2.8), 1e-14);
    check_close(fit.lack_of_fit.f, misfit * 32, 1e-12); /* on 1 degree of freedom */
    assert_true(fit.lack_of_fit.dof1 == 1 && fit.lack_of_fit.dof2 == 2);
    check_close(fit.r2, 1 - misfit / (2 + 4), 1e-14);
    check_close(fit.interval.high - fit.a.value,
                fit.a.error * lemma_t_quantile(0.975, fit.a.dof), 1e-14);
    check_close(log(fit.c_interval.low),
                fit.log_c.value -
                    fit.log_c.error * lemma_t_quantile(0.975, fit.log_c.dof),
                1e-13);
    assert_true(isnan(fit.bootstrap.low)); /* a group of one */
}

/* Two groups: a seed's exponent is its own difference. */
static void paired_seeds_give_an_exponent_each(void **state)
{
    const double x[] = {1, 1, 1, 2, 2, 2};
    const double y[] = {1, 2, 4, 2, 4, 16}; /* exponents 1, 1, 2 */
    static const uint64_t seed[] = {1, 2, 3, 1, 2, 3};
    struct lemma_powerlaw fit = fit_rows(x, y, seed, 6);

    (void) state;
    assert_true(fit.joint && fit.a.dof == 2);
    check_close(fit.a.value, 4 / 3.0, 1e-14);
    check_close(fit.a.error, 1 / 3.0, 1e-14); /* sqrt(2/3 / 2 / 3) */
}

static void single_seeds_are_judged_by_their_scatter(void **state)
{
    const double e = exp(1), x[] = {1, e, e * e}, y[] = {1, e * e, e};
    struct lemma_powerlaw fit = fit_rows(x, y, NULL, 3);

    (void) state; /* log y = 0, 2, 1: slope 1/2, residuals -1/2, 1, -1/2 */
    check_close(fit.a.value, 0.5, 1e-14);
    check_close(fit.a.error, sqrt(1.5 / 2), 1e-14);
    assert_true(fit.scatter && fit.a.dof == 1 && fit.least_seeds == 1);
    assert_true(isnan(fit.curvature.p) && isnan(fit.bootstrap.low));
}

static void a_naive_fit_agrees(void **state)
{
    struct plan plan = {.seeds = 5, .a = -0.5, .noise = 0.02, .growth = 5};
    struct synthetic s;

    (void) state;
    for (plan.groups = 3; plan.groups <= 8; plan.groups++)
        for (uint64_t id = 0; id < 20; id++) {
            struct lemma_powerlaw fit;
            struct naive want;

            synthesise(&plan, id, &s);
            want = naive_fit(s.x, s.y, plan.groups, plan.seeds);
            fit = fit_of(&s.points, LEMMA_PAIRED_AUTO);
            check_close(2 * fit.spread_exponent, want.b, 1e-6 * (1 + fabs(want.b)));
            check_close(fit.a.value, want.a, 1e-8);
            check_close(fit.log_c.value, want.log_c, 1e-7);
            check_close(fit.a.error, want.error, 1e-6 * want.error);
            check_close(fit.a.dof, want.dof, 1e-6 * want.dof);
        }
}

static void what_has_no_logarithm_is_dropped_and_counted(void **state)
{
    struct plan plan = {.groups = 5, .seeds = 4, .a = 1, .noise = 0.1, .paired = true};
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    synthesise(&plan, 1, &s);
    s.y[0] = NAN;
    s.y[5] = INFINITY;
    s.y[6] = 0;
    s.y[9] = -1;
    s.y[10] = -INFINITY;
    s.x[12] = NAN;
    s.x[13] = 0;
    s.x[14] = -2;
    s.x[15] = INFINITY;
    fit = fit_of(&s.points, LEMMA_PAIRED_AUTO);
    assert_true(fit.dropped.x == 4 && fit.dropped.not_finite == 3 &&
                fit.dropped.not_positive == 2);
    assert_true(fit.groups == 4 && fit.values == 11); /* one group had bad x only */
    assert_true(fit.least_seeds == 2 && fit.most_seeds == 4);
    assert_true(fit.joint); /* its design is paired, whatever was lost of it */
    check_close(fit.a.value, 1, 0.2);
    assert_true(fit.a.error > 0 && isfinite(fit.bootstrap.low));
}

static void refused(const double *x, const double *y, size_t n, const char *part)
{
    struct lemma_points points = {lemma_cmat_of(x, n, 1), y, NULL};
    struct lemma_powerlaw fit = {.c = 42};
    struct lemma_error err = {""};

    assert_true(lemma_powerlaw_fit(&points, NULL, &fit, &err) == LEMMA_EINPUT);
    check_contains(err.text, part);
    assert_true(fit.c == 42);
    assert_true(lemma_powerlaw_fit(&points, NULL, &fit, NULL) == LEMMA_EINPUT);
}

static void a_single_x_is_refused_with_the_reason(void **state)
{
    static const double x[] = {8, 8, 8, 16}, y[] = {1, 2, 3, NAN}, zero[4] = {0};
    const double close[] = {1e6, nextafter(1e6, 2e6)};

    (void) state;
    refused(x, y, 3, "of 3 values, 3 have a usable x");
    refused(x, y, 3, "1 different x are left");
    refused(x, y, 4, "1 of them are not finite");
    refused(x, zero, 4, "4 not positive: 0 different x are left");
    refused(zero, y, 3, "0 have a usable x");
    refused(x, y, 0, "of 0 values");
    refused(close, x, 2, "different x"); /* their logarithms are equal */
}

static void units_play_no_part(void **state)
{
    struct plan plan = {.groups = 6, .seeds = 5, .a = -0.5, .noise = 0.05};
    struct synthetic s;

    (void) state;
    for (int paired = 0; paired < 2; paired++) {
        struct lemma_powerlaw before, after;

        plan.paired = paired;
        synthesise(&plan, 1, &s);
        before = fit_of(&s.points, LEMMA_PAIRED_AUTO);
        for (size_t i = 0; i < 30; i++) {
            s.x[i] *= 1e-3;
            s.y[i] *= 1e5;
        }
        after = fit_of(&s.points, LEMMA_PAIRED_AUTO);
        check_close(after.a.value, before.a.value, 1e-9);
        check_close(after.a.error, before.a.error, 1e-9);
        check_close(after.a.dof, before.a.dof, 1e-6);
        check_close(after.bootstrap.low, before.bootstrap.low, 1e-8);
        check_close(after.bootstrap.high, before.bootstrap.high, 1e-8);
        check_close(after.curvature.t, before.curvature.t, 1e-6);
        check_close(after.log_c.value,
                    before.log_c.value + log(1e5) - before.a.value * log(1e-3), 1e-8);
    }
}

static void the_order_of_the_rows_plays_no_part(void **state)
{
    struct plan plan = {.groups = 6, .seeds = 5, .a = -0.5, .noise = 0.05};
    struct synthetic s, mixed;

    (void) state;
    for (int paired = 0; paired < 2; paired++) {
        struct lemma_powerlaw a, b;

        plan.paired = paired;
        synthesise(&plan, 1, &s);
        synthesise(&plan, 1, &mixed);
        for (size_t i = 0; i < 30; i++) {
            mixed.x[i] = s.x[i * 7 % 30];
            mixed.y[i] = s.y[i * 7 % 30];
            mixed.seed[i] = s.seed[i * 7 % 30];
        }
        a = fit_of(&s.points, LEMMA_PAIRED_AUTO);
        b = fit_of(&mixed.points, LEMMA_PAIRED_AUTO);
        assert_true(a.a.value == b.a.value && a.a.error == b.a.error &&
                    a.bootstrap.low == b.bootstrap.low &&
                    a.bootstrap.high == b.bootstrap.high &&
                    a.curvature.p == b.curvature.p && a.joint == b.joint);
    }
}

static void the_bootstrap_is_a_function_of_its_seed(void **state)
{
    struct plan plan = {
        .groups = 6, .seeds = 5, .a = -0.5, .noise = 0.05, .paired = true};
    struct lemma_powerlaw_options o = {.seed = 1}, other = {.seed = 2},
                                  wide = {.seed = 1, .level = 0.99};
    struct lemma_powerlaw a, b;
    struct synthetic s;

    (void) state;
    synthesise(&plan, 1, &s);
    check_ok(lemma_powerlaw_fit(&s.points, &o, &a, NULL), NULL);
    check_ok(lemma_powerlaw_fit(&s.points, &o, &b, NULL), NULL);
    assert_true(a.bootstrap.low == b.bootstrap.low);
    check_ok(lemma_powerlaw_fit(&s.points, &other, &b, NULL), NULL);
    assert_true(a.bootstrap.low != b.bootstrap.low && a.interval.low == b.interval.low);
    check_ok(lemma_powerlaw_fit(&s.points, &wide, &b, NULL), NULL);
    assert_true(b.bootstrap.low < a.bootstrap.low && b.interval.low < a.interval.low);
}

static void seeds_pair_where_labels_say_so(void **state)
{
    struct plan plan = {.groups = 4, .seeds = 3, .a = 1, .noise = 0.05, .paired = true};
    struct synthetic s;

    (void) state;
    synthesise(&plan, 1, &s);
    assert_true(fit_of(&s.points, LEMMA_PAIRED_AUTO).joint);
    assert_true(!fit_of(&s.points, LEMMA_UNPAIRED).joint);
    s.seed[4] = 77; /* one label of one group */
    assert_true(!fit_of(&s.points, LEMMA_PAIRED_AUTO).joint);
    assert_true(fit_of(&s.points, LEMMA_PAIRED).joint);
    s.seed[4] = s.seed[3]; /* one twice */
    assert_true(!fit_of(&s.points, LEMMA_PAIRED_AUTO).joint);
    s.points.seed = NULL;
    assert_true(!fit_of(&s.points, LEMMA_PAIRED).joint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_power_law_is_recovered),
        cmocka_unit_test(two_points_are_a_line_without_an_error),
        cmocka_unit_test(weights_are_those_of_a_calculation_by_hand),
        cmocka_unit_test(paired_seeds_give_an_exponent_each),
        cmocka_unit_test(single_seeds_are_judged_by_their_scatter),
        cmocka_unit_test(a_naive_fit_agrees),
        cmocka_unit_test(what_has_no_logarithm_is_dropped_and_counted),
        cmocka_unit_test(a_single_x_is_refused_with_the_reason),
        cmocka_unit_test(units_play_no_part),
        cmocka_unit_test(the_order_of_the_rows_plays_no_part),
        cmocka_unit_test(the_bootstrap_is_a_function_of_its_seed),
        cmocka_unit_test(seeds_pair_where_labels_say_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
