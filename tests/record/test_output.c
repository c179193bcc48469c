/* The file under a record, on file systems whose flock is made of fcntl's locks (NFS):
 * this program's flock is, so that HDF5's locks meet ours here as they do there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "record/child.h"
#include "record/sample.h"

static char path[256], part[300];
static const char old_record[] = "\x89HDF\r\n\x1a\n"; /* as far as it matters */

/* HDF5 finds this one before the C library's. */
int flock(int fd, int operation)
{
    struct flock whole = {.l_whence = SEEK_SET};

    whole.l_type =
        operation & LOCK_EX ? F_WRLCK : (operation & LOCK_SH ? F_RDLCK : F_UNLCK);
    if (fcntl(fd, operation & LOCK_NB ? F_OFD_SETLK : F_OFD_SETLKW, &whole) == 0)
        return 0;
    errno = errno == EACCES ? EWOULDBLOCK : errno;
    return -1;
}

static int set_up(void **state)
{
    (void) state;
    unlink(part_of(scratch_path(path, "output.h5"), part));
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    return unlink(part) == 0 || errno == ENOENT ? 0 : -1;
}

static void a_record_is_written_where_flock_and_fcntl_are_one(void **state)
{
    (void) state;
    sample_write(path, 7);
    sample_check(path, 7, 7);
}

static int read_live(int in, int out, void *context)
{
    struct lemma_reader *r = NULL;

    (void) in;
    (void) out;
    (void) context;
    lemma_status st = lemma_reader_open(path, &r, NULL);
    lemma_reader_close(r);
    return (int) st;
}

static void readers_are_let_in_there_while_it_is_written(void **state)
{
    struct lemma_error err = {""};
    struct child reader;
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, &err), &err);
    check_ok(lemma_record_start(s.record, &err), &err);
    child_start(&reader, read_live, NULL);
    assert_int_equal(child_end(&reader), LEMMA_OK);
    check_ok(lemma_record_finish(s.record, "complete", 0, &err), &err);
    lemma_record_destroy(s.record);
}

static void a_second_writer_is_refused_there_too(void **state)
{
    struct lemma_error err = {""};
    struct sample first, second;

    (void) state;
    check_ok(sample_create(path, false, &first, &err), &err);
    assert_int_equal(sample_create(path, true, &second, &err), LEMMA_EINPUT);
    check_contains(err.text, "another run");
    check_ok(lemma_record_start(first.record, &err), &err);
    assert_int_equal(sample_create(path, true, &second, &err), LEMMA_EINPUT);
    check_contains(err.text, "another run");
    check_ok(lemma_record_finish(first.record, "complete", 0, &err), &err);
    lemma_record_destroy(first.record);
}

static void a_file_that_took_the_name_meanwhile_is_kept(void **state)
{
    struct lemma_error err = {""};
    struct sample s;
    char kept[16] = "";
    FILE *f;

    (void) state;
    check_ok(sample_create(path, false, &s, &err), &err);
    write_file(path, old_record, 8);
    assert_int_equal(lemma_record_start(s.record, &err), LEMMA_EINPUT);
    check_contains(err.text, "--force");
    lemma_record_destroy(s.record);
    assert_false(file_exists(part));
    f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(kept, 1, sizeof kept, f), 8);
    fclose(f);
    assert_string_equal(kept, old_record);
}

static int ask_for_a_writer(int in, int out, void *context)
{
    (void) in;
    (void) out;
    (void) context;
    return lemma_record_has_writer(path);
}

static void a_writer_is_seen_by_its_lock_until_it_is_gone(void **state)
{
    struct sample s;
    struct child viewer;
    struct lemma_error err = {""};

    (void) state;
    assert_false(lemma_record_has_writer(path));
    check_ok(sample_create(path, false, &s, &err), &err);
    check_ok(lemma_record_start(s.record, &err), &err);
    assert_true(lemma_record_has_writer(path));
    child_start(&viewer, ask_for_a_writer, NULL);
    assert_int_equal(child_end(&viewer), 1);
    lemma_record_destroy(s.record);
    assert_false(lemma_record_has_writer(path));
}

static void the_reason_of_a_failure_is_told(void **state)
{
    struct lemma_error err = {""};
    struct sample s;

    (void) state;
    assert_int_equal(sample_create("/no/such/folder/x.h5", false, &s, &err), LEMMA_EIO);
    check_contains(err.text, "/no/such/folder/x.h5.part: cannot be made: No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_record_is_written_where_flock_and_fcntl_are_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readers_are_let_in_there_while_it_is_written,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_writer_is_refused_there_too, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_took_the_name_meanwhile_is_kept,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_writer_is_seen_by_its_lock_until_it_is_gone,
                                        set_up, tear_down),
        cmocka_unit_test(the_reason_of_a_failure_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
