/* A run in a locale with a decimal comma writes what it writes in any other. */
#include "run/run.h"

#include <locale.h>
#include <unistd.h>

#include "core/blas.h"
#include "record/reader.h"
#include "support.h"

static void run_into(const char *path)
{
    static const char *const settings[] = {
        "data.samples=6",      "data.dimension=3",       "data.separation=0.125",
        "partition.clients=2", "network.width=4",        "network.depth=2",
        "train.rounds=2",      "train.step_size=0.0625", "train.local_steps=2",
    };
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_run_options o = {.output = path};
    struct lemma_run_result result;
    struct lemma_error err = {""};
    struct lemma_run *run = NULL;

    assert_non_null(x);
    lemma_experiment_init(x);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        check_ok(lemma_experiment_set(x, settings[i], &err), &err);
    check_ok(lemma_probes_preset(x, "full", &err), &err);
    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    lemma_run_destroy(run);
    lemma_free(x);
}

static void check_same_text(struct lemma_reader *a, struct lemma_reader *b,
                            const char *path)
{
    char *one = NULL, *other = NULL;

    check_ok(lemma_reader_text(a, path, &one), NULL);
    check_ok(lemma_reader_text(b, path, &other), NULL);
    assert_string_equal(one, other);
    lemma_free(one);
    lemma_free(other);
}

static void check_same_table(struct lemma_reader *a, struct lemma_reader *b,
                             const char *path)
{
    struct lemma_shape shape, other_shape;
    double *one = NULL, *other = NULL;
    size_t count = 1;

    check_ok(lemma_reader_all(a, path, &one, &shape), NULL);
    check_ok(lemma_reader_all(b, path, &other, &other_shape), NULL);
    assert_int_equal(shape.rank, other_shape.rank);
    for (size_t i = 0; i < shape.rank; i++) {
        assert_int_equal(shape.dims[i], other_shape.dims[i]);
        count *= shape.dims[i];
    }
    assert_memory_equal(one, other, count * sizeof *one);
    lemma_free(one);
    lemma_free(other);
}

static size_t check_same_tables(struct lemma_reader *a, struct lemma_reader *b)
{
    const char *const *groups, *const *tables;
    size_t group_count, table_count, all = 0;

    check_ok(lemma_reader_groups(a, &groups, &group_count), NULL);
    for (size_t i = 0; i < group_count; i++) {
        check_ok(lemma_reader_tables(a, groups[i], &tables, &table_count), NULL);
        for (size_t k = 0; k < table_count; k++, all++) {
            char path[256];

            snprintf(path, sizeof path, "%s/%s", groups[i], tables[k]);
            check_same_table(a, b, path);
        }
    }
    return all;
}

static void a_decimal_comma_changes_no_table_and_no_text(void **state)
{
    char plain[256], german[256];
    struct lemma_reader *a = NULL, *b = NULL;

    (void) state;
    run_into(scratch_path(plain, "plain.h5"));
    scratch_path(german, "german.h5");
    if (!use_decimal_comma()) {
        unlink(plain);
        return;
    }
    run_into(german);
    check_ok(lemma_reader_open(plain, &a, NULL), NULL);
    check_ok(lemma_reader_open(german, &b, NULL), NULL);
    check_same_text(a, b, "config");
    check_same_text(a, b, "status");
    assert_true(check_same_tables(a, b) > 30);
    lemma_reader_close(a);
    lemma_reader_close(b);
    setlocale(LC_ALL, "C");
    unlink(plain);
    unlink(german);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decimal_comma_changes_no_table_and_no_text),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
