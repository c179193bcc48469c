#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/child.h"
#include "record/sample.h"

static char path[256], part[300];
static const char old_record[] = "\x89HDF\r\n\x1a\n"; /* as far as it matters */

static int set_up(void **state)
{
    (void) state;
    part_of(scratch_path(path, "create.h5"), part);
    unlink(part);
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    unlink(part);
    return 0;
}

static void check_refused(const char *where, bool force, lemma_status expected,
                          const char *word)
{
    struct lemma_error err = {""};
    struct lemma_record *r = NULL;

    assert_int_equal(lemma_record_create(where, force, &r, &err), expected);
    assert_null(r);
    check_contains(err.text, where);
    check_contains(err.text, word);
}

/* As somebody who is not root, and owns nothing here; as who it is where it is not. */
static void check_refused_as_nobody(const char *where, lemma_status expected,
                                    const char *word)
{
    bool root = geteuid() == 0;

    if (root)
        assert_int_equal(seteuid(65534), 0);
    check_refused(where, true, expected, word);
    if (root)
        assert_int_equal(seteuid(0), 0);
}

static void check_text(const char *name, const char *expected)
{
    struct lemma_reader *r = NULL;
    char *text = NULL;

    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    check_ok(lemma_reader_text(r, name, &text), NULL);
    assert_string_equal(text, expected);
    lemma_free(text);
    lemma_reader_close(r);
}

static void nothing_has_the_good_name_before_the_start(void **state)
{
    struct lemma_error err = {""};
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, &err), &err);
    assert_true(file_exists(part) && !file_exists(path));
    check_ok(lemma_record_start(s.record, &err), &err);
    assert_true(file_exists(path) && !file_exists(part));
    check_ok(lemma_record_finish(s.record, "complete", 0, &err), &err);
    lemma_record_destroy(s.record);
    sample_check(path, 0, 0);
    check_text("status", "complete");
}

static void a_record_destroyed_before_its_start_leaves_nothing(void **state)
{
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, NULL), NULL);
    lemma_record_destroy(s.record);
    assert_false(file_exists(path) || file_exists(part));
    lemma_record_destroy(NULL);
}

static void a_record_without_an_end_says_it_was_interrupted(void **state)
{
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, NULL), NULL);
    check_ok(lemma_record_start(s.record, NULL), NULL);
    check_ok(sample_append(&s, 7), NULL);
    check_ok(lemma_record_commit(s.record, 7, true), NULL);
    check_ok(sample_append(&s, 4), NULL);
    lemma_record_destroy(s.record);
    sample_check(path, 7, 7);
    check_text("status", "interrupted");
    check_text("end_time", "");
}

static void start_and_end_are_dated(void **state)
{
    struct lemma_reader *r = NULL;
    static const char *const names[] = {"start_time", "end_time"};

    (void) state;
    sample_write(path, 1);
    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    for (size_t i = 0; i < 2; i++) {
        char *text = NULL;
        int year, month, day, hour, minute, second, n = 0;

        check_ok(lemma_reader_text(r, names[i], &text), NULL);
        assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day,
                                &hour, &minute, &second, &n),
                         6);
        assert_int_equal(n, 20);
        assert_int_equal(text[n], 0);
        lemma_free(text);
    }
    lemma_reader_close(r);
}

static void an_existing_file_is_kept_without_force(void **state)
{
    char found[16] = "";
    FILE *f;

    (void) state;
    write_file(path, old_record, 8);
    check_refused(path, false, LEMMA_EINPUT, "--force");
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(found, 1, sizeof found, f), 8);
    fclose(f);
    assert_string_equal(found, old_record);
    assert_false(file_exists(part));
}

static void force_replaces_a_file_at_the_start_and_not_before(void **state)
{
    struct sample s;

    (void) state;
    sample_write(path, 3);
    check_ok(sample_create(path, true, &s, NULL), NULL);
    lemma_record_destroy(s.record);
    sample_check(path, 3, 3);
    sample_write(path, 5);
    sample_check(path, 5, 5);
}

static void names_of_files_beside_a_record_and_none_are_refused(void **state)
{
    char folder[256], where[600], name[256];

    (void) state;
    scratch_path(folder, "create-names");
    assert_int_equal(mkdir(folder, 0777), 0);
    snprintf(where, sizeof where, "%s/r.h5.part", folder);
    check_refused(where, true, LEMMA_EINPUT, "names in .part");
    snprintf(where, sizeof where, "%s/r.h5.checkpoint", folder);
    check_refused(where, true, LEMMA_EINPUT, "names in .checkpoint");
    snprintf(where, sizeof where, "%s/", folder);
    check_refused(where, true, LEMMA_EINPUT, "expected the name of a file");
    check_refused("", true, LEMMA_EINPUT, "expected the name of a file");
    memset(name, 'x', 240);
    name[240] = '\0';
    snprintf(where, sizeof where, "%s/%s", folder, name);
    check_refused(where, true, LEMMA_EINPUT, "at most 239 bytes");
    snprintf(where, sizeof where, "%s/link.h5", folder);
    assert_int_equal(symlink("nowhere", where), 0);
    check_refused(where, true, LEMMA_EINPUT, "found a link to nothing");
    assert_int_equal(unlink(where), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void outputs_that_cannot_be_files_are_refused(void **state)
{
    char folder[256], inside[300], fifo[310];

    (void) state;
    scratch_path(folder, "create-folder");
    assert_int_equal(mkdir(folder, 0777), 0);
    check_refused(folder, true, LEMMA_EINPUT, "a folder");
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0666), 0);
    check_refused(fifo, true, LEMMA_EINPUT, "a device");
    assert_int_equal(unlink(fifo), 0);
    assert_int_equal(symlink("nowhere", fifo), 0);
    check_refused(fifo, true, LEMMA_EINPUT, "found a link to nothing");
    assert_int_equal(unlink(fifo), 0);
    snprintf(inside, sizeof inside, "%s/no/such.h5", folder);
    check_refused(inside, false, LEMMA_EIO, "No such file");
    check_refused("/proc/out.h5", false, LEMMA_EIO, "cannot be made");
    snprintf(inside, sizeof inside, "%s/out.h5", folder);
    assert_int_equal(chmod(folder, 0555), 0);
    check_refused_as_nobody(inside, LEMMA_EIO, "Permission denied");
    assert_int_equal(chmod(folder, 0777), 0);
    snprintf(fifo, sizeof fifo, "%s.part", inside);
    assert_int_equal(mkfifo(fifo, 0666), 0);
    check_refused(inside, false, LEMMA_EINPUT, "is in the way, and no file");
    assert_int_equal(unlink(fifo), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_link_stands_for_the_file_behind_it(void **state)
{
    char link[256], *behind, *plain;

    (void) state;
    write_file(path, "precious", 8);
    assert_int_equal(symlink(path, scratch_path(link, "create-link")), 0);
    behind = lemma_output_behind_links(link);
    plain = lemma_output_behind_links("no/such/file");
    assert_true(behind && plain);
    assert_string_equal(behind + strlen(behind) - strlen(strrchr(path, '/')),
                        strrchr(path, '/'));
    assert_string_equal(plain, "no/such/file");
    check_ok(lemma_output_check(link, NULL), NULL);
    check_ok(lemma_output_check("no/such/file", NULL), NULL);
    lemma_free(behind);
    lemma_free(plain);
    assert_int_equal(unlink(link), 0);
}

static void a_second_writer_is_refused_and_harms_nothing(void **state)
{
    struct lemma_error err = {""};
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, &err), &err);
    check_refused(path, false, LEMMA_EINPUT, "another run");
    check_refused(path, true, LEMMA_EINPUT, "another run");
    assert_true(file_exists(part));
    check_ok(lemma_record_start(s.record, &err), &err);
    check_refused(path, true, LEMMA_EINPUT, "another run");
    check_refused(path, false, LEMMA_EINPUT, "another run");
    assert_int_equal(chmod(path, 0444), 0);
    check_refused_as_nobody(path, LEMMA_EINPUT, "another run");
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() == 0)
        check_refused_as_nobody(path, LEMMA_EINPUT, "no permission to see");
    assert_int_equal(chmod(path, 0666), 0);
    check_ok(sample_append(&s, 5), NULL);
    check_ok(lemma_record_finish(s.record, "complete", 5, &err), &err);
    lemma_record_destroy(s.record);
    sample_check(path, 5, 5);
    check_refused(path, false, LEMMA_EINPUT, "--force");
}

static void a_stale_part_is_replaced(void **state)
{
    char big[100000];

    (void) state;
    memset(big, 'x', sizeof big);
    write_file(part, big, sizeof big);
    sample_write(path, 2);
    sample_check(path, 2, 2);
    assert_false(file_exists(part));
}

static void a_part_that_is_a_link_is_not_followed(void **state)
{
    char other[256];

    (void) state;
    scratch_path(other, "create-other");
    write_file(other, "precious", 8);
    assert_int_equal(symlink(other, part), 0);
    check_refused(path, true, LEMMA_EIO, "cannot be made");
    assert_int_equal(unlink(other), 0);
}

/* Commits at each line it hears, never finishes. */
static int write_until_killed(int in, int out, void *context)
{
    struct sample s;
    char line[64];
    bool fine;

    (void) context;
    fine = sample_create(path, false, &s, NULL) == LEMMA_OK &&
           lemma_record_start(s.record, NULL) == LEMMA_OK;
    while (fine && say_line(out, "ready") && hear_line(in, line, sizeof line))
        fine = sample_append(&s, 37) == LEMMA_OK &&
               lemma_record_commit(s.record, s.steps, true) == LEMMA_OK &&
               sample_append(&s, 3) == LEMMA_OK;
    return 1;
}

static void kill_writer_after(size_t commits)
{
    struct child c, reader;
    char line[256], expected[64];

    tear_down(NULL);
    child_start(&c, write_until_killed, NULL);
    for (size_t i = 0; i < commits; i++) {
        assert_true(hear_line(c.from, line, sizeof line));
        assert_true(say_line(c.to, "on"));
    }
    assert_true(hear_line(c.from, line, sizeof line));
    assert_int_equal(kill(c.pid, SIGKILL), 0);
    assert_int_equal(child_end(&c), -SIGKILL);

    int64_t committed = commits ? (int64_t) commits * 40 - 3 : 0;
    sample_check(path, committed, -1);
    check_text("status", "running");
    if (!h5py_start(&reader, "tests/record/follow.py", path))
        return;
    snprintf(expected, sizeof expected, "committed %lld running",
             (long long) committed);
    assert_true(say_line(reader.to, "") && hear_line(reader.from, line, sizeof line));
    assert_string_equal(line, expected);
    assert_int_equal(child_end(&reader), 0);
}

static void a_killed_writer_leaves_every_committed_row(void **state)
{
    (void) state;
    kill_writer_after(0);
    kill_writer_after(1);
    kill_writer_after(10); /* past a chunk of the wide tables */
    kill_writer_after(30); /* past a chunk of the narrow ones */
}

static void the_record_of_a_killed_writer_can_be_replaced(void **state)
{
    (void) state;
    kill_writer_after(2);
    check_refused(path, false, LEMMA_EINPUT, "--force");
    sample_write(path, 4);
    sample_check(path, 4, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_has_the_good_name_before_the_start),
        TEST(a_record_destroyed_before_its_start_leaves_nothing),
        TEST(a_record_without_an_end_says_it_was_interrupted),
        TEST(start_and_end_are_dated),
        TEST(an_existing_file_is_kept_without_force),
        TEST(force_replaces_a_file_at_the_start_and_not_before),
        TEST(names_of_files_beside_a_record_and_none_are_refused),
        TEST(outputs_that_cannot_be_files_are_refused),
        TEST(a_link_stands_for_the_file_behind_it),
        TEST(a_second_writer_is_refused_and_harms_nothing),
        TEST(a_stale_part_is_replaced),
        TEST(a_part_that_is_a_link_is_not_followed),
        TEST(a_killed_writer_leaves_every_committed_row),
        TEST(the_record_of_a_killed_writer_can_be_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
