#include "data/targets.h"

#include <math.h>

#include "make.h"

/* The documented formula in plain loops. */
static void the_teacher_is_the_documented_network(void **state)
{
    (void) state;
    enum { N = 5, P = 3, D = 2, M = 8 };
    struct lemma_experiment *x = make_experiment("sphere", "teacher");
    struct lemma_stream s = lemma_stream_at(x->seed, LEMMA_DRAW_TARGETS, 0, 0, 0);
    double inputs[N * P], y[N * D], u[M * P];

    draw_normals(1, inputs, N * P);
    check_ok(lemma_targets_fill(x, LEMMA_TEACHER, lemma_cmat_of(inputs, N, P),
                                lemma_mat_of(y, N, D)),
             NULL);
    for (size_t i = 0; i < M * P; i++)
        u[i] = lemma_stream_normal(&s);
    for (size_t k = 0; k < D; k++)
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            s = lemma_stream_at(x->seed, LEMMA_DRAW_TARGETS, 1, k, 0);
            for (size_t r = 0; r < M; r++) {
                double z = 0, a = lemma_stream_u64(&s) >> 63 ? 1 : -1;
                for (size_t j = 0; j < P; j++)
                    z += u[r * P + j] * inputs[i * P + j];
                sum += a * (z > 0 ? z : 0);
            }
            check_close(y[i * D + k], 0.5 * sum, 1e-13);
        }
    lemma_free(x);
}

/* E y^2 = 1 at a unit input. y^2 over teachers has variance below 6: 20000 of them
 * give the mean within 5 sqrt(6 / 20000) < 0.09. */
static void a_teacher_answers_with_unit_mean_square(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("sphere", "teacher");
    double input[2] = {0.6, 0.8}, y, sum = 0;

    for (x->seed = 0; x->seed < 20000; x->seed++) {
        check_ok(lemma_targets_fill(x, LEMMA_TEACHER, lemma_cmat_of(input, 1, 2),
                                    lemma_mat_of(&y, 1, 1)),
                 NULL);
        sum += y * y;
    }
    check_close(sum / 20000, 1, 0.09);
    lemma_free(x);
}

static void random_signs_are_signs_of_mean_zero(void **state)
{
    (void) state;
    enum { N = 10000 };
    struct lemma_experiment *x = make_experiment("sphere", "random-sign");
    double *y = lemma_alloc(2 * N, sizeof *y), sum = 0;

    assert_non_null(y);
    check_ok(lemma_targets_fill(x, LEMMA_RANDOM_SIGN, lemma_cmat_of(y, N, 1),
                                lemma_mat_of(y, N, 2)),
             NULL);
    for (size_t i = 0; i < 2 * N; i++) {
        assert_true(y[i] == 1 || y[i] == -1);
        sum += y[i];
    }
    check_close(sum / (2 * N), 0, 5 / sqrt(2 * N));
    lemma_free(y);
    lemma_free(x);
}

static void gaussian_targets_have_mean_zero_and_variance_one(void **state)
{
    (void) state;
    enum { N = 20000 };
    struct lemma_experiment *x = make_experiment("sphere", "gaussian");
    double *y = lemma_alloc(N, sizeof *y), sum = 0, square = 0;

    assert_non_null(y);
    check_ok(lemma_targets_fill(x, LEMMA_GAUSSIAN, lemma_cmat_of(y, N, 1),
                                lemma_mat_of(y, N, 1)),
             NULL);
    for (size_t i = 0; i < N; i++) {
        sum += y[i];
        square += y[i] * y[i];
    }
    check_close(sum / N, 0, 5 / sqrt(N));
    check_close(square / N, 1, 5 * sqrt(2.0 / N));
    lemma_free(y);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_teacher_is_the_documented_network),
        cmocka_unit_test(a_teacher_answers_with_unit_mean_square),
        cmocka_unit_test(random_signs_are_signs_of_mean_zero),
        cmocka_unit_test(gaussian_targets_have_mean_zero_and_variance_one),
    };

    return cmocka_run_group_tests_name("targets", tests, NULL, NULL);
}
