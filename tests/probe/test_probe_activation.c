#include "probe/naive.h"

struct counts {
    size_t sum, max;
};

/* Flips between weights a and b over client c's samples in layer l. */
static struct counts count(const struct watched *w, const long double *a,
                           const long double *b, size_t c, size_t l)
{
    struct counts n = {0, 0};

    for (size_t i = 0; i < w->spans[c].count; i++) {
        size_t flips = naive_flips(w, a, b, l, w->spans[c].first + i);

        n.sum += flips;
        n.max = flips > n.max ? flips : n.max;
    }
    return n;
}

static void check_cell(const struct watched *w, const char *column, size_t step,
                       size_t cell, size_t expected)
{
    assert_int_equal((size_t) watched_row(w, column, step)[cell], expected);
}

static size_t check_step(const struct watched *w, const struct moment *m,
                         const struct moment *previous, bool average)
{
    size_t flips = 0;

    for (size_t c = 0; c < w->clients; c++)
        for (size_t l = 0; l < w->L; l++) {
            const long double *own = m->local + c * w->weights;
            size_t cell = c * w->L + l;
            struct counts initial = count(w, own, w->initial, c, l);
            struct counts mean = count(w, own, m->average, c, l);

            check_cell(w, "flips_initial", m->step, cell, initial.sum);
            check_cell(w, "flips_initial_max", m->step, cell, initial.max);
            check_cell(w, "flips_previous", m->step, cell,
                       previous
                           ? count(w, own, previous->local + c * w->weights, c, l).sum
                           : 0);
            flips += mean.sum;
            if (!average)
                continue;
            check_cell(w, "flips_average", m->step, cell, mean.sum);
            check_cell(w, "flips_average_max", m->step, cell, mean.max);
            check_cell(w, "average_flips_initial", m->step, cell,
                       count(w, m->average, w->initial, c, l).sum);
        }
    return flips;
}

/* Every due step of a run; cadence counts steps. */
static void check_run(struct watched *w, size_t cadence, bool average)
{
    const struct moment *previous = NULL;
    size_t rows = 0, flips = 0;

    watched_run(w, NULL);
    for (size_t k = 0; k < w->moment_count; k++) {
        const struct moment *m = &w->moments[k];

        if (m->kind != LEMMA_ON_STEP || m->step % cadence)
            continue;
        flips += check_step(w, m, previous, average);
        previous = m;
        rows++;
    }
    assert_int_equal(watched_rows(w, "flips_initial")->rows, rows);
    assert_true(flips > 0); /* else nothing was seen */
    assert_int_equal(w->table_count, average ? 6 : 3);
    watched_free(w);
}

static void flips_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);

        w.eta *= 4;
        w.config.rounds = 4;
        watched_probe(&w, "activation", NULL);
        check_run(&w, 1, true);
    }
}

static void previous_means_the_row_before(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.eta *= 4;
    w.config.local_steps = 5;
    watched_probe(&w, "activation", "every", "2 steps", "average", "false", NULL);
    check_run(&w, 2, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flips_are_the_loops),
        cmocka_unit_test(previous_means_the_row_before),
    };
    return cmocka_run_group_tests_name("activation", tests, NULL, NULL);
}
