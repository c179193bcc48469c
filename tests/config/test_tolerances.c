/* Files of tolerances: what is read, what is refused and how that is said. */
#include "config/tolerances.h"

#include <unistd.h>

#include "failing_alloc.h"

static const char sample[] = "# measured\n"
                             "gram/eigenvalues: 1e-6\n"
                             "gram: 0\n"
                             "activation/flips_initial: 2 absolute\n"
                             "gram/change_spectral: 0.5  absolute\n"
                             "residual/projection: ignore\n";

static struct lemma_tolerances *parsed(const char *text)
{
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    check_ok(lemma_tolerances_parse(text, strlen(text), "t.yaml", &t, &err), &err);
    return t;
}

static void every_form_is_read(void **state)
{
    struct lemma_tolerances *t = parsed(sample);

    (void) state;
    assert_int_equal(t->count, 5);
    assert_string_equal(t->file, "t.yaml");
    assert_string_equal(t->items[0].name, "gram/eigenvalues");
    assert_true(t->items[0].value == 1e-6 && !t->items[0].absolute);
    assert_int_equal(t->items[0].line, 2);
    assert_true(t->items[1].value == 0 && !t->items[1].ignore);
    assert_true(t->items[2].value == 2 && t->items[2].absolute);
    assert_true(t->items[3].value == 0.5 && t->items[3].absolute);
    assert_true(t->items[4].ignore && t->items[4].line == 6);
    lemma_tolerances_destroy(t);
}

static void the_closest_name_counts(void **state)
{
    struct lemma_tolerances *t = parsed(sample);

    (void) state;
    assert_ptr_equal(lemma_tolerances_find(t, "gram/eigenvalues"), &t->items[0]);
    assert_ptr_equal(lemma_tolerances_find(t, "gram/eigenvalues_2"), &t->items[1]);
    assert_ptr_equal(lemma_tolerances_find(t, "gram"), &t->items[1]);
    assert_null(lemma_tolerances_find(t, "gramm/eigenvalues"));
    assert_null(lemma_tolerances_find(t, "loss/server"));
    assert_null(lemma_tolerances_find(NULL, "gram"));
    lemma_tolerances_destroy(t);
}

static void an_empty_file_says_nothing(void **state)
{
    static const char *const empty[] = {"", "# nothing\n", "---\n", "{}", "~"};

    (void) state;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct lemma_tolerances *t = parsed(empty[i]);

        assert_int_equal(t->count, 0);
        lemma_tolerances_destroy(t);
    }
}

static void what_is_no_tolerance_is_refused(void **state)
{
    static const struct {
        const char *text, *line, *said;
    } cases[] = {
        {"a: 1\nb: -1e-3\n", "t.yaml:2: b: ", "got \"-1e-3\""},
        {"b: ignored\n", "t.yaml:1: b: ", "or ignore, got \"ignored\""},
        {"b: \"ignore\"\n", "t.yaml:1: b: ", "got \"ignore\""},
        {"b: 1 relative\n", "t.yaml:1: b: ", "got \"1 relative\""},
        {"b: absolute\n", "t.yaml:1: b: ", "got \"absolute\""},
        {"b: .nan\n", "t.yaml:1: b: ", "got \".nan\""},
        {"b: 1e999\n", "t.yaml:1: b: ", "got \"1e999\""},
        {"b:\n", "t.yaml:1: b: ", "got nothing"},
        {"b: [1]\n", "t.yaml:1: b: ", "got a list"},
        {"b: {absolute: 1}\n", "t.yaml:1: b: ", "got a map"},
        {"b: 1\n\nb: 2\n", "t.yaml:3: b: ", "second time (first on line 1)"},
        {"- b\n", "t.yaml:1: ", "expected a map of tables"},
        {"b\n", "t.yaml:1: ", "got \"b\""},
        {"b: {\n", "t.yaml:2: ", "expected YAML"},
        {"b: &x 1\n", "t.yaml:1: ", "anchor"},
    };

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lemma_tolerances *t = NULL;
        struct lemma_error err = {""};

        assert_int_equal(lemma_tolerances_parse(cases[i].text, strlen(cases[i].text),
                                                "t.yaml", &t, &err),
                         LEMMA_EINPUT);
        assert_null(t);
        check_contains(err.text, cases[i].line);
        check_contains(err.text, cases[i].said);
    }
}

static void names_are_as_long_as_their_room(void **state)
{
    char text[LEMMA_TOLERANCE_NAME + 8];
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    (void) state;
    memset(text, 'a', sizeof text);
    memcpy(text + LEMMA_TOLERANCE_NAME - 1, ": 1", 4);
    t = parsed(text);
    assert_int_equal(strlen(t->items[0].name), LEMMA_TOLERANCE_NAME - 1);
    lemma_tolerances_destroy(t);
    t = NULL;
    memset(text, 'a', sizeof text);
    memcpy(text + LEMMA_TOLERANCE_NAME, ": 1", 4);
    assert_int_equal(lemma_tolerances_parse(text, strlen(text), "t.yaml", &t, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "expected a key");
}

static void a_missing_file_is_named(void **state)
{
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    (void) state;
    assert_int_equal(lemma_tolerances_load("no/such.yaml", &t, &err), LEMMA_EINPUT);
    check_contains(err.text, "no/such.yaml: expected a readable file");
}

static lemma_status load(void *path)
{
    struct lemma_tolerances *t = NULL;
    lemma_status st = lemma_tolerances_load(path, &t, NULL);

    assert_true((t != NULL) == (st == LEMMA_OK));
    lemma_tolerances_destroy(t);
    return st;
}

static void every_failing_allocation_is_survived(void **state)
{
    char path[256];

    (void) state;
    write_file(scratch_path(path, "tolerances.yaml"), sample, strlen(sample));
    assert_true(fail_each_allocation(load, path) >= 5);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(the_closest_name_counts),
        cmocka_unit_test(an_empty_file_says_nothing),
        cmocka_unit_test(what_is_no_tolerance_is_refused),
        cmocka_unit_test(names_are_as_long_as_their_room),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(every_failing_allocation_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
