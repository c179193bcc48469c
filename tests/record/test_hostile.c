/* Files that are no records, or that lead a reader elsewhere. */
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/sample.h"

static char path[256], other[256];

static int set_up(void **state)
{
    (void) state;
    scratch_path(path, "hostile.h5");
    sample_write(scratch_path(other, "hostile-other.h5"), 5);
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    unlink(other);
    return 0;
}

static void check_refused(const char *word)
{
    struct lemma_error err = {""};
    struct lemma_reader *r = NULL;

    assert_int_equal(lemma_reader_open(path, &r, &err), LEMMA_EINPUT);
    assert_null(r);
    check_contains(err.text, path);
    check_contains(err.text, word);
}

static void put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), a;

    H5Tset_size(type, strlen(text));
    a = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(a >= 0 && H5Awrite(a, type, text) >= 0);
    H5Aclose(a);
    H5Sclose(space);
    H5Tclose(type);
}

static void put_number(hid_t object, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR), a;

    a = H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(a >= 0 && H5Awrite(a, H5T_NATIVE_DOUBLE, &value) >= 0);
    H5Aclose(a);
    H5Sclose(space);
}

/* A file that passes for a record, open for more. */
static hid_t begin(double schema)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), run;

    assert_true(file >= 0);
    put_text(file, "creator", "lemma");
    put_number(file, "schema_version", schema);
    run = H5Gcreate2(file, "run", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(run >= 0);
    H5Gclose(run);
    return file;
}

static void put_set(hid_t file, const char *name, hid_t type, hsize_t rows, hid_t plist)
{
    hid_t space = H5Screate_simple(1, &rows, NULL), set;

    set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
}

static struct lemma_reader *open_again(hid_t file)
{
    struct lemma_error err = {""};
    struct lemma_reader *r = NULL;

    assert_true(H5Fclose(file) >= 0);
    check_ok(lemma_reader_open(path, &r, &err), &err);
    return r;
}

static void check_unreadable(struct lemma_reader *r, const char *name)
{
    struct lemma_shape shape;
    double *all = NULL, one;
    char *text = NULL;

    assert_int_equal(lemma_reader_all(r, name, &all, &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_rows(r, name, 0, 1, &one), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_text(r, name, &text), LEMMA_EINPUT);
    assert_true(!all && !text);
}

static void what_is_no_hdf5_is_refused(void **state)
{
    (void) state;
    check_refused("No such file");
    write_file(path, "", 0);
    check_refused("HDF5");
    write_file(path, "seed: 1\n", 8);
    check_refused("HDF5");
    write_file(path, "\x89HDF\r\n\x1a\n garbage", 16);
    check_refused("cannot be opened");
    unlink(path);
    assert_int_equal(mkdir(path, 0777), 0);
    check_refused("expected a file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0666), 0); /* must not wait for a writer */
    check_refused("expected a file");
}

static void cut_records_are_refused_without_a_crash(void **state)
{
    static char bytes[1 << 20];
    FILE *f = fopen(other, "rb");
    size_t size;

    (void) state;
    assert_non_null(f);
    size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    for (size_t n = 0; n < size; n += 1 + n / 3) {
        struct lemma_reader *r = NULL;

        write_file(path, bytes, n);
        assert_int_equal(lemma_reader_open(path, &r, NULL), LEMMA_EINPUT);
    }
    write_file(path, bytes, size - 1);
    check_refused("truncated file");
}

static void a_record_that_may_not_be_read_is_told_so(void **state)
{
    bool root = geteuid() == 0;

    (void) state;
    write_file(path, "", 0);
    assert_int_equal(chmod(path, 0), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    check_refused("Permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
}

static void other_hdf5_files_are_refused(void **state)
{
    hid_t file;

    (void) state;
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    check_refused("another HDF5 file");
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_text(file, "creator", "somebody else");
    put_number(file, "schema_version", 1);
    H5Fclose(file);
    check_refused("another HDF5 file");
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_text(file, "creator", "lemma");
    put_text(file, "schema_version", "1");
    H5Fclose(file);
    check_refused("another HDF5 file");
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_text(file, "creator", "lemma");
    put_number(file, "schema_version", 1);
    H5Fclose(file);
    check_refused("another HDF5 file"); /* no /run */
}

static void a_newer_schema_is_refused(void **state)
{
    (void) state;
    H5Fclose(begin(LEMMA_SCHEMA_VERSION + 1));
    check_refused("newer lemma");
    H5Fclose(begin(0.0 / 0.0));
    check_refused("schema version");
}

static void a_record_without_its_parts_only_lacks_them(void **state)
{
    struct lemma_reader *r = open_again(begin(1));
    const char *const *names;
    size_t count = 1;

    (void) state;
    check_ok(lemma_reader_groups(r, &names, &count), NULL);
    assert_int_equal(count, 0);
    check_unreadable(r, "status");
    check_unreadable(r, "committed");
    lemma_reader_close(r);
}

static void links_out_of_the_file_are_not_followed(void **state)
{
    hid_t file = begin(1);
    struct lemma_reader *r;
    const char *const *names;
    size_t count = 1;
    char *text = NULL;

    (void) state;
    assert_true(H5Lcreate_external(other, "/run/loss", file, "/run/loss", H5P_DEFAULT,
                                   H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_external(other, "/run/status", file, "/run/status",
                                   H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(
        H5Lcreate_soft("/run/soft2", file, "/run/soft", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(
        H5Lcreate_soft("/run/soft", file, "/run/soft2", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    r = open_again(file);
    check_ok(lemma_reader_groups(r, &names, &count), NULL);
    assert_int_equal(count, 0);
    check_ok(lemma_reader_paths(r, &names, &count), NULL);
    assert_int_equal(count, 0);
    assert_int_equal(lemma_reader_tables(r, "loss", &names, &count), LEMMA_EINPUT);
    check_unreadable(r, "loss/f64_1");
    check_unreadable(r, "loss/step");
    check_unreadable(r, "status");
    check_unreadable(r, "soft");
    assert_int_equal(lemma_reader_attr_text(r, "loss", "title", &text), LEMMA_EINPUT);
    lemma_reader_close(r);
}

static void groups_that_hold_themselves_are_walked_once(void **state)
{
    hid_t file = begin(1);
    struct lemma_reader *r;
    const char *const *names;
    char name[32];
    size_t count = 0;

    (void) state;
    put_set(file, "/run/only", H5T_IEEE_F64LE, 3, H5P_DEFAULT);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "/run/loop%d", i);
        assert_true(
            H5Lcreate_hard(file, "/run", file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
    }
    r = open_again(file);
    check_ok(lemma_reader_paths(r, &names, &count), NULL);
    assert_int_equal(count, 1);
    lemma_reader_close(r);
}

static void a_run_that_is_a_link_is_no_record(void **state)
{
    hid_t file = begin(1);

    (void) state;
    H5Ldelete(file, "/run", H5P_DEFAULT);
    assert_true(
        H5Lcreate_external(other, "/run", file, "/run", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Fclose(file);
    check_refused("another HDF5 file");
}

static void data_kept_elsewhere_is_not_read(void **state)
{
    hid_t file = begin(1), plist = H5Pcreate(H5P_DATASET_CREATE), space, source;
    hsize_t rows = 5;
    struct lemma_reader *r;

    (void) state;
    space = H5Screate_simple(1, &rows, NULL);
    source = H5Scopy(space);
    assert_true(H5Pset_virtual(plist, space, other, "/run/loss/f64_0", source) >= 0);
    put_set(file, "/run/virtual", H5T_IEEE_F64LE, rows, plist);
    H5Pclose(plist);
    plist = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_external(plist, other, 0, H5F_UNLIMITED) >= 0);
    put_set(file, "/run/external", H5T_IEEE_F64LE, rows, plist);
    H5Pclose(plist);
    H5Sclose(space);
    H5Sclose(source);
    r = open_again(file);
    check_unreadable(r, "virtual");
    check_unreadable(r, "external");
    lemma_reader_close(r);
}

static void tables_that_claim_more_than_the_file_holds_are_not_read(void **state)
{
    hid_t file = begin(1), plist = H5Pcreate(H5P_DATASET_CREATE);
    hid_t text = H5Tcopy(H5T_C_S1);
    hsize_t chunk = 16, giant = (hsize_t) 1 << 27;
    hsize_t wide[] = {0, (hsize_t) 1 << 32, (hsize_t) 1 << 32}; /* no rows of 2^64 */
    hid_t space, set;
    struct lemma_shape shape;
    struct lemma_reader *r;
    double *all = NULL;

    (void) state;
    H5Pset_chunk(plist, 1, &chunk);
    put_set(file, "/run/claims", H5T_IEEE_F64LE, (hsize_t) 1 << 40, plist);
    put_set(file, "/run/overflows", H5T_IEEE_F64LE, (hsize_t) 1 << 60, plist);
    H5Pset_chunk(plist, 1, &giant);
    put_set(file, "/run/chunk", H5T_IEEE_F64LE, giant, plist);
    H5Tset_size(text, (size_t) 1 << 25);
    put_set(file, "/run/text", text, 1, H5P_DEFAULT);
    H5Tclose(text);
    H5Pclose(plist);
    space = H5Screate_simple(3, wide, NULL);
    set = H5Dcreate2(file, "/run/wide", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                     H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
    r = open_again(file);
    assert_int_equal(lemma_reader_all(r, "claims", &all, &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_all(r, "overflows", &all, &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_shape(r, "claims", &shape), LEMMA_EINPUT);
    assert_int_equal(lemma_reader_shape(r, "wide", &shape), LEMMA_EINPUT);
    check_unreadable(r, "chunk");
    check_unreadable(r, "text");
    assert_null(all);
    lemma_reader_close(r);
}

static void several_numbers_are_not_taken_for_one(void **state)
{
    hid_t file = begin(1), space, set;
    hsize_t dims[] = {2, 3};
    double number = -5;
    struct lemma_reader *r;

    (void) state;
    space = H5Screate_simple(2, dims, NULL);
    set = H5Dcreate2(file, "/run/committed", H5T_IEEE_F64LE, space, H5P_DEFAULT,
                     H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
    put_set(file, "/run/one", H5T_IEEE_F64LE, 3, H5P_DEFAULT);
    r = open_again(file);
    assert_int_equal(lemma_reader_number(r, "committed", 0, &number), LEMMA_EINPUT);
    assert_true(number == -5);
    check_ok(lemma_reader_number(r, "one", 2, &number), NULL);
    assert_true(number == 0);
    assert_int_equal(lemma_reader_number(r, "one", 3, &number), LEMMA_EINPUT);
    lemma_reader_close(r);
}

static void filters_types_and_ranks_of_others_are_not_read(void **state)
{
    hid_t file = begin(1), plist = H5Pcreate(H5P_DATASET_CREATE), space, set;
    hid_t variable = H5Tcopy(H5T_C_S1);
    hsize_t chunk = 16, deep[6] = {1, 1, 1, 1, 1, 1};
    struct lemma_reader *r;

    (void) state;
    H5Pset_chunk(plist, 1, &chunk);
    H5Pset_scaleoffset(plist, H5Z_SO_INT, 0);
    put_set(file, "/run/filter", H5T_STD_I32LE, 16, plist);
    H5Pclose(plist);
    H5Tset_size(variable, H5T_VARIABLE);
    put_set(file, "/run/variable", variable, 1, H5P_DEFAULT);
    H5Tclose(variable);
    put_set(file, "/run/reference", H5T_STD_REF_OBJ, 1, H5P_DEFAULT);
    space = H5Screate_simple(6, deep, NULL);
    set = H5Dcreate2(file, "/run/deep", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                     H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
    r = open_again(file);
    check_unreadable(r, "filter");
    check_unreadable(r, "variable");
    check_unreadable(r, "reference");
    check_unreadable(r, "deep");
    lemma_reader_close(r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_hdf5_is_refused),
        TEST(cut_records_are_refused_without_a_crash),
        TEST(a_record_that_may_not_be_read_is_told_so),
        TEST(other_hdf5_files_are_refused),
        TEST(a_newer_schema_is_refused),
        TEST(a_record_without_its_parts_only_lacks_them),
        TEST(links_out_of_the_file_are_not_followed),
        TEST(groups_that_hold_themselves_are_walked_once),
        TEST(a_run_that_is_a_link_is_no_record),
        TEST(data_kept_elsewhere_is_not_read),
        TEST(tables_that_claim_more_than_the_file_holds_are_not_read),
        TEST(several_numbers_are_not_taken_for_one),
        TEST(filters_types_and_ranks_of_others_are_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
