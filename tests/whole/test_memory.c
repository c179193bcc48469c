/* A whole run when memory runs out, with and without a record. HDF5's own allocations
 * do not fail here. */
#include "run/run.h"
#include "run/study.h"

#include <unistd.h>

#include "core/blas.h"
#include "failing_alloc.h"
#include "record/reader.h"

struct attempt {
    struct lemma_experiment x;
    struct lemma_run_options o;
    char path[256], part[300];
    size_t started; /* failures that left a record */
};

static struct attempt *make_attempt(const char *preset)
{
    static const char *const settings[] = {
        "data.samples=6",         "data.dimension=3",      "data.test_samples=2",
        "data.targets.outputs=2", "partition.clients=2",   "network.width=4",
        "network.depth=2",        "train.local_steps=2",   "train.rounds=2",
        "train.batch=2",          "record.batches=true",   "record.weights=all",
        "record.data=all",        "data.separation=0.001",
    };
    struct attempt *a = lemma_alloc(1, sizeof *a);

    assert_non_null(a);
    lemma_experiment_init(&a->x);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        check_ok(lemma_experiment_set(&a->x, settings[i], NULL), NULL);
    if (preset)
        check_ok(lemma_probes_preset(&a->x, preset, NULL), NULL);
    else
        check_ok(lemma_experiment_set(&a->x, "probes.deviation={}", NULL), NULL);
    return a;
}

static void check_record(const char *path, const char *expected)
{
    struct lemma_reader *reader = NULL;
    char *status = NULL;

    check_ok(lemma_reader_open(path, &reader, NULL), NULL);
    check_ok(lemma_reader_text(reader, "status", &status), NULL);
    assert_string_equal(status, expected);
    lemma_free(status);
    lemma_reader_close(reader);
    unlink(path);
}

/* A record that was started is there, closed and readable; before, nothing is. */
static void check_remains(struct attempt *a, bool made)
{
    assert_int_not_equal(access(a->part, F_OK), 0);
    if (access(a->path, F_OK) != 0) {
        assert_int_equal(a->started, 0);
        return;
    }
    assert_true(made);
    a->started++;
    check_record(a->path, "interrupted");
}

static lemma_status run_through(void *context)
{
    struct attempt *a = context;
    struct lemma_run *run = NULL;
    struct lemma_run_result result;
    struct lemma_error err = {""};
    lemma_status st = lemma_run_create(&a->x, &a->o, &run, &err);
    bool made = st == LEMMA_OK;

    assert_true((run != NULL) == made);
    if (made)
        st = lemma_run_go(run, &result, &err);
    assert_true((*err.text != 0) == (st != LEMMA_OK));
    lemma_run_destroy(run);
    if (a->o.output && st != LEMMA_OK)
        check_remains(a, made);
    return st;
}

static void a_run_without_a_record_survives_every_failed_allocation(void **state)
{
    struct attempt *a = make_attempt("full");

    (void) state;
    assert_true(fail_each_allocation(run_through, a) > 150);
    lemma_free(a);
}

static void a_run_leaves_a_whole_record_or_none_at_every_failed_allocation(void **state)
{
    struct attempt *a = make_attempt(NULL);
    size_t failures;

    (void) state;
    a->o.output = scratch_path(a->path, "memory.h5");
    snprintf(a->part, sizeof a->part, "%s.part", a->path);
    failures = fail_each_allocation(run_through, a);
    assert_true(a->started > 0 && a->started < failures);
    check_record(a->path, "complete");
    lemma_free(a);
}

static lemma_status study_through(void *context)
{
    struct attempt *a = context;
    struct lemma_study *s = NULL;
    struct lemma_error err = {""};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_study_create(&a->x, "full", &s, &err));
    LEMMA_TRY(lemma_study_widen(s, 4, &err));
    LEMMA_TRY(lemma_study_draw(s, 2, &err));
out:
    lemma_study_destroy(s);
    return st;
}

static void a_study_survives_every_failed_allocation(void **state)
{
    struct attempt *a = make_attempt("economy");

    (void) state;
    assert_true(fail_each_allocation(study_through, a) > 50);
    lemma_free(a);
}

static void a_measured_step_survives_every_failed_allocation(void **state)
{
    struct attempt *a = make_attempt("economy");

    (void) state;
    check_ok(lemma_experiment_set(&a->x, "train.step_rule=lazy-limit", NULL), NULL);
    check_ok(lemma_experiment_set(&a->x, "network.preset=deep-relu-fixed-input", NULL),
             NULL);
    assert_true(fail_each_allocation(run_through, a) > 100);
    lemma_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_without_a_record_survives_every_failed_allocation),
        cmocka_unit_test(
            a_run_leaves_a_whole_record_or_none_at_every_failed_allocation),
        cmocka_unit_test(a_study_survives_every_failed_allocation),
        cmocka_unit_test(a_measured_step_survives_every_failed_allocation),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
