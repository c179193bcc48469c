/* Readers in other processes while the record is being written. No sleeps: reader and
 * writer take turns through a pipe. */
#include <unistd.h>

#include "record/child.h"
#include "record/sample.h"

static char path[256];

static int set_up(void **state)
{
    (void) state;
    scratch_path(path, "live.h5");
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    return 0;
}

static void check_answer(struct child *reader, int64_t committed, const char *status)
{
    char line[512] = "", expected[64];

    snprintf(expected, sizeof expected, "committed %lld %s", (long long) committed,
             status);
    assert_true(say_line(reader->to, "look"));
    assert_true(hear_line(reader->from, line, sizeof line));
    assert_string_equal(line, expected);
}

static void h5py_sees_every_committed_row_while_it_is_written(void **state)
{
    struct sample s;
    struct child reader;

    (void) state;
    check_ok(sample_create(path, false, &s, NULL), NULL);
    check_ok(lemma_record_start(s.record, NULL), NULL);
    if (!h5py_start(&reader, "tests/record/follow.py", path)) {
        lemma_record_destroy(s.record);
        return;
    }
    check_answer(&reader, 0, "running");
    for (size_t i = 0; i < 60; i++) { /* past chunks of every table */
        check_ok(sample_append(&s, 23), NULL);
        if (i % 7 == 3) /* rows that are on their way are no trouble */
            check_answer(&reader, 23 * (int64_t) i, "running");
        check_ok(lemma_record_commit(s.record, s.steps, true), NULL);
        check_answer(&reader, s.steps, "running");
    }
    check_ok(sample_append(&s, 2), NULL);
    check_ok(lemma_record_finish(s.record, "complete", s.steps, NULL), NULL);
    check_answer(&reader, s.steps, "complete");
    assert_int_equal(child_end(&reader), 0);
    lemma_record_destroy(s.record);
    sample_check(path, 60 * 23 + 2, 60 * 23 + 2);
}

/* One reader handle, kept open: at every line checks a table up to committed. */
static int read_with_ours(int in, int out, void *context)
{
    struct lemma_reader *r = NULL;
    char line[64];

    (void) context;
    if (lemma_reader_open(path, &r, NULL) != LEMMA_OK)
        return 1;
    while (hear_line(in, line, sizeof line)) {
        struct lemma_shape shape = {0};
        double committed = -1, *a = NULL;
        char *status = NULL;
        bool fine = lemma_reader_rows(r, "committed", 0, 1, &committed) == LEMMA_OK &&
                    lemma_reader_all(r, "loss/f64_3", &a, &shape) == LEMMA_OK &&
                    lemma_reader_text(r, "status", &status) == LEMMA_OK &&
                    (double) shape.dims[0] >= committed;

        for (size_t k = 0; fine && (double) k < committed; k++)
            for (size_t i = 0; i < SAMPLE_CELLS; i++)
                fine = fine && a[k * SAMPLE_CELLS + i] == sample_cell(k, i, LEMMA_F64);
        snprintf(line, sizeof line, "%s %lld %s", fine ? "committed" : "wrong",
                 (long long) committed, status ? status : "");
        lemma_free(a);
        lemma_free(status);
        if (!say_line(out, line))
            return 1;
    }
    lemma_reader_close(r);
    return 0;
}

/* The record must exist before its reader, and a forked reader must not inherit its
 * writer's handles: the writer is the child of a process that has none. */
static int write_on_demand(int in, int out, void *context)
{
    struct sample s;
    char line[64];
    bool fine = sample_create(path, false, &s, NULL) == LEMMA_OK &&
                lemma_record_start(s.record, NULL) == LEMMA_OK;

    (void) context;
    while (fine && say_line(out, "done") && hear_line(in, line, sizeof line) &&
           strcmp(line, "end") != 0)
        fine = sample_append(&s, 23) == LEMMA_OK &&
               lemma_record_commit(s.record, s.steps, true) == LEMMA_OK;
    fine = fine &&
           lemma_record_finish(s.record, "diverged", s.steps, NULL) == LEMMA_OK &&
           say_line(out, "done");
    lemma_record_destroy(s.record);
    return fine ? 0 : 1;
}

static void our_reader_follows_a_growing_record(void **state)
{
    struct child writer, reader;
    char line[64];

    (void) state;
    child_start(&writer, write_on_demand, NULL);
    assert_true(hear_line(writer.from, line, sizeof line));
    child_start(&reader, read_with_ours, NULL);
    check_answer(&reader, 0, "running");
    for (int64_t i = 1; i <= 40; i++) {
        assert_true(say_line(writer.to, "more"));
        assert_true(hear_line(writer.from, line, sizeof line));
        check_answer(&reader, 23 * i, "running");
    }
    assert_true(say_line(writer.to, "end") &&
                hear_line(writer.from, line, sizeof line));
    check_answer(&reader, 23 * 40, "diverged");
    assert_int_equal(child_end(&reader), 0);
    assert_int_equal(child_end(&writer), 0);
}

static void viewers_find_their_way(void **state)
{
    int status;

    (void) state;
    sample_write(path, 2000);
    status = h5py_run("tests/record/check_nexus.py", path);
    if (status == -1)
        return;
    assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(h5py_sees_every_committed_row_while_it_is_written),
        TEST(our_reader_follows_a_growing_record),
        TEST(viewers_find_their_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
