/* The first bytes of files that HDF5 makes, against what HDF5 itself wrote there. */
#include <hdf5.h>
#include <unistd.h>

#include "record/superblock.h"
#include "support.h"

static char path[256];

static size_t read_head(unsigned char head[LEMMA_SUPERBLOCK_BYTES])
{
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(head, 1, LEMMA_SUPERBLOCK_BYTES, f) : 0;

    if (f)
        fclose(f);
    return n;
}

static hid_t make_file(H5F_libver_t version)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file;

    H5Pset_libver_bounds(access, version, H5F_LIBVER_LATEST);
    file = H5Fcreate(scratch_path(path, "superblock.h5"), H5F_ACC_TRUNC, H5P_DEFAULT,
                     access);
    H5Pclose(access);
    assert_true(file >= 0 && H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0);
    return file;
}

static uint32_t stored_sum(const unsigned char *head)
{
    return head[44] | (uint32_t) head[45] << 8 | (uint32_t) head[46] << 16 |
           (uint32_t) head[47] << 24;
}

/* driver2.c and driver5 of lookup3.c: what its author says it gives. */
static void lookup3_gives_its_authors_values(void **state)
{
    static const char text[] = "Four score and seven years ago";

    (void) state;
    assert_int_equal(lemma_lookup3((const unsigned char *) "", 0), 0xdeadbeef);
    assert_int_equal(lemma_lookup3((const unsigned char *) text, 30), 0x17770551);
}

static void an_open_file_is_released_to_what_hdf5_writes_at_its_end(void **state)
{
    unsigned char open_one[LEMMA_SUPERBLOCK_BYTES], closed[LEMMA_SUPERBLOCK_BYTES];
    hid_t file = make_file(H5F_LIBVER_V110);
    FILE *f;

    (void) state;
    assert_int_equal(read_head(open_one), LEMMA_SUPERBLOCK_BYTES);
    assert_true(H5Fclose(file) >= 0);
    assert_int_equal(read_head(closed), LEMMA_SUPERBLOCK_BYTES);
    f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    assert_int_equal(lemma_superblock_end(closed), ftell(f));
    fclose(f);
    unlink(path);
    assert_true(lemma_superblock_is(open_one, sizeof open_one));
    assert_int_equal(lemma_lookup3(open_one, 44), stored_sum(open_one));
    assert_memory_not_equal(open_one, closed, sizeof closed);
    assert_true(lemma_superblock_is_held(open_one) &&
                !lemma_superblock_is_held(closed));
    lemma_superblock_release(open_one, lemma_superblock_end(closed));
    assert_memory_equal(open_one, closed, sizeof closed);
}

static void other_bytes_are_no_superblock(void **state)
{
    unsigned char head[LEMMA_SUPERBLOCK_BYTES];

    (void) state;
    H5Fclose(make_file(H5F_LIBVER_EARLIEST));
    assert_int_equal(read_head(head), LEMMA_SUPERBLOCK_BYTES);
    assert_false(lemma_superblock_is(head, sizeof head)); /* version 0 */
    H5Fclose(make_file(H5F_LIBVER_V110));
    assert_int_equal(read_head(head), LEMMA_SUPERBLOCK_BYTES);
    assert_false(lemma_superblock_is(head, sizeof head - 1));
    head[9] = 4; /* addresses of 4 bytes */
    assert_false(lemma_superblock_is(head, sizeof head));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookup3_gives_its_authors_values),
        cmocka_unit_test(an_open_file_is_released_to_what_hdf5_writes_at_its_end),
        cmocka_unit_test(other_bytes_are_no_superblock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
