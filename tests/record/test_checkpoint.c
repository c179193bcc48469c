/* A checkpoint is what was put, or refused, or the one before. */
#include "record/checkpoint.h"

#include <sys/stat.h>
#include <unistd.h>

#include "support.h"

enum { COUNT = 300 };

static void fill(double *a, double first)
{
    for (size_t i = 0; i < COUNT; i++)
        a[i] = first + (double) i / 8;
}

static void write_one(const char *path, double first, bool finish)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};
    double a[COUNT];

    fill(a, first);
    check_ok(lemma_checkpoint_create(path, path, &c, &err), &err);
    lemma_checkpoint_put(c, a, sizeof a);
    lemma_checkpoint_put(c, a, 0);
    if (finish)
        check_ok(lemma_checkpoint_finish(c, &err), &err);
    lemma_checkpoint_destroy(c);
}

static void check_one(const char *path, double first)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};
    double a[COUNT], expected[COUNT], more;
    bool there;

    fill(expected, first);
    check_ok(lemma_checkpoint_open(path, &there, &c, &err), &err);
    assert_true(there);
    assert_int_equal(lemma_checkpoint_left(c), sizeof a);
    assert_true(lemma_checkpoint_get(c, a, sizeof *a));
    assert_false(lemma_checkpoint_get(c, a, sizeof a));
    assert_true(lemma_checkpoint_get(c, a + 1, sizeof a - sizeof *a));
    assert_false(lemma_checkpoint_get(c, &more, 1));
    assert_memory_equal(a, expected, sizeof a);
    lemma_checkpoint_destroy(c);
}

static void what_is_put_comes_back(void **state)
{
    char path[256];

    (void) state;
    scratch_path(path, "checkpoint");
    write_one(path, 1, true);
    check_one(path, 1);
    write_one(path, 2, true);
    check_one(path, 2);
    unlink(path);
}

static void one_that_is_not_finished_leaves_the_one_before(void **state)
{
    char path[256], part[300];

    (void) state;
    scratch_path(path, "checkpoint");
    snprintf(part, sizeof part, "%s.part", path);
    write_one(path, 1, true);
    write_one(path, 2, false);
    check_one(path, 1);
    assert_int_not_equal(access(part, F_OK), 0);
    unlink(path);
}

static void none_is_no_error(void **state)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};
    bool there = true;
    char path[256];

    (void) state;
    scratch_path(path, "checkpoint");
    check_ok(lemma_checkpoint_open(path, &there, &c, &err), &err);
    assert_false(there);
    assert_null(c);
    check_ok(lemma_checkpoint_remove(path, &err), &err);
}

static void check_refused(const char *path, const char *why)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};
    bool there;

    assert_int_equal(lemma_checkpoint_open(path, &there, &c, &err), LEMMA_EINPUT);
    assert_true(there);
    assert_null(c);
    check_contains(err.text, path);
    check_contains(err.text, why);
}

static void any_change_of_any_byte_and_any_cut_is_refused(void **state)
{
    unsigned char bytes[sizeof(double) * COUNT + 64];
    size_t size;
    char path[256];
    FILE *f;

    (void) state;
    scratch_path(path, "checkpoint");
    write_one(path, 1, true);
    f = fopen(path, "rb");
    assert_non_null(f);
    size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_true(size > sizeof(double) * COUNT && size < sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x40;
        write_file(path, bytes, size);
        check_refused(path, "remove it to run from the beginning");
        bytes[i] ^= 0x40;
    }
    for (size_t n = 0; n < size; n += 7) {
        write_file(path, bytes, n);
        check_refused(path, "remove it to run from the beginning");
    }
    write_file(path, bytes, size);
    check_one(path, 1);
    unlink(path);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};

    (void) state;
    assert_int_equal(
        lemma_checkpoint_create("/nowhere/at/all", "/nowhere/at", &c, &err), LEMMA_EIO);
    assert_null(c);
    check_contains(err.text, "/nowhere/at/all: the checkpoint cannot be written: ");
}

static void check_cannot_be_made(const char *path)
{
    struct lemma_checkpoint *c = NULL;
    struct lemma_error err = {""};

    assert_int_equal(lemma_checkpoint_create(path, path, &c, &err), LEMMA_EIO);
    assert_null(c);
    check_contains(err.text, "the checkpoint cannot be written: ");
}

/* Not followed, not waited on. */
static void a_link_or_a_fifo_under_its_first_name_is_told(void **state)
{
    char path[256], part[300], other[256];

    (void) state;
    scratch_path(path, "checkpoint");
    scratch_path(other, "checkpoint-other");
    snprintf(part, sizeof part, "%s.part", path);
    write_one(other, 1, true);
    assert_int_equal(symlink(other, part), 0);
    check_cannot_be_made(path);
    check_one(other, 1);
    unlink(part);
    unlink(other);
    assert_int_equal(mkfifo(part, 0666), 0);
    check_cannot_be_made(path);
    unlink(part);
}

static void what_is_no_checkpoint_is_not_removed(void **state)
{
    char path[256], part[300];

    (void) state;
    scratch_path(path, "checkpoint");
    snprintf(part, sizeof part, "%s.part", path);
    write_file(path, "a record", 8);
    write_file(part, "half of one", 11);
    check_ok(lemma_checkpoint_remove(path, NULL), NULL);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(part, F_OK), 0);
    write_one(path, 1, true);
    check_ok(lemma_checkpoint_remove(path, NULL), NULL);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_comes_back),
        cmocka_unit_test(one_that_is_not_finished_leaves_the_one_before),
        cmocka_unit_test(none_is_no_error),
        cmocka_unit_test(any_change_of_any_byte_and_any_cut_is_refused),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told),
        cmocka_unit_test(a_link_or_a_fifo_under_its_first_name_is_told),
        cmocka_unit_test(what_is_no_checkpoint_is_not_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
