#include <math.h>

#include "probe/naive.h"

static double weight_of(const struct watched *w, size_t c)
{
    return (double) w->spans[c].count / (double) w->N;
}

/* f(Wbar; x_i) - sum_c w_c f(W_c; x_i), (d); returns the size of what was subtracted.
 */
static double gap_of(const struct watched *w, const struct moment *m, size_t i,
                     long double *gap)
{
    struct naive_pass pass;
    double size = 0;

    naive_forward(w, m->average, i, &pass);
    memcpy(gap, pass.f, w->net->d * sizeof *gap);
    for (size_t c = 0; c < w->clients; c++) {
        naive_forward(w, m->local + c * w->weights, i, &pass);
        for (size_t a = 0; a < w->net->d; a++) {
            gap[a] -= weight_of(w, c) * pass.f[a];
            size = fmax(size, fabs((double) pass.f[a]));
        }
    }
    return size;
}

/* Theory 3(f), a unit at a time; *units: how many the clients disagree about. */
static double disagreement_of(const struct watched *w, const struct moment *m, size_t i,
                              size_t *units)
{
    struct naive_pass mean, own;
    long double sum = 0;

    naive_forward(w, m->average, i, &mean);
    for (size_t r = 0; r < w->net->m; r++) {
        long double spread = 0;
        size_t on = 0;

        for (size_t c = 0; c < w->clients; c++) {
            naive_forward(w, m->local + c * w->weights, i, &own);
            spread += weight_of(w, c) * fabsl(own.z[0][r] - mean.z[0][r]);
            on += own.z[0][r] >= 0;
        }
        if (on > 0 && on < w->clients) {
            sum += spread;
            ++*units;
        }
    }
    return (double) sum;
}

static double largest_output_weight(const struct watched *w)
{
    double most = 0;

    for (size_t k = 0; k < w->net->d * w->net->m; k++)
        most = fmax(most, fabs((double) w->output[k]));
    return most;
}

/* All cells of a step; returns the units that the clients disagree about. */
static size_t check_step(const struct watched *w, const struct moment *m)
{
    const double *gap = watched_row(w, "gap", m->step);
    double v = largest_output_weight(w);
    size_t units = 0, d = w->net->d;

    for (size_t i = 0; i < w->N; i++) {
        long double want[NAIVE_OUTPUTS];
        double size = gap_of(w, m, i, want), spread;

        for (size_t a = 0; a < d; a++) {
            check_close(gap[i * d + a], fabs((double) want[a]), 1e-13 * (1 + size));
            assert_true(m->local_step > 0 || gap[i * d + a] == 0);
        }
        if (w->L > 1)
            continue;
        spread = disagreement_of(w, m, i, &units);
        check_close(watched_row(w, "disagreement", m->step)[i], spread,
                    1e-13 * (1 + spread));
        assert_true(m->local_step > 0 ||
                    watched_row(w, "disagreement", m->step)[i] == 0);
        for (size_t a = 0; a < d; a++) /* the theorem */
            assert_true(gap[i * d + a] <= v * spread / 2 + 1e-14 * (1 + size));
    }
    return units;
}

static size_t check_run(struct watched *w)
{
    size_t units = 0, rows = 0;
    double most = 0;

    watched_probe(w, "ensemble", NULL);
    watched_run(w, NULL);
    for (size_t k = 0; k < w->moment_count; k++)
        if (w->moments[k].kind == LEMMA_ON_STEP) {
            units += check_step(w, &w->moments[k]);
            rows++;
        }
    assert_int_equal(watched_rows(w, "gap")->rows, rows);
    assert_int_equal(watched_rows(w, "gap")->count, w->N * w->net->d);
    for (size_t k = 0; k < rows * w->N * w->net->d; k++)
        most = fmax(most, watched_rows(w, "gap")->cells[k]);
    assert_true(most > 1e-6); /* else nothing was seen */
    assert_true(watched_has(w, "disagreement", 0) == (w->L == 1));
    watched_free(w);
    return units;
}

static void rows_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        bool two_layers = i == 3;

        w.eta *= two_layers ? 4 : 1;
        assert_true((check_run(&w) > 0) == two_layers);
    }
}

/* Two full blocks and a last one that overlaps; several words of patterns; both forms
 * of the local models. */
static void blocks_of_samples_make_no_difference(void **state)
{
    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct watched w = watched_default();

        w.preset = i < 2 ? "two-layer-relu" : "deep-relu";
        w.depth = i < 2 ? 1 : 2;
        w.width = i < 2 ? 64 : 12;
        w.outputs = 2;
        w.clients = 2;
        w.counts[0] = 300;
        w.counts[1] = 261;
        w.config.local_steps = 2;
        w.config.rounds = 1;
        w.config.batch = i & 1 ? 3 : 0;
        w.eta = i < 2 ? 2 : 0.5;
        strcpy(w.config.local_models, i & 1 ? "dense" : "factored");
        assert_true((check_run(&w) > 0) == (i < 2));
    }
}

/* Equal clients: nothing to disagree about. */
static void clients_that_agree_leave_no_gap(void **state)
{
    struct watched w = watched_case(3);
    const struct rows *gap, *disagreement;

    (void) state;
    w.twins = true;
    w.no_moments = true;
    w.config.batch = 0;
    for (size_t c = 0; c < w.clients; c++)
        w.counts[c] = 3;
    watched_probe(&w, "ensemble", NULL);
    watched_run(&w, NULL);
    gap = watched_rows(&w, "gap");
    disagreement = watched_rows(&w, "disagreement");
    for (size_t k = 0; k < gap->rows * gap->count; k++)
        check_close(gap->cells[k], 0, 1e-14);
    for (size_t k = 0; k < disagreement->rows * disagreement->count; k++)
        check_close(disagreement->cells[k], 0, 1e-14);
    watched_free(&w);
}

static void what_is_not_finite_is_missing_and_the_run_goes_on(void **state)
{
    struct watched w = watched_default();

    (void) state;
    w.eta = 1e200;
    w.no_moments = true;
    watched_probe(&w, "ensemble", NULL);
    watched_run(&w, NULL);
    assert_true(watched_rows(&w, "gap")->rows > 1);
    assert_false(isfinite(watched_row(&w, "gap", 1)[0]));
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_loops),
        cmocka_unit_test(blocks_of_samples_make_no_difference),
        cmocka_unit_test(clients_that_agree_leave_no_gap),
        cmocka_unit_test(what_is_not_finite_is_missing_and_the_run_goes_on),
    };
    return cmocka_run_group_tests_name("ensemble", tests, NULL, NULL);
}
