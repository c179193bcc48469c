/* Experiments from files. */
#include "config/experiment.h"

#include <unistd.h>

#include "settings.h"

static void check_load_refused(const char *path, const char *sentence)
{
    struct lemma_experiment *x = defaults(), *before = defaults();
    struct lemma_error err = {{0}};
    char text[512], *given = text;

    assert_int_equal(lemma_experiment_load(x, path, &given, &err), LEMMA_EINPUT);
    snprintf(text, sizeof text, "%s%s", path, sentence);
    assert_string_equal(err.text, text);
    assert_ptr_equal(given, text);
    assert_memory_equal(x, before, sizeof *x);
    lemma_free(x);
    lemma_free(before);
}

static void a_file_is_read_and_handed_over_as_it_was(void **state)
{
    char path[256], *text = NULL;
    struct lemma_experiment *x = defaults(), *y = read_text(sample_text);
    struct lemma_error err = {{0}};

    (void) state;
    scratch_path(path, "load.yaml");
    write_file(path, sample_text, strlen(sample_text));
    check_ok(lemma_experiment_load(x, path, &text, &err), &err);
    assert_string_equal(text, sample_text);
    assert_string_equal(x->file, path);
    check_same_settings(x, y);
    check_ok(lemma_experiment_load(x, path, NULL, &err), &err);
    unlink(path);
    lemma_free(text);
    lemma_free(x);
    lemma_free(y);
}

static void a_bad_file_is_named_with_its_line(void **state)
{
    char path[256];

    (void) state;
    scratch_path(path, "bad.yaml");
    write_file(path, "seed: 1\nseeed: 2\n", 17);
    check_load_refused(path,
                       ":2: seeed: expected a key of an experiment (seed, data, "
                       "partition, network, train, record, run, probes), got \"seeed\"; "
                       "did you mean \"seed\"?");
    unlink(path);
}

static void what_cannot_be_read_is_refused(void **state)
{
    char path[256];

    (void) state;
    scratch_path(path, "missing.yaml");
    check_load_refused(path,
                       ": expected a readable file, got: No such file or directory");
    check_load_refused("/", ": expected a readable file, got: Is a directory");
}

static void a_file_without_end_is_refused(void **state)
{
    (void) state;
    check_load_refused("/dev/zero", ": expected a file of at most 1 MiB, got more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_and_handed_over_as_it_was),
        cmocka_unit_test(a_bad_file_is_named_with_its_line),
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(a_file_without_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
