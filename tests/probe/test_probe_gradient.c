#include "probe/naive.h"

static void check_round(const struct watched *w, const struct moment *m)
{
    long double *one = naive_room(w), *all = naive_room(w);

    for (size_t c = 0; c < w->clients; c++) {
        naive_gradient(w, m->server, c, one);
        for (size_t i = 0; i < w->weights; i++)
            all[i] += one[i] * w->counts[c] / w->N;
        for (size_t l = 0; l < w->L; l++) {
            size_t size = w->net->layers[l].in * w->net->layers[l].out;
            double norm = (double) naive_norm(one + watched_offset(w, l), NULL, size);

            check_close(watched_row(w, "norm_client", m->step)[c * w->L + l], norm,
                        1e-12 * norm);
        }
    }
    for (size_t l = 0; l < w->L; l++) {
        size_t size = w->net->layers[l].in * w->net->layers[l].out;
        double norm = (double) naive_norm(all + watched_offset(w, l), NULL, size);

        check_close(watched_row(w, "norm", m->step)[l], norm, 1e-12 * norm);
    }
    lemma_free(one);
    lemma_free(all);
}

static void norms_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "gradient", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END))
                check_round(&w, &w.moments[k]);
        assert_int_equal(watched_rows(&w, "norm")->rows, w.config.rounds + 1);
        watched_free(&w);
    }
}

/* Layers wider than one cut of the whole gradient give the same norm as one client's
 * gradient, which is not cut. */
static void cuts_of_a_wide_layer_make_one_norm(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.preset = "two-layer-relu";
    w.depth = 1;
    w.width = 700;
    w.clients = 1;
    w.config.rounds = 1;
    w.no_moments = true;
    watched_probe(&w, "gradient", NULL);
    watched_run(&w, NULL);
    for (size_t r = 0; r <= 1; r++) {
        double one = watched_row(&w, "norm_client", 3 * r)[0];

        check_close(watched_row(&w, "norm", 3 * r)[0], one, 1e-13 * one);
        assert_true(one > 0);
    }
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms_are_the_loops),
        cmocka_unit_test(cuts_of_a_wide_layer_make_one_norm),
    };
    return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
