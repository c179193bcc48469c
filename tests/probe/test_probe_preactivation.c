#include <math.h>

#include "probe/naive.h"

/* One sample and layer against the loops; its flips. */
static size_t check_cell(const struct watched *w, const struct moment *m, size_t c,
                         size_t i, size_t l)
{
    struct naive_pass now, start;
    const long double *own = m->local + c * w->weights;
    long double change, scale = 0; /* rounding below reaches up */
    double found = watched_row(w, "change", m->step)[i * w->L + l];
    size_t flips = naive_flips(w, own, w->initial, l, i), units;

    units = w->net->layers[l].out;
    naive_forward(w, own, i, &now);
    naive_forward(w, w->initial, i, &start);
    change = naive_norm(now.z[l], start.z[l], units);
    for (size_t k = 0; k <= l; k++)
        scale += naive_norm(now.z[k], NULL, w->net->layers[k].out) +
                 naive_norm(start.z[k], NULL, w->net->layers[k].out);
    check_close(found, (double) change, 1e-14 * (double) scale);
    assert_int_equal((size_t) watched_row(w, "flips", m->step)[i * w->L + l], flips);
    if (m->step == 0)
        assert_true(found == 0 && flips == 0);
    return flips;
}

static void rows_are_the_loops(void **state)
{
    (void) state;
    for (size_t k = 0; k < WATCHED_CASES; k++) {
        struct watched w = watched_case(k);
        size_t flips = 0, rows = 0;

        w.eta *= 4;
        watched_probe(&w, "preactivation", NULL);
        watched_run(&w, NULL);
        for (size_t e = 0; e < w.moment_count; e++) {
            const struct moment *m = &w.moments[e];

            if (m->kind != LEMMA_ON_STEP)
                continue;
            rows++;
            for (size_t c = 0; c < w.clients; c++)
                for (size_t i = 0; i < w.spans[c].count; i++)
                    for (size_t l = 0; l < w.L; l++)
                        flips += check_cell(&w, m, c, w.spans[c].first + i, l);
        }
        assert_true(flips > 0);
        assert_int_equal(watched_rows(&w, "change")->rows, rows);
        assert_int_equal(watched_rows(&w, "flips")->count, w.N * w.L);
        watched_free(&w);
    }
}

/* Summed over a client's samples they are the activation probe's, and so is the
 * largest. */
static void flips_are_those_of_the_activation_probe(void **state)
{
    (void) state;
    for (size_t k = 0; k < WATCHED_CASES; k++) {
        struct watched w = watched_case(k);
        const struct rows *flips;

        w.eta *= 4;
        w.no_moments = true;
        watched_probe(&w, "preactivation", NULL);
        watched_probe(&w, "activation", "average", "false", NULL);
        watched_run(&w, NULL);
        flips = watched_rows(&w, "flips");
        for (size_t e = 0; e < flips->rows; e++)
            for (size_t c = 0; c < w.clients; c++)
                for (size_t l = 0; l < w.L; l++) {
                    double sum = 0, most = 0;

                    for (size_t i = 0; i < w.spans[c].count; i++) {
                        double one = flips->cells[e * flips->count +
                                                  (w.spans[c].first + i) * w.L + l];

                        sum += one;
                        most = fmax(most, one);
                    }
                    assert_true(sum == watched_row(&w, "flips_initial",
                                                   flips->step[e])[c * w.L + l]);
                    assert_true(most == watched_row(&w, "flips_initial_max",
                                                    flips->step[e])[c * w.L + l]);
                }
        watched_free(&w);
    }
}

static int ascending(const void *a, const void *b)
{
    long double x = *(const long double *) a, y = *(const long double *) b;

    return (x > y) - (x < y);
}

/* Theory 3(b4): max{k : the k smallest z(0)^2 sum to at most change^2}. */
static size_t energy_bound(const struct watched *w, size_t i, size_t l, double change)
{
    struct naive_pass start;
    long double square[NAIVE_WIDTH], sum = 0;
    size_t units = w->net->layers[l].out, k = 0;

    naive_forward(w, w->initial, i, &start);
    for (size_t r = 0; r < units; r++)
        square[r] = start.z[l][r] * start.z[l][r];
    qsort(square, units, sizeof *square, ascending);
    while (k < units && sum + square[k] <= (1 + 1e-12L) * change * change)
        sum += square[k++];
    return k;
}

static void flips_are_within_the_energy_of_the_change(void **state)
{
    (void) state;
    for (size_t k = 0; k < WATCHED_CASES; k++) {
        struct watched w = watched_case(k);
        const struct rows *change, *flips;
        size_t seen = 0;

        w.eta *= 4;
        watched_probe(&w, "preactivation", "every", "2 steps", NULL);
        watched_run(&w, NULL);
        change = watched_rows(&w, "change");
        flips = watched_rows(&w, "flips");
        for (size_t e = 0; e < change->rows; e++)
            for (size_t i = 0; i < w.N; i++)
                for (size_t l = 0; l < w.L; l++) {
                    size_t at = e * change->count + i * w.L + l;
                    size_t bound = energy_bound(&w, i, l, change->cells[at]);

                    assert_true((size_t) flips->cells[at] <= bound);
                    seen += flips->cells[at] > 0;
                }
        assert_true(seen > 0);
        watched_free(&w);
    }
}

static void what_is_not_finite_is_missing_and_the_run_goes_on(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.eta = 1e200;
    w.no_moments = true;
    watched_probe(&w, "preactivation", NULL);
    watched_run(&w, NULL);
    assert_true(watched_rows(&w, "change")->rows > 1);
    assert_false(isfinite(watched_row(&w, "change", 1)[1]));
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_loops),
        cmocka_unit_test(flips_are_those_of_the_activation_probe),
        cmocka_unit_test(flips_are_within_the_energy_of_the_change),
        cmocka_unit_test(what_is_not_finite_is_missing_and_the_run_goes_on),
    };
    return cmocka_run_group_tests_name("preactivation", tests, NULL, NULL);
}
