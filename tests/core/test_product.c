#include <float.h>
#include <math.h>
#include <omp.h>

#include "core/product.h"
#include "support.h"

static double *draw(uint64_t id, size_t count)
{
    double *a = lemma_alloc(count, sizeof *a);

    assert_non_null(a);
    draw_normals(id, a, count);
    return a;
}

/* Shapes on both sides of every tile boundary, against one untiled call. */
static void tiles_add_up_to_the_product(void **state)
{
    (void) state;
    static const size_t shapes[][3] = {{1, 1, 1},      {3, 1025, 2},  {257, 300, 5},
                                       {600, 1500, 7}, {128, 256, 3}, {1, 700, 0}};

    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        size_t m = shapes[k][0], n = shapes[k][1], inner = shapes[k][2];

        for (int t = 0; t < 4; t++) {
            enum lemma_op ta = t & 1 ? LEMMA_T : LEMMA_N,
                          tb = t & 2 ? LEMMA_T : LEMMA_N;
            double *a = draw(1, m * inner), *b = draw(2, inner * n);
            double *c = draw(3, m * n), *d = draw(3, m * n);
            lemma_cmat va = lemma_cmat_of(a, ta ? inner : m, ta ? m : inner);
            lemma_cmat vb = lemma_cmat_of(b, tb ? n : inner, tb ? inner : n);

            if (inner == 0)
                va.ld = ta ? m : 1, vb.ld = tb ? 1 : n;
            lemma_product(ta, tb, 2, va, vb, 1, lemma_mat_of(c, m, n));
            lemma_gemm(ta, tb, 2, va, vb, 1, lemma_mat_of(d, m, n));
            for (size_t i = 0; i < m * n; i++)
                check_close(c[i], d[i], 200 * DBL_EPSILON);
            lemma_free(a);
            lemma_free(b);
            lemma_free(c);
            lemma_free(d);
        }
    }
}

static void bits_do_not_depend_on_the_thread_count(void **state)
{
    (void) state;
    enum { M = 300, N = 1100, K = 130 };
    double *a = draw(1, M * K), *b = draw(2, N * K), *c[3];
    static const int threads[3] = {1, 2, 4};

    for (int i = 0; i < 3; i++) {
        c[i] = draw(3, M * N);
        omp_set_num_threads(threads[i]);
        lemma_product(LEMMA_N, LEMMA_T, 1, lemma_cmat_of(a, M, K),
                      lemma_cmat_of(b, N, K), 1, lemma_mat_of(c[i], M, N));
        assert_memory_equal(c[i], c[0], M * N * sizeof(double));
    }
    for (int i = 0; i < 3; i++)
        lemma_free(c[i]);
    lemma_free(a);
    lemma_free(b);
}

static void several_products_share_their_tiles(void **state)
{
    (void) state;
    enum { JOBS = 5, K = 20 };
    size_t rows[JOBS] = {3, 0, 300, 1, 140}, cols[JOBS] = {1030, 4, 20, 1, 600};
    struct lemma_job jobs[JOBS];
    double *a[JOBS], *b[JOBS], *c[JOBS];

    for (size_t j = 0; j < JOBS; j++) {
        a[j] = draw(j, rows[j] * K);
        b[j] = draw(j + 10, cols[j] * K);
        c[j] = lemma_alloc(rows[j] * cols[j], sizeof(double));
        assert_non_null(c[j]);
        jobs[j] = (struct lemma_job){.ta = LEMMA_N,
                                     .tb = LEMMA_T,
                                     .alpha = 1,
                                     .a = lemma_cmat_of(a[j], rows[j], K),
                                     .b = lemma_cmat_of(b[j], cols[j], K),
                                     .c = lemma_mat_of(c[j], rows[j], cols[j])};
    }
    lemma_products(jobs, JOBS);
    for (size_t j = 0; j < JOBS; j++) {
        for (size_t i = 0; i < rows[j]; i++)
            for (size_t k = 0; k < cols[j]; k++)
                check_close(c[j][i * cols[j] + k],
                            lemma_dot((lemma_cvec){a[j] + i * K, K},
                                      (lemma_cvec){b[j] + k * K, K}),
                            200 * DBL_EPSILON);
        lemma_free(a[j]);
        lemma_free(b[j]);
        lemma_free(c[j]);
    }
    lemma_products(jobs, 0);
}

/* Rows [300, 400) of 700: tiles of 256 and of 128 rows that hold none stay untouched.
 */
static void rows_that_nobody_wants_cost_no_tile(void **state)
{
    (void) state;
    enum { M = 700, K = 20, FIRST = 300, END = 400 };

    for (size_t cols = 1; cols <= 2049; cols += 2048) {
        double *a = draw(1, M * K), *b = draw(2, cols * K);
        double *c = draw(3, M * cols), *all = draw(3, M * cols);
        size_t tile = lemma_product_tile(M, cols), untouched = 0;
        struct lemma_job job = {.ta = LEMMA_N,
                                .tb = LEMMA_T,
                                .alpha = 1,
                                .a = lemma_cmat_of(a, M, K),
                                .b = lemma_cmat_of(b, cols, K),
                                .beta = 1,
                                .c = lemma_mat_of(c, M, cols),
                                .above = FIRST,
                                .below = M - END};

        lemma_product(LEMMA_N, LEMMA_T, 1, job.a, job.b, 1, lemma_mat_of(all, M, cols));
        for (size_t i = 0; i < K; i++)
            a[i] = a[(M - 1) * K + i] = NAN; /* of no effect on others */
        lemma_products(&job, 1);
        assert_memory_equal(c + FIRST * cols, all + FIRST * cols,
                            (END - FIRST) * cols * sizeof *c);
        lemma_free(all);
        all = draw(3, M * cols);
        for (size_t i = 0; i < M; i++)
            untouched += c[i * cols] == all[i * cols];
        assert_int_equal(tile, cols == 1 ? 128 : 256);
        assert_int_equal(untouched,
                         M - (END + tile - 1) / tile * tile + FIRST / tile * tile);
        job.above = M;
        job.below = 0;
        memcpy(c, all, M * cols * sizeof *c);
        lemma_products(&job, 1);
        assert_memory_equal(c, all, M * cols * sizeof *c);
        lemma_free(a);
        lemma_free(b);
        lemma_free(c);
        lemma_free(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_add_up_to_the_product),
        cmocka_unit_test(bits_do_not_depend_on_the_thread_count),
        cmocka_unit_test(several_products_share_their_tiles),
        cmocka_unit_test(rows_that_nobody_wants_cost_no_tile),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
