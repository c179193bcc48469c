#include "stat/range.h"

#include <math.h>

#include "stat/synthetic.h"

static struct lemma_powerlaw fit_range(const struct synthetic *s,
                                       enum lemma_range range)
{
    struct lemma_powerlaw_options o = {.range = range};
    struct lemma_powerlaw fit;

    check_ok(lemma_powerlaw_fit(&s->points, &o, &fit, NULL), NULL);
    return fit;
}

static const struct plan straight = {
    .groups = 8, .seeds = 5, .a = 0.5, .noise = 0.01, .paired = true};

/* y of the first (last) groups is moved off the line. */
static void bend(struct synthetic *s, size_t first, size_t count)
{
    for (size_t i = first * 5; i < (first + count) * 5; i++)
        s->y[i] *= 2;
}

static void a_straight_line_keeps_all_groups(void **state)
{
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    synthesise(&straight, 1, &s);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT);
    assert_true(fit.straight && fit.cut_low == 0 && fit.cut_high == 0);
    assert_true(fit.groups == 8 && fit.decades == log10(128));
}

static void groups_off_the_line_at_an_end_are_dropped_and_told(void **state)
{
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    synthesise(&straight, 1, &s);
    bend(&s, 0, 2);
    fit = fit_range(&s, LEMMA_RANGE_ALL);
    assert_true(!fit.straight && fit.groups == 8 && fit.cut_low == 0);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT);
    assert_true(fit.straight && fit.cut_low == 2 && fit.cut_high == 0);
    assert_true(fit.groups == 6 && fit.values == 30 && fit.x_min == 256);
    check_close(fit.a.value, 0.5, 0.02);
    synthesise(&straight, 1, &s);
    bend(&s, 7, 1);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT);
    assert_true(fit.straight && fit.cut_low == 0 && fit.cut_high == 1);
    assert_true(fit.x_max == 4096);
}

static void four_groups_are_kept_at_least(void **state)
{
    struct plan bent = straight;
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    bent.q = 1;
    synthesise(&bent, 1, &s);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT); /* bent everywhere: nothing helps */
    assert_true(!fit.straight && fit.groups == 8);
    assert_true(fit.cut_low == 0 && fit.cut_high == 0);
    bent.groups = 3;
    synthesise(&bent, 1, &s);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT);
    assert_true(!fit.straight && fit.groups == 3);
}

static void the_quadratic_term_is_recovered(void **state)
{
    struct plan bent = {.groups = 6, .seeds = 2, .a = 0.5, .q = 0.0625, .paired = true};
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    synthesise(&bent, 1, &s);
    fit = fit_range(&s, LEMMA_RANGE_ALL);
    check_close(fit.curvature.q.value, 0.0625, 1e-12);
    assert_true(fit.curvature.p < 1e-6 && !fit.straight && fit.lack_of_fit.p < 1e-6);
}

static void two_groups_cannot_be_bent(void **state)
{
    struct plan two = straight;
    struct lemma_powerlaw fit;
    struct synthetic s;

    (void) state;
    two.groups = 2;
    synthesise(&two, 1, &s);
    fit = fit_range(&s, LEMMA_RANGE_STRAIGHT);
    assert_true(isnan(fit.curvature.q.value) && isnan(fit.curvature.p));
    assert_true(isnan(fit.lack_of_fit.p) && !fit.straight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_line_keeps_all_groups),
        cmocka_unit_test(groups_off_the_line_at_an_end_are_dropped_and_told),
        cmocka_unit_test(four_groups_are_kept_at_least),
        cmocka_unit_test(the_quadratic_term_is_recovered),
        cmocka_unit_test(two_groups_cannot_be_bent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
