/*
 * A run that is interrupted and gone on with leaves the bytes of one that was not:
 * every data set of the record, times and provenance aside.
 *
 * All probes of the registry watch. One that keeps something from round to round and
 * does not say so (lasting) would be caught here: shown on one that forgets.
 */
#include "run/run.h"

#include <unistd.h>

#include "core/blas.h"
#include "record/checkpoint.h"
#include "record/reader.h"
#include "record/state.h"
#include "run/declare.h"
#include "support.h"

enum { ROUNDS = 7, NEVER = 99, WAYS = 4 };

struct stop {
    volatile sig_atomic_t flag;
    size_t round; /* in whose first step the run is told to end */
};

static void stop_at(void *context, const struct lemma_progress *p)
{
    struct stop *s = context;

    if (p->round == s->round && p->step < p->steps)
        s->flag = 1;
}

/* A probe of the caller's: rounds seen so far. */
struct counter {
    double seen;
};

static lemma_status observe_counter(void *state, const struct lemma_event *ev,
                                    const struct lemma_cells *row)
{
    struct counter *c = state;

    (void) ev;
    *lemma_f64(row, 0) = ++c->seen;
    return LEMMA_OK;
}

static void lasting_counter(void *state, lemma_visit visit, void *context)
{
    struct counter *c = state;

    visit(context, &c->seen, sizeof c->seen, LEMMA_MOVING);
}

static const struct lemma_column counter_columns[] = {
    {"seen", "", LEMMA_F64, LEMMA_AXIS_ROUND, "rounds", "rounds so far", "", ""}, {0}};

static const struct lemma_probe_type forgetful = {
    .name = "counter",
    .title = "rounds so far",
    .source = "",
    .cost = "none",
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = counter_columns,
    .state_size = sizeof(struct counter),
    .observe = observe_counter,
};

static struct lemma_probe_type mindful_of(const struct lemma_probe_type *type)
{
    struct lemma_probe_type mindful = *type;

    mindful.lasting = lasting_counter;
    return mindful;
}

static void set(struct lemma_experiment *x, const char *assignment)
{
    struct lemma_error err = {""};

    check_ok(lemma_experiment_set(x, assignment, &err), &err);
}

/* all: every probe there is; else the loss alone. */
static struct lemma_experiment *make(const char *batch, const char *sampling,
                                     const char *models, bool all)
{
    static const char *const settings[] = {
        "data.samples=12",     "data.dimension=4",    "data.separation=0.01",
        "data.test_samples=3", "partition.clients=3", "network.width=10",
        "train.local_steps=3", "train.rounds=7",      "train.server_step=0.7",
        "record.data=all",     "record.weights=all",  "run.checkpoint=2 rounds",
    };
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    char text[128];

    assert_non_null(x);
    lemma_experiment_init(x);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        set(x, settings[i]);
    set(x, batch);
    set(x, sampling);
    set(x, models);
    set(x, "record.batches=true");
    set(x, "probes.loss={}");
    for (size_t i = 0; all && lemma_probe_types[i]; i++) {
        snprintf(text, sizeof text, "probes.%s={}", lemma_probe_types[i]->name);
        set(x, text);
    }
    return x;
}

/* One process's share: until `round` is interrupted, or to the end. first: the round it
 * is to begin with. */
static enum lemma_outcome go(const struct lemma_experiment *x, const char *path,
                             bool resume, size_t first, size_t round,
                             const struct lemma_probe_type *own)
{
    struct stop stop = {0, round};
    struct lemma_run_options o = {.output = path,
                                  .resume = resume,
                                  .stop = &stop.flag,
                                  .progress = stop_at,
                                  .context = &stop};
    struct lemma_run *run = NULL;
    struct lemma_run_result result;
    struct lemma_error err = {""};

    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    assert_int_equal(lemma_run_first_round(run), first);
    if (own)
        check_ok(lemma_probes_add(lemma_run_probes(run), own, NULL, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    lemma_run_destroy(run);
    return result.outcome;
}

static bool is_told_of_the_run(const char *path)
{
    return strncmp(path, "provenance/", 11) != 0 && strcmp(path, "committed") != 0 &&
           strcmp(path, "end_time") != 0;
}

/* The bytes of one data set, texts too; their number in *bytes. */
static void *bytes_of(hid_t file, const char *path, size_t *bytes)
{
    char full[512];
    void *out;

    assert_true(lemma_record_path(path, full, sizeof full));
    hid_t data = H5Dopen2(file, full, H5P_DEFAULT), type, space;
    assert_true(data >= 0);
    type = H5Dget_type(data);
    space = H5Dget_space(data);
    *bytes = H5Tget_size(type) * (size_t) H5Sget_simple_extent_npoints(space);
    out = malloc(*bytes + 1);
    assert_non_null(out);
    assert_true(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) >= 0);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(data);
    return out;
}

/* How many data sets of the two records differ. */
static size_t count_differences(const char *path, const char *reference)
{
    struct lemma_reader *r = NULL;
    const char *const *paths;
    size_t count, differ = 0;
    hid_t a, b;

    check_ok(lemma_reader_open(reference, &r, NULL), NULL);
    check_ok(lemma_reader_paths(r, &paths, &count), NULL);
    a = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    b = H5Fopen(reference, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(a >= 0 && b >= 0 && count > 10);
    for (size_t i = 0; i < count; i++) {
        size_t n, m;
        if (!is_told_of_the_run(paths[i]) || strcmp(paths[i], "start_time") == 0)
            continue;
        void *x = bytes_of(a, paths[i], &n), *y = bytes_of(b, paths[i], &m);
        if (n != m || memcmp(x, y, n) != 0) {
            print_message("# %s differs\n", paths[i]);
            differ++;
        }
        free(x);
        free(y);
    }
    H5Fclose(a);
    H5Fclose(b);
    lemma_reader_close(r);
    return differ;
}

static bool has_checkpoint(const char *path)
{
    char *name = lemma_checkpoint_path(path);
    bool has = access(name, F_OK) == 0;

    lemma_free(name);
    return has;
}

static void remove_all(const char *path)
{
    char *name = lemma_checkpoint_path(path);

    unlink(name);
    unlink(path);
    lemma_free(name);
}

/* Interrupted in rounds[0], gone on with, interrupted in rounds[1], ...; NEVER ends. */
static size_t differences(const struct lemma_experiment *x, const size_t *rounds,
                          const char *reference, const struct lemma_probe_type *own)
{
    char path[256];
    size_t first = 0, differ;

    scratch_path(path, "resumed.h5");
    remove_all(path);
    for (size_t i = 0;; i++) {
        enum lemma_outcome outcome = go(x, path, i > 0, first, rounds[i], own);

        if (rounds[i] == NEVER) {
            assert_int_equal(outcome, LEMMA_COMPLETE);
            break;
        }
        assert_int_equal(outcome, LEMMA_INTERRUPTED);
        first = rounds[i]; /* it is told to end after a step of it */
        assert_int_equal(has_checkpoint(path), first > 0);
    }
    assert_false(has_checkpoint(path));
    differ = count_differences(path, reference);
    remove_all(path);
    return differ;
}

static void a_resumed_run_ends_in_the_bytes_of_one_that_was_not(void **state)
{
    static const char *const batches[][2] = {
        {"train.batch=0", "train.sampling=subset"},
        {"train.batch=2", "train.sampling=subset"},
        {"train.batch=2", "train.sampling=replacement"},
        {"train.batch=2", "train.sampling=epoch"}};
    static const char *const models[] = {"train.local_models=factored",
                                         "train.local_models=dense"};
    static const size_t ways[WAYS][4] = {
        {1, NEVER}, {1, 3, 4, NEVER}, {6, NEVER}, {3, 5, NEVER}};
    char reference[256];

    (void) state;
    scratch_path(reference, "reference.h5");
    for (size_t i = 0; i < 16; i++) {
        struct lemma_experiment *x =
            make(batches[i / 4][0], batches[i / 4][1], models[i / 2 % 2], i % 2);
        struct lemma_probe_type own = mindful_of(&forgetful);

        go(x, reference, false, 0, NEVER, &own);
        for (size_t k = i < 2 ? 0 : WAYS - 2; k < WAYS; k++)
            assert_int_equal(differences(x, ways[k], reference, &own), 0);
        unlink(reference);
        lemma_free(x);
    }
}

static void lasting_fixed(void *state, lemma_visit visit, void *context)
{
    struct counter *c = state;

    visit(context, &c->seen, sizeof c->seen, LEMMA_FIXED);
}

static void a_probe_that_forgets_is_caught(void **state)
{
    static const size_t rounds[] = {3, NEVER};
    struct lemma_probe_type fixed = forgetful;
    struct lemma_experiment *x = make("train.batch=0", "train.sampling=subset",
                                      "train.local_models=auto", false);
    char reference[256];

    (void) state;
    scratch_path(reference, "reference.h5");
    go(x, reference, false, 0, NEVER, &forgetful);
    assert_int_equal(differences(x, rounds, reference, &forgetful), 1);
    fixed.lasting = lasting_fixed; /* it moves within the round */
    assert_int_equal(differences(x, rounds, reference, &fixed), 1);
    unlink(reference);
    lemma_free(x);
}

/* Fails unless going on is refused with this sentence. */
static void check_refused(const struct lemma_experiment *x, const char *path,
                          const char *sentence)
{
    struct lemma_run_options o = {.output = path, .resume = true};
    struct lemma_run *run = NULL;
    struct lemma_error err = {""};

    assert_int_equal(lemma_run_create(x, &o, &run, &err), LEMMA_EINPUT);
    assert_null(run);
    check_contains(err.text, sentence);
}

static void a_checkpoint_of_another_run_is_refused(void **state)
{
    struct lemma_experiment *x = make("train.batch=2", "train.sampling=subset",
                                      "train.local_models=auto", false);
    char path[256], other[256];
    char *checkpoint, *stranger;

    (void) state;
    scratch_path(path, "mine.h5");
    scratch_path(other, "other.h5");
    go(x, path, false, 0, 3, NULL);
    set(x, "seed=2");
    go(x, other, false, 0, 3, NULL);
    check_refused(x, path, "with another experiment");
    checkpoint = lemma_checkpoint_path(path);
    stranger = lemma_checkpoint_path(other);
    assert_int_equal(rename(stranger, checkpoint), 0);
    set(x, "seed=1");
    check_refused(x, path, "with another experiment");
    assert_int_equal(truncate(checkpoint, 200), 0);
    check_refused(x, path, "is cut off");
    write_file(checkpoint, "something else", 14);
    check_refused(x, path, "is no checkpoint of lemma");
    unlink(checkpoint); /* then from the beginning */
    assert_int_equal(go(x, path, true, 0, NEVER, NULL), LEMMA_COMPLETE);
    lemma_free(checkpoint);
    lemma_free(stranger);
    remove_all(path);
    remove_all(other);
    lemma_free(x);
}

/* Rewrites all but the head and the rows of a checkpoint, checksum and all. */
static void forge(const char *path, unsigned char byte)
{
    struct lemma_checkpoint *from = NULL, *to = NULL;
    size_t bytes, kept = (LEMMA_IDENTITIES + 3) * sizeof(uint64_t);
    unsigned char *body;
    uint64_t tables;
    bool there;

    check_ok(lemma_checkpoint_open(path, &there, &from, NULL), NULL);
    bytes = lemma_checkpoint_left(from);
    body = lemma_alloc(bytes, 1);
    assert_true(body && bytes > kept && lemma_checkpoint_get(from, body, bytes));
    memcpy(&tables, body + kept - sizeof tables, sizeof tables);
    kept += tables * sizeof tables;
    assert_true(bytes > kept);
    memset(body + kept, byte, bytes - kept);
    check_ok(lemma_checkpoint_create(path, path, &to, NULL), NULL);
    lemma_checkpoint_put(to, body, bytes);
    check_ok(lemma_checkpoint_finish(to, NULL), NULL);
    lemma_checkpoint_destroy(from);
    lemma_checkpoint_destroy(to);
    lemma_free(body);
}

/* Whatever its numbers become: it ends, refused or not, and writes over nothing. */
static void a_forged_checkpoint_does_no_harm(void **state)
{
    static const unsigned char bytes[] = {0, 1, '\n', 'a', 0x7f, 0xff};
    struct lemma_experiment *x = make("train.batch=2", "train.sampling=subset",
                                      "train.local_models=auto", false);
    char path[256];
    char *checkpoint;

    (void) state;
    for (size_t i = 0; i < 4; i++) /* those that have something lasting */
        set(x, (const char *const[]){"probes.activation={}", "probes.gram={}",
                                     "probes.lazy={}", "probes.preactivation={}"}[i]);
    scratch_path(path, "forged.h5");
    checkpoint = lemma_checkpoint_path(path);
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct lemma_run_options o = {.output = path, .resume = true};
        struct lemma_run *run = NULL;
        struct lemma_run_result result;
        struct lemma_error err = {""};

        go(x, path, false, 0, 3, NULL);
        forge(checkpoint, bytes[i]);
        check_ok(lemma_run_create(x, &o, &run, NULL), NULL);
        if (bytes[i] == 0) {
            check_ok(lemma_run_go(run, &result, &err), &err);
        } else {
            assert_int_equal(lemma_run_go(run, &result, &err), LEMMA_EINPUT);
            check_contains(err.text, "its findings are no text");
        }
        lemma_run_destroy(run);
        remove_all(path);
    }
    lemma_free(checkpoint);
    lemma_free(x);
}

static void check_rows_refused(const struct lemma_experiment *x, const char *path)
{
    struct lemma_run_options o = {.output = path, .resume = true};
    struct lemma_run *run = NULL;
    struct lemma_run_result result;
    struct lemma_error err = {""};

    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    assert_int_equal(lemma_run_go(run, &result, &err), LEMMA_EINPUT);
    check_contains(err.text, "/run/loss/server has not the rows it had");
    lemma_run_destroy(run);
}

static void a_record_that_lost_rows_is_refused_and_stays(void **state)
{
    struct lemma_experiment *x = make("train.batch=2", "train.sampling=subset",
                                      "train.local_models=auto", false);
    char path[256];

    (void) state;
    scratch_path(path, "short.h5");
    go(x, path, false, 0, 5, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t table = H5Dopen2(file, "/run/loss/server", H5P_DEFAULT);
    hsize_t rows = 2;
    assert_true(H5Dset_extent(table, &rows) >= 0);
    H5Dclose(table);
    H5Fclose(file);
    check_rows_refused(x, path);
    assert_true(has_checkpoint(path));
    assert_int_equal(access(path, F_OK), 0);
    remove_all(path);
    lemma_free(x);
}

static void rows_kept_in_another_file_are_not_taken(void **state)
{
    struct lemma_experiment *x = make("train.batch=2", "train.sampling=subset",
                                      "train.local_models=auto", false);
    hsize_t rows = 8;
    char path[256];

    (void) state;
    scratch_path(path, "external.h5");
    go(x, path, false, 0, 5, NULL);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE),
          space = H5Screate_simple(1, &rows, NULL);
    assert_true(H5Ldelete(file, "/run/loss/server", H5P_DEFAULT) >= 0);
    assert_true(H5Pset_external(plist, "/dev/zero", 0, H5F_UNLIMITED) >= 0);
    hid_t table = H5Dcreate2(file, "/run/loss/server", H5T_IEEE_F64LE, space,
                             H5P_DEFAULT, plist, H5P_DEFAULT);
    assert_true(table >= 0);
    H5Dclose(table);
    H5Sclose(space);
    H5Pclose(plist);
    H5Fclose(file);
    check_rows_refused(x, path);
    remove_all(path);
    lemma_free(x);
}

static void without_checkpoints_a_run_goes_on_from_the_beginning(void **state)
{
    struct lemma_experiment *x =
        make("train.batch=2", "train.sampling=epoch", "train.local_models=auto", true);
    char path[256], reference[256];

    (void) state;
    scratch_path(reference, "reference.h5");
    scratch_path(path, "anew.h5");
    set(x, "run.checkpoint=off");
    go(x, reference, false, 0, NEVER, NULL);
    go(x, path, false, 0, 5, NULL);
    assert_false(has_checkpoint(path));
    assert_int_equal(go(x, path, true, 0, NEVER, NULL), LEMMA_COMPLETE);
    assert_int_equal(count_differences(path, reference), 0);
    unlink(reference);
    remove_all(path);
    lemma_free(x);
}

/* As if another program, or one with another BLAS kernel, had written the record. */
static void overwrite_text(const char *record, const char *path)
{
    char text[256];
    hid_t file = H5Fopen(record, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT), type = H5Dget_type(set);

    assert_true(H5Tget_size(type) <= sizeof text);
    memset(text, '?', sizeof text);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0);
    H5Tclose(type);
    H5Dclose(set);
    H5Fclose(file);
}

static void no_checkpoint_counts_on_rows_that_another_program_computed(void **state)
{
    static const char *const texts[] = {NULL, "/run/provenance/revision",
                                        "/run/provenance/blas_kernel"};
    struct lemma_experiment *x = make("train.batch=2", "train.sampling=subset",
                                      "train.local_models=auto", false);
    char path[256], reference[256];

    (void) state;
    scratch_path(reference, "reference.h5");
    scratch_path(path, "other.h5");
    go(x, reference, false, 0, NEVER, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *checkpoint = lemma_checkpoint_path(path);
        go(x, path, false, 0, 6, NULL);
        assert_int_equal(unlink(checkpoint), 0);
        if (texts[i])
            overwrite_text(path, texts[i]);
        assert_int_equal(go(x, path, true, 0, 5, NULL), LEMMA_INTERRUPTED);
        assert_int_equal(has_checkpoint(path), !texts[i]);
        assert_int_equal(go(x, path, true, texts[i] ? 0 : 5, NEVER, NULL),
                         LEMMA_COMPLETE);
        assert_int_equal(count_differences(path, reference), 0);
        remove_all(path);
        lemma_free(checkpoint);
    }
    unlink(reference);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_run_ends_in_the_bytes_of_one_that_was_not),
        cmocka_unit_test(a_probe_that_forgets_is_caught),
        cmocka_unit_test(a_checkpoint_of_another_run_is_refused),
        cmocka_unit_test(a_forged_checkpoint_does_no_harm),
        cmocka_unit_test(a_record_that_lost_rows_is_refused_and_stays),
        cmocka_unit_test(rows_kept_in_another_file_are_not_taken),
        cmocka_unit_test(without_checkpoints_a_run_goes_on_from_the_beginning),
        cmocka_unit_test(no_checkpoint_counts_on_rows_that_another_program_computed),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
