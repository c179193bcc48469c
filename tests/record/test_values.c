#include <math.h>
#include <unistd.h>

#include "record/sample.h"

static char path[256];
static struct lemma_record *record;
static struct lemma_reader *reader;

static int set_up(void **state)
{
    (void) state;
    record = NULL;
    reader = NULL;
    return lemma_record_create(scratch_path(path, "values.h5"), false, &record, NULL);
}

static int tear_down(void **state)
{
    (void) state;
    lemma_record_destroy(record);
    lemma_reader_close(reader);
    unlink(path);
    return 0;
}

static void start(void)
{
    check_ok(lemma_record_start(record, NULL), NULL);
}

static void finish_and_open(void)
{
    check_ok(lemma_record_finish(record, "complete", 0, NULL), NULL);
    check_ok(lemma_reader_open(path, &reader, NULL), NULL);
}

static void check_cells(const char *name, enum lemma_type type, size_t rank,
                        const double *expected, size_t count)
{
    struct lemma_shape shape;
    double *a = NULL;

    check_ok(lemma_reader_all(reader, name, &a, &shape), NULL);
    assert_int_equal(shape.type, type);
    assert_int_equal(shape.rank, rank);
    for (size_t i = 0; i < count; i++)
        assert_true(a[i] == expected[i] || (isnan(a[i]) && isnan(expected[i])));
    lemma_free(a);
}

static void check_text(const char *name, const char *expected)
{
    char *text = NULL;

    check_ok(lemma_reader_text(reader, name, &text), NULL);
    assert_string_equal(text, expected);
    lemma_free(text);
}

static void arrays_of_every_type_and_rank_read_back(void **state)
{
    static const size_t dims[] = {2, 3, 4};
    double expected[24];
    double f64[24];
    int64_t i64[24];
    int32_t i32[24];

    (void) state;
    for (int i = 0; i < 24; i++) {
        expected[i] = i - 7;
        f64[i] = i - 7;
        i64[i] = i - 7;
        i32[i] = i - 7;
    }
    for (size_t rank = 0; rank <= 3; rank++) {
        char name[32];

        snprintf(name, sizeof name, "deep/er/f64_%zu", rank);
        check_ok(lemma_record_array(record, name, LEMMA_F64, rank, dims, f64), NULL);
        snprintf(name, sizeof name, "deep/i64_%zu", rank);
        check_ok(lemma_record_array(record, name, LEMMA_I64, rank, dims, i64), NULL);
        snprintf(name, sizeof name, "i32_%zu", rank);
        check_ok(lemma_record_array(record, name, LEMMA_I32, rank, dims, i32), NULL);
    }
    start();
    finish_and_open();
    for (size_t rank = 0; rank <= 3; rank++) {
        static const size_t counts[] = {1, 2, 6, 24};
        char name[32];

        snprintf(name, sizeof name, "deep/er/f64_%zu", rank);
        check_cells(name, LEMMA_F64, rank, expected, counts[rank]);
        snprintf(name, sizeof name, "deep/i64_%zu", rank);
        check_cells(name, LEMMA_I64, rank, expected, counts[rank]);
        snprintf(name, sizeof name, "i32_%zu", rank);
        check_cells(name, LEMMA_I32, rank, expected, counts[rank]);
    }
}

static void what_is_never_written_reads_as_missing(void **state)
{
    const size_t dims[] = {2};
    const double nans[] = {NAN, NAN}, ones[] = {-1, -1};

    (void) state;
    check_ok(lemma_record_array(record, "a", LEMMA_F64, 1, dims, NULL), NULL);
    check_ok(lemma_record_array(record, "b", LEMMA_I64, 1, dims, NULL), NULL);
    check_ok(lemma_record_array(record, "c", LEMMA_I32, 1, dims, NULL), NULL);
    start();
    finish_and_open();
    check_cells("a", LEMMA_F64, 1, nans, 2);
    check_cells("b", LEMMA_I64, 1, ones, 2);
    check_cells("c", LEMMA_I32, 1, ones, 2);
}

static void arrays_are_overwritten_after_the_start(void **state)
{
    const size_t dims[] = {2, 3};
    const double first[6] = {1, 2, 3, 4, 5, 6}, then[6] = {6, 5, 4, 3, 2, 1};
    const int32_t small[6] = {9, 8, 7, 6, 5, 4};
    const double small_expected[6] = {9, 8, 7, 6, 5, 4};

    (void) state;
    check_ok(lemma_record_array(record, "a", LEMMA_F64, 2, dims, first), NULL);
    check_ok(lemma_record_array(record, "b", LEMMA_I32, 2, dims, NULL), NULL);
    start();
    check_ok(lemma_record_overwrite(record, "a", then), NULL);
    check_ok(lemma_record_overwrite(record, "b", small), NULL);
    finish_and_open();
    check_cells("a", LEMMA_F64, 2, then, 6);
    check_cells("b", LEMMA_I32, 2, small_expected, 6);
}

static void what_is_not_found_again_is_an_error(void **state)
{
    const double one = 1;
    struct lemma_error err = {""};

    (void) state;
    start();
    assert_int_equal(lemma_record_overwrite(record, "none", &one), LEMMA_EIO);
    check_contains(lemma_record_trouble(record), "opening a data set failed");
    assert_int_equal(lemma_record_finish(record, "complete", 0, &err), LEMMA_EIO);
}

static void texts_of_any_length_read_back(void **state)
{
    enum { LONG = 300000 };
    char *longest = calloc(LONG + 1, 1);

    (void) state;
    assert_non_null(longest);
    memset(longest, 'y', LONG);
    check_ok(lemma_record_text(record, "long", longest, 0), NULL);
    check_ok(lemma_record_text(record, "empty", "", 0), NULL);
    check_ok(lemma_record_text(record, "greek", "\xce\xb7\xc2\xb7W\xcc\x84", 0), NULL);
    check_ok(lemma_record_text(record, "roomy", "a", 100), NULL);
    start();
    finish_and_open();
    check_text("long", longest);
    check_text("empty", "");
    check_text("greek", "\xce\xb7\xc2\xb7W\xcc\x84");
    check_text("roomy", "a");
    free(longest);
}

static void texts_are_rewritten_after_the_start(void **state)
{
    (void) state;
    check_ok(lemma_record_text(record, "grows", "a", 8), NULL);
    check_ok(lemma_record_text(record, "shrinks", "abcdefgh", 0), NULL);
    check_ok(lemma_record_text(record, "bursts", "abc", 0), NULL);
    start();
    check_ok(lemma_record_retext(record, "grows", "12345678"), NULL);
    check_ok(lemma_record_retext(record, "shrinks", "x"), NULL);
    check_ok(lemma_record_retext(record, "bursts", "abcdef"), NULL);
    finish_and_open();
    check_text("grows", "12345678");
    check_text("shrinks", "x");
    check_text("bursts", "abc"); /* no room was kept: cut */
}

static void attributes_read_back(void **state)
{
    double number = 0;
    char *text = NULL;

    (void) state;
    check_ok(lemma_record_text(record, "network/law", "normal", 0), NULL);
    check_ok(lemma_record_attr_text(record, "network", "preset", "deep-relu"), NULL);
    check_ok(lemma_record_attr_text(record, "network", "none", ""), NULL);
    check_ok(lemma_record_attr_f64(record, "network", "eta", 0.1), NULL);
    check_ok(lemma_record_attr_i64(record, "network/law", "m", 4096), NULL);
    check_ok(lemma_record_attr_f64(record, "", "phi", NAN), NULL);
    start();
    finish_and_open();
    check_ok(lemma_reader_attr_text(reader, "network", "preset", &text), NULL);
    assert_string_equal(text, "deep-relu");
    lemma_free(text);
    check_ok(lemma_reader_attr_text(reader, "network", "none", &text), NULL);
    assert_string_equal(text, "");
    lemma_free(text);
    check_ok(lemma_reader_attr_f64(reader, "network", "eta", &number), NULL);
    assert_true(number == 0.1);
    check_ok(lemma_reader_attr_f64(reader, "network/law", "m", &number), NULL);
    assert_true(number == 4096);
    check_ok(lemma_reader_attr_f64(reader, "", "phi", &number), NULL);
    assert_true(isnan(number));
}

static void an_attribute_too_long_for_other_readers_is_refused(void **state)
{
    enum { LONG = 70000 };
    char *text = calloc(LONG + 1, 1);

    (void) state;
    assert_non_null(text);
    memset(text, 'z', LONG);
    assert_int_equal(lemma_record_attr_text(record, "", "blob", text), LEMMA_EINPUT);
    check_contains(lemma_record_trouble(record), "blob");
    text[50000] = 0;
    check_ok(lemma_record_attr_text(record, "", "blob", text), NULL);
    free(text);
    start();
    finish_and_open();
}

static void absurd_arrays_are_refused(void **state)
{
    static const size_t zero[] = {3, 0}, huge[] = {SIZE_MAX},
                        product[] = {(size_t) 1 << 31, (size_t) 1 << 31, 4};

    (void) state;
    assert_int_equal(lemma_record_array(record, "a", LEMMA_F64, 2, zero, NULL),
                     LEMMA_EINPUT);
    check_contains(lemma_record_trouble(record), "the array a");
    assert_int_equal(lemma_record_array(record, "b", LEMMA_I32, 1, huge, NULL),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_record_array(record, "c", LEMMA_I64, 3, product, NULL),
                     LEMMA_EINPUT);
    start();
    finish_and_open();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arrays_of_every_type_and_rank_read_back),
        TEST(what_is_never_written_reads_as_missing),
        TEST(arrays_are_overwritten_after_the_start),
        TEST(what_is_not_found_again_is_an_error),
        TEST(texts_of_any_length_read_back),
        TEST(texts_are_rewritten_after_the_start),
        TEST(attributes_read_back),
        TEST(an_attribute_too_long_for_other_readers_is_refused),
        TEST(absurd_arrays_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
