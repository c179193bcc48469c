#include <math.h>

#include "probe/naive.h"

enum { ROWS = 64 };

/* Moments at which the server's model is that of a round's beginning, in order. */
static const struct moment *server_of(const struct watched *w, size_t round)
{
    for (size_t k = 0; k < w->moment_count; k++)
        if (w->moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END) &&
            w->moments[k].round == round)
            return &w->moments[k];
    assert_true(!"no such round");
    return NULL;
}

static void residuals(const struct watched *w, const long double *weights,
                      long double *r)
{
    for (size_t c = 0; c < w->clients; c++)
        naive_residuals(w, weights, c, r + w->spans[c].first * w->net->d);
}

static void check_moves(const struct watched *w, const long double *a,
                        const long double *b, size_t step)
{
    for (size_t l = 0; l < w->L; l++) {
        size_t size = w->net->layers[l].in * w->net->layers[l].out, most = 0;
        double norm = (double) naive_norm(b + watched_offset(w, l),
                                          a + watched_offset(w, l), size);

        for (size_t i = 0; i < w->N; i++) {
            size_t flips = naive_flips(w, a, b, l, i);
            most = flips > most ? flips : most;
        }
        check_close(watched_row(w, "move", step)[l], norm, 1e-13 * norm);
        assert_true(watched_row(w, "flips_max", step)[l] == (double) most);
    }
}

/* Every part by loops in long double. */
static void check_round(const struct watched *w, size_t round, double *kinks)
{
    const long double *a = server_of(w, round)->server;
    const long double *b = server_of(w, round + 1)->server;
    size_t step = round * w->config.local_steps, rows = w->N * w->net->d;
    long double r[ROWS], next[ROWS], *j = naive_jacobian(w, a);
    long double change = 0, first = 0, rest = 0, second = 0;
    double eps;

    residuals(w, a, r);
    residuals(w, b, next);
    for (size_t p = 0; p < rows; p++) {
        long double linear = 0, e;

        for (size_t i = 0; i < w->weights; i++)
            linear += j[p * w->weights + i] * (b[i] - a[i]);
        e = next[p] - r[p] - linear;
        *kinks = fmax(*kinks, (double) fabsl(e));
        first += r[p] * linear / w->N;
        rest += r[p] * e / w->N;
        second += (next[p] - r[p]) * (next[p] - r[p]) / (2 * w->N);
    }
    for (size_t c = 0; c < w->clients; c++)
        change += (naive_loss(w, b, c) - naive_loss(w, a, c)) * w->counts[c] / w->N;
    eps = 1e-13 * (double) fabsl(first) + 1e-15;
    check_close(*watched_row(w, "change", step), (double) change, eps);
    check_close(*watched_row(w, "first_order", step), (double) first, eps);
    check_close(*watched_row(w, "remainder", step), (double) rest, eps);
    check_close(*watched_row(w, "second_order", step), (double) second, eps);
    check_close(*watched_row(w, "change", step),
                *watched_row(w, "first_order", step) +
                    *watched_row(w, "remainder", step) +
                    *watched_row(w, "second_order", step),
                eps);
    check_moves(w, a, b, step);
    if (w->L == 1)
        assert_true(*watched_row(w, "identity_residual", step) < 1e-14);
    else
        assert_true(isnan(*watched_row(w, "identity_residual", step)));
    lemma_free(j);
}

static void parts_are_those_of_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++)
        for (size_t deep = 0; deep < 2; deep++) {
            struct watched w = watched_case(i);
            double kinks = 0;

            w.depth = deep ? w.depth : 1;
            watched_probe(&w, "remainder", NULL);
            watched_run(&w, NULL);
            for (size_t r = 0; r < w.config.rounds; r++)
                check_round(&w, r, &kinks);
            assert_int_equal(watched_rows(&w, "change")->rows, w.config.rounds);
            assert_true(kinks > 1e-4); /* the identities have something to be about */
            watched_free(&w);
        }
}

/* What is left of the first-order part falls faster than the move, the loss's own
 * second order with its square. */
static void small_moves_are_linear(void **state)
{
    double first[2], second[2];

    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct watched w = watched_default();

        w.eta = k ? 5e-6 : 1e-5;
        w.config.rounds = 1;
        watched_probe(&w, "remainder", NULL);
        watched_run(&w, NULL);
        first[k] = *watched_row(&w, "first_order", 0);
        second[k] = *watched_row(&w, "second_order", 0);
        assert_true(first[k] < 0);
        check_close(*watched_row(&w, "change", 0), first[k], -1e-3 * first[k]);
        watched_free(&w);
    }
    check_close(first[0] / first[1], 2, 1e-3);
    check_close(second[0] / second[1], 4, 1e-2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_those_of_the_loops),
        cmocka_unit_test(small_moves_are_linear),
    };
    return cmocka_run_group_tests_name("remainder", tests, NULL, NULL);
}
