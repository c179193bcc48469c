#include <float.h>
#include <math.h>
#include <omp.h>

#include "kernel/limit.h"
#include "kernel/spectrum.h"
#include "kernel/tiny.h"

enum { MOST = 150 };

/* H diag(values) H, H a Householder reflection; exactly symmetric. */
static lemma_mat with_values(const double *values, size_t n)
{
    lemma_mat k = zeros(n, n);
    double u[MOST], uu = 0, mix = 0;

    draw_normals(n, u, n);
    for (size_t i = 0; i < n; i++)
        uu += u[i] * u[i];
    for (size_t i = 0; i < n; i++)
        mix += values[i] * u[i] * u[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double w = (i == j) * values[i] -
                       2 * u[i] * u[j] * (values[i] + values[j]) / uu +
                       4 * mix * u[i] * u[j] / uu / uu;

            lemma_row(k, i).a[j] = lemma_row(k, j).a[i] = w;
        }
    return k;
}

static struct lemma_spectrum_result measure(lemma_mat k, enum lemma_spectrum_kind kind,
                                            double *values, lemma_mat vectors)
{
    struct lemma_spectrum *s = NULL;
    struct lemma_spectrum_result r;

    check_ok(lemma_spectrum_create(k.rows, kind, &s), NULL);
    check_ok(lemma_spectrum_measure(s, k, values, vectors, &r), NULL);
    lemma_spectrum_destroy(s);
    return r;
}

static struct lemma_spectrum_result extremes(lemma_mat k)
{
    return measure(k, LEMMA_SPECTRUM_EXTREMES, NULL, (lemma_mat){0});
}

static void known_spectra_are_found_by_both_routes(void **state)
{
    static const size_t orders[] = {1, 2, 9, 64, 65, MOST};
    double values[MOST], found[MOST];

    (void) state;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        size_t n = orders[o];
        struct lemma_spectrum_result r, e;
        lemma_mat k;
        double trace = 0;

        for (size_t i = 0; i < n; i++)
            trace += values[i] = 0.5 + (double) i;
        k = with_values(values, n);
        r = measure(k, LEMMA_SPECTRUM_FULL, found, (lemma_mat){0});
        e = extremes(k);
        for (size_t i = 0; i < n; i++)
            check_close(found[i], values[i], 4e-16 * (double) (n * n));
        check_close(r.lambda_min, values[0], r.resolution);
        check_close(e.lambda_min, values[0], 2 * r.resolution);
        check_close(e.lambda_max, values[n - 1], 1e-12 * values[n - 1]);
        check_close(r.trace, trace, 1e-12 * trace);
        check_close(r.condition, values[n - 1] / values[0], 1e-10 * r.condition);
        assert_true(r.positive && r.converged && e.positive && e.converged);
        assert_true(r.asymmetry == 0 && e.asymmetry == 0);
        lemma_free(k.a);
    }
}

/* 1 / (i + j + 1): its least values published (order 9: 1.49e12 of condition). */
static void a_smallest_value_is_right_to_eps_of_the_largest(void **state)
{
    static const double least[] = {0,
                                   1,
                                   6.5741454089335e-2,
                                   2.6873403557735e-3,
                                   9.6702304022588e-5,
                                   3.2879287721718e-6,
                                   1.0827994845655e-7,
                                   3.4938986059912e-9,
                                   1.1115389663724e-10,
                                   3.4996764029048e-12};

    (void) state;
    for (size_t n = 1; n <= 9; n++) {
        lemma_mat k = zeros(n, n);
        double values[9];
        struct lemma_spectrum_result r, e;

        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                lemma_row(k, i).a[j] = 1.0 / (double) (i + j + 1);
        r = measure(k, LEMMA_SPECTRUM_FULL, values, (lemma_mat){0});
        e = extremes(k);
        check_close(r.lambda_min, least[n], 2 * DBL_EPSILON * r.lambda_max);
        check_close(e.lambda_min, least[n], r.resolution);
        assert_true(isfinite(r.condition));
        lemma_free(k.a);
    }
}

/* Condition 1e12, clustered at the small end, and 1e20, which nobody can tell. */
static void hard_spectra_stay_within_the_resolution(void **state)
{
    double values[MOST], found[MOST];

    (void) state;
    for (double least = 1e-12; least > 1e-21; least *= 1e-8) {
        lemma_mat k;
        struct lemma_spectrum_result r, e;

        for (size_t i = 0; i < MOST; i++)
            values[i] =
                i < 40 ? least * (1 + 1e-3 * (double) i)
                       : exp((double) (i - 40) / (MOST - 41) * -log(least)) * least;
        k = with_values(values, MOST);
        r = measure(k, LEMMA_SPECTRUM_FULL, found, (lemma_mat){0});
        e = extremes(k);
        check_close(r.resolution, MOST * DBL_EPSILON, 1e-20);
        check_close(r.lambda_min, least, r.resolution);
        check_close(e.lambda_min, least, 2 * r.resolution);
        assert_true(e.converged && e.positive && r.positive);
        assert_true(least > r.resolution || !(r.condition < 1e12));
        lemma_free(k.a);
    }
}

static void a_negative_value_is_told_and_not_clipped(void **state)
{
    double values[MOST], found[MOST];
    struct lemma_spectrum_result r, e;
    lemma_mat k;

    (void) state;
    for (size_t i = 0; i < MOST; i++)
        values[i] = i ? 1.0 / (double) i : -1e-3;
    k = with_values(values, MOST);
    r = measure(k, LEMMA_SPECTRUM_FULL, found, (lemma_mat){0});
    e = extremes(k);
    check_close(r.lambda_min, -1e-3, 1e-14);
    check_close(e.lambda_min, -1e-3, 1e-12);
    assert_false(r.positive);
    assert_false(e.positive);
    assert_true(r.condition == INFINITY && e.condition == INFINITY);
    lemma_free(k.a);
}

static void a_matrix_is_put_back_as_it_was(void **state)
{
    double values[MOST], found[MOST];
    lemma_mat k, keep = zeros(70, 70), vectors = zeros(70, 70);

    (void) state;
    for (size_t i = 0; i < MOST; i++)
        values[i] = 1 + (double) i;
    k = with_values(values, 70);
    memcpy(keep.a, k.a, 70 * 70 * sizeof *k.a);
    measure(k, LEMMA_SPECTRUM_FULL, found, vectors);
    assert_memory_equal(k.a, keep.a, 70 * 70 * sizeof *k.a);
    extremes(k);
    assert_memory_equal(k.a, keep.a, 70 * 70 * sizeof *k.a);
    for (size_t e = 0; e < 70; e += 23) /* K v = lambda v */
        for (size_t i = 0; i < 70; i++)
            check_close(lemma_dot(lemma_crow(lemma_const(k), i),
                                  lemma_crow(lemma_const(vectors), e)),
                        found[e] * lemma_row(vectors, e).a[i], 1e-12);
    lemma_free(k.a);
    lemma_free(keep.a);
    lemma_free(vectors.a);
}

static void asymmetry_is_told(void **state)
{
    double k[9] = {4, 1, 0, 1.5, 4, 0, 0, 0, 4}, values[3];
    struct lemma_spectrum_result r =
        measure(lemma_mat_of(k, 3, 3), LEMMA_SPECTRUM_FULL, values, (lemma_mat){0});

    (void) state;
    check_close(r.asymmetry, 0.125, 0);
    check_close(values[0], 3, 1e-15); /* of the triangle above: 4 -+ 1 */
    assert_true(k[3] == 1);
}

static void what_is_not_finite_is_nan_throughout(void **state)
{
    double k[9] = {4, 1, 0, 1, 4, 0, 0, 0, 4}, values[3];

    (void) state;
    k[1] = NAN;
    assert_true(isnan(
        measure(lemma_mat_of(k, 3, 3), LEMMA_SPECTRUM_FULL, values, (lemma_mat){0})
            .lambda_min));
    assert_true(isnan(values[1]));
    k[1] = 1;
    k[3] = INFINITY;
    assert_true(isnan(extremes(lemma_mat_of(k, 3, 3)).lambda_max));
    assert_false(extremes(lemma_mat_of(k, 3, 3)).positive);
}

static void zero_has_a_spectrum_too(void **state)
{
    double k[16] = {0}, values[4];
    struct lemma_spectrum_result r =
        measure(lemma_mat_of(k, 4, 4), LEMMA_SPECTRUM_FULL, values, (lemma_mat){0});
    struct lemma_spectrum_result e = extremes(lemma_mat_of(k, 4, 4));

    (void) state;
    assert_true(r.lambda_max == 0 && r.positive && r.condition == INFINITY);
    assert_true(e.lambda_max == 0 && e.lambda_min == 0 && e.converged);
}

/* H(0) of equal and of opposite inputs, and of more rows than weights (theory 1.3). */
static void singular_gram_matrices_have_a_zero_to_rounding(void **state)
{
    struct tiny t;

    (void) state;
    for (size_t c = 0; c < 3; c++) {
        size_t N = c == 2 ? 40 : 8;
        struct lemma_gram_sweep *sweep = NULL;
        struct lemma_spectrum_result r, e;
        double values[40];
        lemma_mat k = zeros(N, N);

        tiny_make(&t, "two-layer-relu", N, 2, 1, c == 2 ? 10 : 100, 1, 1);
        for (size_t q = 0; q < 2 && c == 0; q++)
            lemma_row(t.x, 3).a[q] = lemma_row(t.x, 5).a[q];
        for (size_t i = 0; i < 6 && c == 1; i++) {
            lemma_row(t.x, i).a[0] = (i < 3 ? 1 : -1) * cos(0.8 * (double) (i % 3));
            lemma_row(t.x, i).a[1] = (i < 3 ? 1 : -1) * sin(0.8 * (double) (i % 3));
        }
        tiny_features(&t);
        check_ok(lemma_gram_sweep_create(t.net, LEMMA_GRAM_FULL, N, 0, &sweep), NULL);
        lemma_gram_sweep(sweep, &t.model, lemma_const(t.features),
                         (struct lemma_layers){0, 1}, k);
        r = measure(k, LEMMA_SPECTRUM_FULL, values, (lemma_mat){0});
        e = extremes(k);
        check_close(r.lambda_min, 0, 8 * r.resolution);
        check_close(e.lambda_min, 0, 8 * r.resolution);
        assert_true(r.positive && e.positive && r.lambda_max > 0.1);
        lemma_gram_sweep_destroy(sweep);
        lemma_free(k.a);
        tiny_unmake(&t);
    }
}

static void threads_change_no_bit(void **state)
{
    enum { N = 400 };
    int threads = omp_get_max_threads();
    struct tiny t;
    struct lemma_limit sum = {0, false};
    struct lemma_spectrum_result one, three;
    lemma_mat k = zeros(N, N);

    (void) state;
    tiny_make(&t, "deep-relu", N, 6, 1, 4, 2, 1);
    check_ok(lemma_limit_gram(t.net, lemma_const(t.x), &sum, k, NULL), NULL);
    omp_set_num_threads(1);
    one = extremes(k);
    omp_set_num_threads(3);
    three = extremes(k);
    omp_set_num_threads(threads);
    assert_true(one.converged && one.lambda_min > 0);
    assert_true(one.lambda_min == three.lambda_min &&
                one.lambda_max == three.lambda_max);
    lemma_free(k.a);
    tiny_unmake(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_spectra_are_found_by_both_routes),
        cmocka_unit_test(a_smallest_value_is_right_to_eps_of_the_largest),
        cmocka_unit_test(hard_spectra_stay_within_the_resolution),
        cmocka_unit_test(a_negative_value_is_told_and_not_clipped),
        cmocka_unit_test(a_matrix_is_put_back_as_it_was),
        cmocka_unit_test(asymmetry_is_told),
        cmocka_unit_test(what_is_not_finite_is_nan_throughout),
        cmocka_unit_test(zero_has_a_spectrum_too),
        cmocka_unit_test(singular_gram_matrices_have_a_zero_to_rounding),
        cmocka_unit_test(threads_change_no_bit),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("spectrum", tests, NULL, NULL);
}
