/* Trainers when memory runs out. */
#include "core/blas.h"
#include "failing_alloc.h"
#include "train/fixture.h"

static lemma_status make_trainer(void *context)
{
    struct lemma_trainer *trainer = NULL;
    lemma_status st = lemma_trainer_create(context, &trainer, NULL);

    assert_true((trainer != NULL) == (st == LEMMA_OK));
    lemma_trainer_destroy(trainer);
    return st;
}

static void a_trainer_without_memory_is_not_made(void **state)
{
    static const char *const presets[] = {"deep-relu", "deep-relu-fixed-input"};
    static const char *const models[] = {"factored", "dense"};

    (void) state;
    for (size_t i = 0; i < 8; i++) {
        struct fixture f = fixture_default();

        f.preset = presets[i % 2];
        strcpy(f.config.local_models, models[i / 2 % 2]);
        f.config.batch = i < 4 ? 0 : 2;
        fixture_make(&f);
        assert_true(fail_each_allocation(make_trainer, &f.training) > 30);
        fixture_unmake(&f);
    }
}

struct watching {
    struct fixture f;
    size_t seen, failed;
};

static lemma_status count(void *context, const struct lemma_event *ev)
{
    struct watching *w = context;

    (void) ev;
    w->seen++;
    return LEMMA_OK;
}

static lemma_status watch(void *context)
{
    struct watching *w = context;
    struct lemma_observer observer = {LEMMA_ON_RUN_BEGIN, true, count, w};

    return lemma_trainer_watch(w->f.trainer, &observer);
}

static void an_observer_without_memory_is_not_added(void **state)
{
    struct watching w = {.f = fixture_default()};
    enum lemma_outcome outcome;
    size_t steps;

    (void) state;
    fixture_make(&w.f);
    check_ok(watch(&w), NULL);
    /* W(0) is there: the list alone is new. */
    assert_int_equal(fail_each_allocation(watch, &w), 1);
    check_ok(lemma_trainer_run(w.f.trainer, &outcome, &steps), NULL);
    assert_int_equal(w.seen, 2);
    fixture_unmake(&w.f);
}

static void initial_weights_without_memory_are_refused(void **state)
{
    struct watching w = {.f = fixture_default()};
    enum lemma_outcome outcome;
    size_t steps;

    (void) state;
    fixture_make(&w.f);
    assert_int_equal(fail_each_allocation(watch, &w), 4);
    check_ok(lemma_trainer_run(w.f.trainer, &outcome, &steps), NULL);
    assert_int_equal(w.seen, 1);
    fixture_unmake(&w.f);
}

struct evaluation {
    const struct lemma_event *ev;
    lemma_cmat x;
    lemma_mat f;
};

static lemma_status evaluate(void *context)
{
    struct evaluation *e = context;
    lemma_status st;

    memset(e->f.a, 0, e->f.rows * sizeof *e->f.a);
    st = lemma_event_evaluate(e->ev, e->x, e->f);
    for (size_t i = 0; i < e->f.rows; i++)
        assert_true((e->f.a[i] != 0) == (st == LEMMA_OK));
    return st;
}

static lemma_status evaluate_each(void *context, const struct lemma_event *ev)
{
    struct watching *w = context;
    double f[16];
    struct evaluation e = {ev, lemma_const(w->f.set.inputs),
                           lemma_mat_of(f, w->f.set.n, 1)};

    assert_true(w->f.set.n <= 16);
    w->failed = fail_each_allocation(evaluate, &e);
    return LEMMA_OK;
}

static void evaluating_without_memory_leaves_the_outputs(void **state)
{
    struct watching w = {.f = fixture_default()};
    struct lemma_observer observer = {LEMMA_ON_RUN_BEGIN, false, evaluate_each, &w};
    enum lemma_outcome outcome;
    size_t steps;

    (void) state;
    fixture_make(&w.f);
    check_ok(lemma_trainer_watch(w.f.trainer, &observer), NULL);
    check_ok(lemma_trainer_run(w.f.trainer, &outcome, &steps), NULL);
    assert_int_equal(w.failed, 3);
    fixture_unmake(&w.f);
}

/* Memory does not grow with tau; factors of 2^52 steps would not fit. */
static void dense_models_ask_for_no_factors(void **state)
{
    struct fixture f = fixture_default();
    size_t bytes, one_step;

    (void) state;
    strcpy(f.config.local_models, "dense");
    fixture_make(&f);
    assert_true(lemma_trainer_memory(&f.training, &one_step));
    f.config.local_steps = (size_t) 1 << 52;
    assert_true(lemma_trainer_memory(&f.training, &bytes));
    assert_int_equal(bytes, one_step);
    check_ok(make_trainer(&f.training), NULL);
    fixture_unmake(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trainer_without_memory_is_not_made),
        cmocka_unit_test(an_observer_without_memory_is_not_added),
        cmocka_unit_test(initial_weights_without_memory_are_refused),
        cmocka_unit_test(evaluating_without_memory_leaves_the_outputs),
        cmocka_unit_test(dense_models_ask_for_no_factors),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
