#include <math.h>

#include "probe/naive.h"

/* Gradients of client c's samples one by one, (n_c, weights), and their mean. */
struct gradients {
    size_t n;
    long double *each, *mean;
};

static struct gradients gradients_of(const struct watched *w,
                                     const long double *weights, size_t c)
{
    size_t n = w->spans[c].count, d = w->net->d;
    struct gradients g = {n, lemma_alloc(n * w->weights, sizeof *g.each),
                          naive_room(w)};
    long double r[NAIVE_SAMPLES * NAIVE_OUTPUTS];

    assert_non_null(g.each);
    naive_residuals(w, weights, c, r);
    for (size_t i = 0; i < n; i++) {
        long double own[NAIVE_SAMPLES * NAIVE_OUTPUTS] = {0};

        for (size_t a = 0; a < d; a++)
            own[i * d + a] = n * r[i * d + a]; /* naive_pull divides by n */
        naive_pull(w, weights, c, own, g.each + i * w->weights);
    }
    naive_gradient(w, weights, c, g.mean);
    return g;
}

static void free_gradients(struct gradients *g)
{
    lemma_free(g->each);
    lemma_free(g->mean);
}

static double square(const long double *a, const long double *b, size_t n)
{
    long double norm = naive_norm(a, b, n);

    return (double) (norm * norm);
}

/* ||mean of the listed gradients - mean of all||^2. */
static double batch_square(const struct watched *w, const struct gradients *g,
                           const uint32_t *sample, size_t count)
{
    long double *mean = naive_room(w);
    double found;

    for (size_t k = 0; k < count; k++)
        for (size_t j = 0; j < w->weights; j++)
            mean[j] += g->each[sample[k] * w->weights + j] / count;
    found = square(mean, g->mean, w->weights);
    lemma_free(mean);
    return found;
}

/* E||g - G||^2 by going through every draw: n^B tuples, those of distinct samples where
 * none is put back. The order of drawing does not matter to the mean. */
static double by_all_draws(const struct watched *w, const struct gradients *g, size_t B,
                           bool again)
{
    size_t draws = 1, seen = 0;
    double sum = 0;

    for (size_t k = 0; k < B; k++)
        draws *= g->n;
    for (size_t draw = 0; draw < draws; draw++) {
        uint32_t sample[8];
        size_t rest = draw;
        bool distinct = true;

        for (size_t k = 0; k < B; k++, rest /= g->n) {
            sample[k] = (uint32_t) (rest % g->n);
            for (size_t q = 0; q < k; q++)
                distinct &= sample[q] != sample[k];
        }
        if (!again && !distinct)
            continue;
        sum += batch_square(w, g, sample, B);
        seen++;
    }
    return sum / (double) seen;
}

/* max_i lambda_max(J_i J_i^T), each block by its rows of J. */
static double largest_block(const struct watched *w, const long double *j, size_t c)
{
    size_t d = w->net->d;
    long double largest = 0, values[NAIVE_OUTPUTS];

    for (size_t i = w->spans[c].first; i < w->spans[c].first + w->spans[c].count; i++) {
        long double block[NAIVE_OUTPUTS * NAIVE_OUTPUTS] = {0};

        for (size_t a = 0; a < d; a++)
            for (size_t b = 0; b < d; b++)
                for (size_t e = 0; e < w->weights; e++)
                    block[a * d + b] += j[(i * d + a) * w->weights + e] *
                                        j[(i * d + b) * w->weights + e];
        naive_eigen(block, d, values, NULL);
        largest = fmaxl(largest, values[d - 1]);
    }
    return (double) largest;
}

static void check_client(const struct watched *w, const struct moment *m, size_t c)
{
    const long double *own = m->local + c * w->weights;
    struct gradients g = gradients_of(w, own, c);
    long double *j = naive_jacobian(w, own);
    size_t B = w->config.batch;
    double second = 0, block = largest_block(w, j, c), variance = 0, sampled = 0;

    for (size_t i = 0; i < g.n; i++)
        second += square(g.each + i * w->weights, NULL, w->weights) / (double) g.n;
    if (B > 0 && B <= g.n) {
        uint32_t sample[8];

        for (size_t k = 0; k < B; k++)
            sample[k] = m->batch[c * w->N + k] - (uint32_t) w->spans[c].first;
        assert_int_equal(m->batch_rows[c], B);
        variance =
            by_all_draws(w, &g, B, strcmp(w->config.sampling, "replacement") == 0);
        sampled = batch_square(w, &g, sample, B);
    }
    check_close(watched_row(w, "second_moment", m->step)[c], second, 1e-12 * second);
    check_close(watched_row(w, "largest_block", m->step)[c], block, 1e-12 * block);
    check_close(watched_row(w, "variance", m->step)[c], variance, 1e-12 * second);
    check_close(watched_row(w, "sampled", m->step)[c], sampled, 1e-12 * second);
    lemma_free(j);
    free_gradients(&g);
}

/* Returns whether anything was drawn. */
static bool check_run(struct watched *w)
{
    bool noisy = false;

    watched_probe(w, "noise", NULL);
    watched_run(w, NULL);
    for (size_t k = 0; k < w->moment_count; k++)
        for (size_t c = 0; c < w->clients && w->moments[k].kind == LEMMA_ON_STEP; c++) {
            check_client(w, &w->moments[k], c);
            noisy |= watched_row(w, "variance", w->moments[k].step)[c] > 0;
        }
    assert_int_equal(watched_rows(w, "variance")->rows,
                     w->config.rounds * w->config.local_steps);
    watched_free(w);
    return noisy;
}

static void rows_are_the_loops_over_all_draws(void **state)
{
    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched w = watched_case(i);
        bool mini = w.config.batch > 0;

        assert_true(check_run(&w) == mini);
    }
}

/* Clients of 5, 2, 4, 3 samples: batches smaller, as large, and larger than they are.
 */
static void every_way_of_drawing_is_told(void **state)
{
    static const char *const samplings[] = {"subset", "replacement", "epoch"};

    (void) state;
    for (size_t i = 0; i < 3; i++)
        for (size_t B = 1; B <= 4; B++)
            for (size_t outputs = 1; outputs <= 2; outputs++) {
                struct watched w = watched_default();

                w.config.batch = B;
                w.config.rounds = 1;
                w.outputs = outputs;
                strcpy(w.config.sampling, samplings[i]);
                assert_true(check_run(&w));
            }
}

/* A batch that is all of a client's samples has no noise: exactly. Drawn with
 * replacement it is not all of them. */
static void a_whole_batch_is_exact(void **state)
{
    static const char *const samplings[] = {"subset", "replacement", "epoch"};

    (void) state;
    for (size_t i = 0; i < 9; i++) {
        struct watched w = watched_default();
        const char *sampling = samplings[i / 3];
        bool again = strcmp(sampling, "replacement") == 0;
        const struct rows *variance, *sampled;

        w.config.batch = i % 3 == 0 ? 0 : i % 3 == 1 ? 3 : 4;
        for (size_t c = 0; c < w.clients; c++)
            w.counts[c] = 3;
        w.no_moments = true;
        strcpy(w.config.sampling, sampling);
        watched_probe(&w, "noise", NULL);
        watched_run(&w, NULL);
        variance = watched_rows(&w, "variance");
        sampled = watched_rows(&w, "sampled");
        for (size_t k = 0; k < variance->rows * variance->count; k++) {
            assert_true((variance->cells[k] > 0) == (again && i % 3 == 1));
            assert_true(sampled->cells[k] == 0 || (again && i % 3 == 1));
        }
        watched_free(&w);
    }
}

/* One client at a step; true where the variance is below 1e-15 of the gradient's
 * square. */
static bool check_digits(const struct watched *w, const struct moment *m, size_t c)
{
    struct gradients g = gradients_of(w, m->local + c * w->weights, c);
    bool again = strcmp(w->config.sampling, "replacement") == 0, small = false;
    double spread = 0, n = (double) g.n, B = (double) w->config.batch;
    double q = again && B <= n ? 1 / B : B < n ? (n - B) / (B * (n - 1)) : 0;
    uint32_t sample[8];

    for (size_t i = 0; i < g.n; i++)
        spread += square(g.each + i * w->weights, g.mean, w->weights) / n;
    check_close(watched_row(w, "variance", m->step)[c], q * spread, 1e-5 * q * spread);
    if (q > 0) {
        for (size_t k = 0; k < m->batch_rows[c]; k++)
            sample[k] = m->batch[c * w->N + k] - (uint32_t) w->spans[c].first;
        check_close(watched_row(w, "sampled", m->step)[c],
                    batch_square(w, &g, sample, m->batch_rows[c]), 1e-5 * q * spread);
        small = spread < 1e-15 * square(g.mean, NULL, w->weights);
    }
    free_gradients(&g);
    return small;
}

/* Samples that differ by 1e-9 of themselves. */
static void a_variance_far_below_the_gradient_keeps_its_digits(void **state)
{
    (void) state;
    for (size_t i = 3; i < WATCHED_CASES; i++)
        for (size_t outputs = 1; outputs <= 2; outputs++) {
            struct watched w = watched_case(i);
            size_t small = 0;

            w.outputs = outputs;
            w.nearness = 1e-9;
            w.config.rounds = 1;
            watched_probe(&w, "noise", NULL);
            watched_run(&w, NULL);
            for (size_t k = 0; k < w.moment_count; k++)
                for (size_t c = 0; c < w.clients && w.moments[k].kind == LEMMA_ON_STEP;
                     c++)
                    small += check_digits(&w, &w.moments[k], c);
            assert_true(small > 0);
            watched_free(&w);
        }
}

static void without_blocks_the_rest_is_the_same(void **state)
{
    static const char *const rest[] = {"variance", "sampled", "second_moment"};

    (void) state;
    for (size_t i = 0; i < WATCHED_CASES; i++) {
        struct watched all = watched_case(i), some = watched_case(i);

        watched_probe(&all, "noise", NULL);
        watched_probe(&some, "noise", "blocks", "false", NULL);
        watched_run(&all, NULL);
        watched_run(&some, NULL);
        assert_int_equal(all.table_count, 4);
        assert_int_equal(some.table_count, 3);
        for (size_t k = 0; k < 3; k++) {
            const struct rows *a = watched_rows(&all, rest[k]);

            assert_memory_equal(a->cells, watched_rows(&some, rest[k])->cells,
                                a->rows * a->count * sizeof *a->cells);
        }
        watched_free(&all);
        watched_free(&some);
    }
}

static void what_is_not_finite_is_missing_and_the_run_goes_on(void **state)
{
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct watched w = watched_case(i);

        w.eta = 1e200;
        w.config.batch = 1;
        w.no_moments = true;
        watched_probe(&w, "noise", NULL);
        watched_run(&w, NULL);
        assert_true(isfinite(watched_row(&w, "largest_block", 0)[0]));
        assert_true(watched_rows(&w, "variance")->rows > 1);
        assert_false(isfinite(watched_row(&w, "second_moment", 1)[0]));
        assert_false(isfinite(watched_row(&w, "largest_block", 1)[0]));
        watched_free(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_loops_over_all_draws),
        cmocka_unit_test(every_way_of_drawing_is_told),
        cmocka_unit_test(a_whole_batch_is_exact),
        cmocka_unit_test(a_variance_far_below_the_gradient_keeps_its_digits),
        cmocka_unit_test(without_blocks_the_rest_is_the_same),
        cmocka_unit_test(what_is_not_finite_is_missing_and_the_run_goes_on),
    };
    return cmocka_run_group_tests_name("noise", tests, NULL, NULL);
}
