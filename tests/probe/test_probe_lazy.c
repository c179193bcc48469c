#include <math.h>

#include "probe/naive.h"

enum { ORDER = 64 };

/* One round of the linear model, client by client and step by step: the residual of a
 * client's samples goes on by its own block, all samples by what its steps have moved.
 */
static void linear_round(const struct watched *w, const long double *h, size_t per,
                         size_t cols, long double *r)
{
    size_t n = w->N * per;
    long double next[ORDER * 4];

    memcpy(next, r, n * cols * sizeof *r);
    for (size_t c = 0; c < w->clients; c++) {
        size_t first = w->spans[c].first * per, rows = w->spans[c].count * per;
        long double rate = (long double) w->eta / w->spans[c].count;
        long double share =
            (long double) w->config.server_step * w->spans[c].count / w->N;
        long double own[ORDER * 4], step[ORDER * 4];

        memcpy(own, r + first * cols, rows * cols * sizeof *r);
        for (size_t s = 0; s < w->config.local_steps; s++) {
            memcpy(step, own, rows * cols * sizeof *own);
            for (size_t a = 0; a < cols; a++)
                for (size_t j = 0; j < rows; j++) {
                    for (size_t i = 0; i < n; i++)
                        next[i * cols + a] -=
                            share * rate * h[i * n + first + j] * step[j * cols + a];
                    for (size_t i = 0; i < rows; i++)
                        own[i * cols + a] -=
                            rate * h[(first + i) * n + first + j] * step[j * cols + a];
                }
        }
    }
    memcpy(r, next, n * cols * sizeof *r);
}

static void residuals(const struct watched *w, const long double *weights,
                      long double *r)
{
    for (size_t c = 0; c < w->clients; c++)
        naive_residuals(w, weights, c, r + w->spans[c].first * w->net->d);
}

/* All rows of a run against the linear model from r(0). */
static void check_run(const struct watched *w, bool mean)
{
    size_t d = w->net->d, per = mean ? 1 : d, cols = mean ? d : 1, all = w->N * d;
    long double *h = naive_gram(w, w->initial, 0, w->L, mean);
    long double predicted[ORDER * 4], r[ORDER * 4], first;
    size_t round = 0;

    residuals(w, w->initial, predicted);
    first = naive_norm(predicted, NULL, all);
    for (size_t k = 0; k < w->moment_count; k++) {
        const struct moment *m = &w->moments[k];

        if (!(m->kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END)))
            continue;
        for (; round < m->round; round++)
            linear_round(w, h, per, cols, predicted);
        if (!watched_has(w, "error", m->step))
            continue;
        residuals(w, m->server, r);
        check_close(*watched_row(w, "predicted_norm", m->step),
                    (double) naive_norm(predicted, NULL, all), 1e-12 * (double) first);
        check_close(*watched_row(w, "error", m->step),
                    (double) (naive_norm(r, predicted, all) / first), 1e-12);
    }
    assert_int_equal(round, w->config.rounds);
    lemma_free(h);
}

static void predictions_are_a_linear_models(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++)
        for (size_t mean = 0; mean < 2; mean++) {
            struct watched w = watched_case(i);

            watched_probe(&w, "lazy", "kernel", mean ? "mean" : "full", NULL);
            watched_run(&w, NULL);
            check_run(&w, mean);
            assert_int_equal(watched_rows(&w, "error")->rows, w.config.rounds + 1);
            watched_free(&w);
        }
}

static void rows_may_be_sparse(void **state)
{
    struct watched w = watched_case(1);

    (void) state;
    w.config.rounds = 5;
    watched_probe(&w, "lazy", "every", "3 rounds", NULL);
    watched_run(&w, NULL);
    check_run(&w, false);
    assert_int_equal(watched_rows(&w, "error")->rows, 3); /* 0, 3 and the end */
    watched_free(&w);
}

/* The error of one step is that of a linearisation: of second order in eta. */
static void the_error_of_small_steps_is_of_second_order(void **state)
{
    double error[2];

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct watched w = watched_default();

        w.eta = k ? 1e-4 : 2e-4;
        w.config.rounds = 1;
        w.no_moments = true;
        watched_probe(&w, "lazy", NULL);
        watched_run(&w, NULL);
        error[k] = *watched_row(&w, "error", w.config.local_steps);
        assert_true(*watched_row(&w, "error", 0) == 0);
        watched_free(&w);
    }
    assert_true(error[0] / error[1] > 3.5 && error[0] / error[1] < 4.5);
}

/* Theory L1: beyond the limit the linear model grows without end. */
static void beyond_the_stable_step_the_prediction_diverges(void **state)
{
    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct watched w = watched_default();
        double first, last, most;

        w.clients = 1;
        w.no_moments = true;
        watched_probe(&w, "gram", NULL);
        watched_run(&w, NULL);
        most = *watched_row(&w, "lambda_max", 0);
        watched_free(&w);

        w = watched_default();
        w.clients = 1;
        w.no_moments = true;
        w.eta = (k ? 2.4 : 1.6) * (double) w.counts[0] / most;
        w.config.rounds = 40;
        watched_probe(&w, "lazy", NULL);
        watched_run(&w, NULL);
        first = *watched_row(&w, "predicted_norm", 0);
        last = *watched_row(&w, "predicted_norm", 60);
        assert_true(k ? last > 100 * first : last < first);
        watched_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_are_a_linear_models),
        cmocka_unit_test(rows_may_be_sparse),
        cmocka_unit_test(the_error_of_small_steps_is_of_second_order),
        cmocka_unit_test(beyond_the_stable_step_the_prediction_diverges),
    };
    return cmocka_run_group_tests_name("lazy", tests, NULL, NULL);
}
