#include <math.h>

#include "probe/naive.h"

/* Everything about one client at one step, as vectors. */
struct vectors {
    long double *local, *average, *gap, *lipschitz, *pattern;
};

static struct vectors naive_vectors(const struct watched *w, const struct moment *m,
                                    size_t c)
{
    const long double *own = m->local + c * w->weights;
    struct vectors v = {naive_room(w), naive_room(w), naive_room(w), naive_room(w),
                        naive_room(w)};
    long double r[NAIVE_SAMPLES * NAIVE_OUTPUTS], q[NAIVE_SAMPLES * NAIVE_OUTPUTS];
    long double *there = naive_room(w);

    naive_gradient(w, own, c, v.local);
    naive_gradient(w, m->average, c, v.average);
    naive_residuals(w, own, c, r);
    naive_residuals(w, m->average, c, q);
    naive_pull(w, own, c, q, v.pattern);
    naive_pull(w, m->average, c, q, there);
    for (size_t i = 0; i < w->spans[c].count * w->net->d; i++)
        r[i] -= q[i];
    naive_pull(w, own, c, r, v.lipschitz);
    for (size_t i = 0; i < w->weights; i++) {
        v.gap[i] = v.local[i] - v.average[i];
        v.pattern[i] -= there[i];
    }
    lemma_free(there);
    return v;
}

static void free_vectors(struct vectors *v)
{
    lemma_free(v->local);
    lemma_free(v->average);
    lemma_free(v->gap);
    lemma_free(v->lipschitz);
    lemma_free(v->pattern);
}

static double dot(const struct watched *w, const long double *a, const long double *b)
{
    long double sum = 0;

    for (size_t i = 0; i < w->weights; i++)
        sum += a[i] * b[i];
    return (double) sum;
}

static double norm(const struct watched *w, const long double *a)
{
    return (double) naive_norm(a, NULL, w->weights);
}

/* valgrind computes long double as double: hence not 1e-18. */
static void check_parts_add_up(const struct watched *w, const struct vectors *v)
{
    long double scale = naive_norm(v->local, NULL, w->weights);

    for (size_t i = 0; i < w->weights; i++)
        assert_true(fabsl(v->lipschitz[i] + v->pattern[i] - v->gap[i]) <=
                    1e-12L * scale);
}

static void check_client(const struct watched *w, const struct moment *m, size_t c,
                         const struct vectors *v)
{
    double local = norm(w, v->local), average = norm(w, v->average);
    double eps = 1e-12 * fmax(local, average);

    check_close(watched_row(w, "gap", m->step)[c], norm(w, v->gap), eps);
    check_close(watched_row(w, "lipschitz", m->step)[c], norm(w, v->lipschitz), eps);
    check_close(watched_row(w, "pattern", m->step)[c], norm(w, v->pattern), eps);
    check_close(watched_row(w, "local", m->step)[c], local, eps);
    check_close(watched_row(w, "average", m->step)[c], average, eps);
    check_close(watched_row(w, "cosine", m->step)[c],
                dot(w, v->local, v->average) / local / average,
                1e-12 * fmax(local / average, average / local));
    for (size_t l = 0; l < w->L; l++)
        check_close(watched_row(w, "gap_layer", m->step)[c * w->L + l],
                    (double) naive_norm(v->gap + watched_offset(w, l), NULL,
                                        w->net->layers[l].in * w->net->layers[l].out),
                    eps);
    if (m->local_step == 0) {
        assert_true(watched_row(w, "gap", m->step)[c] == 0);
        assert_true(watched_row(w, "lipschitz", m->step)[c] == 0);
        assert_true(watched_row(w, "pattern", m->step)[c] == 0);
    }
}

static void gaps_are_the_loops(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        double pattern = 0;

        w.eta *= 4; /* so that patterns flip */
        watched_probe(&w, "gradient_gap", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            for (size_t c = 0; c < w.clients && w.moments[k].kind == LEMMA_ON_STEP;
                 c++) {
                struct vectors v = naive_vectors(&w, &w.moments[k], c);

                check_parts_add_up(&w, &v);
                check_client(&w, &w.moments[k], c, &v);
                pattern = fmax(pattern, norm(&w, v.pattern));
                free_vectors(&v);
            }
        assert_true(pattern > 0);
        watched_free(&w);
    }
}

static bool flips(const struct watched *w, const struct moment *m, size_t c)
{
    for (size_t l = 0; l < w->L; l++)
        for (size_t i = 0; i < w->spans[c].count; i++)
            if (naive_flips(w, m->local + c * w->weights, m->average, l,
                            w->spans[c].first + i))
                return true;
    return false;
}

/* Relative error of what is not far below the gap itself. */
static void check_digits(double got, double exact, double gap)
{
    check_close(got, exact, 1e-5 * fmax(exact, 1e-3 * gap));
}

/* Looks at one client and step; true where the gap is about 1e-9 of the gradient. */
static bool check_small_gap(const struct watched *w, const struct moment *m, size_t c)
{
    struct vectors v = naive_vectors(w, m, c);
    double gap = norm(w, v.gap), ratio = gap / norm(w, v.local);
    bool small = ratio > 2e-10 && ratio < 5e-9 && !flips(w, m, c);

    if (small) {
        check_digits(watched_row(w, "gap", m->step)[c], gap, gap);
        check_digits(watched_row(w, "lipschitz", m->step)[c], norm(w, v.lipschitz),
                     gap);
        check_digits(watched_row(w, "pattern", m->step)[c], norm(w, v.pattern), gap);
        for (size_t l = 0; l < w->L; l++) {
            size_t size = w->net->layers[l].in * w->net->layers[l].out;

            check_digits(watched_row(w, "gap_layer", m->step)[c * w->L + l],
                         (double) naive_norm(v.gap + watched_offset(w, l), NULL, size),
                         gap);
        }
    }
    free_vectors(&v);
    return small;
}

static void a_gap_of_1e_9_of_the_gradient_keeps_five_digits(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        size_t looked_at = 0;

        w.width = 48;
        w.config.rounds = 2;
        w.eta = i == 3 ? 2e-9 : 1e-10;
        watched_probe(&w, "gradient_gap", NULL);
        watched_run(&w, NULL);
        for (size_t k = 0; k < w.moment_count; k++)
            for (size_t c = 0; c < w.clients && w.moments[k].kind == LEMMA_ON_STEP; c++)
                looked_at += w.moments[k].local_step > 0 &&
                             check_small_gap(&w, &w.moments[k], c);
        assert_true(looked_at >= 4);
        watched_free(&w);
    }
}

/* A client alone with two samples fits them to rounding within a round, the average
 * does not: the local gradient must not drown in the other's rounding. */
static void a_local_gradient_far_below_the_average_s_keeps_its_digits(void **state)
{
    struct watched w = watched_case(3);
    double least = 1;

    (void) state;
    w.config.batch = 0;
    w.config.rounds = 1;
    w.config.local_steps = 240;
    w.eta = 1;
    watched_probe(&w, "gradient_gap", NULL);
    watched_run(&w, NULL);
    for (size_t k = 0; k < w.moment_count; k += 10)
        for (size_t c = 0; c < w.clients && w.moments[k].kind == LEMMA_ON_STEP; c++) {
            struct vectors v = naive_vectors(&w, &w.moments[k], c);
            double local = norm(&w, v.local), average = norm(&w, v.average);

            check_close(watched_row(&w, "local", w.moments[k].step)[c], local,
                        1e-6 * local + 1e-14);
            least = fmin(least, local / average);
            free_vectors(&v);
        }
    assert_true(least < 1e-9);
    watched_free(&w);
}

/* With no flip at the last layer its Jacobian differs by its inputs alone; in a
 * two-layer net by nothing, and the theory's bound on the pattern part is 0. */
static void without_flips_a_two_layer_net_has_no_pattern_part(void **state)
{
    struct watched w = watched_case(3);

    (void) state;
    w.outputs = 2;
    w.eta = 1e-7;
    watched_probe(&w, "gradient_gap", NULL);
    watched_run(&w, NULL);
    for (size_t k = 0; k < w.moment_count; k++)
        for (size_t c = 0; c < w.clients && w.moments[k].kind == LEMMA_ON_STEP; c++) {
            assert_false(flips(&w, &w.moments[k], c));
            assert_true(watched_row(&w, "pattern", w.moments[k].step)[c] == 0);
        }
    watched_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_the_loops),
        cmocka_unit_test(a_gap_of_1e_9_of_the_gradient_keeps_five_digits),
        cmocka_unit_test(a_local_gradient_far_below_the_average_s_keeps_its_digits),
        cmocka_unit_test(without_flips_a_two_layer_net_has_no_pattern_part),
    };
    return cmocka_run_group_tests_name("gradient_gap", tests, NULL, NULL);
}
