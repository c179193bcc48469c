#include <math.h>

#include "probe/naive.h"

/* The largest singular value by Jacobi's one-sided rotations on a (rows, cols). */
static long double naive_spectral(long double *a, size_t rows, size_t cols)
{
    long double most = 0;

    for (size_t sweep = 0; sweep < 60; sweep++)
        for (size_t p = 0; p < cols; p++)
            for (size_t q = p + 1; q < cols; q++) {
                long double pp = 0, qq = 0, pq = 0, t, c;

                for (size_t i = 0; i < rows; i++) {
                    pp += a[i * cols + p] * a[i * cols + p];
                    qq += a[i * cols + q] * a[i * cols + q];
                    pq += a[i * cols + p] * a[i * cols + q];
                }
                if (fabsl(pq) <= 1e-18L * sqrtl(pp * qq))
                    continue;
                t = (qq - pp) / (2 * pq);
                t = copysignl(1, t) / (fabsl(t) + sqrtl(1 + t * t));
                c = 1 / sqrtl(1 + t * t);
                for (size_t i = 0; i < rows; i++) {
                    long double x = a[i * cols + p], y = a[i * cols + q];

                    a[i * cols + p] = c * (x - t * y);
                    a[i * cols + q] = c * (t * x + y);
                }
            }
    for (size_t j = 0; j < cols; j++) {
        long double square = 0;

        for (size_t i = 0; i < rows; i++)
            square += a[i * cols + j] * a[i * cols + j];
        most = fmaxl(most, sqrtl(square));
    }
    return most;
}

static void check_round(const struct watched *w, const struct moment *m)
{
    long double *move = naive_room(w);

    for (size_t i = 0; i < w->weights; i++)
        move[i] = m->server[i] - w->initial[i];
    for (size_t l = 0; l < w->L; l++) {
        size_t in = w->net->layers[l].in, out = w->net->layers[l].out;
        long double *layer = move + watched_offset(w, l);
        double frobenius = (double) naive_norm(layer, NULL, in * out), most = 0,
               spectral;

        for (size_t i = 0; i < out; i++)
            most = fmax(most, (double) naive_norm(layer + i * in, NULL, in));
        spectral = (double) naive_spectral(layer, out, in);
        check_close(watched_row(w, "frobenius", m->step)[l], frobenius,
                    1e-13 * frobenius);
        check_close(watched_row(w, "max_neuron", m->step)[l], most, 1e-13 * most);
        check_close(watched_row(w, "spectral", m->step)[l], spectral, 1e-12 * spectral);
        assert_true(m->round == 0 ? frobenius == 0 : spectral > 0);
    }
    lemma_free(move);
}

static void distances_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "distance", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END))
                check_round(&w, &w.moments[k]);
        assert_int_equal(watched_rows(&w, "spectral")->rows, w.config.rounds + 1);
        watched_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(distances_are_the_loops)};
    return cmocka_run_group_tests_name("distance", tests, NULL, NULL);
}
