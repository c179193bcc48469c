#include <math.h>

#include "probe/naive.h"

/* Deviations to 1e-10 of themselves, or of what a double of the weights can tell. */
static double tolerance(double exact, const long double *weights, size_t count)
{
    return 1e-10 * exact + 1e-15 * (double) naive_norm(weights, NULL, count);
}

static double naive_most(const struct watched *w, const long double *own, size_t l)
{
    size_t in = w->net->layers[l].in, first = watched_offset(w, l);
    double most = 0;

    for (size_t i = 0; i < w->net->layers[l].out; i++)
        most = fmax(most, (double) naive_norm(own + first + i * in,
                                              w->initial + first + i * in, in));
    return most;
}

/* ||W_c - sum_k w_k W_k|| of layer l. */
static double naive_deviation(const struct watched *w, const struct moment *m, size_t c,
                              size_t l)
{
    size_t size = w->net->layers[l].in * w->net->layers[l].out,
           first = watched_offset(w, l);
    long double *mean = naive_room(w);
    double norm;

    for (size_t k = 0; k < w->clients; k++)
        for (size_t i = 0; i < size; i++)
            mean[i] += m->local[k * w->weights + first + i] * w->counts[k] / w->N;
    norm = (double) naive_norm(m->local + c * w->weights + first, mean, size);
    lemma_free(mean);
    return norm;
}

static void check_moment(const struct watched *w, const struct moment *m)
{
    bool at_step = m->kind == LEMMA_ON_STEP;
    const char *column = at_step ? "frobenius" : "at_averaging";

    for (size_t c = 0; c < w->clients; c++)
        for (size_t l = 0; l < w->L; l++) {
            const long double *own = m->local + c * w->weights;
            size_t size = w->net->layers[l].in * w->net->layers[l].out;
            double exact = naive_deviation(w, m, c, l);
            double eps = tolerance(exact, own + watched_offset(w, l), size);
            double got = watched_row(w, column, m->step)[c * w->L + l];

            check_close(got, exact, eps);
            if (at_step && m->local_step == 0)
                assert_true(got == 0);
            if (at_step)
                check_close(watched_row(w, "max_neuron", m->step)[c * w->L + l],
                            naive_most(w, own, l), eps);
        }
}

static void check_run(struct watched *w, size_t cadence)
{
    watched_run(w, NULL);
    for (size_t k = 0; k < w->moment_count; k++) {
        const struct moment *m = &w->moments[k];

        if (m->kind == LEMMA_ON_ROUND_END ||
            (m->kind == LEMMA_ON_STEP && m->step % cadence == 0))
            check_moment(w, m);
    }
    assert_int_equal(watched_rows(w, "at_averaging")->rows, w->config.rounds);
    watched_free(w);
}

static void deviations_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "deviation", NULL);
        check_run(&w, 1);
    }
}

static void skipped_steps_are_made_up_for(void **state)
{
    struct watched w = watched_case(5);

    (void) state;
    watched_probe(&w, "deviation", "every", "3 steps", NULL);
    check_run(&w, 3);
}

/* More factor rows than a slab holds, and clients that need several tasks. */
static void slabs_and_chunks_join_without_seams(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.width = 64;
    w.d_x = 40;
    w.clients = 3;
    w.counts[0] = 5;
    w.counts[1] = 20;
    w.counts[2] = 3;
    w.config.local_steps = 30;
    w.config.rounds = 2;
    w.eta = 0.01;
    watched_probe(&w, "deviation", "every", "13 steps", NULL);
    check_run(&w, 13);
}

/* Clients with the same samples move alike: what is left is rounding of the moves, far
 * below rounding of the weights. */
static void twins_do_not_deviate(void **state)
{
    struct watched w = watched_case(5);

    (void) state;
    w.twins = true;
    w.config.batch = 0;
    w.width = 64;
    for (size_t c = 0; c < w.clients; c++)
        w.counts[c] = 2;
    watched_probe(&w, "deviation", NULL);
    watched_run(&w, NULL);
    for (size_t k = 0; k < w.moment_count; k++) {
        const struct moment *m = &w.moments[k];

        for (size_t i = 0; m->kind == LEMMA_ON_STEP && i < w.clients * w.L; i++) {
            double move = watched_row(&w, "max_neuron", m->step)[i];

            assert_true(watched_row(&w, "frobenius", m->step)[i] <= 1e-13 * (1 + move));
        }
    }
    watched_free(&w);
}

/* Clients that nearly agree: their deviation is a small share of their moves. */
static void small_deviations_keep_their_digits(void **state)
{
    struct watched w = watched_case(5);

    (void) state;
    w.twins = true;
    w.config.batch = 0;
    w.width = 64;
    for (size_t c = 0; c < w.clients; c++)
        w.counts[c] = 2;
    w.nudge = 1e-5;
    watched_probe(&w, "deviation", NULL);
    check_run(&w, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_are_the_loops),
        cmocka_unit_test(skipped_steps_are_made_up_for),
        cmocka_unit_test(slabs_and_chunks_join_without_seams),
        cmocka_unit_test(twins_do_not_deviate),
        cmocka_unit_test(small_deviations_keep_their_digits),
    };
    return cmocka_run_group_tests_name("deviation", tests, NULL, NULL);
}
