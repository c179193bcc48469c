#include <math.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "record/sample.h"

static char path[256];

static int set_up(void **state)
{
    (void) state;
    scratch_path(path, "tables.h5");
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    return 0;
}

static void what_is_written_reads_back_for_every_type_and_rank(void **state)
{
    (void) state;
    sample_write(path, 1);
    sample_check(path, 1, 1);
    sample_write(path, 17);
    sample_check(path, 17, 17);
}

static void rows_cross_the_borders_of_chunks(void **state)
{
    static const size_t counts[] = {341, 342, 1023, 1024, 1025, 2500};

    (void) state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        sample_write(path, counts[i]);
        sample_check(path, (int64_t) counts[i], (int64_t) counts[i]);
    }
}

/* Chunks that were flushed partly, once or often, or exactly when full. */
static void rows_after_a_flush_join_those_before(void **state)
{
    static const size_t steps[] = {1, 7, 63, 341, 1024};

    (void) state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct sample s;

        check_ok(sample_create(path, true, &s, NULL), NULL);
        check_ok(lemma_record_start(s.record, NULL), NULL);
        for (size_t k = 0; k < 2100; k += steps[i]) {
            check_ok(sample_append(&s, steps[i]), NULL);
            check_ok(lemma_record_commit(s.record, s.steps, k % 3 != 0), NULL);
        }
        check_ok(sample_append(&s, 5), NULL);
        check_ok(lemma_record_finish(s.record, "complete", s.steps, NULL), NULL);
        sample_check(path, s.steps, s.steps);
        lemma_record_destroy(s.record);
    }
}

static void rows_that_were_never_flushed_are_written_at_the_end(void **state)
{
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, NULL), NULL);
    check_ok(lemma_record_start(s.record, NULL), NULL);
    check_ok(sample_append(&s, 3), NULL);
    /* More rows than committed: a run that stopped within a round. */
    check_ok(lemma_record_finish(s.record, "interrupted", 2, NULL), NULL);
    lemma_record_destroy(s.record);
    sample_check(path, 2, 3);
}

static void unusual_numbers_keep_their_bits(void **state)
{
    const double row[4] = {NAN, -INFINITY, -0.0, 4.9e-324};
    double back[8];
    struct lemma_table_spec spec = {
        .name = "odd", .type = LEMMA_F64, .rank = 1, .dims = {4}};
    struct lemma_record *r = NULL;
    struct lemma_reader *reader = NULL;
    size_t id;

    (void) state;
    check_ok(lemma_record_create(path, false, &r, NULL), NULL);
    check_ok(lemma_record_table(r, "", &spec, &id), NULL);
    check_ok(lemma_record_start(r, NULL), NULL);
    check_ok(lemma_record_append(r, id, row), NULL);
    check_ok(lemma_record_commit(r, 1, true), NULL);
    check_ok(lemma_record_append(r, id, row), NULL);
    check_ok(lemma_record_finish(r, "complete", 2, NULL), NULL);
    lemma_record_destroy(r);
    check_ok(lemma_reader_open(path, &reader, NULL), NULL);
    check_ok(lemma_reader_rows(reader, "odd", 0, 2, back), NULL);
    assert_memory_equal(back, row, sizeof row);
    assert_memory_equal(back + 4, row, sizeof row);
    lemma_reader_close(reader);
}

static void rows_larger_than_a_chunk_are_written_one_by_one(void **state)
{
    enum { CELLS = 20000 };
    struct lemma_table_spec spec = {
        .name = "wide", .type = LEMMA_F64, .rank = 1, .dims = {CELLS}};
    struct lemma_record *r = NULL;
    struct lemma_reader *reader = NULL;
    double *row = calloc(CELLS, sizeof *row);
    size_t id;

    (void) state;
    assert_non_null(row);
    check_ok(lemma_record_create(path, false, &r, NULL), NULL);
    check_ok(lemma_record_table(r, "", &spec, &id), NULL);
    check_ok(lemma_record_start(r, NULL), NULL);
    for (size_t k = 0; k < 5; k++) {
        for (size_t i = 0; i < CELLS; i++)
            row[i] = (double) (k * CELLS + i);
        check_ok(lemma_record_append(r, id, row), NULL);
        check_ok(lemma_record_commit(r, (int64_t) k + 1, true), NULL);
    }
    check_ok(lemma_record_finish(r, "complete", 5, NULL), NULL);
    lemma_record_destroy(r);
    check_ok(lemma_reader_open(path, &reader, NULL), NULL);
    for (size_t k = 0; k < 5; k++) {
        check_ok(lemma_reader_rows(reader, "wide", k, 1, row), NULL);
        for (size_t i = 0; i < CELLS; i++)
            assert_true(row[i] == (double) (k * CELLS + i));
    }
    lemma_reader_close(reader);
    free(row);
}

static void refuse(struct lemma_record *r, size_t rank, size_t a, size_t b, size_t c)
{
    struct lemma_table_spec spec = {
        .name = "absurd", .type = LEMMA_F64, .rank = rank, .dims = {a, b, c}};
    size_t id = 77;

    assert_int_equal(lemma_record_table(r, "loss", &spec, &id), LEMMA_EINPUT);
    assert_int_equal(id, 77);
    check_contains(lemma_record_trouble(r), "loss/absurd");
}

static void absurd_shapes_are_refused(void **state)
{
    struct sample s;

    (void) state;
    check_ok(sample_create(path, false, &s, NULL), NULL);
    refuse(s.record, 1, 0, 0, 0);
    refuse(s.record, 3, 4, 0, 4);
    refuse(s.record, 1, (size_t) 1 << 29, 0, 0); /* 4 GiB: HDF5's chunks end there */
    refuse(s.record, 1, SIZE_MAX, 0, 0);
    refuse(s.record, 2, (size_t) 1 << 32, (size_t) 1 << 32, 0);
    refuse(s.record, 3, (size_t) 1 << 21, (size_t) 1 << 21, (size_t) 1 << 22);
    /* The record goes on without them. */
    check_ok(lemma_record_start(s.record, NULL), NULL);
    check_ok(sample_append(&s, 2), NULL);
    check_ok(lemma_record_finish(s.record, "complete", 2, NULL), NULL);
    lemma_record_destroy(s.record);
    sample_check(path, 2, 2);
}

static double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

/* Bytes of the file over bytes of the rows, of a (8,3) table with its axis. */
static double size_ratio(size_t rows, size_t every, bool force)
{
    struct lemma_table_spec axis = {.name = "step", .type = LEMMA_I64};
    struct lemma_table_spec spec = {
        .name = "server", .type = LEMMA_F64, .rank = 2, .dims = {8, 3}, .axis = "step"};
    struct lemma_record *r = NULL;
    struct stat info;
    size_t step, id;
    double row[24], begun;

    check_ok(lemma_record_create(path, true, &r, NULL), NULL);
    check_ok(lemma_record_table(r, "loss", &axis, &step), NULL);
    check_ok(lemma_record_table(r, "loss", &spec, &id), NULL);
    check_ok(lemma_record_start(r, NULL), NULL);
    begun = seconds_now();
    for (size_t k = 0; k < rows; k++) {
        int64_t t = (int64_t) k;

        for (size_t i = 0; i < 24; i++)
            row[i] = exp(-1e-4 * (double) k) * (1 + 0.1 * sin((double) (k * 24 + i)));
        check_ok(lemma_record_append(r, step, &t), NULL);
        check_ok(lemma_record_append(r, id, row), NULL);
        if ((k + 1) % every == 0)
            check_ok(lemma_record_commit(r, t + 1, force), NULL);
    }
    check_ok(lemma_record_finish(r, "complete", (int64_t) rows, NULL), NULL);
    begun = seconds_now() - begun;
    lemma_record_destroy(r);
    assert_int_equal(stat(path, &info), 0);
    print_message("# %zu rows of (8,3), a commit every %zu%s: %.2f MB, %.2f of raw; "
                  "%.2f us a row\n",
                  rows, every, force ? " (forced)" : "", 1e-6 * (double) info.st_size,
                  (double) info.st_size / (double) (rows * 200),
                  1e6 * begun / (double) rows);
    return (double) info.st_size / (double) (rows * 200);
}

/* Rewriting compressed chunks under SWMR would make it 13 and 130 times the rows. */
static void a_flush_takes_no_more_room_than_its_rows(void **state)
{
    (void) state;
    assert_true(size_ratio(100000, 10, false) < 1.02);
    assert_true(size_ratio(10000, 10, true) < 1.1);
    assert_true(size_ratio(2000, 1, true) < 1.3);
}

/* HDF5's metadata cache is small; it must have room for what stays in it. */
static void a_thousand_tables_with_long_descriptions(void **state)
{
    enum { TABLES = 1000 };
    char formula[2000], name[16];
    struct lemma_table_spec spec = {
        .name = name, .type = LEMMA_F64, .formula = formula};
    struct lemma_record *r = NULL;
    struct lemma_reader *reader = NULL;
    size_t id[TABLES];
    double value;

    (void) state;
    memset(formula, 'x', sizeof formula - 1);
    formula[sizeof formula - 1] = '\0';
    check_ok(lemma_record_create(path, true, &r, NULL), NULL);
    check_ok(lemma_record_group(r, &(struct lemma_group_spec){.name = "many"}), NULL);
    for (size_t i = 0; i < TABLES; i++) {
        snprintf(name, sizeof name, "t%zu", i);
        check_ok(lemma_record_table(r, "many", &spec, &id[i]), NULL);
    }
    check_ok(lemma_record_start(r, NULL), NULL);
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < TABLES; i++) {
            value = (double) (10 * i + t);
            check_ok(lemma_record_append(r, id[i], &value), NULL);
        }
        check_ok(lemma_record_commit(r, (int64_t) t + 1, true), NULL);
    }
    check_ok(lemma_record_finish(r, "complete", 2, NULL), NULL);
    lemma_record_destroy(r);
    check_ok(lemma_reader_open(path, &reader, NULL), NULL);
    for (size_t i = 0; i < TABLES; i++) {
        snprintf(formula, sizeof formula, "many/t%zu", i);
        check_ok(lemma_reader_number(reader, formula, 1, &value), NULL);
        assert_true(value == (double) (10 * i + 1));
    }
    lemma_reader_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_reads_back_for_every_type_and_rank),
        TEST(rows_cross_the_borders_of_chunks),
        TEST(rows_after_a_flush_join_those_before),
        TEST(rows_that_were_never_flushed_are_written_at_the_end),
        TEST(unusual_numbers_keep_their_bits),
        TEST(rows_larger_than_a_chunk_are_written_one_by_one),
        TEST(absurd_shapes_are_refused),
        TEST(a_flush_takes_no_more_room_than_its_rows),
        TEST(a_thousand_tables_with_long_descriptions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
