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
                    double limit = 0, expected;

                    tiny_make(&t, presets[p], 10, 4, p < 2 ? d : 1, 12, p < 2 ? 2 : 1,
                              11 + B);
                    check_ok(lemma_stable_measure(&t.model, lemma_const(t.features), 3,
                                                  spans, B, replacement, &limit, NULL),
                             NULL);
                    expected = limit_of(&t, spans, 3, B, replacement);
                    check_close(limit, expected, 1e-10 * expected);
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
        cmocka_unit_test(what_does_not_move_has_no_limit_and_nan_is_told),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("stable", tests, NULL, NULL);
}
