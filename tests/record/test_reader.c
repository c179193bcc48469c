#include <sys/stat.h>
#include <unistd.h>

#include "record/sample.h"

static char path[256];
static struct lemma_reader *reader;

static int set_up(void **state)
{
    (void) state;
    sample_write(scratch_path(path, "reader.h5"), 11);
    reader = NULL;
    return lemma_reader_open(path, &reader, NULL);
}

static int tear_down(void **state)
{
    (void) state;
    lemma_reader_close(reader);
    unlink(path);
    return 0;
}

static void groups_and_tables_come_in_file_order(void **state)
{
    const char *const *names = NULL;
    char name[16];
    size_t count = 0;

    (void) state;
    check_ok(lemma_reader_groups(reader, &names, &count), NULL);
    assert_int_equal(count, 2); /* a group without its signal is no plot */
    assert_string_equal(names[0], "gram");
    assert_string_equal(names[1], "loss");
    check_ok(lemma_reader_tables(reader, "loss", &names, &count), NULL);
    assert_int_equal(count, 1 + SAMPLE_TABLES);
    assert_string_equal(names[0], "step");
    for (size_t i = 0; i < SAMPLE_TABLES; i++)
        assert_string_equal(names[i + 1], sample_name(i, name));
    check_ok(lemma_reader_tables(reader, "empty", &names, &count), NULL);
    assert_int_equal(count, 0);
    assert_int_equal(lemma_reader_tables(reader, "nothing", &names, &count),
                     LEMMA_EINPUT);
}

static bool is_among(const char *word, const char *const *words, size_t count)
{
    bool found = false;

    for (size_t i = 0; i < count; i++)
        found = found || strcmp(words[i], word) == 0;
    return found;
}

static void every_path_and_every_attribute_is_listed(void **state)
{
    const char *const *names = NULL;
    size_t count = 0;

    (void) state;
    check_ok(lemma_reader_paths(reader, &names, &count), NULL);
    assert_int_equal(count, 2 + 1 + SAMPLE_TABLES + 5);
    assert_true(is_among("gram/eigenvalues", names, count));
    assert_true(is_among("loss/i32_3", names, count));
    assert_true(is_among("config", names, count));
    assert_true(is_among("committed", names, count));
    assert_false(is_among("loss", names, count));
    check_ok(lemma_reader_attrs(reader, "loss", &names, &count), NULL);
    assert_true(is_among("every", names, count));
    assert_true(is_among("title", names, count));
    check_ok(lemma_reader_attrs(reader, "committed", &names, &count), NULL);
    assert_int_equal(count, 0);
    assert_int_equal(lemma_reader_attrs(reader, "nothing", &names, &count),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_tables(reader, "loss/step", &names, &count),
                     LEMMA_EINPUT);
}

static void shapes_are_those_of_the_file(void **state)
{
    struct lemma_shape shape;

    (void) state;
    check_ok(lemma_reader_shape(reader, "loss/i32_3", &shape), NULL);
    assert_int_equal(shape.type, LEMMA_I32);
    assert_int_equal(shape.rank, 4);
    assert_int_equal(shape.dims[0], 11);
    assert_int_equal(shape.dims[1], 2);
    assert_int_equal(shape.dims[2], 3);
    assert_int_equal(shape.dims[3], 4);
    check_ok(lemma_reader_shape(reader, "committed", &shape), NULL);
    assert_int_equal(shape.type, LEMMA_I64);
    assert_int_equal(shape.rank, 0);
}

static void any_range_of_rows_can_be_read(void **state)
{
    double cells[11 * 6];

    (void) state;
    for (size_t first = 0; first <= 11; first++)
        for (size_t count = 0; first + count <= 11; count++) {
            check_ok(lemma_reader_rows(reader, "loss/f64_2", first, count, cells),
                     NULL);
            for (size_t i = 0; i < count * 6; i++)
                assert_true(cells[i] == sample_cell(first + i / 6, i % 6, LEMMA_F64));
        }
    assert_int_equal(lemma_reader_rows(reader, "loss/f64_2", 0, 12, cells),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_rows(reader, "loss/f64_2", 12, 0, cells),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_rows(reader, "loss/f64_2", 2, SIZE_MAX, cells),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_rows(reader, "committed", 0, 2, cells), LEMMA_EINPUT);
}

static void missing_things_are_told_apart_from_present_ones(void **state)
{
    static const char *const paths[] = {
        "nothing", "loss/nothing", "nothing/server", "loss/step/deeper", "loss", ""};
    struct lemma_shape shape;
    double number, *all = NULL;
    char *text = NULL;

    (void) state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(lemma_reader_shape(reader, paths[i], &shape), LEMMA_EINPUT);
        assert_int_equal(lemma_reader_rows(reader, paths[i], 0, 1, &number),
                         LEMMA_EINPUT);
        assert_int_equal(lemma_reader_all(reader, paths[i], &all, &shape),
                         LEMMA_EINPUT);
        assert_int_equal(lemma_reader_text(reader, paths[i], &text), LEMMA_EINPUT);
    }
    assert_int_equal(lemma_reader_attr_text(reader, "loss", "nothing", &text),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_attr_f64(reader, "nothing", "eta", &number),
                     LEMMA_EINPUT);
    assert_true(!all && !text);
}

static void numbers_and_texts_are_not_mixed_up(void **state)
{
    struct lemma_shape shape;
    double number, *all = NULL;
    char *text = NULL;

    (void) state;
    assert_int_equal(lemma_reader_shape(reader, "config", &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_all(reader, "status", &all, &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_rows(reader, "status", 0, 1, &number), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_text(reader, "committed", &text), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_text(reader, "loss/f64_1", &text), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_attr_f64(reader, "loss", "every", &number),
                     LEMMA_EINPUT);
    assert_int_equal(lemma_reader_attr_text(reader, "/", "schema_version", &text),
                     LEMMA_EINPUT);
    assert_true(!all && !text);
    check_ok(lemma_reader_attr_f64(reader, "/", "schema_version", &number), NULL);
    assert_true(number == LEMMA_SCHEMA_VERSION);
}

static void very_long_paths_are_missing_ones(void **state)
{
    char name[2000];
    struct lemma_shape shape;

    (void) state;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = 0;
    assert_int_equal(lemma_reader_shape(reader, name, &shape), LEMMA_EINPUT);
    for (size_t i = 1; i < sizeof name - 1; i += 2)
        name[i] = '/';
    assert_int_equal(lemma_reader_shape(reader, name, &shape), LEMMA_EINPUT);
}

static void a_record_opens_twice_and_while_its_name_goes(void **state)
{
    struct lemma_reader *second = NULL;
    double number = -1;

    (void) state;
    check_ok(lemma_reader_open(path, &second, NULL), NULL);
    assert_int_equal(unlink(path), 0);
    check_ok(lemma_reader_rows(reader, "committed", 0, 1, &number), NULL);
    assert_true(number == 11);
    check_ok(lemma_reader_rows(second, "committed", 0, 1, &number), NULL);
    lemma_reader_close(second);
    lemma_reader_close(NULL);
}

static void dimensions_are_called_what_they_count(void **state)
{
    static const char *const called[] = {"client", "layer", "", ""};
    char name[16], path_of[32], small[4];

    (void) state;
    for (size_t i = 0; i < SAMPLE_TABLES; i++) {
        snprintf(path_of, sizeof path_of, "loss/%s", sample_name(i, name));
        for (size_t dim = 0; dim < 4; dim++) {
            lemma_reader_dim_name(reader, path_of, dim, name, sizeof name);
            assert_string_equal(name, dim < i % 4 ? called[dim] : "");
        }
    }
    snprintf(path_of, sizeof path_of, "loss/%s", sample_name(3, name));
    lemma_reader_dim_name(reader, path_of, 0, small, sizeof small);
    assert_string_equal(small, "cli");
    lemma_reader_dim_name(reader, "loss/step", 0, name, sizeof name);
    assert_string_equal(name, "");
    lemma_reader_dim_name(reader, "no/such", 0, name, sizeof name);
    assert_string_equal(name, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(groups_and_tables_come_in_file_order),
        TEST(dimensions_are_called_what_they_count),
        TEST(every_path_and_every_attribute_is_listed),
        TEST(shapes_are_those_of_the_file),
        TEST(any_range_of_rows_can_be_read),
        TEST(missing_things_are_told_apart_from_present_ones),
        TEST(numbers_and_texts_are_not_mixed_up),
        TEST(very_long_paths_are_missing_ones),
        TEST(a_record_opens_twice_and_while_its_name_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
