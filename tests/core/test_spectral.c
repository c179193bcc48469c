#include <math.h>

#include "core/blas.h"
#include "core/spectral.h"
#include "support.h"

enum { LONGEST = 300 };

static struct lemma_spectral norm_of(lemma_cmat a, lemma_cmat b)
{
    double *scratch =
        lemma_alloc(lemma_spectral_scratch(a.rows, a.cols), sizeof *scratch);
    struct lemma_spectral s;

    assert_non_null(scratch);
    s = lemma_spectral_norm(a, b, scratch);
    lemma_free(scratch);
    return s;
}

/* A = H(u) diag(sigma) H(v), Householder reflections on both sides: singular values
 * known. */
static lemma_mat with_values(size_t rows, size_t cols, const double *sigma)
{
    lemma_mat a = lemma_mat_of(lemma_alloc(rows * cols, sizeof(double)), rows, cols);
    size_t least = rows < cols ? rows : cols;
    double u[LONGEST], v[LONGEST], uu = 0, vv = 0;

    assert_non_null(a.a);
    draw_normals(11, u, rows);
    draw_normals(12, v, cols);
    for (size_t i = 0; i < rows; i++)
        uu += u[i] * u[i];
    for (size_t j = 0; j < cols; j++)
        vv += v[j] * v[j];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            for (size_t k = 0; k < least; k++)
                lemma_row(a, i).a[j] += sigma[k] * ((i == k) - 2 * u[i] * u[k] / uu) *
                                        ((j == k) - 2 * v[j] * v[k] / vv);
    return a;
}

static void check_norm(size_t rows, size_t cols, const double *sigma, double expected)
{
    lemma_mat a = with_values(rows, cols, sigma);
    struct lemma_spectral s = norm_of(lemma_const(a), (lemma_cmat){0});

    assert_true(s.converged);
    check_close(s.norm, expected, 2e-12 * expected);
    lemma_free(a.a);
}

static void known_singular_values_are_found(void **state)
{
    static const size_t shapes[][2] = {{1, 1},    {1, 7},    {7, 1},  {2, 2},
                                       {5, 5},    {40, 9},   {9, 40}, {300, 12},
                                       {12, 300}, {120, 120}};
    double sigma[LONGEST];

    (void) state;
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = 3.0 / (double) (1 + k);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_norm(shapes[i][0], shapes[i][1], sigma, 3);
}

static void clustered_values_are_told_apart(void **state)
{
    double sigma[LONGEST];

    (void) state;
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = k < 5 ? 1 : 0.5; /* the largest five times */
    check_norm(100, 80, sigma, 1);
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = 1 - 1e-4 * (double) k; /* evenly, close together */
    check_norm(100, 80, sigma, 1);
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = k == 0 ? 1 : 1 - 1e-6; /* one just above the rest */
    check_norm(100, 80, sigma, 1);
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = 7; /* all the same */
    check_norm(60, 60, sigma, 7);
}

static void extreme_scales_neither_overflow_nor_vanish(void **state)
{
    static const double scales[] = {1e-290, 1e-160, 1e160, 1e290};

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        double sigma[LONGEST];

        for (size_t k = 0; k < LONGEST; k++)
            sigma[k] = scales[i] / (double) (1 + k);
        check_norm(30, 20, sigma, scales[i]);
    }
}

static void zero_has_norm_zero(void **state)
{
    double zero[12] = {0}, same[12];

    (void) state;
    draw_normals(3, same, 12);
    assert_true(norm_of(lemma_cmat_of(zero, 4, 3), (lemma_cmat){0}).norm == 0);
    assert_true(norm_of(lemma_cmat_of(same, 4, 3), lemma_cmat_of(same, 4, 3)).norm ==
                0);
    assert_true(norm_of(lemma_cmat_of(zero, 1, 1), (lemma_cmat){0}).norm == 0);
}

/* Both with strides; the small difference of large matrices. */
static void a_difference_is_taken_entry_by_entry(void **state)
{
    enum { ROWS = 50, COLS = 30, LD = 37 };
    double sigma[LONGEST], *a = lemma_alloc(ROWS * LD, sizeof *a);
    double *b = lemma_alloc(ROWS * LD, sizeof *b);
    lemma_mat d;
    struct lemma_spectral s;

    (void) state;
    assert_non_null(a);
    assert_non_null(b);
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = 1.0 / (double) (1 + k * k);
    d = with_values(ROWS, COLS, sigma);
    draw_normals(5, b, ROWS * LD);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLS; j++)
            a[i * LD + j] = b[i * LD + j] + lemma_row(d, i).a[j];
    s = norm_of((lemma_cmat){a, ROWS, COLS, LD}, (lemma_cmat){b, ROWS, COLS, LD});
    check_close(s.norm, 1, 1e-13);
    lemma_free(a);
    lemma_free(b);
    lemma_free(d.a);
}

static void what_is_not_finite_has_norm_nan(void **state)
{
    double a[12];

    (void) state;
    draw_normals(3, a, 12);
    a[7] = NAN;
    assert_true(isnan(norm_of(lemma_cmat_of(a, 4, 3), (lemma_cmat){0}).norm));
    a[7] = -INFINITY;
    assert_true(isnan(norm_of(lemma_cmat_of(a, 4, 3), (lemma_cmat){0}).norm));
}

static void one_value_that_stands_out_is_found_soon(void **state)
{
    double sigma[LONGEST];
    lemma_mat a;

    (void) state;
    for (size_t k = 0; k < LONGEST; k++)
        sigma[k] = k == 0 ? 1 : 0.3;
    a = with_values(200, 200, sigma);
    assert_true(norm_of(lemma_const(a), (lemma_cmat){0}).products <= 25);
    lemma_free(a.a);
}

static int set_up(void **state)
{
    (void) state;
    lemma_blas_init();
    return 0;
}

static void frobenius_norms_are_the_roots_of_sums_of_squares(void **state)
{
    double a[6] = {3, 0, 1, 0, 4, 2}, b[6] = {0, 0, 1, 0, 0, 2}, scratch[2];

    (void) state;
    assert_true(lemma_frobenius_norm(lemma_cmat_of(a, 2, 3), lemma_cmat_of(b, 2, 3),
                                     scratch) == 5);
    assert_true(lemma_frobenius_norm(lemma_cmat_of(a, 2, 2), (lemma_cmat){0},
                                     scratch) == sqrt(10));
    for (size_t i = 0; i < 3; i++) { /* whose squares overflow, are small, or vanish */
        double scale = (const double[]){0x1p600, 0x1p-500, 0x1p-1000}[i], c[6];

        for (size_t k = 0; k < 6; k++)
            c[k] = scale * a[k];
        check_close(
            lemma_frobenius_norm(lemma_cmat_of(c, 2, 2), (lemma_cmat){0}, scratch) /
                scale,
            sqrt(10), 1e-15);
        assert_true(lemma_frobenius_norm(lemma_cmat_of(c, 2, 3), lemma_cmat_of(c, 2, 3),
                                         scratch) == 0);
    }
    a[1] = -INFINITY;
    assert_true(
        isnan(lemma_frobenius_norm(lemma_cmat_of(a, 2, 3), (lemma_cmat){0}, scratch)));
    a[1] = NAN;
    assert_true(
        isnan(lemma_frobenius_norm(lemma_cmat_of(a, 2, 3), (lemma_cmat){0}, scratch)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_singular_values_are_found),
        cmocka_unit_test(frobenius_norms_are_the_roots_of_sums_of_squares),
        cmocka_unit_test(clustered_values_are_told_apart),
        cmocka_unit_test(extreme_scales_neither_overflow_nor_vanish),
        cmocka_unit_test(zero_has_norm_zero),
        cmocka_unit_test(a_difference_is_taken_entry_by_entry),
        cmocka_unit_test(what_is_not_finite_has_norm_nan),
        cmocka_unit_test(one_value_that_stands_out_is_found_soon),
    };
    return cmocka_run_group_tests_name("spectral", tests, set_up, NULL);
}
