/* Sweeps when memory runs out. What libyaml and HDF5 allocate does not fail here. */
#include "failing_alloc.h"
#include "grid.h"
#include "sweep/collect.h"
#include "sweep/fit.h"
#include "sweep/points.h"

static const char text[] =
    "base: {network: {width: 8}}\n"
    "axes:\n"
    "  - zip:\n"
    "      train.rounds: [1, 2]\n"
    "      train.step_size: {linear: {from: 1, to: 2, points: 2}}\n"
    "seeds: 2\n"
    "search: {network.width: {from: 4, to: 8}, until: loss/server rounds-to<=1e-9}\n"
    "paper: {base: {train: {rounds: 9}}, seeds: 3}\n";

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

static lemma_status look_again(void *context)
{
    struct lemma_sweep *s = NULL;
    enum lemma_point_state state = LEMMA_POINT_MISSING;
    struct lemma_trail t;
    struct lemma_try now = {.value = 8};
    char path[512];
    lemma_status st = LEMMA_OK;

    lemma_point_path(context, 0, ".h5", path, sizeof path);
    LEMMA_TRY(lemma_sweep_parse(text, strlen(text), "s.yaml", &s, NULL));
    LEMMA_TRY(lemma_point_trail(s, context, 0, &state, &t));
    assert_int_equal(state, LEMMA_POINT_OTHER);
    LEMMA_TRY(lemma_search_judge(&s->search, path, &now, NULL));
    assert_int_equal(now.outcome, LEMMA_TRY_MISSED);
out:
    lemma_sweep_destroy(s);
    return st;
}

static void a_search_survives_every_failed_allocation(void **state)
{
    struct lemma_sweep *s = read_sweep("seeds: 1\n");
    char dir[256];

    (void) state;
    make_sweep_folder(dir, "search-memory");
    run_point(s, dir, 0);
    assert_true(fail_each_allocation(look_again, dir) >= 20);
    lemma_sweep_destroy(s);
}

static lemma_status fit_again(void *context)
{
    static const char *const keys[] = {"network.width", "tau"};
    static const char *const where[] = {"train.rounds=2"};
    struct lemma_fit_request request = {.of = "loss/server",
                                        .measure = {.kind = LEMMA_BY_RATE},
                                        .axes = 2,
                                        .against = keys,
                                        .where_count = 1,
                                        .where = where};
    struct lemma_sweep_index *x = NULL;
    struct lemma_sweep_fit fit = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_sweep_index_open(context, &x, NULL));
    LEMMA_TRY(lemma_sweep_fit(x, &request, &fit, NULL));
    assert_int_equal(fit.group_count, 4);
    assert_int_equal(fit.values, 4);
    assert_int_equal(fit.elsewhere, 4);
    lemma_sweep_fit_fini(&fit);
    request.axes = 1;
    request.measure = (struct lemma_measure){.reduction = LEMMA_MEAN};
    request.pool = (const char *const[]){"train.local_steps"};
    request.pool_count = 1;
    LEMMA_TRY(lemma_sweep_fit(x, &request, &fit, NULL));
    assert_int_equal(fit.group_count, 2);
out:
    lemma_sweep_fit_fini(&fit);
    lemma_sweep_index_close(x);
    return st;
}

static void a_fit_survives_every_failed_allocation(void **state)
{
    struct lemma_sweep *s = read_sweep("axes:\n"
                                       "  - network.width: [8, 16]\n"
                                       "  - train.local_steps: [2, 3]\n"
                                       "  - train.rounds: [2, 3]\n");
    struct lemma_error err = {""};
    size_t finished = 0;
    char dir[256];

    (void) state;
    make_sweep_folder(dir, "fit-memory");
    for (size_t i = 0; i < s->points; i++)
        run_point(s, dir, i);
    check_ok(lemma_sweep_collect(s, dir, "", &finished, &err), &err);
    assert_int_equal(finished, 8);
    assert_true(fail_each_allocation(fit_again, dir) >= 40);
    lemma_sweep_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_survives_every_failed_allocation),
        cmocka_unit_test(a_point_s_experiment_survives_every_failed_allocation),
        cmocka_unit_test(a_search_survives_every_failed_allocation),
        cmocka_unit_test(a_fit_survives_every_failed_allocation),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
