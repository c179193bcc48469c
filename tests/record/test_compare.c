/* Two records side by side: every verdict, by hand. */
#include "record/compare.h"

#include <hdf5.h>
#include <math.h>
#include <unistd.h>

#include "failing_alloc.h"

enum { ROWS = 3, PLACES = 2 };

/* A record with loss/server (ROWS, PLACES), loss/flips (ROWS) of integers, loss/step,
 * and a few constants; what a test changes before it is written. */
struct made {
    size_t rows;
    double server[ROWS][PLACES];
    int64_t flips[ROWS], step[ROWS];
    double eta;
    const char *algorithm, *status;
};

static const struct made plain = {
    .rows = ROWS,
    .server = {{1, 1000}, {0.5, 500}, {0.25, 250}},
    .flips = {0, 4, 8},
    .step = {0, 5, 10},
    .eta = 0.125,
    .algorithm = "Local GD",
    .status = "complete",
};

static char path[2][256];

static void make(const char *where, const struct made *m)
{
    static const struct lemma_group_spec loss = {"loss", "the loss", "server", true,
                                                 false};
    struct lemma_table_spec step = {.name = "step", .type = LEMMA_I64};
    struct lemma_table_spec server = {.name = "server",
                                      .type = LEMMA_F64,
                                      .rank = 1,
                                      .dims = {PLACES},
                                      .axis = "step"};
    struct lemma_table_spec flips = {
        .name = "flips", .type = LEMMA_I64, .axis = "step"};
    struct lemma_record *r = NULL;
    struct lemma_error err = {""};
    size_t id[3];

    check_ok(lemma_record_create(where, true, &r, &err), &err);
    check_ok(lemma_record_group(r, &loss), NULL);
    check_ok(lemma_record_table(r, "loss", &step, &id[0]), NULL);
    check_ok(lemma_record_table(r, "loss", &server, &id[1]), NULL);
    check_ok(lemma_record_table(r, "loss", &flips, &id[2]), NULL);
    check_ok(lemma_record_array(r, "train/factored", LEMMA_I32, 0, NULL, NULL), NULL);
    check_ok(lemma_record_attr_f64(r, "train", "eta", m->eta), NULL);
    check_ok(lemma_record_attr_text(r, "train", "algorithm", m->algorithm), NULL);
    check_ok(lemma_record_text(r, "provenance/version", where, 0), NULL);
    check_ok(lemma_record_start(r, &err), &err);
    for (size_t i = 0; i < m->rows; i++) {
        check_ok(lemma_record_append(r, id[0], &m->step[i]), NULL);
        check_ok(lemma_record_append(r, id[1], m->server[i]), NULL);
        check_ok(lemma_record_append(r, id[2], &m->flips[i]), NULL);
    }
    check_ok(lemma_record_finish(r, m->status, 1, &err), &err);
    lemma_record_destroy(r);
}

static lemma_status compare_files(double rtol, const struct lemma_tolerances *t,
                                  struct lemma_comparison **c, struct lemma_error *err)
{
    struct lemma_side sides[2] = {{NULL, path[0]}, {NULL, path[1]}};
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < 2; i++)
        LEMMA_TRY(lemma_reader_open(path[i], &sides[i].reader, err));
    LEMMA_TRY(lemma_compare(sides, rtol, t, c, err));
out:
    lemma_reader_close(sides[0].reader);
    lemma_reader_close(sides[1].reader);
    return st;
}

static struct lemma_comparison *compared(const struct made *b, double rtol,
                                         const char *tolerances)
{
    struct lemma_comparison *c = NULL;
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    make(path[0], &plain);
    make(path[1], b);
    if (tolerances)
        check_ok(
            lemma_tolerances_parse(tolerances, strlen(tolerances), "t.yaml", &t, &err),
            &err);
    check_ok(compare_files(rtol, t, &c, &err), &err);
    lemma_tolerances_destroy(t);
    return c;
}

static const struct lemma_compared *item(const struct lemma_comparison *c,
                                         const char *name)
{
    size_t i = lemma_comparison_find(c, name, false);

    i = i == c->count ? lemma_comparison_find(c, name, true) : i;
    if (i == c->count)
        fail_msg("%s was not compared", name);
    return &c->items[i];
}

static void records_of_the_same_numbers_are_the_same(void **state)
{
    struct lemma_comparison *c = compared(&plain, 0, NULL);

    (void) state;
    assert_int_equal(c->counts[LEMMA_SAME], c->count);
    assert_int_equal(c->count, 8); /* eta, algorithm, status, committed, factored, 3 */
    assert_int_equal(lemma_comparison_find(c, "provenance/version", false), c->count);
    assert_int_equal(lemma_comparison_find(c, "start_time", true), c->count);
    assert_int_equal(lemma_comparison_find(c, "loss/title", true), c->count);
    assert_int_equal(item(c, "loss/server")->rows, ROWS);
    assert_true(item(c, "status")->constant && isnan(item(c, "status")->worst));
    lemma_comparison_destroy(c);
}

static void the_worst_is_measured_by_its_own_column(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;
    const struct lemma_compared *s;

    (void) state;
    b.server[1][0] += 0.125; /* of at most 1 */
    b.server[2][1] += 64;    /* of at most 1000 */
    c = compared(&b, 0.1, NULL);
    s = item(c, "loss/server");
    assert_int_equal(s->likeness, LEMMA_DIFFERENT);
    assert_true(s->worst == 0.125 && s->a == 0.5 && s->b == 0.625);
    assert_true(s->placed && s->row == 1 && s->rank == 1 && s->index[0] == 0);
    assert_string_equal(s->axis, "step");
    assert_true(s->at == 5);
    assert_string_equal(s->reason, "");
    lemma_comparison_destroy(c);
    c = compared(&b, 0.125, NULL);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_CLOSE);
    assert_int_equal(c->counts[LEMMA_DIFFERENT], 0);
    lemma_comparison_destroy(c);
}

static void the_larger_record_gives_the_scale(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.server[0][0] = 4;
    c = compared(&b, 1, NULL);
    assert_true(item(c, "loss/server")->worst == 0.75);
    lemma_comparison_destroy(c);
}

static void zeros_of_two_signs_are_close_but_not_the_same(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.server[0][0] = -0.0;
    b.server[0][1] = b.server[1][0] = b.server[2][0] = 0;
    c = compared(&b, 1, NULL);
    assert_true(item(c, "loss/server")->worst == 1);
    lemma_comparison_destroy(c);
    make(path[0], &b);
    b.server[0][0] = 0;
    make(path[1], &b);
    c = NULL;
    check_ok(compare_files(0, NULL, &c, NULL), NULL);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_CLOSE);
    assert_true(item(c, "loss/server")->worst == 0);
    lemma_comparison_destroy(c);
}

static void what_is_missing_on_one_side_alone_is_different(void **state)
{
    struct made b = plain, both;
    struct lemma_comparison *c;
    const struct lemma_compared *s;

    (void) state;
    b.server[2][1] = NAN;
    b.flips[1] = -1;
    c = compared(&b, 1e9, "loss: 1e9 absolute");
    s = item(c, "loss/server");
    assert_int_equal(s->likeness, LEMMA_DIFFERENT);
    check_contains(s->reason, "missing (NaN) in B alone");
    assert_true(s->row == 2 && s->index[0] == 1 && s->at == 10 && isnan(s->b));
    s = item(c, "loss/flips");
    assert_int_equal(s->likeness, LEMMA_DIFFERENT);
    check_contains(s->reason, "missing (-1) in B alone");
    assert_int_equal(s->row, 1);
    lemma_comparison_destroy(c);

    make(path[0], &b);
    both = b;
    both.server[0][0] = 1.5;
    make(path[1], &both);
    c = NULL;
    check_ok(compare_files(0.5, NULL, &c, NULL), NULL);
    assert_true(item(c, "loss/server")->worst == 0.5 / 1.5);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_CLOSE);
    assert_int_equal(item(c, "loss/flips")->likeness, LEMMA_SAME);
    lemma_comparison_destroy(c);
}

static void infinity_is_equal_to_itself_alone(void **state)
{
    struct made a = plain, b = plain;
    struct lemma_comparison *c = NULL;

    (void) state;
    a.server[1][0] = b.server[1][0] = INFINITY;
    make(path[0], &a);
    make(path[1], &b);
    check_ok(compare_files(0, NULL, &c, NULL), NULL);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_SAME);
    lemma_comparison_destroy(c);
    c = NULL;
    b.server[1][0] = -INFINITY;
    make(path[1], &b);
    check_ok(compare_files(1e300, NULL, &c, NULL), NULL);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_DIFFERENT);
    assert_true(isinf(item(c, "loss/server")->worst));
    lemma_comparison_destroy(c);
}

static void tolerances_of_one_table_override_the_rest(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.flips[2] = 6;
    b.server[0][1] = 1001;
    b.eta = 0.25;
    c = compared(&b, 0, "loss: ignore\nloss/flips: 2 absolute\ntrain/eta: 0.5\n");
    assert_int_equal(item(c, "loss/flips")->likeness, LEMMA_CLOSE);
    assert_true(item(c, "loss/flips")->absolute && item(c, "loss/flips")->worst == 2);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_IGNORED);
    assert_int_equal(item(c, "loss/step")->likeness, LEMMA_IGNORED);
    assert_int_equal(item(c, "train/eta")->likeness, LEMMA_CLOSE);
    assert_int_equal(c->counts[LEMMA_DIFFERENT], 0);
    lemma_comparison_destroy(c);
    c = compared(&b, 0, "loss/flips: 1.5 absolute");
    assert_int_equal(item(c, "loss/flips")->likeness, LEMMA_DIFFERENT);
    assert_int_equal(item(c, "train/eta")->likeness, LEMMA_DIFFERENT);
    lemma_comparison_destroy(c);
}

static void axes_agree_exactly_or_their_tables_differ(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.step[2] = 11;
    c = compared(&b, 1, "loss: 1e9 absolute");
    assert_int_equal(item(c, "loss/step")->likeness, LEMMA_DIFFERENT);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_DIFFERENT);
    check_contains(item(c, "loss/server")->reason, "other steps: loss/step differs");
    lemma_comparison_destroy(c);
}

static void rows_that_both_have_are_compared(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.rows = 2;
    b.status = "interrupted";
    c = compared(&b, 0, NULL);
    assert_int_equal(item(c, "loss/server")->likeness, LEMMA_DIFFERENT);
    assert_string_equal(item(c, "loss/server")->reason, "3 rows in A, 2 in B");
    assert_true(item(c, "loss/server")->worst == 0);
    assert_int_equal(item(c, "loss/server")->rows, 2);
    check_contains(item(c, "status")->reason, "\"complete\" in A, \"interrupted\" in");
    lemma_comparison_destroy(c);
    b.rows = 0;
    c = compared(&b, 0, NULL);
    assert_string_equal(item(c, "loss/server")->reason, "3 rows in A, 0 in B");
    lemma_comparison_destroy(c);
    make(path[0], &b);
    c = NULL;
    check_ok(compare_files(0, NULL, &c, NULL), NULL);
    assert_int_equal(c->counts[LEMMA_SAME], c->count);
    lemma_comparison_destroy(c);
}

static void constants_that_differ_are_differences(void **state)
{
    struct made b = plain;
    struct lemma_comparison *c;

    (void) state;
    b.eta = 0.25;
    b.algorithm = "Local SGD";
    c = compared(&b, 0.25, NULL);
    assert_true(item(c, "train/eta")->worst == 0.5);
    assert_true(item(c, "train/eta")->a == 0.125 && item(c, "train/eta")->b == 0.25);
    assert_int_equal(c->counts[LEMMA_DIFFERENT], 2);
    check_contains(item(c, "train/algorithm")->reason, "\"Local GD\" in A, \"Local SG");
    lemma_comparison_destroy(c);
}

static void a_tolerance_that_names_nothing_is_refused(void **state)
{
    static const char text[] = "loss: 1\nloss/serve: 1\n";
    struct lemma_comparison *c = NULL;
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    (void) state;
    make(path[0], &plain);
    make(path[1], &plain);
    check_ok(lemma_tolerances_parse(text, strlen(text), "t.yaml", &t, &err), &err);
    assert_int_equal(compare_files(0, t, &c, &err), LEMMA_EINPUT);
    assert_null(c);
    check_contains(err.text, "t.yaml:2: loss/serve: expected a table or group");
    check_contains(err.text, "did you mean \"loss/server\"?");
    lemma_tolerances_destroy(t);
}

/* A file's data set made anew, of other shape and type. */
static void replace(const char *name, hid_t type, int rank, const hsize_t *dims)
{
    hid_t file = H5Fopen(path[1], H5F_ACC_RDWR, H5P_DEFAULT), space, set;

    assert_true(file >= 0);
    H5Ldelete(file, name, H5P_DEFAULT);
    space = H5Screate_simple(rank, dims, NULL);
    set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
}

static void structures_that_differ_are_named(void **state)
{
    const hsize_t wide[] = {3, 2, 7}, same[] = {3, 2};
    struct lemma_comparison *c = NULL;

    (void) state;
    make(path[0], &plain);
    make(path[1], &plain);
    replace("/run/loss/server", H5T_IEEE_F64LE, 3, wide);
    replace("/run/loss/flips", H5T_STD_I32LE, 1, same);
    replace("/run/loss/extra", H5T_STD_I32LE, 1, same);
    check_ok(compare_files(1, NULL, &c, NULL), NULL);
    assert_string_equal(item(c, "loss/server")->reason, "3 x 2 in A, 3 x 2 x 7 in B");
    check_contains(item(c, "loss/flips")->reason, "64-bit integer numbers in A, 32-");
    assert_string_equal(item(c, "loss/extra")->reason, "only in B");
    assert_int_equal(c->counts[LEMMA_DIFFERENT], 3);
    lemma_comparison_destroy(c);
    replace("/run/status", H5T_STD_I32LE, 1, same);
    c = NULL;
    check_ok(compare_files(1, NULL, &c, NULL), NULL);
    assert_string_equal(item(c, "status")->reason, "a table in B, none in A");
    lemma_comparison_destroy(c);
}

static void axes_of_other_shapes_do_no_harm(void **state)
{
    const hsize_t wide[] = {3, 1000};
    struct lemma_comparison *c = NULL;
    struct made b = plain;
    char kept[256];

    (void) state;
    b.server[2][0] = 1;
    make(path[0], &b);
    make(path[1], &plain);
    memcpy(kept, path[1], sizeof kept);
    memcpy(path[1], path[0], sizeof kept);
    replace("/run/loss/step", H5T_STD_I64LE, 2, wide); /* A's axis is the one read */
    memcpy(path[1], kept, sizeof kept);
    replace("/run/loss/step", H5T_STD_I64LE, 2, wide);
    check_ok(compare_files(0, NULL, &c, NULL), NULL);
    assert_int_equal(item(c, "loss/server")->row, 2);
    assert_null(item(c, "loss/server")->axis);
    assert_int_equal(item(c, "loss/step")->likeness, LEMMA_SAME);
    lemma_comparison_destroy(c);
}

static void tables_larger_than_a_block_are_compared_whole(void **state)
{
    enum { LONG = 300000 };
    const hsize_t dims[] = {LONG};
    double *cells = lemma_alloc(LONG, sizeof *cells);
    struct lemma_comparison *c = NULL;
    hid_t file, set;

    (void) state;
    make(path[0], &plain);
    make(path[1], &plain);
    for (size_t side = 0; side < 2; side++) {
        char kept[256];

        memcpy(kept, path[1], sizeof kept);
        memcpy(path[1], path[side], sizeof kept);
        replace("/run/data", H5T_IEEE_F64LE, 1, dims);
        for (size_t i = 0; i < LONG; i++)
            cells[i] = (double) i;
        cells[LONG - 1] += side ? 0.5 * LONG : 0;
        file = H5Fopen(path[1], H5F_ACC_RDWR, H5P_DEFAULT);
        set = H5Dopen2(file, "/run/data", H5P_DEFAULT);
        assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                             cells) >= 0);
        H5Dclose(set);
        H5Fclose(file);
        memcpy(path[1], kept, sizeof kept);
    }
    lemma_free(cells);
    check_ok(compare_files(0, NULL, &c, NULL), NULL);
    assert_int_equal(item(c, "data")->rows, LONG);
    assert_int_equal(item(c, "data")->row, LONG - 1);
    assert_true(item(c, "data")->b == 1.5 * LONG - 1);
    lemma_comparison_destroy(c);
}

static void what_cannot_be_read_or_kept_is_refused(void **state)
{
    const hsize_t one = 1, rank5[] = {1, 1, 1, 1, 1}, huge[] = {1, 1 << 23};
    const hsize_t none[] = {3, 0};
    static const char padding[1 << 16];
    struct lemma_comparison *c = NULL;
    struct lemma_error err = {""};
    FILE *f;

    (void) state;
    make(path[0], &plain);
    make(path[1], &plain);
    replace("/run/loss/server", H5T_IEEE_F64LE, 5, rank5);
    unlink(path[0]);
    memcpy(path[0], path[1], sizeof path[0]);
    assert_int_equal(compare_files(0, NULL, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "loss/server cannot be read");
    replace("/run/loss/server", H5T_IEEE_F64LE, 2, none); /* rows without a number */
    assert_int_equal(compare_files(0, NULL, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "loss/server cannot be read");
    replace("/run/loss/server", H5T_IEEE_F64LE, 1, &one);
    replace("/run/loss/flips", H5T_IEEE_F64LE, 2, huge);
    assert_int_equal(compare_files(0, NULL, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "loss/flips cannot be read"); /* 64 MiB in 20 kB */
    f = fopen(path[0], "ab");
    assert_true(f && fwrite(padding, 1, sizeof padding, f) == sizeof padding);
    assert_int_equal(fclose(f), 0); /* a file that could hold them */
    assert_int_equal(compare_files(0, NULL, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "expected rows of at most");
    assert_null(c);
}

static lemma_status compare_once(void *tolerances)
{
    struct lemma_comparison *c = NULL;
    lemma_status st = compare_files(0, tolerances, &c, NULL);

    assert_true((c != NULL) == (st == LEMMA_OK));
    lemma_comparison_destroy(c);
    return st;
}

static void every_failing_allocation_is_survived(void **state)
{
    static const char text[] = "loss/flips: 1 absolute";
    struct lemma_tolerances *t = NULL;
    struct made b = plain;

    (void) state;
    b.algorithm = "Local SGD";
    make(path[0], &plain);
    make(path[1], &b);
    check_ok(lemma_tolerances_parse(text, strlen(text), "t.yaml", &t, NULL), NULL);
    assert_true(fail_each_allocation(compare_once, t) > 30);
    lemma_tolerances_destroy(t);
}

static int set_up(void **state)
{
    (void) state;
    scratch_path(path[0], "compare-a.h5");
    scratch_path(path[1], "compare-b.h5");
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path[0]);
    unlink(path[1]);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_of_the_same_numbers_are_the_same),
        TEST(the_worst_is_measured_by_its_own_column),
        TEST(the_larger_record_gives_the_scale),
        TEST(zeros_of_two_signs_are_close_but_not_the_same),
        TEST(what_is_missing_on_one_side_alone_is_different),
        TEST(infinity_is_equal_to_itself_alone),
        TEST(tolerances_of_one_table_override_the_rest),
        TEST(axes_agree_exactly_or_their_tables_differ),
        TEST(rows_that_both_have_are_compared),
        TEST(constants_that_differ_are_differences),
        TEST(a_tolerance_that_names_nothing_is_refused),
        TEST(structures_that_differ_are_named),
        TEST(axes_of_other_shapes_do_no_harm),
        TEST(tables_larger_than_a_block_are_compared_whole),
        TEST(what_cannot_be_read_or_kept_is_refused),
        TEST(every_failing_allocation_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
