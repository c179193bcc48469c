#include <float.h>
#include <math.h>

#include "core/eigen.h"
#include "kernel/bounds.h"
#include "kernel/limit.h"
#include "kernel/tiny.h"

/* lambda_min(H^inf) of t's inputs, and the bounds from their distances. */
static double least_of(const struct tiny *t, struct lemma_bounds *bounds)
{
    struct lemma_limit sum = {0, false};
    struct lemma_eigen *e = NULL;
    double minus = INFINITY, plus = INFINITY, least, *values = zeros(1, t->N).a;
    lemma_mat k = zeros(t->N, t->N);

    for (size_t i = 0; i < t->N; i++)
        for (size_t j = 0; j < i; j++) {
            double a = 0, b = 0;

            for (size_t q = 0; q < t->x.cols; q++) {
                double x = lemma_row(t->x, i).a[q], y = lemma_row(t->x, j).a[q];

                a += (x - y) * (x - y);
                b += (x + y) * (x + y);
            }
            minus = fmin(minus, sqrt(a));
            plus = fmin(plus, sqrt(b));
        }
    check_ok(lemma_limit_gram(t->net, lemma_const(t->x), &sum, k, NULL), NULL);
    check_ok(lemma_eigen_create(t->N, &e), NULL);
    check_ok(lemma_eigen_solve(e, k, values, (lemma_mat){0}), NULL);
    *bounds = lemma_bounds_two_layer(t->N, minus, plus);
    least = values[0];
    lemma_eigen_destroy(e);
    lemma_free(k.a);
    lemma_free(values);
    return least;
}

/* Theory 7, R10, with its own draws: k2 / lambda_0 and k3 / lambda_0 per (n, d_x). */
static void they_enclose_the_eigenvalue_of_points_on_a_sphere(void **state)
{
    static const size_t shapes[][2] = {{2, 2}, {5, 3}, {20, 10}, {10, 20}, {50, 50}};

    (void) state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct tiny t;
        struct lemma_bounds b;
        double least;

        tiny_make(&t, "two-layer-relu", shapes[i][0], shapes[i][1], 1, 4, 1, 1);
        least = least_of(&t, &b);
        /* two points attain the upper one, to rounding */
        assert_true(least <= b.upper * (1 + 8 * DBL_EPSILON) && least >= b.lower);
        assert_true(b.lower > b.simple && b.simple > 0);
        if (i >= 2) { /* there .26, .18 and .27 */
            assert_true(b.lower / least > 0.05 && b.lower / least < 0.6);
        }
        tiny_unmake(&t);
    }
}

/* The same, its values: lambda_0 and k2 for points drawn uniformly, one draw each. */
static void reference_r10_holds_on_another_draw(void **state)
{
    static const size_t shapes[][2] = {{20, 10}, {10, 20}, {50, 50}, {40, 100}};
    static const double least[] = {.140, .311, .222, .280};
    static const double lower[] = {.037, .057, .061, .080};
    static const double simple[] = {2e-5, 9e-5, 4e-6, 7e-6};

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct tiny t;
        struct lemma_bounds b;

        tiny_make(&t, "two-layer-relu", shapes[i][0], shapes[i][1], 1, 4, 1, 1);
        check_close(log(least_of(&t, &b) / least[i]), 0, log(1.3));
        check_close(log(b.lower / lower[i]), 0, log(1.6));
        check_close(log(b.simple / simple[i]), 0, log(2));
        tiny_unmake(&t);
    }
}

/* A pair at angle theta alone: the upper bound is attained, H_11 - H_12. */
static void a_close_pair_attains_the_upper_bound(void **state)
{
    (void) state;
    for (double theta = 1; theta > 1e-9; theta /= 10) {
        struct tiny t;
        struct lemma_bounds b;
        double least;

        tiny_make(&t, "two-layer-relu", 2, 2, 1, 4, 1, 1);
        memcpy(t.x.a, (double[]){1, 0, cos(theta), sin(theta)}, 4 * sizeof(double));
        least = least_of(&t, &b);
        check_close(least, b.upper, 4e-16);
        check_close(b.upper, theta / (2 * M_PI), theta * theta);
        assert_true(b.lower <= least && b.lower > 0);
        tiny_unmake(&t);
    }
}

/* The expansion by its own series, term by term, at the best J. */
static void the_expansion_is_the_best_of_its_truncations(void **state)
{
    double phi = 0.7, q = 1 - phi * phi / 2, best = 0;
    size_t n = 12;

    (void) state;
    for (int J = 0; J < 40; J++) {
        double tail = 0, a = 1;

        for (int j = 0; j < 4000; j++) {
            if (j >= J)
                tail += a / (2 * j + 1) * (1 - ((double) n - 1) * pow(q, 2 * j + 2));
            a *= (2 * j + 1.0) / (2 * j + 2.0);
        }
        best = fmax(best, tail / (2 * M_PI));
    }
    /* What was cut off of the series at 1 is 1 / sqrt(pi 4000) or less. */
    assert_true(lemma_bounds_two_layer(n, phi, 2).lower >= best);
    check_close(lemma_bounds_two_layer(n, phi, 2).lower, best, 0.009 / (2 * M_PI));
    check_close(lemma_bounds_two_layer(n, 2, phi).lower,
                lemma_bounds_two_layer(n, phi, 2).lower, 0);
}

static void equal_and_opposite_inputs_have_no_lower_bound(void **state)
{
    (void) state;
    assert_true(lemma_bounds_two_layer(5, 0, 1).upper == 0);
    assert_true(lemma_bounds_two_layer(5, 0, 1).lower == 0);
    assert_true(lemma_bounds_two_layer(5, 1, 0).lower == 0);
    assert_true(lemma_bounds_two_layer(5, 1, 0).simple == 0);
    assert_true(lemma_bounds_two_layer(1, INFINITY, INFINITY).lower == 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_enclose_the_eigenvalue_of_points_on_a_sphere),
        cmocka_unit_test(reference_r10_holds_on_another_draw),
        cmocka_unit_test(a_close_pair_attains_the_upper_bound),
        cmocka_unit_test(the_expansion_is_the_best_of_its_truncations),
        cmocka_unit_test(equal_and_opposite_inputs_have_no_lower_bound),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
