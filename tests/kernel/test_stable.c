#include "kernel/stable.h"

#include <math.h>

#include "kernel/tiny.h"

/* The largest eigenvalue of rows [first, first + n) of k by many powers. */
static double most_of(lemma_cmat k, size_t first, size_t n)
{
    double v[64], w[64], norm = 0;

    for (size_t i = 0; i < n; i++)
        v[i] = 1 + (double) (i * i % 7);
    for (size_t step = 0; step < 20000; step++) {
        norm = 0;
        for (size_t i = 0; i < n; i++) {
            w[i] = 0;
            for (size_t j = 0; j < n; j++)
                w[i] += lemma_crow(k, first + i).a[first + j] * v[j];
            norm += w[i] * w[i];
        }
        norm = sqrt(norm);
        for (size_t i = 0; i < n; i++)
            v[i] = w[i] / norm;
    }
    return norm;
}

/* Theory 3(m) written out, from the explicit Jacobian. */
static double limit_of(const struct tiny *t, const struct lemma_span *spans, size_t K,
                       size_t B, bool replacement)
{
    size_t d = t->net->d;
    struct lemma_layers all = {0, t->net->L};
    lemma_mat k = zeros(t->N * d, t->N * d);
    double least = INFINITY;

    tiny_gram(t, LEMMA_GRAM_FULL, all, k);
    for (size_t c = 0; c < K; c++) {
        double n = (double) spans[c].count, size = (double) B, single = 0, q;
        double most = most_of(lemma_const(k), spans[c].first * d, spans[c].count * d);

        for (size_t i = 0; i < spans[c].count; i++)
            single = fmax(single, most_of(lemma_const(k), (spans[c].first + i) * d, d));
        q = replacement ? 1 / size : (n - size) / (size * (n - 1));
        if (B == 0 || B > spans[c].count || (!replacement && B == spans[c].count))
            q = 0;
        least = fmin(least, 2 / (q * single + (1 - q) * most / n));
    }
    lemma_free(k.a);
    return least;
}

static void check_limit(const struct tiny *t, const struct lemma_span *spans, size_t K,
                        size_t B, bool replacement)
{
    double limit = 0, expected = limit_of(t, spans, K, B, replacement);

    check_ok(lemma_stable_measure(&t->model, lemma_const(t->features), K, spans, B,
                                  replacement, &limit, NULL),
             NULL);
    check_close(limit, expected, 1e-10 * expected);
}

static void limits_are_those_of_the_explicit_jacobian(void **state)
{
    static const char *const presets[] = {"deep-relu", "deep-relu-fixed-input",
                                          "two-layer-relu"};
    static const struct lemma_span spans[] = {{0, 5}, {5, 1}, {6, 4}};

    (void) state;
    for (size_t p = 0; p < 3; p++)
        for (size_t d = 1; d <= 3; d += 2)
            for (size_t B = 0; B <= 5; B++)
                for (int replacement = 0; replacement < 2; replacement++) {
                    struct tiny t;

                    tiny_make(&t, presets[p], 10, 4, p < 2 ? d : 1, 12, p < 2 ? 2 : 1,
                              11 + B);
                    check_limit(&t, spans, 3, B, replacement);
                    for (size_t c = 0; c < 3; c++)
                        check_limit(&t, spans + c, 1, B, replacement);
                    tiny_unmake(&t);
                }
}

static void a_batch_of_all_samples_gives_the_limit_of_local_gd(void **state)
{
    (void) state;
    assert_true(lemma_stable_step(6, 2, 3, 0, false) == 1); /* 2 n / lambda_max */
    assert_true(lemma_stable_step(6, 2, 3, 3, false) == 1);
    assert_true(lemma_stable_step(6, 2, 3, 1, false) == 1); /* one sample: 2 / h */
    assert_true(lemma_stable_step(6, 2, 3, 1, true) == 1);
    assert_true(lemma_stable_step(6, 4, 3, 1, true) == 0.5);
    assert_true(lemma_stable_step(6, 4, 3, 2, true) == 2 / 3.0);
    assert_true(lemma_stable_step(6, 4, 3, 2, false) == 0.8); /* q = 1/4 */
}

enum draws { SUBSET, REPLACEMENT, EPOCH };

/* One client, four samples of unit features e1, e1, e2, e2, its error (1, 1). The mean
 * square of the error after two steps of B samples each, over all draws: an epoch's
 * second batch takes none of the first. */
static double two_steps(double eta, size_t B, enum draws draws)
{
    size_t all = (size_t) 1 << (4 * B), ways = 0; /* two bits for each of 2 B draws */
    double sum = 0;

    for (size_t way = 0; way < all; way++) {
        double error[2] = {1, 1};
        bool wanted = true;

        for (size_t step = 0; step < 2; step++) {
            size_t counts[2] = {0, 0}, seen[4] = {0};

            for (size_t k = 0; k < B; k++) {
                size_t i = way >> 2 * (step * B + k) & 3;

                counts[i / 2]++;
                wanted = wanted && (draws == REPLACEMENT || !seen[i]++);
                for (size_t j = 0; j < B; j++)
                    wanted = wanted &&
                             (draws != EPOCH || step == 0 || i != (way >> 2 * j & 3));
            }
            for (size_t e = 0; e < 2; e++)
                error[e] *= 1 - eta * (double) counts[e] / (double) B;
        }
        if (wanted) {
            sum += (error[0] * error[0] + error[1] * error[1]) / 2;
            ways++;
        }
    }
    return sum / (double) ways;
}

/* Theory 3(m): where all eigenvalues are equal nothing is lost in its proof. */
static void at_the_limit_batches_drawn_anew_neither_grow_nor_fall(void **state)
{
    (void) state;
    for (size_t B = 1; B <= 3; B++)
        for (enum draws draws = SUBSET; draws <= REPLACEMENT; draws++) {
            double limit = lemma_stable_step(2, 1, 4, B, draws == REPLACEMENT);

            check_close(two_steps(limit, B, draws), 1, 1e-14);
            assert_true(two_steps(0.99 * limit, B, draws) < 1);
            assert_true(two_steps(1.01 * limit, B, draws) > 1);
        }
}

static void batches_of_an_epoch_can_grow_below_the_limit(void **state)
{
    double limit = lemma_stable_step(2, 1, 4, 2, false);

    (void) state;
    check_close(limit, 3, 1e-15);
    check_close(two_steps(0.95 * limit, 2, EPOCH), 1.16, 0.01);
}

static void what_does_not_move_has_no_limit_and_nan_is_told(void **state)
{
    static const struct lemma_span spans[] = {{0, 3}};
    struct tiny t;
    struct lemma_error err = {""};
    double limit = 0;

    (void) state;
    tiny_make(&t, "deep-relu", 3, 4, 1, 6, 1, 2);
    for (size_t i = 0; i < 6; i++)
        t.v.a[i] = 0;
    check_ok(lemma_stable_measure(&t.model, lemma_const(t.features), 1, spans, 0, false,
                                  &limit, &err),
             &err);
    assert_true(limit == INFINITY);
    t.v.a[0] = NAN;
    assert_int_equal(lemma_stable_measure(&t.model, lemma_const(t.features), 1, spans,
                                          0, false, &limit, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "not finite");
    tiny_unmake(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_those_of_the_explicit_jacobian),
        cmocka_unit_test(a_batch_of_all_samples_gives_the_limit_of_local_gd),
        cmocka_unit_test(at_the_limit_batches_drawn_anew_neither_grow_nor_fall),
        cmocka_unit_test(batches_of_an_epoch_can_grow_below_the_limit),
        cmocka_unit_test(what_does_not_move_has_no_limit_and_nan_is_told),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("stable", tests, NULL, NULL);
}
