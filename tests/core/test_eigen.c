#include <math.h>

#include "core/blas.h"
#include "core/eigen.h"
#include "support.h"

enum { MOST = 60 };

/* A = H diag(values) H, H a Householder reflection: eigenvalues known. Row stride ld.
 */
static void with_values(const double *values, size_t n, lemma_mat a)
{
    double u[MOST], uu = 0;

    draw_normals(n, u, n);
    for (size_t i = 0; i < n; i++)
        uu += u[i] * u[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;

            for (size_t k = 0; k < n; k++)
                sum += values[k] * ((i == k) - 2 * u[i] * u[k] / uu) *
                       ((j == k) - 2 * u[j] * u[k] / uu);
            lemma_row(a, i).a[j] = sum;
        }
}

static void solve(size_t n, size_t ld)
{
    static double room[MOST * MOST], keep[MOST * MOST], z[MOST * MOST];
    lemma_mat a = {room, n, n, ld}, vectors = {z, n, n, ld};
    struct lemma_eigen *e = NULL;
    double values[MOST], found[MOST], again[MOST];

    for (size_t k = 0; k < n; k++)
        values[k] = (double) k - (double) n / 3;
    with_values(values, n, a);
    memcpy(keep, room, sizeof keep);
    check_ok(lemma_eigen_create(n + 2, &e), NULL);
    check_ok(lemma_eigen_solve(e, a, found, (lemma_mat){0}), NULL);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            assert_true(room[i * ld + j] == keep[i * ld + j]);
    memcpy(room, keep, sizeof keep);
    check_ok(lemma_eigen_solve(e, a, again, vectors), NULL);
    for (size_t k = 0; k < n; k++) {
        check_close(found[k], values[k], 1e-13 * (double) n);
        check_close(again[k], values[k], 1e-13 * (double) n);
        for (size_t i = 0; i < n; i++) {
            double sum = 0, dot = 0;

            for (size_t j = 0; j < n; j++) {
                sum += keep[i * ld + j] * z[k * ld + j];
                dot += z[i * ld + j] * z[k * ld + j];
            }
            check_close(sum, values[k] * z[k * ld + i], 1e-13 * (double) n);
            check_close(dot, i == k, 1e-14 * (double) n);
        }
    }
    lemma_eigen_destroy(e);
}

static void known_values_and_their_vectors_are_found(void **state)
{
    (void) state;
    solve(1, 1);
    solve(2, 3);
    solve(7, 7);
    solve(MOST - 1, MOST);
}

/* Hilbert's matrix: lambda_max / lambda_min = 1.6e13 at order 10; published values. */
static void small_values_are_right_to_eps_of_the_largest(void **state)
{
    enum { N = 10 };
    static const double least = 1.0931538193796e-13, most = 1.7519196702652;
    double a[N * N], values[N];
    struct lemma_eigen *e = NULL;

    (void) state;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = 1.0 / (double) (i + j + 1);
    check_ok(lemma_eigen_create(N, &e), NULL);
    check_ok(lemma_eigen_solve(e, lemma_mat_of(a, N, N), values, (lemma_mat){0}), NULL);
    check_close(values[0], least, 0x1p-52 * most);
    check_close(values[N - 1], most, 1e-13);
    lemma_eigen_destroy(e);
}

static void what_is_not_finite_has_no_values(void **state)
{
    double a[9] = {1, 0, 0, NAN, 1, 0, 0, 0, 1}, values[3], z[9];
    struct lemma_eigen *e = NULL;

    (void) state;
    check_ok(lemma_eigen_create(3, &e), NULL);
    check_ok(lemma_eigen_solve(e, lemma_mat_of(a, 3, 3), values, lemma_mat_of(z, 3, 3)),
             NULL);
    assert_true(isnan(values[0]) && isnan(values[2]) && isnan(z[4]));
    lemma_eigen_destroy(e);
}

/* Orders beyond 32,767 overflow other drivers; here room for one is a few megabytes. */
static void large_orders_are_not_refused_before_their_sizes_overflow(void **state)
{
    struct lemma_eigen *e = NULL;

    (void) state;
    check_ok(lemma_eigen_create(40000, &e), NULL);
    lemma_eigen_destroy(e);
    assert_int_equal(lemma_eigen_create(100 * 1000 * 1000, &e), LEMMA_EINPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_and_their_vectors_are_found),
        cmocka_unit_test(small_values_are_right_to_eps_of_the_largest),
        cmocka_unit_test(what_is_not_finite_has_no_values),
        cmocka_unit_test(large_orders_are_not_refused_before_their_sizes_overflow),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("eigen", tests, NULL, NULL);
}
