#include "stat/spread.h"

#include <math.h>

#include "stat/synthetic.h"

/* Values of log y about 0, on rows of x and seed. */
static void spread_of(const double *x, const double *log_y, const uint64_t *seed,
                      size_t n, enum lemma_pairing pairing, struct lemma_groups *g,
                      struct lemma_spread *s)
{
    double y[ROWS_MAX];
    struct lemma_points points = {lemma_cmat_of(x, n, 1), y, seed};

    for (size_t i = 0; i < n; i++)
        y[i] = exp(log_y[i]);
    check_ok(lemma_groups_create(&points, pairing, g), NULL);
    check_ok(lemma_spread_create(g, 2, s), NULL);
}

static void free_both(struct lemma_groups *g, struct lemma_spread *s)
{
    lemma_groups_fini(g);
    lemma_spread_fini(s);
}

static void two_groups_share_the_pooled_variance(void **state)
{
    static const double x[] = {1, 1, 2, 2, 2}, log_y[] = {-1, 1, -3, 0, 3};
    struct lemma_groups g;
    struct lemma_spread s;

    (void) state;
    spread_of(x, log_y, NULL, 5, LEMMA_PAIRED_AUTO, &g, &s);
    check_close(s.own[0], 2, 1e-14); /* (1 + 1) / 1 */
    check_close(s.own[1], 9, 1e-14); /* (9 + 9) / 2 */
    check_close(s.pooled, 20.0 / 3, 1e-14);
    check_close(s.of_mean[0], 20.0 / 6, 1e-14);
    check_close(s.of_mean[1], 20.0 / 9, 1e-14);
    assert_true(s.dof[0] == 1 && s.dof[1] == 2 && s.total == 3 && !s.scatter);
    assert_true(s.trend[0] == 0 && s.trend_covariance[0] == 0);
    free_both(&g, &s);
}

/* sigma_g^2 = x_g^2 to the letter: the maximum of the likelihood is there. */
static void a_power_law_of_the_variances_is_found(void **state)
{
    static const double x[] = {0.25, 0.25, 0.5, 0.5, 1, 1, 2, 2};
    double log_y[8], information = 0;
    struct lemma_groups g;
    struct lemma_spread s;

    (void) state;
    for (size_t i = 0; i < 8; i++)
        log_y[i] = (i % 2 ? 1 : -1) * x[i] / sqrt(2);
    spread_of(x, log_y, NULL, 8, LEMMA_PAIRED_AUTO, &g, &s);
    check_close(s.trend[0], 2, 1e-7);
    for (size_t i = 0; i < 4; i++) {
        check_close(s.own[i], x[2 * i] * x[2 * i], 1e-13);
        check_close(s.of_mean[i], x[2 * i] * x[2 * i] / 2, 1e-7);
        information += 0.5 * pow(((double) i - 1.5) * log(2), 2); /* d_g / 2 = 1/2 */
    }
    check_close(s.trend_covariance[0], 1 / information, 1e-12);
    free_both(&g, &s);
}

static void the_level_of_a_seed_is_no_noise_where_seeds_are_paired(void **state)
{
    static const double x[] = {1, 1, 1, 2, 2, 2, 4, 4, 4};
    static const double log_y[] = {-1, 0, 1, -1, 0, 1, -1, 0, 1};
    static const uint64_t seed[] = {7, 8, 9, 7, 8, 9, 7, 8, 9};
    struct lemma_groups g;
    struct lemma_spread s;

    (void) state;
    spread_of(x, log_y, seed, 9, LEMMA_PAIRED_AUTO, &g, &s);
    assert_true(g.joint && s.total == 4); /* (3 - 1) (3 - 1) */
    check_close(s.pooled, 0, 1e-30);
    check_close(s.of_mean[1], s.floor, 1e-30);
    free_both(&g, &s);
    spread_of(x, log_y, seed, 9, LEMMA_UNPAIRED, &g, &s);
    assert_true(!g.joint && s.total == 6);
    check_close(s.pooled, 1, 1e-14);
    free_both(&g, &s);
}

static void values_that_happen_to_be_equal_do_not_take_all_the_weight(void **state)
{
    static const double x[] = {1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8};
    static const double log_y[] = {0, 0, 0, 0, 0, 0, -1, 0, 1, -2, 0, 2};
    struct lemma_groups g;
    struct lemma_spread s;

    (void) state;
    spread_of(x, log_y, NULL, 12, LEMMA_PAIRED_AUTO, &g, &s);
    check_close(s.pooled, 1.25, 1e-14);
    check_close(s.own[0], 1.25e-4, 1e-16);
    for (size_t i = 0; i < 4; i++)
        assert_true(s.of_mean[i] > 1e-6 && s.of_mean[i] < 100);
    free_both(&g, &s);
}

static void too_few_replicates_leave_the_error_to_the_scatter(void **state)
{
    static const double x[] = {1, 2, 3, 4, 5, 5}, log_y[] = {0, 1, 2, 3, 4, 5};
    struct lemma_groups g;
    struct lemma_spread s;

    (void) state;
    spread_of(x, log_y, NULL, 6, LEMMA_PAIRED_AUTO, &g, &s);
    assert_true(s.scatter && s.total == 1); /* 1 + 2 < 5 */
    check_close(s.of_mean[0], 1, 0);
    check_close(s.of_mean[4], 0.5, 0);
    free_both(&g, &s);
    spread_of(x, log_y, NULL, 3, LEMMA_PAIRED_AUTO, &g, &s);
    assert_true(s.scatter && isnan(s.pooled) && isnan(s.own[0]));
    free_both(&g, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_groups_share_the_pooled_variance),
        cmocka_unit_test(a_power_law_of_the_variances_is_found),
        cmocka_unit_test(the_level_of_a_seed_is_no_noise_where_seeds_are_paired),
        cmocka_unit_test(values_that_happen_to_be_equal_do_not_take_all_the_weight),
        cmocka_unit_test(too_few_replicates_leave_the_error_to_the_scatter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
