#include <math.h>

#include "probe/naive.h"

static void check_round(const struct watched *w, const struct moment *m)
{
    const double *client = watched_row(w, "server_client", m->step);
    long double sum = 0;

    for (size_t c = 0; c < w->clients; c++) {
        long double loss = naive_loss(w, m->server, c);

        check_close(client[c], (double) loss, 1e-13 * (double) loss);
        sum += loss * w->counts[c] / w->N;
    }
    check_close(*watched_row(w, "server", m->step), (double) sum, 1e-13 * (double) sum);
}

static void losses_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        size_t rounds = 0;

        watched_probe(&w, "loss", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END)) {
                check_round(&w, &w.moments[k]);
                rounds++;
            }
        assert_int_equal(rounds, w.config.rounds + 1);
        assert_int_equal(watched_rows(&w, "server")->rows, rounds);
        assert_int_equal(w.table_count, 2); /* no classes, no test set */
        watched_free(&w);
    }
}

/* Share of the first `count` outputs with the right sign, or with the one largest entry
 * in the right place: a net that is off, f = 0, is never right. */
static double naive_share(const struct watched *w, const struct lemma_mat y,
                          const long double *f, size_t count)
{
    size_t right = 0, d = w->net->d;

    for (size_t i = 0; i < count; i++) {
        size_t class = 0, below = 0;

        while (d > 1 && lemma_row(y, i).a[class] != 1)
            class ++;
        for (size_t k = 0; k < d; k++)
            below += f[i * d + k] < f[i * d + class];
        right += d == 1 ? f[i] * y.a[i] > 0 : below == d - 1;
    }
    return (double) right / (double) count;
}

/* The features of a net without a fixed layer are the inputs, so that the test set goes
 * through the same loops. */
static void check_test_set(struct watched *w, const struct moment *m)
{
    long double f[NAIVE_SAMPLES * NAIVE_OUTPUTS], *own = w->features, loss = 0;
    size_t d = w->net->d;

    for (size_t i = 0; i < w->N; i++) {
        struct naive_pass pass;

        naive_forward(w, m->server, i, &pass);
        memcpy(f + i * d, pass.f, d * sizeof *f);
    }
    check_close(*watched_row(w, "accuracy", m->step),
                naive_share(w, w->set.targets, f, w->N), 0);

    w->features = lemma_alloc(w->test_n * w->d_x, sizeof *w->features);
    for (size_t i = 0; i < w->test_n * w->d_x; i++)
        w->features[i] = w->set.test_inputs.a[i];
    for (size_t i = 0; i < w->test_n; i++) {
        struct naive_pass pass;

        naive_forward(w, m->server, i, &pass);
        memcpy(f + i * d, pass.f, d * sizeof *f);
        for (size_t k = 0; k < d; k++) {
            long double r = f[i * d + k] - lemma_row(w->set.test_targets, i).a[k];
            loss += r * r / (2 * w->test_n);
        }
    }
    lemma_free(w->features);
    w->features = own;
    check_close(*watched_row(w, "test_loss", m->step), (double) loss,
                1e-13 * (double) loss);
    check_close(*watched_row(w, "test_accuracy", m->step),
                naive_share(w, w->set.test_targets, f, w->test_n), 0);
}

static void classes_and_test_sets_are_counted(void **state)
{
    (void) state;
    for (size_t outputs = 1; outputs <= 3; outputs += 2) {
        struct watched w = watched_default();

        w.outputs = w.classes = outputs;
        w.test_n = 23;
        watched_probe(&w, "loss", "every", "2", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind == LEMMA_ON_ROUND_BEGIN &&
                w.moments[k].round % 2 == 0)
                check_test_set(&w, &w.moments[k]);
        assert_int_equal(w.table_count, 5);
        watched_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_the_loops),
        cmocka_unit_test(classes_and_test_sets_are_counted),
    };
    return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
