#include <math.h>

#include "probe/naive.h"

/* The moment of this kind at a global step. */
static const struct moment *moment_at(const struct watched *w, unsigned kind,
                                      size_t step)
{
    for (size_t k = 0; k < w->moment_count; k++)
        if (w->moments[k].kind == kind && w->moments[k].step == step)
            return &w->moments[k];
    assert_true(!"no such moment");
    return NULL;
}

/* ||J(W(t)) (J_c(W_c) - J_c(W(t)))^T||_F, of the mean matrix with mean. */
static double asymmetry_of(const struct watched *w, const long double *server,
                           const long double *local, size_t c, bool mean)
{
    size_t d = w->net->d, P = w->weights, from = w->spans[c].first * d;
    size_t cols = w->spans[c].count * d;
    long double *a = naive_jacobian(w, server), *b = naive_jacobian(w, local), all = 0;

    for (size_t p = 0; p < w->N * d; p += mean ? d : 1)
        for (size_t q = from; q < from + cols; q += mean ? d : 1) {
            long double sum = 0;

            for (size_t o = 0; o < (mean ? d : 1); o++)
                for (size_t i = 0; i < P; i++)
                    sum +=
                        a[(p + o) * P + i] * (b[(q + o) * P + i] - a[(q + o) * P + i]);
            sum /= mean ? d : 1;
            all += sum * sum;
        }
    lemma_free(a);
    lemma_free(b);
    return (double) sqrtl(all);
}

static void check_round(const struct watched *w, size_t round, bool mean)
{
    size_t tau = w->config.local_steps, step = round * tau;
    const long double *server = moment_at(w, LEMMA_ON_ROUND_BEGIN, step)->server;
    const struct moment *last = moment_at(w, LEMMA_ON_STEP, step + tau - 1);

    for (size_t c = 0; c < w->clients; c++) {
        double found = watched_row(w, "asymmetry", step)[c];
        double expected =
            asymmetry_of(w, server, last->local + c * w->weights, c, mean);

        check_close(found, expected, 1e-12 * (1 + expected));
    }
    if (w->L == 1)
        assert_true(*watched_row(w, "identity_residual", step) < 1e-14);
    else
        assert_true(isnan(*watched_row(w, "identity_residual", step)));
}

/* Presets, one and three outputs, mini-batches, server steps, uneven clients, one
 * trained layer and more. */
static void rows_are_those_of_the_explicit_jacobians(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++)
        for (size_t k = 0; k < 4; k++) {
            struct watched w = watched_case(i);
            bool mean = k & 1;

            w.depth = k & 2 ? w.depth : 1;
            watched_probe(&w, "asymmetric_gram", "kernel", mean ? "mean" : "full",
                          NULL);
            watched_run(&w, NULL);
            for (size_t r = 0; r < w.config.rounds; r++)
                check_round(&w, r, mean);
            assert_int_equal(watched_rows(&w, "asymmetry")->rows, w.config.rounds);
            watched_free(&w);
        }
}

static void with_one_local_step_nothing_is_asymmetric(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        w.config.local_steps = 1;
        w.no_moments = true;
        watched_probe(&w, "asymmetric_gram", NULL);
        watched_run(&w, NULL);
        for (size_t r = 0; r < w.config.rounds; r++)
            for (size_t c = 0; c < w.clients; c++)
                assert_true(watched_row(&w, "asymmetry", r)[c] == 0);
        watched_free(&w);
    }
}

/* Reference R9: both identities hold to 1e-15 at m = 500, to 1e-14 at m = 16384, over
 * moves that flip units. */
static void identities_hold_to_rounding_at_great_widths_R9(void **state)
{
    static const size_t widths[] = {500, 16384};
    static const double most[] = {5e-15, 5e-14};

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct watched w = watched_default();
        size_t tau = w.config.local_steps;

        w.preset = "two-layer-relu";
        w.depth = 1;
        w.width = widths[k];
        w.eta = 1;
        w.no_moments = true;
        watched_probe(&w, "asymmetric_gram", NULL);
        watched_run(&w, NULL);
        for (size_t r = 0; r < w.config.rounds; r++)
            assert_true(*watched_row(&w, "identity_residual", r * tau) < most[k]);
        watched_free(&w);

        w = watched_default();
        w.preset = "two-layer-relu";
        w.depth = 1;
        w.width = widths[k];
        w.eta = 1;
        w.no_moments = true;
        watched_probe(&w, "remainder", NULL);
        watched_run(&w, NULL);
        for (size_t r = 0; r < w.config.rounds; r++) {
            assert_true(*watched_row(&w, "identity_residual", r * tau) < most[k]);
            assert_true(watched_row(&w, "flips_max", r * tau)[0] > 0);
        }
        watched_free(&w);
    }
}

/* Two layers: only units that flip change the matrix, each by x_i . x_j / m at most. */
static void the_asymmetry_is_bounded_by_the_flips(void **state)
{
    struct watched w = watched_case(3);
    size_t tau = w.config.local_steps, seen = 0;

    (void) state;
    watched_probe(&w, "asymmetric_gram", NULL);
    watched_run(&w, NULL);
    for (size_t r = 0; r < w.config.rounds; r++)
        for (size_t c = 0; c < w.clients; c++) {
            const long double *server =
                moment_at(&w, LEMMA_ON_ROUND_BEGIN, r * tau)->server;
            const long double *local =
                moment_at(&w, LEMMA_ON_STEP, r * tau + tau - 1)->local + c * w.weights;
            double bound = 0, found = watched_row(&w, "asymmetry", r * tau)[c];

            for (size_t j = w.spans[c].first; j < w.spans[c].first + w.counts[c]; j++) {
                double flips = (double) naive_flips(&w, server, local, 0, j);

                for (size_t i = 0; i < w.N; i++) {
                    double dot = 0;

                    for (size_t e = 0; e < w.d_x; e++)
                        dot += lemma_row(w.set.inputs, i).a[e] *
                               lemma_row(w.set.inputs, j).a[e];
                    bound += pow(dot * flips / (double) w.width, 2);
                }
            }
            assert_true(found <= sqrt(bound) * (1 + 1e-12));
            seen += found > 0;
        }
    assert_true(seen > 0);
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_the_explicit_jacobians),
        cmocka_unit_test(with_one_local_step_nothing_is_asymmetric),
        cmocka_unit_test(identities_hold_to_rounding_at_great_widths_R9),
        cmocka_unit_test(the_asymmetry_is_bounded_by_the_flips),
    };
    return cmocka_run_group_tests_name("asymmetric_gram", tests, NULL, NULL);
}
