#include <locale.h>
#include <math.h>

#include "make.h"

static char path[256];

static struct lemma_experiment *make_csv(const char *text, const char *targets)
{
    struct lemma_experiment *x = make_experiment("csv", targets);

    write_text(scratch_path(path, "data.csv"), text);
    snprintf(x->data.path, sizeof x->data.path, "%s", path);
    return x;
}

static void check_bad(const char *text, const char *targets, const char *part)
{
    struct lemma_experiment *x = make_csv(text, targets);

    check_refused(x, part);
    unlink(path);
    lemma_free(x);
}

static void check_values(struct lemma_experiment *x)
{
    struct lemma_dataset *set = make_set(x);

    assert_int_equal(set->n, 3);
    assert_int_equal(set->d_x, 2);
    assert_int_equal(set->d, 1);
    check_close(set->inputs.a[0], 0.6, 1e-15);
    check_close(set->inputs.a[1], 0.8, 1e-15);
    check_close(set->inputs.a[2], 1, 0);
    check_close(set->inputs.a[4], -sqrt(0.5), 1e-15);
    check_close(set->targets.a[0], 1.5, 0);
    check_close(set->targets.a[1], -2e-3, 0);
    check_close(set->targets.a[2], 0, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(set->index[i], i);
    assert_null(set->label);
    lemma_dataset_destroy(set);
    unlink(path);
    lemma_free(x);
}

static const char plain[] = "0.3,0.4,1.5\n2,0,-2e-3\n-1,1,0\n";

static void the_last_columns_are_the_targets(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_csv("1,2,3,4\n2,-1,0.5,7\n", "column");
    struct lemma_dataset *set;

    check_values(make_csv(plain, "column"));
    x->data.targets.outputs = 2;
    write_text(path, "1,0,3,4\n0,1,0.5,7\n");
    set = make_set(x);
    assert_int_equal(set->d_x, 2);
    assert_int_equal(set->d, 2);
    check_close(set->targets.a[3], 7, 0);
    check_contains(set->source, path);
    lemma_dataset_destroy(set);
    unlink(path);
    lemma_free(x);
}

static void headers_comments_blanks_and_line_ends_are_passed_over(void **state)
{
    (void) state;
    check_values(make_csv("\xef\xbb\xbf"
                          "a,b,y\r\n0.3,0.4,1.5\r\n\r\n# said\r\n 2 ,\t0, -2e-3 \r\n"
                          "\"-1\",\"1\",0",
                          "column"));
}

static bool comma_is_set(const char *name)
{
    return setlocale(LC_ALL, name) && *localeconv()->decimal_point == ',';
}

/* German conventions: the system's, or built for the test where its sources are there.
 */
static bool set_comma(const char *folder)
{
    char command[1024];

    if (comma_is_set("de_DE.UTF-8"))
        return true;
    snprintf(
        command, sizeof command,
        "mkdir -p '%s' && localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >'%s/said' 2>&1",
        folder, folder, folder);
    if (system(command) != 0)
        return false;
    setenv("LOCPATH", folder, 1);
    return comma_is_set("de_DE.UTF-8");
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state)
{
    (void) state;
    char folder[256], command[512];
    bool set;

    scratch_path(folder, "locale");
    set = set_comma(folder);
    if (set) {
        check_values(make_csv(plain, "column"));
        assert_true(*localeconv()->decimal_point == ',');
    } else {
        print_message("# skipped: there is no locale with a decimal comma\n");
    }
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void the_last_column_may_be_a_class(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_csv("1,0,4\n0,1,9\n1,1,4\n2,1,7\n", "one-hot");
    struct lemma_dataset *set = make_set(x);

    assert_int_equal(set->n, 4);
    assert_int_equal(set->d, 3);
    assert_memory_equal(set->classes, ((uint8_t[]){4, 7, 9}), 3);
    assert_memory_equal(set->label, ((int32_t[]){0, 2, 0, 1}), 16);
    lemma_dataset_destroy(set);
    set_word(x->data.targets.kind, "sign");
    x->data.class_count = 2;
    memcpy(x->data.classes, (uint8_t[]){9, 4}, 2);
    set = make_set(x);
    assert_int_equal(set->n, 3);
    check_close(set->targets.a[0], 1, 0);
    check_close(set->targets.a[1], -1, 0);
    lemma_dataset_destroy(set);
    unlink(path);
    lemma_free(x);
}

static void a_subset_of_the_lines_may_be_drawn(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_csv(plain, "column");
    struct lemma_dataset *set;

    x->data.samples = 2;
    set = make_set(x);
    assert_int_equal(set->n, 2);
    lemma_dataset_destroy(set);
    x->data.samples = 4;
    check_refused(x, "data.samples: expected at most 3, the samples in ");
    unlink(path);
    lemma_free(x);
}

static void a_bad_field_is_named_by_line_and_column(void **state)
{
    (void) state;
    check_bad("a,b\n1,2\n3,x\n", "column",
              ":3, column 2: expected a number, found \"x\"");
    check_bad("1,2\n3,\n", "column", ":2, column 2: expected a number, found \"\"");
    check_bad("1,2\n3,4 5\n", "column",
              ":2, column 2: expected a number, found \"4 5\"");
    check_bad("1,2\n3,0x10\n", "column",
              ":2, column 2: expected a number, found \"0x10\"");
    check_bad("1,2\n-0X1p3,4\n", "column",
              ":2, column 1: expected a number, found \"-0X1p3\"");
    check_bad("1,2\n3;4\n", "column", ":2: expected 2 columns as in line 1, found 1");
    check_bad("1,y\n3,4\n", "column",
              ":1, column 2: expected a number, found \"y\" (a header");
    check_bad("1,2\nnan,4\n", "column",
              ":2, column 1: expected a finite number, found \"nan\"");
    check_bad("1,2\n1,-inf\n", "column", ":2, column 2: expected a finite number");
    check_bad("1,2\n1,1e999\n", "column", ":2, column 2: expected a finite number");
}

static void lines_that_do_not_fit_are_refused(void **state)
{
    (void) state;
    check_bad("x,y\n1,2\n\n1,2,3\n", "column",
              ":4: expected 2 columns as in line 2, found 3");
    check_bad("1\n2\n", "column", ":1: expected at least 2 columns (1 input");
    check_bad("1,2,3\n0,0,3\n", "column", ":2: all inputs are zero");
    check_bad("", "column", ": expected lines of numbers, found none");
    check_bad("a,b\n", "column", ": expected lines of numbers, found none");
}

static void classes_must_be_bytes(void **state)
{
    (void) state;
    check_bad("1,2\n1,256\n", "one-hot", ":2, column 2: expected a class");
    check_bad("1,2\n1,1.5\n", "one-hot", ":2, column 2: expected a class");
    check_bad("1,2\n1,-1\n", "one-hot", ":2, column 2: expected a class");
    check_bad("1,2\n1,3\n1,4\n", "sign", "sign expects two classes, found 3");
}

static void keys_that_do_not_apply_are_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_csv(plain, "teacher");

    check_refused(x, "data.targets.kind: expected column, one-hot or sign");
    set_word(x->data.targets.kind, "column");
    x->data.test_samples = 3;
    check_refused(x, "data.test_samples");
    x->data.test_samples = 0;
    x->data.class_count = 2;
    check_refused(x, "data.classes");
    x->data.class_count = 0;
    x->data.targets.outputs = 0;
    check_refused(x, "data.targets.outputs");
    x->data.targets.outputs = 1;
    unlink(path);
    check_refused(x, path);
    x->data.path[0] = '\0';
    check_refused(x, "data.path: expected a CSV file");
    lemma_free(x);
}

static void more_lines_than_fit_the_first_room_are_read(void **state)
{
    (void) state;
    size_t n = 5000, used = 0;
    char *text = lemma_alloc(n, 32);
    struct lemma_experiment *x;
    struct lemma_dataset *set;

    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        used += (size_t) snprintf(text + used, 32 * n - used, "%zu,1,%zu.25\n", i, i);
    x = make_csv(text, "column");
    set = make_set(x);
    assert_int_equal(set->n, n);
    for (size_t i = 0; i < n; i++)
        check_close(set->targets.a[i], (double) i + 0.25, 0);
    lemma_dataset_destroy(set);
    unlink(path);
    lemma_free(text);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_columns_are_the_targets),
        cmocka_unit_test(headers_comments_blanks_and_line_ends_are_passed_over),
        cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
        cmocka_unit_test(the_last_column_may_be_a_class),
        cmocka_unit_test(a_subset_of_the_lines_may_be_drawn),
        cmocka_unit_test(a_bad_field_is_named_by_line_and_column),
        cmocka_unit_test(lines_that_do_not_fit_are_refused),
        cmocka_unit_test(classes_must_be_bytes),
        cmocka_unit_test(keys_that_do_not_apply_are_refused),
        cmocka_unit_test(more_lines_than_fit_the_first_room_are_read),
    };

    return cmocka_run_group_tests_name("data_csv", tests, NULL, NULL);
}
