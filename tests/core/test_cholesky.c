#include <math.h>

#include "core/blas.h"
#include "core/cholesky.h"
#include "support.h"

enum { N = 30, LD = 33 };

/* G G^T + I / 8, its triangle above the diagonal set to 7. */
static void make(lemma_mat a)
{
    double g[N * N];

    draw_normals(1, g, N * N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = i == j ? 0.125 : 0;

            for (size_t k = 0; k < N; k++)
                sum += g[i * N + k] * g[j * N + k];
            lemma_row(a, i).a[j] = j <= i ? sum : 7;
        }
}

static void a_system_is_solved(void **state)
{
    double room[N * LD], keep[N * LD], x[N], b[N] = {0};
    lemma_mat a = {room, N, N, LD};

    (void) state;
    make(a);
    memcpy(keep, room, sizeof keep);
    draw_normals(2, x, N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            b[i] += (j <= i ? keep[i * LD + j] : keep[j * LD + i]) * x[j];
    assert_true(lemma_cholesky(a));
    lemma_cholesky_solve(lemma_const(a), (lemma_vec){b, N});
    for (size_t i = 0; i < N; i++) {
        check_close(b[i], x[i], 1e-10);
        for (size_t j = i + 1; j < N; j++)
            assert_true(room[i * LD + j] == 7);
    }
}

static void what_is_not_positive_definite_is_told(void **state)
{
    double room[N * LD];
    lemma_mat a = {room, N, N, LD};

    (void) state;
    make(a);
    room[4 * LD + 4] = -1;
    assert_false(lemma_cholesky(a));
    make(a);
    room[4 * LD + 2] = NAN;
    assert_false(lemma_cholesky(a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_system_is_solved),
        cmocka_unit_test(what_is_not_positive_definite_is_told),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("cholesky", tests, NULL, NULL);
}
