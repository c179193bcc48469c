#include "probe/naive.h"

static void losses_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        watched_probe(&w, "local_loss", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++) {
            const struct moment *m = &w.moments[k];

            for (size_t c = 0; c < w.clients && m->kind == LEMMA_ON_STEP; c++) {
                double local = (double) naive_loss(&w, m->local + c * w.weights, c);
                double average = (double) naive_loss(&w, m->average, c);

                check_close(watched_row(&w, "local", m->step)[c], local, 1e-13 * local);
                check_close(watched_row(&w, "average", m->step)[c], average,
                            1e-13 * average);
            }
        }
        assert_int_equal(watched_rows(&w, "local")->rows,
                         w.config.rounds * w.config.local_steps);
        watched_free(&w);
    }
}

static void without_the_average_only_local_is_left(void **state)
{
    struct watched w = watched_default();

    (void) state;
    watched_probe(&w, "local_loss", "average", "false", NULL);
    watched_run(&w, NULL);
    assert_int_equal(w.table_count, 1);
    assert_int_equal(watched_rows(&w, "local")->rows, 9);
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_the_loops),
        cmocka_unit_test(without_the_average_only_local_is_left),
    };
    return cmocka_run_group_tests_name("local_loss", tests, NULL, NULL);
}
