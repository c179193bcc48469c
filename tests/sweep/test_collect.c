/* The sweep's own file: what it copies, and that it does not depend on who was first.
 */
#include "sweep/collect.h"

#include <math.h>
#include <unistd.h>

#include "grid.h"
#include "sweep/index.h"
#include "sweep/points.h"

static const char axes[] = "axes:\n"
                           "  - network.depth: [1, 2]\n"
                           "  - partition.kind: [iid, contiguous]\n";

static void collect(const struct lemma_sweep *s, const char *dir, size_t expected)
{
    struct lemma_error err = {""};
    size_t finished = SIZE_MAX;

    check_ok(lemma_sweep_collect(s, dir, "", &finished, &err), &err);
    assert_int_equal(finished, expected);
}

static struct lemma_sweep_index *open_index(const char *dir)
{
    struct lemma_sweep_index *x = NULL;
    struct lemma_error err = {""};

    check_ok(lemma_sweep_index_open(dir, &x, &err), &err);
    return x;
}

static void forget(const char *dir, size_t points)
{
    char path[512];

    for (size_t i = 0; i < points; i++) {
        lemma_point_path(dir, i, ".h5", path, sizeof path);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/sweep.h5", dir);
    unlink(path);
}

/* The largest of a row's numbers of one layer, over rows, out of the record itself. */
static double largest(const char *record, const char *table, size_t layer, size_t L)
{
    struct lemma_reader *reader = NULL;
    struct lemma_shape shape;
    double *cells = NULL, most = -INFINITY;

    check_ok(lemma_reader_open(record, &reader, NULL), NULL);
    check_ok(lemma_reader_all(reader, table, &cells, &shape), NULL);
    assert_int_equal(shape.rank, 3);
    for (size_t i = layer; i < shape.dims[0] * shape.dims[1] * L; i += L)
        most = fmax(most, cells[i]);
    lemma_free(cells);
    lemma_reader_close(reader);
    return most;
}

static void check_index(const struct lemma_sweep_index *x, const char *dir)
{
    static const double depth[] = {1, 1, 2, 2}, kind[] = {0, 1, 0, 1};
    char path[512];

    assert_int_equal(x->points, 4);
    assert_int_equal(x->rows, 4);
    assert_int_equal(x->key_count, 2);
    assert_memory_equal(lemma_sweep_index_key(x, "network.depth")->value, depth,
                        sizeof depth);
    assert_memory_equal(lemma_sweep_index_key(x, "partition.kind")->value, kind,
                        sizeof kind);
    assert_true(x->keys[0].number && !x->keys[1].number);
    assert_string_equal(x->keys[1].words, "iid\ncontiguous\n");
    assert_null(lemma_sweep_index_key(x, "network.width"));
    for (size_t i = 0; i < 4; i++) {
        lemma_point_path(dir, i, ".h5", path, sizeof path);
        assert_string_equal(x->record[i], path);
        assert_true(x->seed[i] == 1);
    }
}

/* Layers a network lacks are missing; the others are the records' own numbers. */
static void finished_points_are_copied_in_their_order(void **state)
{
    struct lemma_sweep *s = read_sweep(axes);
    struct lemma_sweep_index *x;
    struct lemma_shape shape;
    double *cells = NULL;
    char dir[256];

    (void) state;
    make_sweep_folder(dir, "collect");
    forget(dir, 4);
    for (size_t i = 4; i-- > 0;)
        run_point(s, dir, i);
    collect(s, dir, 4);
    x = open_index(dir);
    check_index(x, dir);
    check_ok(
        lemma_reader_all(x->reader, "activation/flips_initial.max", &cells, &shape),
        NULL);
    assert_int_equal(shape.rank, 2);
    assert_int_equal(shape.dims[1], 2);
    for (size_t i = 0; i < 4; i++)
        for (size_t l = 0; l < 2; l++) {
            if (l < (i < 2 ? 1u : 2u))
                assert_true(cells[2 * i + l] == largest(x->record[i],
                                                        "activation/flips_initial", l,
                                                        i < 2 ? 1 : 2));
            else
                assert_true(isnan(cells[2 * i + l]));
        }
    lemma_free(cells);
    assert_int_equal(lemma_reader_shape(x->reader, "gram/eigenvalues.max", &shape),
                     LEMMA_EINPUT);
    check_ok(lemma_reader_shape(x->reader, "gram/lambda_min.min", &shape), NULL);
    assert_int_equal(shape.rank, 1);
    lemma_sweep_index_close(x);
    forget(dir, 4);
    lemma_sweep_destroy(s);
}

static void unfinished_points_are_left_out(void **state)
{
    struct lemma_sweep *s = read_sweep(axes);
    struct lemma_sweep_index *x;
    char dir[256];

    (void) state;
    make_sweep_folder(dir, "collect-some");
    forget(dir, 4);
    collect(s, dir, 0);
    run_point(s, dir, 3);
    collect(s, dir, 1);
    x = open_index(dir);
    assert_int_equal(x->rows, 1);
    assert_int_equal(x->points, 4);
    assert_true(x->point[0] == 3);
    lemma_sweep_index_close(x);
    forget(dir, 4);
    lemma_sweep_destroy(s);
}

static void a_record_of_a_run_is_no_sweep(void **state)
{
    struct lemma_sweep *s = read_sweep(axes);
    struct lemma_sweep_index *x = NULL;
    struct lemma_error err = {""};
    char dir[256], path[512];

    (void) state;
    make_sweep_folder(dir, "collect-none");
    run_point(s, dir, 0);
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    assert_int_equal(lemma_sweep_index_open(path, &x, &err), LEMMA_EINPUT);
    check_contains(err.text, "expected a sweep's file, DIR/sweep.h5, got another");
    assert_int_equal(lemma_sweep_index_open(dir, &x, &err), LEMMA_EINPUT);
    check_contains(err.text, "sweep.h5");
    forget(dir, 4);
    lemma_sweep_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finished_points_are_copied_in_their_order),
        cmocka_unit_test(unfinished_points_are_left_out),
        cmocka_unit_test(a_record_of_a_run_is_no_sweep),
    };

    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
