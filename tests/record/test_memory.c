/* Every allocation fails in turn: no crash, no leak, nothing left under the good name
 * before the start. */
#include <unistd.h>

#include "failing_alloc.h"
#include "record/sample.h"

static char path[256], part[300];

static lemma_status declare_more(struct lemma_record *r)
{
    static const size_t dims[] = {2, 3};
    static const double cells[6] = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_array(r, "network/initial/W1", LEMMA_F64, 2, dims, cells));
    LEMMA_TRY(lemma_record_attr_f64(r, "network", "eta", 0.5));
    LEMMA_TRY(lemma_record_attr_i64(r, "network", "m", 4));
out:
    return st;
}

static lemma_status write_record(void *context)
{
    struct lemma_error err = {""};
    struct sample s;
    bool started = false;
    lemma_status st = LEMMA_OK;

    (void) context;
    unlink(path);
    LEMMA_TRY(sample_create(path, false, &s, &err));
    LEMMA_TRY(declare_more(s.record));
    LEMMA_TRY(lemma_record_start(s.record, &err));
    started = true;
    LEMMA_TRY(sample_append(&s, 400));
    LEMMA_TRY(lemma_record_commit(s.record, 400, true));
    LEMMA_TRY(lemma_record_finish(s.record, "complete", 400, &err));
out:
    lemma_record_destroy(s.record);
    assert_false(file_exists(part));
    assert_int_equal(file_exists(path), started);
    return st;
}

static lemma_status read_record(void *context)
{
    struct lemma_error err = {""};
    struct lemma_reader *r = NULL;
    struct lemma_shape shape;
    const char *const *names;
    char *text = NULL, *title = NULL;
    double *cells = NULL;
    size_t count;
    lemma_status st = LEMMA_OK;

    (void) context;
    LEMMA_TRY(lemma_reader_open(path, &r, &err));
    LEMMA_TRY(lemma_reader_groups(r, &names, &count));
    assert_int_equal(count, 2);
    LEMMA_TRY(lemma_reader_tables(r, "loss", &names, &count));
    assert_int_equal(count, 1 + SAMPLE_TABLES);
    LEMMA_TRY(lemma_reader_paths(r, &names, &count));
    assert_int_equal(count, 1 + SAMPLE_TABLES + 8);
    LEMMA_TRY(lemma_reader_attrs(r, "loss", &names, &count));
    LEMMA_TRY(lemma_reader_all(r, "loss/f64_3", &cells, &shape));
    LEMMA_TRY(lemma_reader_text(r, "config", &text));
    LEMMA_TRY(lemma_reader_attr_text(r, "loss", "title", &title));
out:
    lemma_free(cells);
    lemma_free(text);
    lemma_free(title);
    lemma_reader_close(r);
    return st;
}

static void a_writer_survives_every_failing_allocation(void **state)
{
    (void) state;
    fail_each_allocation(write_record, NULL);
    sample_check(path, 400, 400);
}

static void a_reader_survives_every_failing_allocation(void **state)
{
    (void) state;
    fail_each_allocation(read_record, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_writer_survives_every_failing_allocation),
        cmocka_unit_test(a_reader_survives_every_failing_allocation),
    };
    int failed;

    part_of(scratch_path(path, "memory.h5"), part);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
