#include <float.h>
#include <math.h>

#include "core/blas.h"
#include "support.h"

static void naive(enum lemma_op ta, enum lemma_op tb, lemma_cmat a, lemma_cmat b,
                  size_t k, lemma_mat c, double alpha, double beta)
{
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = 0; j < c.cols; j++) {
            double sum = 0;

            for (size_t l = 0; l < k; l++)
                sum += (ta == LEMMA_T ? a.a[l * a.ld + i] : a.a[i * a.ld + l]) *
                       (tb == LEMMA_T ? b.a[j * b.ld + l] : b.a[l * b.ld + j]);
            c.a[i * c.ld + j] = alpha * sum + beta * c.a[i * c.ld + j];
        }
}

static void gemm_is_the_naive_product_for_strided_views(void **state)
{
    (void) state;
    enum { M = 7, N = 5, K = 9, LD = 12 };
    double a[LD * LD], b[LD * LD], c[LD * LD], d[LD * LD];

    draw_normals(1, a, LD * LD);
    draw_normals(2, b, LD * LD);
    for (int t = 0; t < 4; t++) {
        enum lemma_op ta = t & 1 ? LEMMA_T : LEMMA_N, tb = t & 2 ? LEMMA_T : LEMMA_N;
        lemma_cmat va = {a, ta ? K : M, ta ? M : K, LD},
                   vb = {b, tb ? N : K, tb ? K : N, LD};

        draw_normals(3, c, LD * LD);
        memcpy(d, c, sizeof c);
        lemma_gemm(ta, tb, 0.5, va, vb, 2, (lemma_mat){c, M, N, LD});
        naive(ta, tb, va, vb, K, (lemma_mat){d, M, N, LD}, 0.5, 2);
        for (int i = 0; i < LD * LD; i++)
            check_close(c[i], d[i], 100 * DBL_EPSILON);
    }
}

static void syrk_writes_both_triangles(void **state)
{
    (void) state;
    enum { N = 6, K = 4 };
    double a[N * K], c[N * N], d[N * N];
    lemma_cmat v = lemma_cmat_of(a, N, K);

    draw_normals(4, a, N * K);
    lemma_syrk(v, lemma_mat_of(c, N, N));
    naive(LEMMA_N, LEMMA_T, v, v, K, lemma_mat_of(memset(d, 0, sizeof d), N, N), 1, 0);
    for (int i = 0; i < N * N; i++)
        check_close(c[i], d[i], 50 * DBL_EPSILON);
}

static void vectors_are_multiplied_and_measured(void **state)
{
    (void) state;
    double a[6] = {1, 2, 3, 4, 5, 6}, x[3] = {1, 0, -1}, y[2] = {10, 20},
           z[3] = {0, 0, 0};
    lemma_cmat m = lemma_cmat_of(a, 2, 3);

    lemma_gemv(LEMMA_N, 1, m, (lemma_cvec){x, 3}, 1, (lemma_vec){y, 2});
    assert_true(y[0] == 8 && y[1] == 18);
    lemma_gemv(LEMMA_T, 1, m, (lemma_cvec){y, 2}, 0, (lemma_vec){z, 3});
    assert_true(z[0] == 80 && z[1] == 106 && z[2] == 132);
    assert_true(lemma_dot((lemma_cvec){x, 3}, (lemma_cvec){z, 3}) == -52);
    check_close(lemma_norm((lemma_cvec){y, 2}), sqrt(388), 1e-14);
}

static void a_low_kernel_is_raised_and_a_new_one_is_left_alone(void **state)
{
    (void) state;
#if defined __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        assert_non_null(lemma_blas_better_kernel("Prescott"));
        assert_non_null(lemma_blas_better_kernel("Nehalem"));
    }
#endif
    assert_null(lemma_blas_better_kernel("SkylakeX"));
    assert_null(lemma_blas_better_kernel("Cooperlake"));
    assert_null(lemma_blas_better_kernel("SomethingNewer"));
}

static void blas_is_single_threaded_once_asked(void **state)
{
    (void) state;
    lemma_blas_init();
    assert_true(lemma_blas_is_single());
    assert_true(strlen(lemma_blas_kernel()) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemm_is_the_naive_product_for_strided_views),
        cmocka_unit_test(syrk_writes_both_triangles),
        cmocka_unit_test(vectors_are_multiplied_and_measured),
        cmocka_unit_test(a_low_kernel_is_raised_and_a_new_one_is_left_alone),
        cmocka_unit_test(blas_is_single_threaded_once_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
