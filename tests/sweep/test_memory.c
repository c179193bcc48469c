/* Sweeps when memory runs out. What libyaml and HDF5 allocate does not fail here. */
#include "failing_alloc.h"
#include "sweep/points.h"
#include "sweep/sweep.h"

static const char text[] =
    "base: {network: {width: 8}}\n"
    "axes:\n"
    "  - zip:\n"
    "      train.rounds: [1, 2]\n"
    "      train.step_size: {linear: {from: 1, to: 2, points: 2}}\n"
    "seeds: 2\n";

static lemma_status parse(void *context)
{
    struct lemma_sweep *s = NULL;
    lemma_status st = lemma_sweep_parse(text, strlen(text), "s.yaml", &s, NULL);

    (void) context;
    assert_true((st == LEMMA_OK) == (s != NULL));
    lemma_sweep_destroy(s);
    return st;
}

static void reading_survives_every_failed_allocation(void **state)
{
    (void) state;
    assert_true(fail_each_allocation(parse, NULL) >= 10);
}

struct attempt {
    struct lemma_sweep *s;
    struct lemma_experiment *x;
};

static lemma_status make_experiment(void *context)
{
    struct attempt *a = context;

    return lemma_sweep_experiment(a->s, 3, a->x, NULL);
}

static void a_point_s_experiment_survives_every_failed_allocation(void **state)
{
    struct attempt a = {.x = lemma_alloc(1, sizeof *a.x)};

    (void) state;
    assert_non_null(a.x);
    check_ok(lemma_sweep_parse(text, strlen(text), "s.yaml", &a.s, NULL), NULL);
    assert_true(fail_each_allocation(make_experiment, &a) >= 1);
    assert_int_equal(a.x->train.rounds, 2);
    assert_int_equal(a.x->seed, 2);
    lemma_sweep_destroy(a.s);
    lemma_free(a.x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_survives_every_failed_allocation),
        cmocka_unit_test(a_point_s_experiment_survives_every_failed_allocation),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
