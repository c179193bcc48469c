#include "data/source.h"

#include "make.h"

enum { LENGTH = 5000 };

static void fill(uint8_t *bytes)
{
    struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, 0, 0, 0);

    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (uint8_t) lemma_stream_u64(&s);
}

/* Reads to the end in pieces; the status of the first read that fails. */
static lemma_status read_all(const char *path, uint8_t *into, size_t *total,
                             struct lemma_error *err)
{
    struct lemma_source s;
    lemma_status st = lemma_source_open(&s, path, err);
    size_t got = 1;

    *total = 0;
    while (st == LEMMA_OK && got > 0) {
        st = lemma_source_read(&s, into + *total, 777, &got, err);
        *total += st == LEMMA_OK ? got : 0;
    }
    lemma_source_close(&s);
    lemma_source_close(&s);
    return st;
}

static void raw_and_gzip_files_read_alike(void **state)
{
    (void) state;
    uint8_t bytes[LENGTH], back[LENGTH + 777];
    char path[256];
    size_t total;

    fill(bytes);
    for (int gz = 0; gz < 2; gz++) {
        struct lemma_source s;
        bool exact;
        scratch_path(path, "source");
        if (gz)
            write_gz(path, bytes, LENGTH);
        else
            write_file(path, bytes, LENGTH);
        check_ok(read_all(path, back, &total, NULL), NULL);
        assert_int_equal(total, LENGTH);
        assert_memory_equal(back, bytes, LENGTH);
        check_ok(lemma_source_open(&s, path, NULL), NULL);
        check_ok(lemma_source_read(&s, back, LENGTH, &total, NULL), NULL);
        assert_int_equal(s.crc, crc32(crc32(0, NULL, 0), bytes, LENGTH));
        assert_true(lemma_source_bound(&s, &exact) >= LENGTH);
        assert_int_equal(exact, !gz);
        assert_true(gz || lemma_source_bound(&s, &exact) == LENGTH);
        lemma_source_close(&s);
    }
    unlink(path);
}

static void a_missing_file_is_refused_by_name(void **state)
{
    (void) state;
    char path[256];
    struct lemma_source s;
    struct lemma_error err = {""};

    scratch_path(path, "nowhere");
    assert_int_equal(lemma_source_open(&s, path, &err), LEMMA_EINPUT);
    check_contains(err.text, path);
    lemma_source_close(&s);
}

static void a_folder_is_not_a_file(void **state)
{
    (void) state;
    uint8_t back[777];
    size_t total;
    struct lemma_error err = {""};

    assert_int_equal(read_all("/", back, &total, &err), LEMMA_EINPUT);
    check_contains(err.text, "/: can't be read: Is a directory");
}

static void a_path_without_end_is_refused(void **state)
{
    (void) state;
    static char path[LEMMA_SOURCE_PATH + 1];
    struct lemma_source s;

    memset(path, 'a', LEMMA_SOURCE_PATH);
    assert_int_equal(lemma_source_open(&s, path, NULL), LEMMA_EINPUT);
}

/* At every length between the header and the whole, the last eight bytes included. */
static void gzip_data_that_end_early_are_refused_at_every_length(void **state)
{
    (void) state;
    uint8_t bytes[LENGTH], packed[2 * LENGTH], back[LENGTH + 777];
    char path[256];
    size_t total, size;
    FILE *f;

    fill(bytes);
    scratch_path(path, "cut.gz");
    write_gz(path, bytes, LENGTH);
    f = fopen(path, "rb");
    assert_non_null(f);
    size = fread(packed, 1, sizeof packed, f);
    fclose(f);
    for (size_t cut = 18; cut < size; cut += cut + 9 < size ? 97 : 1) {
        struct lemma_error err = {""};
        write_file(path, packed, cut);
        assert_int_equal(read_all(path, back, &total, &err), LEMMA_EINPUT);
        check_contains(err.text, "the gzip data end early");
        check_contains(err.text, path);
    }
    unlink(path);
}

static void damaged_gzip_data_are_refused(void **state)
{
    (void) state;
    uint8_t bytes[LENGTH], packed[2 * LENGTH], back[LENGTH + 777];
    char path[256];
    size_t total, size;
    struct lemma_error err = {""};
    FILE *f;

    fill(bytes);
    scratch_path(path, "bad.gz");
    write_gz(path, bytes, LENGTH);
    f = fopen(path, "rb");
    assert_non_null(f);
    size = fread(packed, 1, sizeof packed, f);
    fclose(f);
    packed[size / 2] ^= 1;
    write_file(path, packed, size);
    assert_int_equal(read_all(path, back, &total, &err), LEMMA_EINPUT);
    check_contains(err.text, "damaged gzip data");
    packed[size / 2] ^= 1;
    packed[size - 6] ^= 1; /* the checksum itself */
    write_file(path, packed, size);
    assert_int_equal(read_all(path, back, &total, &err), LEMMA_EINPUT);
    check_contains(err.text, "incorrect data check");
    unlink(path);
}

/* Before what follows stand members of every length, so that blocks end anywhere. */
static void only_gzip_data_may_follow_gzip_data(void **state)
{
    (void) state;
    static uint8_t bytes[LENGTH], back[9 * LENGTH], packed[20 * LENGTH];
    static const char *const odd[] = {"\n",   "\0",    "x,y\n",
                                      "\x1f", "\x1f-", "\x1f\x8b!"};
    static const size_t lengths[] = {1, 1, 4, 1, 2, 3};
    char path[256];
    size_t total, size, all = 0;
    FILE *f;

    fill(bytes);
    scratch_path(path, "members.gz");
    for (size_t members = 1; members <= 8; members++) {
        write_gz(path, bytes, LENGTH);
        f = fopen(path, "rb");
        assert_non_null(f);
        size = fread(packed + all, 1, sizeof packed - all, f);
        fclose(f);
        all += size;
        write_file(path, packed, all);
        check_ok(read_all(path, back, &total, NULL), NULL);
        assert_int_equal(total, members * LENGTH);
        assert_memory_equal(back + total - LENGTH, bytes, LENGTH);
        for (size_t i = 0; i < 6; i++) {
            struct lemma_error err = {""};
            memcpy(packed + all, odd[i], lengths[i]);
            write_file(path, packed, all + lengths[i]);
            assert_int_equal(read_all(path, back, &total, &err), LEMMA_EINPUT);
            check_contains(err.text, i < 3 ? "goes on after the end of its gzip data, "
                                     : i == 4 ? "gzip data"
                                              : "the gzip data end early");
        }
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_and_gzip_files_read_alike),
        cmocka_unit_test(a_missing_file_is_refused_by_name),
        cmocka_unit_test(a_folder_is_not_a_file),
        cmocka_unit_test(a_path_without_end_is_refused),
        cmocka_unit_test(gzip_data_that_end_early_are_refused_at_every_length),
        cmocka_unit_test(damaged_gzip_data_are_refused),
        cmocka_unit_test(only_gzip_data_may_follow_gzip_data),
    };

    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
