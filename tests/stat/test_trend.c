#include "stat/trend.h"

#include <math.h>

#include "stat/synthetic.h"

static struct lemma_trend trend_of(double a, double noise, double level)
{
    struct plan plan = {
        .groups = 6, .seeds = 5, .a = a, .noise = noise, .paired = true};
    struct lemma_trend trend;
    struct synthetic s;

    synthesise(&plan, 3, &s);
    check_ok(lemma_stat_trend(&s.points, LEMMA_PAIRED_AUTO, level, &trend, NULL), NULL);
    return trend;
}

static void a_constant_that_grows_is_told(void **state)
{
    struct lemma_trend up = trend_of(0.25, 0.05, 0), down = trend_of(-0.25, 0.05, 0);

    (void) state;
    assert_true(up.grows && !up.falls && up.p_grows < 0.05);
    assert_true(down.falls && !down.grows && down.p_grows > 0.95);
    check_close(up.slope.value, 0.25, 0.05);
    check_close(up.factor, pow(32, up.slope.value), 1e-12);
    check_close(up.decades, log10(32), 1e-12);
}

static void a_constant_that_stays_neither_grows_nor_falls(void **state)
{
    struct lemma_trend flat = trend_of(0, 0.05, 0);

    (void) state;
    assert_true(!flat.grows && !flat.falls);
    assert_true(flat.lower < 0 && flat.upper > 0 && flat.upper < 0.1);
}

static void bounds_are_one_sided(void **state)
{
    struct lemma_trend t = trend_of(0.25, 0.05, 0.99);
    double half = t.slope.error * lemma_t_quantile(0.99, t.slope.dof);

    (void) state;
    assert_true(t.slope.dof == 4); /* five seeds, paired */
    check_close(t.lower, t.slope.value - half, 1e-14);
    check_close(t.upper, t.slope.value + half, 1e-14);
}

static void nothing_is_claimed_of_two_single_points(void **state)
{
    static const double x[] = {1, 2}, y[] = {1, 2};
    struct lemma_points points = {lemma_cmat_of(x, 2, 1), y, NULL};
    struct lemma_error err = {""};
    struct lemma_trend t;

    (void) state;
    check_ok(lemma_stat_trend(&points, LEMMA_PAIRED_AUTO, 0, &t, NULL), NULL);
    check_close(t.slope.value, 1, 1e-14);
    assert_true(!t.grows && !t.falls && isnan(t.lower) && isnan(t.p_grows));
    points.x.rows = 1;
    assert_true(lemma_stat_trend(&points, LEMMA_PAIRED_AUTO, 0, &t, &err) ==
                LEMMA_EINPUT);
    check_contains(err.text, "two different x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_that_grows_is_told),
        cmocka_unit_test(a_constant_that_stays_neither_grows_nor_falls),
        cmocka_unit_test(bounds_are_one_sided),
        cmocka_unit_test(nothing_is_claimed_of_two_single_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
