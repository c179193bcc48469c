#include "stat/student.h"

#include <math.h>

#include "support.h"

static void quantiles_are_those_of_the_tables(void **state)
{
    (void) state;
    check_close(lemma_t_quantile(0.975, 1), 12.706204736432095, 1e-9);
    check_close(lemma_t_quantile(0.975, 4), 2.7764451051977987, 1e-12);
    check_close(lemma_t_quantile(0.95, 4), 2.1318467863266495, 1e-12);
    check_close(lemma_t_quantile(0.975, 24.5), 2.0616, 1e-3);
    check_close(lemma_t_quantile(0.975, 1e9), 1.9599639845400545, 1e-8);
    check_close(lemma_t_quantile(0.975, INFINITY), 1.9599639845400545, 1e-12);
    check_close(lemma_t_quantile(0.3, 7), -lemma_t_quantile(0.7, 7), 1e-12);
    assert_true(isnan(lemma_t_quantile(0.975, 0)));
    assert_true(isnan(lemma_t_quantile(0.975, NAN)));
}

static void intervals_and_bounds_are_estimate_and_quantile(void **state)
{
    struct lemma_estimate e = {1, 0.5, 4};
    struct lemma_interval i = lemma_t_interval(e, 0.95);

    (void) state;
    check_close(i.low, 1 - 0.5 * 2.7764451051977987, 1e-12);
    check_close(i.high, 1 + 0.5 * 2.7764451051977987, 1e-12);
    check_close(lemma_t_lower(e, 0.95), 1 - 0.5 * 2.1318467863266495, 1e-12);
    check_close(lemma_t_upper(e, 0.95), 1 + 0.5 * 2.1318467863266495, 1e-12);
}

static void p_values_are_where_the_bounds_are(void **state)
{
    struct lemma_estimate e = {1, 0.5, 4};

    (void) state;
    check_close(lemma_t_differs(e, lemma_t_interval(e, 0.95).low), 0.05, 1e-12);
    check_close(lemma_t_differs(e, lemma_t_interval(e, 0.95).high), 0.05, 1e-12);
    check_close(lemma_t_exceeds(e, lemma_t_lower(e, 0.95)), 0.05, 1e-12);
    check_close(lemma_t_exceeds(e, lemma_t_upper(e, 0.95)), 0.95, 1e-12);
    check_close(lemma_t_exceeds(e, 1), 0.5, 1e-12);
    check_close(lemma_t_differs(e, 1), 1, 1e-12);
}

static void what_is_not_known_is_nan(void **state)
{
    struct lemma_estimate e = {1, NAN, 0};

    (void) state;
    assert_true(isnan(lemma_t_interval(e, 0.95).low));
    assert_true(isnan(lemma_t_lower(e, 0.95)) && isnan(lemma_t_upper(e, 0.95)));
    assert_true(isnan(lemma_t_differs(e, 0)) && isnan(lemma_t_exceeds(e, 0)));
    assert_true(isnan(lemma_t_differs(e, 1)) && isnan(lemma_t_exceeds(e, 1)));
}

static void an_exact_estimate_differs_surely_or_not_at_all(void **state)
{
    struct lemma_estimate e = {1, 0, 4};

    (void) state;
    assert_true(lemma_t_differs(e, 1) == 1 && lemma_t_differs(e, 2) == 0);
    assert_true(lemma_t_exceeds(e, 1) == 1 && lemma_t_exceeds(e, 0) == 0 &&
                lemma_t_exceeds(e, 2) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_tables),
        cmocka_unit_test(intervals_and_bounds_are_estimate_and_quantile),
        cmocka_unit_test(p_values_are_where_the_bounds_are),
        cmocka_unit_test(what_is_not_known_is_nan),
        cmocka_unit_test(an_exact_estimate_differs_surely_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
