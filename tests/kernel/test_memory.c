/* The kernel's modules where memory runs out: at each allocation, in turn. */
#include "failing_alloc.h"
#include "kernel/frozen.h"
#include "kernel/limit.h"
#include "kernel/spectrum.h"
#include "kernel/tiny.h"

enum { N = 6 };

static lemma_status sweep(void *context)
{
    struct tiny *t = context;
    struct lemma_gram_sweep *s = NULL;
    struct lemma_share two = {.size = 2}; /* of one tile: nothing to gather */
    double k[N * N];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_gram_sweep_create(t->net, LEMMA_GRAM_MEAN, N, 4, &s));
    LEMMA_TRY(lemma_gram_sweep_share(s, &two));
    lemma_gram_sweep(s, &t->model, lemma_const(t->features),
                     (struct lemma_layers){0, 2}, lemma_mat_of(k, N, N));
out:
    lemma_gram_sweep_destroy(s);
    return st;
}

static void a_sweep_runs_out_of_memory_cleanly(void **state)
{
    struct tiny t;

    (void) state;
    for (size_t d = 1; d <= 2; d++) {
        tiny_make(&t, "deep-relu", N, 3, d, 8, 2, 1);
        assert_true(fail_each_allocation(sweep, &t) > 10);
        tiny_unmake(&t);
    }
}

static lemma_status limit(void *context)
{
    struct tiny *t = context;
    struct lemma_limit sum = {0, true};
    double k[N * N];

    return lemma_limit_gram(t->net, lemma_const(t->x), &sum, lemma_mat_of(k, N, N),
                            NULL);
}

static void a_limit_runs_out_of_memory_cleanly(void **state)
{
    struct tiny t;

    (void) state;
    tiny_make(&t, "deep-relu", N, 3, 1, 8, 2, 1);
    assert_true(fail_each_allocation(limit, &t) == 2);
    tiny_unmake(&t);
}

static lemma_status measure(void *context)
{
    double k[4] = {2, 1, 1, 2}, values[2];
    enum lemma_spectrum_kind *kind = context;
    struct lemma_spectrum *s = NULL;
    struct lemma_spectrum_result r;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_spectrum_create(2, *kind, &s));
    LEMMA_TRY(lemma_spectrum_measure(s, lemma_mat_of(k, 2, 2),
                                     *kind == LEMMA_SPECTRUM_FULL ? values : NULL,
                                     (lemma_mat){0}, &r));
out:
    lemma_spectrum_destroy(s);
    return st;
}

static void a_spectrum_runs_out_of_memory_cleanly(void **state)
{
    enum lemma_spectrum_kind full = LEMMA_SPECTRUM_FULL;
    enum lemma_spectrum_kind extremes = LEMMA_SPECTRUM_EXTREMES;

    (void) state;
    assert_true(fail_each_allocation(measure, &full) >= 5);
    assert_true(fail_each_allocation(measure, &extremes) >= 3);
}

static lemma_status freeze(void *context)
{
    double h[4] = {2, 1, 1, 2};
    struct lemma_span spans[] = {{0, 1}, {1, 1}};
    struct lemma_frozen_problem p = {
        lemma_cmat_of(h, 2, 2), 1, 1, 2, spans, NULL, false};
    struct lemma_frozen *f = NULL;
    struct lemma_frozen_spectrum s;
    lemma_status st = LEMMA_OK;

    (void) context;
    LEMMA_TRY(lemma_frozen_create(&p, &f, NULL));
    lemma_frozen_set(f, 0.1, 3);
    LEMMA_TRY(lemma_frozen_spectrum(f, NULL, &s));
out:
    lemma_frozen_destroy(f);
    return st;
}

static void a_frozen_kernel_runs_out_of_memory_cleanly(void **state)
{
    (void) state;
    assert_true(fail_each_allocation(freeze, NULL) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sweep_runs_out_of_memory_cleanly),
        cmocka_unit_test(a_limit_runs_out_of_memory_cleanly),
        cmocka_unit_test(a_spectrum_runs_out_of_memory_cleanly),
        cmocka_unit_test(a_frozen_kernel_runs_out_of_memory_cleanly),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
