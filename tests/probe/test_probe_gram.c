#include <math.h>

#include "kernel/limit.h"
#include "probe/naive.h"

enum { ORDER = 64 };

/* max |lambda| and the root of the sum of squares of a symmetric matrix a - b. */
static void norms(const long double *a, const long double *b, size_t n,
                  double *spectral, double *frobenius)
{
    long double gap[ORDER * ORDER], values[ORDER];

    assert_true(n <= ORDER);
    *frobenius = (double) naive_norm(a, b, n * n);
    for (size_t i = 0; i < n * n; i++)
        gap[i] = a[i] - b[i];
    naive_eigen(gap, n, values, NULL);
    *spectral = (double) fmaxl(fabsl(values[0]), fabsl(values[n - 1]));
}

/* The limit matrix at the size of the Gram matrix. */
static long double *limit_of(const struct watched *w, bool mean)
{
    static const struct lemma_limit sum = {LEMMA_LIMIT_SUM, false};
    size_t N = w->N, per = mean ? 1 : w->net->d, n = N * per;
    double *k = lemma_alloc(N * N, sizeof *k);
    long double *out = lemma_alloc(n * n, sizeof *out);

    assert_true(k && out);
    check_ok(lemma_limit_gram(w->net, lemma_const(w->set.inputs), &sum,
                              lemma_mat_of(k, N, N), NULL),
             NULL);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out[i * n + j] = i % per == j % per ? k[i / per * N + j / per] : 0;
    lemma_free(k);
    return out;
}

/* A row against the naive matrix of these weights. */
static void check_row(const struct watched *w, const long double *weights, size_t step,
                      bool mean)
{
    size_t n = mean ? w->N : w->N * w->net->d;
    long double *now = naive_gram(w, weights, 0, w->L, mean);
    long double *start = naive_gram(w, w->initial, 0, w->L, mean);
    long double *limit = limit_of(w, mean), values[ORDER], trace = 0, first = 0;
    const double *found = watched_row(w, "eigenvalues", step);
    double spectral, frobenius, eps;

    assert_int_equal(watched_rows(w, "eigenvalues")->count, n);
    for (size_t i = 0; i < n; i++) {
        trace += now[i * n + i];
        first += start[i * n + i];
    }
    eps = 1e-14 * (double) fmaxl(trace, first);
    norms(now, start, n, &spectral, &frobenius);
    check_close(*watched_row(w, "change_spectral", step), spectral, eps);
    check_close(*watched_row(w, "change_frobenius", step), frobenius, eps);
    if (step == 0)
        assert_true(*watched_row(w, "change_spectral", 0) == 0 &&
                    *watched_row(w, "change_frobenius", 0) == 0);
    norms(now, limit, n, &spectral, &frobenius);
    check_close(*watched_row(w, "limit_distance_spectral", step), spectral, eps);
    check_close(*watched_row(w, "limit_distance_frobenius", step), frobenius, eps);
    naive_eigen(now, n, values, NULL);
    for (size_t i = 0; i < n; i++)
        check_close(found[i], (double) values[i], eps);
    check_close(*watched_row(w, "lambda_min", step), (double) values[0], eps);
    check_close(*watched_row(w, "lambda_max", step), (double) values[n - 1], eps);
    check_close(*watched_row(w, "trace", step), (double) trace, eps);
    lemma_free(now);
    lemma_free(start);
    lemma_free(limit);
}

static void rows_are_those_of_the_explicit_jacobian(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++)
        for (size_t mean = 0; mean < 2; mean++) {
            struct watched w = watched_case(i);

            watched_probe(&w, "gram", "kernel", mean ? "mean" : "auto", NULL);
            watched_run(&w, NULL);
            for (size_t k = 0; k < w.moment_count; k++)
                if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END))
                    check_row(&w, w.moments[k].server, w.moments[k].step, mean);
            assert_int_equal(watched_rows(&w, "trace")->rows, w.config.rounds + 1);
            watched_free(&w);
        }
}

static void between_averagings_it_is_the_virtual_averages_kernel(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        size_t steps = w.config.rounds * w.config.local_steps, rows = 0;

        watched_probe(&w, "gram", "every", "2 steps", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind == LEMMA_ON_STEP && w.moments[k].step % 2 == 0) {
                check_row(&w, w.moments[k].average, w.moments[k].step, false);
                rows++;
            }
        assert_int_equal(rows, (steps + 1) / 2);
        assert_int_equal(watched_rows(&w, "trace")->rows, rows);
        watched_free(&w);
    }
}

static void layers_have_spectra_of_their_own(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        size_t n = w.outputs * 14;

        watched_probe(&w, "gram", "layers", "true", NULL);
        watched_run(&w, NULL);
        for (size_t l = 0; l < w.L; l++) {
            long double *k = naive_gram(&w, w.initial, l, 1, false), values[ORDER],
                        trace = 0;

            assert_int_equal(w.N * w.net->d, n);
            for (size_t e = 0; e < n; e++)
                trace += k[e * n + e];
            naive_eigen(k, n, values, NULL);
            check_close(watched_row(&w, "trace_layer", 0)[l], (double) trace,
                        1e-14 * (double) trace);
            check_close(watched_row(&w, "lambda_min_layer", 0)[l], (double) values[0],
                        1e-14 * (double) trace);
            check_close(watched_row(&w, "lambda_max_layer", 0)[l],
                        (double) values[n - 1], 1e-14 * (double) trace);
            lemma_free(k);
        }
        watched_free(&w);
    }
}

static void the_two_ends_are_those_of_the_whole_spectrum(void **state)
{
    struct watched whole = watched_default(), ends = watched_default();

    (void) state;
    watched_probe(&whole, "gram", NULL);
    watched_probe(&ends, "gram", "spectrum", "extremes", "limit", "false", NULL);
    watched_run(&whole, NULL);
    watched_run(&ends, NULL);
    assert_int_equal(ends.table_count, 6); /* neither eigenvalues nor the limit */
    for (size_t r = 0; r <= ends.config.rounds; r++) {
        size_t step = r * ends.config.local_steps;
        double most = *watched_row(&whole, "lambda_max", step);

        check_close(*watched_row(&ends, "lambda_max", step), most, 1e-13 * most);
        check_close(*watched_row(&ends, "lambda_min", step),
                    *watched_row(&whole, "lambda_min", step), 1e-14 * most);
    }
    watched_free(&whole);
    watched_free(&ends);
}

static void what_is_not_finite_is_missing_and_the_run_goes_on(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.eta = 1e200;
    w.no_moments = true;
    watched_probe(&w, "gram", "every", "1 step", NULL);
    watched_run(&w, NULL);
    assert_true(isfinite(*watched_row(&w, "lambda_min", 0)));
    assert_true(watched_rows(&w, "lambda_min")->rows > 1);
    assert_true(isnan(*watched_row(&w, "lambda_min", 1)));
    assert_true(isnan(watched_row(&w, "eigenvalues", 1)[3]));
    assert_true(isnan(*watched_row(&w, "change_spectral", 1)));
    watched_free(&w);
}

/* Last rows of a run that diverges: kernels whose squares are beyond doubles. */
static void a_huge_kernel_has_norms(void **state)
{
    struct watched w = watched_default();
    double most, spectral, frobenius;

    (void) state;
    w.eta = 1e80;
    w.no_moments = true;
    watched_probe(&w, "gram", "every", "1 step", NULL);
    watched_run(&w, NULL);
    most = *watched_row(&w, "lambda_max", 1);
    spectral = *watched_row(&w, "change_spectral", 1);
    frobenius = *watched_row(&w, "change_frobenius", 1);
    assert_true(most > 1e155 && isfinite(most));
    check_close(spectral, most, 1e-12 * most); /* H(0) is nothing beside it */
    assert_true(frobenius >= most * (1 - 1e-12) && frobenius <= sqrt(14) * most);
    watched_free(&w);
}

/* Samples that three clients share: the matrix is singular, its zeros are told to
 * rounding. And a single sample: the matrix is a number. */
static void degenerate_data_have_rows_as_well(void **state)
{
    (void) state;
    for (size_t i = 0; i < 2 * WATCHED_CASES; i++) {
        struct watched w = watched_case(i / 2);
        bool single = i % 2;

        w.twins = true;
        w.clients = single ? 1 : 3;
        for (size_t c = 0; c < w.clients; c++)
            w.counts[c] = single ? 1 : 2;
        watched_probe(&w, "gram", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END)) {
                size_t step = w.moments[k].step;
                double trace = *watched_row(&w, "trace", step);

                check_row(&w, w.moments[k].server, step, false);
                if (!single)
                    check_close(*watched_row(&w, "lambda_min", step), 0, 1e-15 * trace);
            }
        watched_free(&w);
    }
}

/* Theory 3(c): ||grad L||^2 = N^-2 r^T K r, from three probes at every recorded round.
 */
static void a_gradients_norm_is_the_residuals_form_at_every_round(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        size_t n = w.outputs * 14;

        watched_probe(&w, "gradient", NULL);
        watched_probe(&w, "residual", "vector", "true", NULL);
        watched_run(&w, NULL);
        assert_string_equal(watched_rows(&w, "norm")->column->shape, "L");
        for (size_t k = 0; k < w.moment_count; k++) {
            const struct moment *m = &w.moments[k];

            if (!(m->kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END)))
                continue;
            for (size_t l = 0; l < w.L; l++) {
                const double *r = watched_row(&w, "vector", m->step);
                long double *h = naive_gram(&w, m->server, l, 1, false), form = 0;
                double norm = watched_row(&w, "norm", m->step)[l];

                for (size_t a = 0; a < n; a++)
                    for (size_t b = 0; b < n; b++)
                        form += r[a] * h[a * n + b] * r[b];
                form /= (long double) w.N * w.N;
                check_close(norm * norm, (double) form, 1e-12 * (double) form);
                lemma_free(h);
            }
        }
        watched_free(&w);
    }
}

/* sum_c w_c grad L_c = grad L, of layers [first, first + count), squared. */
static double gradient_square(const struct watched *w, const long double *weights,
                              size_t first, size_t count)
{
    size_t from = watched_offset(w, first), to = watched_offset(w, first + count);
    long double *sum = naive_room(w), *one = naive_room(w), norm;

    for (size_t c = 0; c < w->clients; c++) {
        naive_gradient(w, weights, c, one);
        for (size_t i = 0; i < w->weights; i++)
            sum[i] += w->spans[c].count * one[i] / w->N;
    }
    norm = naive_norm(sum + from, NULL, to - from);
    lemma_free(sum);
    lemma_free(one);
    return (double) (norm * norm);
}

/* Theory 3(c) once more, by the probe itself: at the server model against the recorded
 * gradient, and between averagings against the virtual average's. */
static void the_residuals_form_is_the_gradients_square(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "gradient", NULL);
        watched_probe(&w, "gram", "layers", "true", NULL);
        watched_run(&w, NULL);
        for (size_t r = 0; r <= w.config.rounds; r++) {
            size_t step = r * w.config.local_steps;
            double sum = 0, all = *watched_row(&w, "quadratic_form", step);

            for (size_t l = 0; l < w.L; l++) {
                double norm = watched_row(&w, "norm", step)[l];

                check_close(watched_row(&w, "quadratic_form_layer", step)[l],
                            norm * norm, 1e-12 * norm * norm);
                sum += norm * norm;
            }
            assert_true(sum > 0);
            check_close(all, sum, 1e-12 * sum);
        }
        watched_free(&w);
    }
}

static void between_averagings_the_form_is_the_virtual_averages(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "gram", "every", "2 steps", "layers", "true", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++) {
            const struct moment *m = &w.moments[k];
            double all;

            if (m->kind != LEMMA_ON_STEP || m->step % 2)
                continue;
            all = gradient_square(&w, m->average, 0, w.L);
            check_close(*watched_row(&w, "quadratic_form", m->step), all, 1e-12 * all);
            for (size_t l = 0; l < w.L; l++) {
                double one = gradient_square(&w, m->average, l, 1);

                check_close(watched_row(&w, "quadratic_form_layer", m->step)[l], one,
                            1e-12 * one);
            }
        }
        watched_free(&w);
    }
}

/* With one output the mean kernel is the full one. */
static void the_mean_kernel_of_several_outputs_has_no_form(void **state)
{
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "gram", "kernel", "mean", "layers", "true", NULL);
        watched_run(&w, NULL);
        assert_true(watched_has(&w, "trace_layer", 0));
        assert_true(watched_has(&w, "quadratic_form", 0) == (w.outputs == 1));
        assert_true(watched_has(&w, "quadratic_form_layer", 0) == (w.outputs == 1));
        watched_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_the_explicit_jacobian),
        cmocka_unit_test(between_averagings_it_is_the_virtual_averages_kernel),
        cmocka_unit_test(layers_have_spectra_of_their_own),
        cmocka_unit_test(the_two_ends_are_those_of_the_whole_spectrum),
        cmocka_unit_test(what_is_not_finite_is_missing_and_the_run_goes_on),
        cmocka_unit_test(a_huge_kernel_has_norms),
        cmocka_unit_test(degenerate_data_have_rows_as_well),
        cmocka_unit_test(a_gradients_norm_is_the_residuals_form_at_every_round),
        cmocka_unit_test(the_residuals_form_is_the_gradients_square),
        cmocka_unit_test(between_averagings_the_form_is_the_virtual_averages),
        cmocka_unit_test(the_mean_kernel_of_several_outputs_has_no_form),
    };
    return cmocka_run_group_tests_name("gram", tests, NULL, NULL);
}
