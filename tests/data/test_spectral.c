#include "data/spectral.h"

#include <float.h>
#include <math.h>

#include "make.h"

static double norm_of(const double *a, size_t n, size_t p)
{
    double norm = -1;

    check_ok(lemma_spectral_norm(lemma_cmat_of(a, n, p), &norm), NULL);
    return norm;
}

static void small_matrices_have_their_closed_forms(void **state)
{
    (void) state;
    double row[] = {3, 4}, zero[6] = {0}, triangle[] = {1, 1, 0, 1};
    double diagonal[] = {2, 0, 0, 0, -7, 0, 0, 0, 3};

    check_close(norm_of(row, 1, 2), 5, 1e-14);
    check_close(norm_of(row, 2, 1), 5, 1e-14);
    check_close(norm_of(diagonal, 3, 3), 7, 1e-13);
    check_close(norm_of(triangle, 2, 2), 0.5 * (1 + sqrt(5)), 1e-14);
    assert_true(norm_of(zero, 2, 3) == 0);
    assert_true(norm_of(zero, 0, 3) == 0);
}

/* The path graph's matrix with 2 on the diagonal and 1 beside it: 2 + 2 cos(pi/(n+1)),
 * whose two largest eigenvalues are 4e-4 apart. */
static void a_narrow_gap_at_the_top_costs_no_digits(void **state)
{
    (void) state;
    enum { N = 150 };
    double *a = lemma_alloc(N * N, sizeof *a);

    assert_non_null(a);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = i == j ? 2 : i + 1 == j || j + 1 == i ? 1 : 0;
    check_close(norm_of(a, N, N), 2 + 2 * cos(acos(-1) / (N + 1)), 1e-12);
    lemma_free(a);
}

/* One-sided Jacobi in long double: columns made orthogonal by rotations. */
static double jacobi_norm(const double *a, size_t n, size_t p)
{
    long double *u = lemma_alloc(n * p, sizeof *u), worst = 0;

    assert_non_null(u);
    for (size_t i = 0; i < n * p; i++)
        u[i] = a[i];
    for (int sweep = 0; sweep < 40; sweep++)
        for (size_t j = 0; j < p; j++)
            for (size_t k = j + 1; k < p; k++) {
                long double x = 0, y = 0, z = 0;
                for (size_t i = 0; i < n; i++) {
                    x += u[i * p + j] * u[i * p + j];
                    y += u[i * p + k] * u[i * p + k];
                    z += u[i * p + j] * u[i * p + k];
                }
                if (fabsl(z) <= LDBL_EPSILON * sqrtl(x * y))
                    continue;
                long double zeta = (y - x) / (2 * z);
                long double t =
                    (zeta < 0 ? -1 : 1) / (fabsl(zeta) + sqrtl(1 + zeta * zeta));
                long double c = 1 / sqrtl(1 + t * t), s = c * t;
                for (size_t i = 0; i < n; i++) {
                    long double v = u[i * p + j], w = u[i * p + k];
                    u[i * p + j] = c * v - s * w;
                    u[i * p + k] = s * v + c * w;
                }
            }
    for (size_t j = 0; j < p; j++) {
        long double x = 0;
        for (size_t i = 0; i < n; i++)
            x += u[i * p + j] * u[i * p + j];
        worst = x > worst ? x : worst;
    }
    lemma_free(u);
    return (double) sqrtl(worst);
}

static void random_matrices_agree_with_jacobi_rotations(void **state)
{
    (void) state;
    const size_t shapes[][2] = {{40, 12}, {12, 40}, {25, 25}, {3, 1}};
    double a[1000];

    for (size_t k = 0; k < 4; k++) {
        size_t n = shapes[k][0], p = shapes[k][1];
        draw_normals(k, a, n * p);
        check_close(norm_of(a, n, p) / jacobi_norm(a, n, p), 1, 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_matrices_have_their_closed_forms),
        cmocka_unit_test(a_narrow_gap_at_the_top_costs_no_digits),
        cmocka_unit_test(random_matrices_agree_with_jacobi_rotations),
    };

    return cmocka_run_group_tests_name("spectral", tests, NULL, NULL);
}
