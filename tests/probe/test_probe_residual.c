#include <math.h>

#include "probe/naive.h"

enum { ORDER = 64 };

/* Projections of eigenvalue i, its sign by the vector's largest entry, the first of
 * equal ones: p (cols). */
static void project(const long double *v, const long double *r, size_t n, size_t cols,
                    long double *p)
{
    size_t most = 0;

    for (size_t j = 0; j < n; j++)
        most = fabsl(v[j]) > (1 + 1e-8L) * fabsl(v[most]) ? j : most;
    for (size_t a = 0; a < cols; a++) {
        p[a] = 0;
        for (size_t j = 0; j < n; j++)
            p[a] += (v[most] < 0 ? -1 : 1) * v[j] * r[j * cols + a];
    }
}

/* The norm and the projections; where eigenvalues meet, only their norm is defined. */
static void check_row(const struct watched *w, const struct moment *m, bool mean)
{
    size_t d = w->net->d, n = mean ? w->N : w->N * d, cols = mean ? d : 1, next;
    long double *h = naive_gram(w, w->initial, 0, w->L, mean);
    long double values[ORDER], vectors[ORDER * ORDER], r[ORDER], norm;
    const double *found = watched_row(w, "projection", m->step);

    assert_true(w->N * d <= ORDER);
    assert_int_equal(watched_rows(w, "projection")->count, w->N * d);
    naive_eigen(h, n, values, vectors);
    for (size_t c = 0; c < w->clients; c++)
        naive_residuals(w, m->server, c, r + w->spans[c].first * d);
    norm = naive_norm(r, NULL, w->N * d);
    check_close(*watched_row(w, "norm", m->step), (double) norm, 1e-13 * (double) norm);
    for (size_t i = 0; i < n; i = next) {
        long double p[4], expected = 0, got = 0;

        for (next = i; next < n && values[next] - values[i] <= 1e-7L * values[n - 1];
             next++) {
            project(vectors + next * n, r, n, cols, p);
            for (size_t a = 0; a < cols; a++) {
                expected += p[a] * p[a];
                got += powl(found[next * cols + a], 2);
            }
        }
        if (next == i + 1)
            for (size_t a = 0; a < cols; a++)
                check_close(found[i * cols + a], (double) p[a], 1e-8 * (double) norm);
        check_close((double) sqrtl(got), (double) sqrtl(expected),
                    1e-8 * (double) norm);
    }
    lemma_free(h);
}

static void projections_are_on_the_initial_eigenvectors(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++)
        for (size_t mean = 0; mean < 2; mean++) {
            struct watched w = watched_case(i);

            watched_probe(&w, "residual", "kernel", mean ? "mean" : "full", NULL);
            watched_run(&w, NULL);
            for (size_t k = 0; k < w.moment_count; k++)
                if (w.moments[k].kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END))
                    check_row(&w, &w.moments[k], mean);
            assert_int_equal(watched_rows(&w, "norm")->rows, w.config.rounds + 1);
            watched_free(&w);
        }
}

/* One sample, held by two clients whose targets differ a little: H = h (1 1; 1 1), the
 * vectors (1, -1) and (1, 1), where no entry is the largest; the first is positive. */
static void signs_of_symmetric_data_are_fixed(void **state)
{
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct watched w = watched_case(i ? 3 : 0);

        w.twins = true;
        w.nudge = 0.1;
        w.clients = 2;
        w.counts[0] = w.counts[1] = 1;
        watched_probe(&w, "residual", "vector", "true", NULL);
        watched_run(&w, NULL);
        for (size_t r = 0; r <= w.config.rounds; r++) {
            const double *e = watched_row(&w, "vector", r * w.config.local_steps);
            const double *p = watched_row(&w, "projection", r * w.config.local_steps);

            assert_true(e[0] != e[1]);
            check_close(p[0], (e[0] - e[1]) / sqrt(2), 1e-14);
            check_close(p[1], (e[0] + e[1]) / sqrt(2), 1e-14);
        }
        watched_free(&w);
    }
}

static void the_vector_itself_is_kept_on_request(void **state)
{
    struct watched w = watched_case(1);

    (void) state;
    watched_probe(&w, "residual", "vector", "true", NULL);
    watched_run(&w, NULL);
    for (size_t k = 0; k < w.moment_count; k++)
        for (size_t c = 0; c < w.clients; c++) {
            const struct moment *m = &w.moments[k];
            long double r[ORDER];

            if (!(m->kind & (LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END)))
                continue;
            naive_residuals(&w, m->server, c, r);
            for (size_t i = 0; i < w.spans[c].count * w.outputs; i++)
                check_close(watched_row(&w, "vector",
                                        m->step)[w.spans[c].first * w.outputs + i],
                            (double) r[i], 1e-13);
        }
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projections_are_on_the_initial_eigenvectors),
        cmocka_unit_test(signs_of_symmetric_data_are_fixed),
        cmocka_unit_test(the_vector_itself_is_kept_on_request),
    };
    return cmocka_run_group_tests_name("residual", tests, NULL, NULL);
}
