/* Tables with numbers that are not finite, and updates that vanish: found in whole runs
 * with step and client, the same after going on, and never a proof. */
#include <math.h>
#include <unistd.h>

#include "claim/claim.h"
#include "core/blas.h"
#include "record/reader.h"
#include "run/run.h"
#include "support.h"
#include "train/event.h"

static char path[256];

static int set_up(void **state)
{
    (void) state;
    lemma_blas_init();
    scratch_path(path, "trouble.h5");
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    return 0;
}

static const char small[] = "data: {samples: 16, dimension: 4, separation: 0.05}\n"
                            "partition: {clients: 2}\n"
                            "network: {width: 12, depth: 2}\n"
                            "record: {data: all, weights: all, batches: true}\n"
                            "run: {checkpoint: 2 rounds}\n";

/* Small, watched by every probe, and with these settings, up to NULL. */
static struct lemma_experiment *make(const char *const *settings)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_error err = {""};

    assert_non_null(x);
    lemma_experiment_init(x);
    check_ok(lemma_experiment_parse(x, small, strlen(small), "t.yaml", &err), &err);
    check_ok(lemma_probes_preset(x, "full", &err), &err);
    for (; *settings; settings++)
        check_ok(lemma_experiment_set(x, *settings, &err), &err);
    return x;
}

struct stop {
    volatile sig_atomic_t flag;
    size_t round; /* in whose first step the run is told to end; SIZE_MAX: never */
};

static void stop_at(void *context, const struct lemma_progress *p)
{
    struct stop *s = context;

    s->flag |= p->round == s->round;
}

static enum lemma_outcome go(const struct lemma_experiment *x, bool resume,
                             size_t round, const struct lemma_probe_type *own)
{
    struct stop stop = {0, round};
    struct lemma_run_options o = {.output = path,
                                  .force = !resume,
                                  .resume = resume,
                                  .stop = &stop.flag,
                                  .progress = stop_at,
                                  .context = &stop};
    struct lemma_run *run = NULL;
    struct lemma_run_result result;
    struct lemma_error err = {""};

    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    if (own)
        check_ok(lemma_probes_add(lemma_run_probes(run), own, NULL, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    lemma_run_destroy(run);
    return result.outcome;
}

static void check_findings(const char *expected)
{
    struct lemma_reader *r = NULL;
    char *found = NULL;

    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    check_ok(lemma_reader_text(r, "findings", &found), NULL);
    assert_string_equal(found, expected);
    lemma_free(found);
    lemma_reader_close(r);
}

/* Of the claims that have read this table (NULL: of all): how many hold. */
static size_t count_holding(const char *table, size_t *judged)
{
    struct lemma_reader *r = NULL;
    struct lemma_evidence *e = NULL;
    size_t holding = 0;

    *judged = 0;
    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    check_ok(lemma_evidence_create(r, &e), NULL);
    for (size_t i = 0; lemma_claim_types[i]; i++) {
        struct lemma_finding f;
        const char *name;
        double value;
        bool reads = !table;

        check_ok(lemma_claim_judge(lemma_claim_types[i], e, &f), NULL);
        for (size_t k = 0; table && (name = lemma_evidence_read(e, k, &value)); k++)
            reads |= strcmp(name, table) == 0;
        *judged += reads && f.verdict != LEMMA_NOT_APPLICABLE;
        holding += reads && f.verdict == LEMMA_HOLDS;
    }
    lemma_evidence_destroy(e);
    lemma_reader_close(r);
    return holding;
}

/* The loss stays finite, far above its first, and squares of the gradient do not. */
static void tables_that_are_not_finite_are_named(void **state)
{
    static const char *const settings[] = {"train.batch=3", "train.rounds=1",
                                           "train.local_steps=1",
                                           "train.step_size=1e60", NULL};
    static const char *const tables[] = {"gradient/norm", "gradient/norm_client",
                                         "gram/quadratic_form"};
    struct lemma_experiment *x = make(settings);
    size_t judged, readers = 0;

    (void) state;
    assert_int_equal(go(x, false, SIZE_MAX, NULL), LEMMA_COMPLETE);
    check_findings("step 1, client 0: " LEMMA_GREW "\n"
                   "step 1, client 1: " LEMMA_GREW "\n"
                   "step 1: gradient/norm is not finite\n"
                   "step 1, client 0: gradient/norm_client is not finite\n"
                   "step 1: gram/quadratic_form is not finite\n");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        assert_int_equal(count_holding(tables[i], &judged), 0);
        readers += judged;
    }
    assert_true(readers > 1);
    assert_int_equal(count_holding(NULL, &judged), 0);
    lemma_free(x);
}

static void nothing_holds_where_updates_vanish(void **state)
{
    static const char *const batches[] = {"train.batch=0", "train.batch=3"};
    static const char *const models[] = {"train.local_models=factored",
                                         "train.local_models=dense"};
    static const char *const sizes[] = {"train.step_size=1e-17",
                                        "train.step_size=1e-320"};

    (void) state;
    for (size_t i = 0; i < 8; i++) {
        const char *const settings[] = {batches[i / 4],        models[i / 2 % 2],
                                        sizes[i % 2],          "train.rounds=4",
                                        "train.local_steps=2", NULL};
        struct lemma_experiment *x = make(settings);
        size_t judged;

        assert_int_equal(go(x, false, SIZE_MAX, NULL), LEMMA_COMPLETE);
        check_findings("step 0, client 0: " LEMMA_VANISHED
                       "\nstep 0, client 1: " LEMMA_VANISHED "\n");
        assert_int_equal(count_holding(NULL, &judged), 0);
        assert_true(judged > 10);
        lemma_free(x);
    }
}

static void a_sound_run_has_no_findings(void **state)
{
    static const char *const settings[] = {"train.batch=3", "train.rounds=4",
                                           "train.step_size=0.1", NULL};
    struct lemma_experiment *x = make(settings);
    size_t judged;

    (void) state;
    assert_int_equal(go(x, false, SIZE_MAX, NULL), LEMMA_COMPLETE);
    check_findings("");
    assert_true(count_holding(NULL, &judged) > 10);
    lemma_free(x);
}

/* A probe of the caller's: infinite of client 1 in round 1, of both in round 5. What
 * may be missing is NaN in every row. */
static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    double *cells = lemma_f64(row, 0);

    (void) state;
    cells[0] = ev->round == 5 ? INFINITY : 0;
    cells[1] = ev->round == 5 || ev->round == 1 ? NAN : 0;
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"part", "K", LEMMA_F64, LEMMA_AXIS_ROUND, "1", "of a client", "", ""},
    {"gaps", "", LEMMA_F64, LEMMA_AXIS_ROUND, "1", "missing", "", ""},
    {0}};

static const struct lemma_probe_type own = {
    .name = "own",
    .title = "a probe of the caller's",
    .source = "",
    .cost = "none",
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = columns,
    .missing = 1 << 1,
    .state_size = 1,
    .observe = observe,
};

static void a_table_is_named_once_also_after_going_on(void **state)
{
    static const char *const settings[] = {"train.batch=3", "train.rounds=7",
                                           "train.local_steps=2", NULL};
    static const char once[] = "step 2, client 1: own/part is not finite\n";
    struct lemma_experiment *x = make(settings);

    (void) state;
    assert_int_equal(go(x, false, SIZE_MAX, &own), LEMMA_COMPLETE);
    check_findings(once);
    assert_int_equal(go(x, false, 3, &own), LEMMA_INTERRUPTED);
    assert_int_equal(go(x, true, SIZE_MAX, &own), LEMMA_COMPLETE);
    check_findings(once);
    lemma_free(x);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tables_that_are_not_finite_are_named),
        TEST(nothing_holds_where_updates_vanish),
        TEST(a_sound_run_has_no_findings),
        TEST(a_table_is_named_once_also_after_going_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
