#include <math.h>

#include "core/blas.h"
#include "train/fixture.h"

static void a_step_size_that_is_not_positive_is_refused(void **state)
{
    (void) state;
    static const double bad[] = {0, -1, NAN, INFINITY};
    struct fixture f = fixture_default();

    fixture_make(&f);
    for (size_t i = 0; i < 4; i++) {
        struct lemma_trainer *none = NULL;
        struct lemma_error err = {""};

        f.training.eta = bad[i];
        assert_int_equal(lemma_trainer_create(&f.training, &none, &err), LEMMA_EINPUT);
        check_contains(err.text, "positive");
        assert_null(none);
    }
    fixture_unmake(&f);
}

/* tau b (in + out) < in out: at 24 x 24 inner layers and b = 5 that means tau <= 2. */
static void the_choice_of_local_models_follows_the_configuration(void **state)
{
    (void) state;
    for (size_t tau = 1; tau <= 4; tau++) {
        struct fixture f = fixture_default();

        strcpy(f.config.local_models, "auto");
        f.config.local_steps = tau;
        fixture_make(&f);
        assert_int_equal(lemma_trainer_factored(f.trainer, 1), tau * 5 * 48 < 24 * 24);
        assert_int_equal(lemma_trainer_factored(f.trainer, 0), tau * 5 * 30 < 6 * 24);
        fixture_unmake(&f);
    }
}

static void memory_is_told_before_it_is_asked_for(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    size_t bytes = 0, model;

    fixture_make(&f);
    assert_true(lemma_trainer_memory(&f.training, &bytes));
    model = 8 * lemma_network_parameters(f.net);
    assert_true(bytes > 3 * model);
    f.config.local_steps = SIZE_MAX / 16;
    assert_false(lemma_trainer_memory(&f.training, &bytes));
    struct lemma_trainer *none = NULL;
    assert_int_equal(lemma_trainer_create(&f.training, &none, NULL), LEMMA_EMEMORY);
    assert_null(none);
    fixture_unmake(&f);
}

struct found {
    size_t step[2 * FIXTURE_CLIENTS], count;
    int64_t client[2 * FIXTURE_CLIENTS];
    const char *what;
};

static void find(void *context, size_t step, int64_t client, const char *what)
{
    struct found *f = context;

    assert_true(f->count < 2 * FIXTURE_CLIENTS);
    f->step[f->count] = step;
    f->client[f->count++] = client;
    f->what = what;
}

static lemma_status clear(void *context, struct lemma_weights *w)
{
    (void) context;
    for (size_t l = 0; l < w->L; l++)
        memset(w->w[l].a, 0, w->w[l].rows * w->w[l].cols * sizeof *w->w[l].a);
    return LEMMA_OK;
}

/* All outputs 0 and targets of 1e-160: a loss of 5e-321. */
static void a_loss_that_underflows_is_told_with_its_step_and_client(void **state)
{
    struct fixture f = fixture_default();
    struct found found = {.count = 0};
    struct lemma_trainer *trainer = NULL;
    enum lemma_outcome outcome;
    size_t steps;

    (void) state;
    f.config.local_steps = 1;
    fixture_make(&f);
    for (size_t i = 0; i < f.set.n; i++)
        f.set.targets.a[i] = 1e-160;
    f.training.find = find;
    f.training.finder = &found;
    check_ok(lemma_trainer_create(&f.training, &trainer, NULL), NULL);
    check_ok(lemma_trainer_begin(trainer), NULL);
    check_ok(lemma_trainer_resume(trainer, f.config.rounds - 1, clear, NULL), NULL);
    check_ok(lemma_trainer_run(trainer, &outcome, &steps), NULL);
    assert_int_equal(outcome, LEMMA_COMPLETE);
    assert_int_equal(found.count, 2 * FIXTURE_CLIENTS); /* the step, and the end */
    assert_string_equal(found.what, "the loss has underflowed");
    for (size_t i = 0; i < found.count; i++) {
        assert_int_equal(found.client[i], i % FIXTURE_CLIENTS);
        assert_int_equal(found.step[i], f.config.rounds - 1 + i / FIXTURE_CLIENTS);
    }
    lemma_trainer_destroy(trainer);
    fixture_unmake(&f);
}

static void destroying_nothing_is_fine(void **state)
{
    (void) state;
    lemma_trainer_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_size_that_is_not_positive_is_refused),
        cmocka_unit_test(the_choice_of_local_models_follows_the_configuration),
        cmocka_unit_test(memory_is_told_before_it_is_asked_for),
        cmocka_unit_test(a_loss_that_underflows_is_told_with_its_step_and_client),
        cmocka_unit_test(destroying_nothing_is_fine),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
