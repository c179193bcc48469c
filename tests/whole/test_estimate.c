/* What is estimated before a run, against hand counts and what runs then leave. */
#include "run/estimate.h"

#include <math.h>
#include <omp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/blas.h"
#include "record/checkpoint.h"
#include "record/reader.h"
#include "run/room.h"
#include "run/run.h"
#include "support.h"

static struct lemma_experiment x;
static struct lemma_estimate e;
static const char *config_source; /* as long as one likes */

static void begin(const char *text)
{
    struct lemma_error err = {""};

    lemma_experiment_init(&x);
    if (lemma_experiment_parse(&x, text, strlen(text), "here", &err) != LEMMA_OK)
        fail_msg("%s", err.text);
}

static void estimate(const char *output)
{
    struct lemma_run_options o = {.output = output, .config_source = config_source};
    struct lemma_error err = {""};

    if (lemma_run_estimate(&x, &o, &e, &err) != LEMMA_OK)
        fail_msg("%s", err.text);
}

struct stop {
    volatile sig_atomic_t flag;
    size_t round;
};

static void stop_at(void *context, const struct lemma_progress *p)
{
    struct stop *s = context;

    s->flag = p->round == s->round && p->step < p->steps;
}

/* Runs to the end, or to where `stop` says. */
static void run(const char *output, struct stop *stop)
{
    struct lemma_run_options o = {
        .output = output, .force = true, .config_source = config_source};
    struct lemma_run_result result;
    struct lemma_run *run = NULL;
    struct lemma_error err = {""};

    if (stop) {
        o.stop = &stop->flag;
        o.progress = stop_at;
        o.context = stop;
    }
    if (lemma_run_create(&x, &o, &run, &err) != LEMMA_OK ||
        lemma_run_go(run, &result, &err) != LEMMA_OK)
        fail_msg("%s", err.text);
    lemma_run_destroy(run);
}

/* Tables of a record and the rows of all of them. */
static double count_rows(const char *path, double *tables)
{
    const char *const *groups, *const *names;
    struct lemma_reader *reader = NULL;
    struct lemma_shape shape;
    struct lemma_error err = {""};
    size_t group_count, count;
    double rows = 0;

    assert_int_equal(lemma_reader_open(path, &reader, &err), LEMMA_OK);
    assert_int_equal(lemma_reader_groups(reader, &groups, &group_count), LEMMA_OK);
    *tables = 0;
    for (size_t g = 0; g < group_count; g++) {
        assert_int_equal(lemma_reader_tables(reader, groups[g], &names, &count),
                         LEMMA_OK);
        for (size_t i = 0; i < count; i++, ++*tables) {
            char table[256];

            snprintf(table, sizeof table, "%s/%s", groups[g], names[i]);
            assert_int_equal(lemma_reader_shape(reader, table, &shape), LEMMA_OK);
            rows += (double) shape.dims[0];
        }
    }
    if (lemma_reader_shape(reader, "batches", &shape) == LEMMA_OK) {
        rows += (double) shape.dims[0];
        ++*tables;
    }
    lemma_reader_close(reader);
    return rows;
}

static double size_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return (double) info.st_size;
}

/* Two clients of 3 samples, 5 inputs, 4 units, 2 steps a round, by loops. */
static void a_rounds_flops_are_those_of_a_hand_count(void **state)
{
    double count = 0;

    (void) state;
    begin("data: {samples: 6, dimension: 5, separation: 0}\npartition: {clients: 2}\n"
          "network: {preset: two-layer-relu, width: 4, depth: 1}\n"
          "train: {local_steps: 2, rounds: 7, local_models: dense}\nprobes: {}\n");
    estimate(NULL);
    for (int round = 0; round < 7; round++)
        for (int client = 0; client < 2; client++) {
            for (int step = 0; step < 2; step++)
                for (int sample = 0; sample < 3; sample++)
                    for (int cell = 0; cell < 4 * 5; cell++)
                        count += 2 + 2; /* W x, and d x^T onto the gradient */
            for (int cell = 0; cell < 4 * 5; cell++)
                count += 2; /* onto the average */
        }
    assert_true(e.training_flops == count);
    assert_true(e.preparation_flops == 15 * (2 * 5 + 10)); /* pairs of 6 samples */
    assert_true(e.flops == count + e.preparation_flops);
    assert_true(isnan(e.disk));
}

/* The pairs of samples are looked at before any step; kept apart, they are screened. */
static void many_samples_take_time_before_the_first_step(void **state)
{
    double pairs = 1e5 * (1e5 - 1) / 2, alone;

    (void) state;
    begin("data: {samples: 100000, dimension: 4, separation: 0}\n"
          "partition: {clients: 3}\nnetwork: {width: 16, depth: 1}\n"
          "train: {local_steps: 3, rounds: 2}\n");
    estimate(NULL);
    alone = e.preparation_flops;
    assert_true(alone >= pairs * 2 * 4 && alone <= pairs * 2 * 4 * 4);
    assert_true(e.flops > alone);
    assert_true(e.seconds > 1e-9 * pairs / omp_get_max_threads());
    x.data.separation = 1e-4;
    estimate(NULL);
    assert_true(e.preparation_flops >= alone + pairs * 2 * 4);
}

/* A Gram probe of N d = 60: at least H, H(0) and the eigensolver's copy. */
static void a_kernel_probe_counts_its_matrices(void **state)
{
    double full, mean;

    (void) state;
    begin("data: {samples: 20, dimension: 5, targets: {kind: teacher, outputs: 3}}\n"
          "partition: {clients: 2}\nnetwork: {width: 8, depth: 2}\n"
          "train: {local_steps: 2, rounds: 7}\nprobes: {gram: {kernel: full}}\n");
    estimate(NULL);
    full = e.probe[0].cost.bytes;
    assert_string_equal(e.probe[0].name, "gram");
    assert_true(full >= 3 * 8.0 * 60 * 60);
    assert_true(full < 12 * 8.0 * 60 * 60 + 8.0 * 20 * 3 * 2 * (8 + 8) * 20);
    assert_true(e.probe[0].cost.flops >= 8 * 4.0 / 3 * 60 * 60 * 60); /* R + 1 rows */
    begin("data: {samples: 20, dimension: 5, targets: {kind: teacher, outputs: 3}}\n"
          "partition: {clients: 2}\nnetwork: {width: 8, depth: 2}\n"
          "train: {local_steps: 2, rounds: 7}\nprobes: {gram: {kernel: mean}}\n");
    estimate(NULL);
    mean = e.probe[0].cost.bytes;
    assert_true(mean < full / 3);
}

static const char *const experiments[] = {
    "data: {samples: 24, dimension: 6, separation: 0.05}\npartition: {clients: 3}\n"
    "network: {width: 20, depth: 2}\ntrain: {local_steps: 3, rounds: 40, batch: 4}\n"
    "record: {data: all, weights: all, batches: true}\nrun: {checkpoint: 1 rounds}\n"
    "probes: {loss: {}, local_loss: {}, activation: {}, gradient_gap: {}, deviation: "
    "{},"
    " distance: {}, gradient: {}, gram: {}, residual: {}, lazy: {},"
    " asymmetric_gram: {}, remainder: {}, preactivation: {}, noise: {}, ensemble: "
    "{}}\n",
    "data: {samples: 24, dimension: 6, separation: 0.05}\npartition: {clients: 3}\n"
    "network: {width: 20, depth: 1}\ntrain: {local_steps: 5, rounds: 60}\n"
    "record: {data: none, weights: none}\nrun: {checkpoint: 1 rounds}\n"
    "probes: {loss: {every: 3 rounds}, local_loss: {every: 2 steps},"
    " activation: {every: 7 rounds}, deviation: {every: 4 rounds}, gram: {every: 7 "
    "steps},"
    " remainder: {every: 5 rounds}}\n",
};

/* Checkpoints every round flush every chunk before it is full: all is plain. */
static void a_record_is_as_large_as_predicted(void **state)
{
    char path[512];
    double tables;

    (void) state;
    scratch_path(path, "estimate.h5");
    for (size_t i = 0; i < sizeof experiments / sizeof *experiments; i++) {
        begin(experiments[i]);
        estimate(path);
        run(path, NULL);
        assert_true(count_rows(path, &tables) == e.rows);
        assert_true(tables == e.tables);
        print_message("# %.0f bytes, predicted %.0f .. %.0f\n", size_of(path),
                      e.record_least, e.record_most);
        check_close(size_of(path), e.record_most, 0.03 * e.record_most);
        check_close(e.record_likely, e.record_most, 0.03 * e.record_most);
        assert_true(size_of(path) <= e.record_most);
        assert_true(e.record_least <= size_of(path));
    }
}

/* Small ones, where what HDF5 has beside the numbers is most of it: without rows, with
 * many weights and few, many layers, few tables. */
static const char *const small[] = {
    "data: {samples: 12, dimension: 6}\npartition: {clients: 3}\n"
    "network: {preset: two-layer-relu, width: 16, depth: 1}\n"
    "train: {local_steps: 3, rounds: 4}\nrecord: {data: all, weights: all}\n",
    "data: {samples: 12, dimension: 6}\npartition: {clients: 3}\n"
    "network: {preset: two-layer-relu, width: 16, depth: 1}\n"
    "train: {local_steps: 3, rounds: 4}\nrecord: {data: none, weights: none}\n",
    "data: {samples: 300, dimension: 50}\npartition: {clients: 3}\n"
    "network: {preset: two-layer-relu, width: 200, depth: 1}\n"
    "train: {local_steps: 3, rounds: 4}\nrecord: {data: all, weights: all}\n",
    "data: {samples: 8, dimension: 6}\nnetwork: {width: 8, depth: 5}\n"
    "partition: {clients: 2}\ntrain: {local_steps: 2, rounds: 4}\n",
    "data: {samples: 8, dimension: 6}\nnetwork: {width: 8, depth: 16}\n"
    "partition: {clients: 2}\ntrain: {local_steps: 2, rounds: 4}\n",
    "data: {samples: 8, dimension: 6}\nnetwork: {width: 8, depth: 90}\n"
    "partition: {clients: 2}\ntrain: {local_steps: 2, rounds: 4}\n",
    "data: {samples: 12, dimension: 6}\npartition: {clients: 3}\n"
    "network: {width: 16, depth: 2, preset: deep-relu-fixed-input}\n"
    "train: {local_steps: 3, rounds: 4, batch: 2}\nrecord: {batches: true}\n"
    "run: {checkpoint: 1 rounds}\n",
    "data: {samples: 12, dimension: 6}\npartition: {clients: 3}\n"
    "network: {width: 16, depth: 1}\nrun: {checkpoint: 1 rounds}\n"
    "train: {local_steps: 3, rounds: 5}\nprobes: {lazy: {}}\n",
    "data: {samples: 12, dimension: 6}\npartition: {clients: 3}\n"
    "network: {width: 16, depth: 1}\nrun: {checkpoint: 1 rounds}\n"
    "train: {local_steps: 3, rounds: 5}\nprobes: {activation: {}, distance: {}}\n",
};

/* All but the last two have no more rows than fill in an instant, so that no flush by
 * the clock comes between; those are flushed every round. */
static void a_small_record_is_as_large_as_predicted(void **state)
{
    char path[512], *text = malloc(20001);

    (void) state;
    memset(text, '#', 20000);
    text[20000] = '\0';
    scratch_path(path, "small.h5");
    for (size_t i = 0; i <= sizeof small / sizeof *small; i++) {
        config_source = i == 0 ? text : "";
        begin(small[i > 0 ? i - 1 : 0]);
        estimate(path);
        run(path, NULL);
        print_message("# %.0f bytes, predicted %.0f .. %.0f .. %.0f\n", size_of(path),
                      e.record_least, e.record_likely, e.record_most);
        assert_true(e.record_least <= size_of(path));
        assert_true(size_of(path) <= e.record_most);
        assert_true(e.record_most <= 1.3 * size_of(path));
        check_close(e.record_likely, size_of(path), 0.15 * size_of(path));
    }
    config_source = NULL;
    free(text);
}

/* A chunk of this table is 8 kB, so that flushes by the clock, which write it plain, do
 * not count for much: 80 kB of sample numbers between 0 and 200. */
static void numbers_of_samples_are_compressed_as_predicted(void **state)
{
    static const char *const sampling[] = {"subset", "replacement", "epoch"};
    char path[512], text[512];

    (void) state;
    scratch_path(path, "batches.h5");
    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof text,
                 "data: {samples: 200, dimension: 3, separation: 0}\npartition: "
                 "{clients: 2}\n"
                 "network: {width: 4, depth: 1}\nrecord: {batches: true}\n"
                 "train: {local_steps: 10, rounds: 1000, batch: 1, step_size: 0.001, "
                 "sampling: %s}\n",
                 sampling[i]);
        begin(text);
        estimate(path);
        run(path, NULL);
        print_message("# %.0f bytes, predicted %.0f .. %.0f .. %.0f\n", size_of(path),
                      e.record_least, e.record_likely, e.record_most);
        assert_true(e.record_least <= size_of(path));
        assert_true(size_of(path) <= e.record_most);
        check_close(e.record_likely, size_of(path), 0.2 * size_of(path));
    }
}

static void a_checkpoint_is_as_large_as_predicted(void **state)
{
    struct stop stop = {.round = 9};
    char path[512], *checkpoint;

    (void) state;
    scratch_path(path, "checkpoint.h5");
    begin(experiments[0]);
    estimate(path);
    run(path, &stop);
    checkpoint = lemma_checkpoint_path(path);
    print_message("# %.0f bytes, predicted %.0f\n", size_of(checkpoint), e.checkpoint);
    check_close(size_of(checkpoint), e.checkpoint, 0.1 * e.checkpoint);
    unlink(checkpoint);
    free(checkpoint);
}

/* Far beyond any machine: counted, not overflowed, and refused by name. */
static void what_cannot_fit_is_counted_and_refused(void **state)
{
    struct lemma_error err = {""};

    (void) state;
    begin(
        "data: {samples: 2000, dimension: 5, separation: 0}\npartition: {clients: 2}\n"
        "network: {width: 100000000, depth: 2}\nprobes: {}\n");
    estimate(NULL);
    assert_true(e.memory > 3 * 8e16 && isfinite(e.memory));
    assert_int_equal(lemma_estimate_check_memory(&x, &e, &err), LEMMA_EMEMORY);
    assert_non_null(strstr(err.text, "network.width"));
    begin("data: {samples: 2000000, dimension: 5, separation: 0}\npartition: {clients: "
          "2000}\n"
          "network: {width: 10, depth: 2}\nprobes: {gram: {}, lazy: {}}\n");
    estimate(NULL);
    assert_int_equal(lemma_estimate_check_memory(&x, &e, &err), LEMMA_EMEMORY);
    assert_non_null(strstr(err.text, "data.samples"));
    e.disk_here = e.disk = 1e9;
    assert_int_equal(lemma_estimate_check_disk(&e, &err), LEMMA_OK);
    e.disk = 1.1e9;
    assert_int_equal(lemma_estimate_check_disk(&e, &err), LEMMA_EIO);
    assert_non_null(strstr(err.text, "--force"));
    e.disk_here = NAN;
    assert_int_equal(lemma_estimate_check_disk(&e, &err), LEMMA_OK);
}

/* A file in the root folder, here, and in no folder. */
static void the_disks_room_is_that_of_the_files_folder(void **state)
{
    char far[8192];

    (void) state;
    assert_true(lemma_room_disk("/x.h5") >= 0);
    assert_true(lemma_room_disk("x.h5") >= 0);
    assert_true(lemma_room_disk("./x.h5") >= 0);
    assert_true(isnan(lemma_room_disk("/no/such/folder/x.h5")));
    memset(far, 'a', sizeof far);
    memcpy(far + sizeof far - 6, "/x.h5", 6);
    assert_true(isnan(lemma_room_disk(far)));
}

/* More rounds: more of everything but memory. */
static void longer_runs_take_more(void **state)
{
    struct lemma_estimate before;
    char path[512];

    (void) state;
    scratch_path(path, "longer.h5");
    begin(experiments[1]);
    estimate(path);
    before = e;
    assert_true(e.seconds > 0 && e.flops_rate > 0);
    x.train.rounds *= 1000;
    estimate(path);
    assert_true(e.flops > 500 * before.flops);
    assert_true(e.record_most > before.record_most && e.rows > 500 * before.rows);
    assert_true(e.memory == before.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rounds_flops_are_those_of_a_hand_count),
        cmocka_unit_test(many_samples_take_time_before_the_first_step),
        cmocka_unit_test(a_kernel_probe_counts_its_matrices),
        cmocka_unit_test(a_record_is_as_large_as_predicted),
        cmocka_unit_test(a_small_record_is_as_large_as_predicted),
        cmocka_unit_test(numbers_of_samples_are_compressed_as_predicted),
        cmocka_unit_test(a_checkpoint_is_as_large_as_predicted),
        cmocka_unit_test(what_cannot_fit_is_counted_and_refused),
        cmocka_unit_test(the_disks_room_is_that_of_the_files_folder),
        cmocka_unit_test(longer_runs_take_more),
    };

    lemma_blas_init();
    return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
