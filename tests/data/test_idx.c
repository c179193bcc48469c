#include "data/idx.h"

#include "make.h"

enum { ROOM = 16 + TINY_MAX * TINY_PIXELS };

static bool trail; /* a byte follows the file's own */

static void append_byte(const char *path)
{
    FILE *f = fopen(path, "ab");

    assert_non_null(f);
    assert_int_equal(fputc('\n', f), '\n');
    assert_int_equal(fclose(f), 0);
}

/* Opens `name` written with these bytes in a folder of its own, reads it to the end,
 * and expects a refusal that holds `part` and the file's name. */
static void check_refused_file(const uint8_t *bytes, size_t size, bool gz,
                               unsigned rank, const char *part)
{
    char folder[256], path[512];
    struct lemma_idx f;
    struct lemma_error err = {""};
    lemma_status st;
    uint8_t back[ROOM];

    scratch_path(folder, "idx");
    mkdir(folder, 0700);
    join(path, folder, tiny_names[0], gz ? ".gz" : "");
    if (gz)
        write_gz(path, bytes, (unsigned) size);
    else
        write_file(path, bytes, size);
    if (trail)
        append_byte(path);
    st = lemma_idx_open(&f, folder, tiny_names[0], rank, &err);
    for (size_t i = 0; st == LEMMA_OK && i < f.count; i++)
        st = lemma_idx_read(&f, back, 1, &err);
    if (st == LEMMA_OK)
        st = lemma_idx_finish(&f, &err);
    lemma_idx_close(&f);
    assert_int_equal(st, LEMMA_EINPUT);
    check_contains(err.text, part);
    check_contains(err.text, tiny_names[0]);
    remove_folder(folder);
}

static void a_good_file_is_read_whole(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_idx f;
    struct lemma_error err = {""};
    uint8_t image[TINY_PIXELS], label;

    tiny_folder(folder);
    check_ok(lemma_idx_open(&f, folder, tiny_names[0], 3, &err), &err);
    assert_int_equal(f.count, 30);
    assert_int_equal(f.item, TINY_PIXELS);
    assert_int_equal(f.dims[1], TINY_ROWS);
    for (size_t i = 0; i < 30; i++) {
        check_ok(lemma_idx_read(&f, image, 1, &err), &err);
        for (size_t j = 0; j < TINY_PIXELS; j++)
            assert_int_equal(image[j], tiny_pixel(i, j));
    }
    check_ok(lemma_idx_finish(&f, &err), &err);
    lemma_idx_close(&f);
    check_ok(lemma_idx_open(&f, folder, tiny_names[3], 1, &err), &err);
    assert_int_equal(f.count, 12);
    assert_int_equal(f.item, 1);
    for (size_t i = 0; i < 12; i++) {
        check_ok(lemma_idx_read(&f, &label, 1, &err), &err);
        assert_int_equal(label, i % 3);
    }
    check_ok(lemma_idx_finish(&f, &err), &err);
    lemma_idx_close(&f);
    remove_folder(folder);
}

static void a_missing_file_is_named_with_both_its_forms(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_idx f;
    struct lemma_error err = {""};

    scratch_path(folder, "nowhere");
    assert_int_equal(lemma_idx_open(&f, folder, tiny_names[1], 1, &err), LEMMA_EINPUT);
    check_contains(err.text, "train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz");
    check_contains(err.text, folder);
}

static void a_wrong_beginning_is_refused(void **state)
{
    (void) state;
    uint8_t b[ROOM];
    size_t n = tiny_images(b, 5);

    b[0] = 1;
    check_refused_file(b, n, false, 3,
                       "not an IDX file: expected it to begin with 00 00 08 03");
    check_refused_file(b, n, true, 3, "found 01 00 08 03");
    b[0] = 0;
    b[2] = 0x0d;
    check_refused_file(b, n, false, 3,
                       "expected IDX type byte 08 (unsigned bytes), found 0d");
    b[2] = 8;
    check_refused_file(b, n, false, 1, "expected 1 dimension (labels), found 3");
    b[3] = 1;
    check_refused_file(b, n, true, 3, "expected 3 dimensions (images), found 1");
}

static void a_file_that_ends_in_its_header_is_refused(void **state)
{
    (void) state;
    uint8_t b[ROOM];

    tiny_images(b, 5);
    for (size_t n = 0; n < 16; n++)
        check_refused_file(b, n, n % 2, 3, "ends inside the header: expected 16 bytes");
}

static void a_file_that_ends_early_is_refused(void **state)
{
    (void) state;
    uint8_t b[ROOM];
    size_t n = tiny_images(b, 5);

    check_refused_file(b, n - 1, false, 3,
                       "ends early: the header promises 46 bytes, the file has 45");
    check_refused_file(b, n - 1, true, 3, "ends early, after 45 bytes");
    check_refused_file(b, 16, true, 3, "ends early, after 16 bytes");
}

static void a_file_that_goes_on_is_refused(void **state)
{
    (void) state;
    uint8_t b[ROOM] = {0};
    size_t n = tiny_images(b, 5);

    check_refused_file(b, n + 1, false, 3, "goes on after the 46 bytes");
    check_refused_file(b, n + 1, true, 3, "goes on after the 46 bytes");
    trail = true;
    check_refused_file(b, n, true, 3, "goes on after the end of its gzip data");
    trail = false;
}

static void sizes_that_overflow_or_mean_nothing_are_refused(void **state)
{
    (void) state;
    uint8_t b[ROOM] = {0};

    put_header(b, 8, 3, (uint32_t[]){UINT32_MAX, UINT32_MAX, UINT32_MAX});
    check_refused_file(b, ROOM, false, 3, "expected images of 1 to 16777216 pixels");
    put_header(b, 8, 3, (uint32_t[]){UINT32_MAX, 4096, 4096});
    check_refused_file(b, ROOM, false, 3, "ends early: the header promises");
    check_refused_file(b, ROOM, true, 3, "can't hold more than");
    put_header(b, 8, 3, (uint32_t[]){5, 0, 28});
    check_refused_file(b, ROOM, false, 3, "the header says 0 x 28");
    put_header(b, 8, 3, (uint32_t[]){0, 28, 28});
    check_refused_file(b, 16, false, 3, "expected at least one sample");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_read_whole),
        cmocka_unit_test(a_missing_file_is_named_with_both_its_forms),
        cmocka_unit_test(a_wrong_beginning_is_refused),
        cmocka_unit_test(a_file_that_ends_in_its_header_is_refused),
        cmocka_unit_test(a_file_that_ends_early_is_refused),
        cmocka_unit_test(a_file_that_goes_on_is_refused),
        cmocka_unit_test(sizes_that_overflow_or_mean_nothing_are_refused),
    };

    return cmocka_run_group_tests_name("idx", tests, NULL, NULL);
}
