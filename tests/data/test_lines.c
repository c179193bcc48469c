#include "data/lines.h"

#include "make.h"

static void check_lines(const char *bytes, size_t size, const char *const *lines)
{
    char path[256];
    struct lemma_lines f;
    bool more = true;
    size_t n = 0;

    write_file(scratch_path(path, "lines"), bytes, size);
    check_ok(lemma_lines_open(&f, path, NULL), NULL);
    for (;; n++) {
        check_ok(lemma_lines_next(&f, &more, NULL), NULL);
        if (!more)
            break;
        assert_non_null(lines[n]);
        assert_string_equal(f.text, lines[n]);
        assert_int_equal(f.number, n + 1);
    }
    assert_null(lines[n]);
    lemma_lines_close(&f);
    unlink(path);
}

static void lines_end_as_they_do_on_any_system(void **state)
{
    (void) state;
    const char text[] = "\xef\xbb\xbf"
                        "a\r\n\nb,c\n\r\nlast";

    check_lines(text, sizeof text - 1,
                (const char *[]){"a", "", "b,c", "", "last", NULL});
    check_lines("x\n", 2, (const char *[]){"x", NULL});
    check_lines("\xef\xbb\xbf", 3, (const char *[]){"", NULL});
    check_lines("", 0, (const char *[]){NULL});
}

static void a_line_may_be_longer_than_what_is_read_at_once(void **state)
{
    (void) state;
    size_t n = 300000;
    char *text = lemma_alloc(n + 3, 1), *line = lemma_alloc(n + 1, 1);

    assert_true(text && line);
    memset(line, 'q', n);
    memcpy(text, line, n);
    memcpy(text + n, "\nz", 2);
    check_lines(text, n + 2, (const char *[]){line, "z", NULL});
    lemma_free(text);
    lemma_free(line);
}

static void a_zero_byte_is_refused_with_its_line(void **state)
{
    (void) state;
    char path[256];
    struct lemma_lines f;
    struct lemma_error err = {""};
    bool more;

    write_file(scratch_path(path, "lines"), "ab\nc\0d\n", 7);
    check_ok(lemma_lines_open(&f, path, NULL), NULL);
    check_ok(lemma_lines_next(&f, &more, NULL), NULL);
    assert_int_equal(lemma_lines_next(&f, &more, &err), LEMMA_EINPUT);
    check_contains(err.text, ":2: expected text");
    lemma_lines_close(&f);
    unlink(path);
}

static void what_was_there_moves_into_the_larger_room(void **state)
{
    (void) state;
    void *block = NULL;
    size_t room = 0;

    for (size_t n = 1; n < 1000; n++) {
        check_ok(lemma_grow(&block, &room, n, sizeof n), NULL);
        assert_true(room >= n);
        ((size_t *) block)[n - 1] = n;
    }
    for (size_t n = 1; n < 1000; n++)
        assert_int_equal(((size_t *) block)[n - 1], n);
    assert_int_equal(lemma_grow(&block, &room, SIZE_MAX, 8), LEMMA_EMEMORY);
    lemma_free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_as_they_do_on_any_system),
        cmocka_unit_test(a_line_may_be_longer_than_what_is_read_at_once),
        cmocka_unit_test(a_zero_byte_is_refused_with_its_line),
        cmocka_unit_test(what_was_there_moves_into_the_larger_room),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
