#include "core/blas.h"
#include "train/fixture.h"

enum { STEPS = 240 };

/* Counts how often each sample is chosen, and checks ranges. */
struct tally {
    size_t chosen[16];
    bool distinct;
    size_t batch;
    const char *sampling;
};

static lemma_status count(void *context, const struct lemma_event *ev)
{
    struct tally *t = context;

    assert_string_equal(lemma_event_sampling(ev), t->sampling);
    for (size_t c = 0; c < lemma_event_clients(ev); c++) {
        struct lemma_span span = lemma_event_spans(ev)[c];
        size_t n;
        const uint32_t *samples = lemma_event_batch_samples(ev, c, &n);

        assert_int_equal(n, span.count < t->batch ? span.count : t->batch);
        for (size_t i = 0; i < n; i++) {
            assert_in_range(samples[i], span.first, span.first + span.count - 1);
            for (size_t j = 0; t->distinct && j < i; j++)
                assert_int_not_equal(samples[i], samples[j]);
            t->chosen[samples[i]]++;
        }
    }
    return LEMMA_OK;
}

static struct tally run(const char *sampling, size_t batch)
{
    struct fixture f = fixture_default();
    struct tally t = {.distinct = strcmp(sampling, "replacement") != 0,
                      .batch = batch,
                      .sampling = sampling};
    enum lemma_outcome outcome;
    size_t steps;

    strcpy(f.config.sampling, sampling);
    f.config.batch = batch;
    f.config.rounds = STEPS / 3;
    f.eta = 1e-6;
    fixture_make(&f);
    struct lemma_observer o = {LEMMA_ON_STEP, false, count, &t};
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    check_ok(lemma_trainer_run(f.trainer, &outcome, &steps), NULL);
    fixture_unmake(&f);
    return t;
}

/* 240 steps of 2 out of n: each sample 480/n times, +- 4.5 standard deviations at most.
 */
static void subsets_and_replacement_are_even_over_the_clients_samples(void **state)
{
    (void) state;
    static const char *const rules[] = {"subset", "replacement"};

    for (int k = 0; k < 2; k++) {
        struct tally t = run(rules[k], 2);

        for (size_t i = 0; i < 5; i++)
            assert_in_range(t.chosen[i], 96 - 42, 96 + 42);
        for (size_t i = 5; i < 8; i++)
            assert_in_range(t.chosen[i], 160 - 48, 160 + 48);
    }
}

static void an_epoch_shows_every_sample_once(void **state)
{
    (void) state;
    struct tally t = run("epoch", 2);

    for (size_t i = 8; i < 16; i++)
        assert_int_equal(t.chosen[i], STEPS / 2);
}

static void a_batch_larger_than_the_client_is_all_of_it(void **state)
{
    (void) state;
    struct tally t = run("subset", 4);

    for (size_t i = 5; i < 16; i++)
        assert_int_equal(t.chosen[i], STEPS);
}

static void
a_batch_larger_than_every_client_is_all_of_them_under_every_rule(void **state)
{
    (void) state;
    static const char *const rules[] = {"subset", "replacement", "epoch"};

    for (int k = 0; k < 3; k++) {
        struct tally t = run(rules[k], 6);

        for (size_t i = 0; i < 16; i++)
            assert_int_equal(t.chosen[i], STEPS);
        t = run(rules[k], 4); /* of 5, 3, 4, 4 */
        for (size_t i = 5; i < 8; i++)
            assert_int_equal(t.chosen[i], STEPS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subsets_and_replacement_are_even_over_the_clients_samples),
        cmocka_unit_test(an_epoch_shows_every_sample_once),
        cmocka_unit_test(a_batch_larger_than_the_client_is_all_of_it),
        cmocka_unit_test(
            a_batch_larger_than_every_client_is_all_of_them_under_every_rule),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
