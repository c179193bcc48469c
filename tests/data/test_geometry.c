#include <float.h>
#include <math.h>

#include "data/load.h"
#include "make.h"

static struct lemma_geometry measure(const double *a, size_t n, size_t p)
{
    struct lemma_geometry g;

    check_ok(lemma_geometry_measure(lemma_cmat_of(a, n, p), &g), NULL);
    return g;
}

/* n random points of the unit sphere; the caller frees. */
static double *random_points(uint64_t id, size_t n, size_t p)
{
    double *a = lemma_alloc(n * p, sizeof *a);

    assert_non_null(a);
    draw_normals(id, a, n * p);
    for (size_t i = 0; i < n; i++)
        assert_true(lemma_data_normalise((lemma_vec){a + i * p, p}));
    return a;
}

static void axes_are_root_two_apart_and_at_right_angles(void **state)
{
    (void) state;
    double a[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    struct lemma_geometry g = measure(a, 4, 4);

    check_close(g.phi, sqrt(2), 1e-15);
    check_close(g.antipodal, sqrt(2), 1e-15);
    check_close(g.min_angle, acos(0), 1e-15);
    check_close(g.spectral_norm, 1, 1e-14);
    assert_int_equal(g.duplicates, 0);
    assert_int_equal(g.parallels, 0);
}

static void one_input_has_no_pairs(void **state)
{
    (void) state;
    double a[2] = {0.6, 0.8};
    struct lemma_geometry g = measure(a, 1, 2);

    assert_true(isinf(g.phi) && isinf(g.antipodal) && isinf(g.min_angle));
    check_close(g.spectral_norm, 1, 1e-15);
}

/* Long double loops over all pairs; sizes around the blocks' edges. */
static void random_points_agree_with_plain_loops(void **state)
{
    (void) state;
    const size_t sizes[] = {2, 255, 256, 257, 700};

    for (size_t k = 0; k < 5; k++) {
        size_t n = sizes[k], p = 5;
        double *a = random_points(k, n, p);
        struct lemma_geometry g = measure(a, n, p);
        long double phi = INFINITY, antipodal = INFINITY;
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++) {
                long double minus = 0, plus = 0;
                for (size_t l = 0; l < p; l++) {
                    long double x = a[i * p + l], y = a[j * p + l];
                    minus += (x - y) * (x - y);
                    plus += (x + y) * (x + y);
                }
                phi = fminl(phi, sqrtl(minus));
                antipodal = fminl(antipodal, sqrtl(plus));
            }
        check_close(g.phi / (double) phi, 1, 1e-13);
        check_close(g.antipodal / (double) antipodal, 1, 1e-13);
        check_close(g.min_angle, 2 * asin(0.5 * (double) fminl(phi, antipodal)), 1e-14);
        lemma_free(a);
    }
}

/* A point and its rotation by delta, far apart in the list: the distance is
 * 2 sin(delta/2) up to the points' own rounding. */
static void a_distance_of_a_billionth_is_right(void **state)
{
    (void) state;
    enum { N = 300, P = 8 };
    double delta = 1e-9, *a = random_points(9, N, P);

    for (int sign = 1; sign >= -1; sign -= 2) {
        struct lemma_geometry g;
        double exact = 0, x[P] = {0.6, 0.8}, y[P];
        memcpy(y, x, sizeof y);
        y[0] = sign * (x[0] * cos(delta) - x[1] * sin(delta));
        y[1] = sign * (x[0] * sin(delta) + x[1] * cos(delta));
        memcpy(a + 3 * P, x, sizeof x);
        memcpy(a + 290 * P, y, sizeof y);
        for (size_t j = 0; j < P; j++)
            exact += (x[j] - sign * y[j]) * (x[j] - sign * y[j]);
        g = measure(a, N, P);
        check_close((sign > 0 ? g.phi : g.antipodal) / sqrt(exact), 1, 1e-14);
        check_close((sign > 0 ? g.phi : g.antipodal) / delta, 1, 1e-6);
        check_close(g.min_angle / delta, 1, 1e-6);
        assert_int_equal(g.duplicates + g.parallels, 0);
    }
    lemma_free(a);
}

static void duplicates_and_parallels_are_counted_and_named(void **state)
{
    (void) state;
    enum { N = 600, P = 4 };
    double *a = random_points(3, N, P);
    struct lemma_geometry g;

    memcpy(a + 500 * P, a + 20 * P, P * sizeof *a);
    memcpy(a + 400 * P, a + 20 * P, P * sizeof *a); /* three alike: three pairs */
    memcpy(a + 599 * P, a + 301 * P, P * sizeof *a);
    for (size_t j = 0; j < P; j++) {
        a[7 * P + j] = -a[6 * P + j];
        a[550 * P + j] = 3 * a[2 * P + j];
    }
    g = measure(a, N, P);
    assert_int_equal(g.duplicates, 4);
    assert_memory_equal(g.duplicate_pairs,
                        ((size_t[][2]){{20, 400}, {20, 500}, {301, 599}, {400, 500}}),
                        4 * sizeof *g.duplicate_pairs);
    assert_int_equal(g.parallels, 2);
    assert_memory_equal(g.parallel_pairs, ((size_t[][2]){{2, 550}, {6, 7}}),
                        2 * sizeof *g.parallel_pairs);
    assert_true(g.phi == 0 && g.antipodal == 0);
    check_close(g.min_angle, 0, 1e-15);
    lemma_free(a);
}

/* Six alike and their six opposites: 15 pairs on either side, 36 across. */
static void of_many_pairs_the_first_ten_are_named(void **state)
{
    (void) state;
    enum { N = 12, P = 3 };
    double *a = random_points(4, N, P);
    struct lemma_geometry g;

    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < P; j++)
            a[i * P + j] = (i < 6 ? 1 : -1) * a[j];
    g = measure(a, N, P);
    assert_int_equal(g.duplicates, 30);
    assert_int_equal(g.parallels, 36);
    for (size_t k = 0; k < LEMMA_PAIRS_MAX; k++) {
        size_t row = k < 5 ? 0 : k < 9 ? 1 : 2;
        size_t before = k < 5 ? 0 : k < 9 ? 5 : 9;

        assert_int_equal(g.duplicate_pairs[k][0], row);
        assert_int_equal(g.duplicate_pairs[k][1], row + 1 + k - before);
        assert_int_equal(g.parallel_pairs[k][0], k / 6);
        assert_int_equal(g.parallel_pairs[k][1], 6 + k % 6);
    }
    lemma_free(a);
}

static void a_zero_input_has_no_angle(void **state)
{
    (void) state;
    double a[6] = {0, 0, 1, 0, 0, 1};
    struct lemma_geometry g = measure(a, 3, 2);

    check_close(g.phi, 1, 0);
    check_close(g.min_angle, acos(0), 1e-15);
}

/* One-sided Jacobi in long double: columns made orthogonal by rotations. */
static double jacobi_norm(const double *a, size_t n, size_t p)
{
    long double *u = lemma_alloc(n * p, sizeof *u), worst = 0;

    assert_non_null(u);
    for (size_t i = 0; i < n * p; i++)
        u[i] = a[i];
    for (int sweep = 0; sweep < 40; sweep++)
        for (size_t j = 0; j < p; j++)
            for (size_t k = j + 1; k < p; k++) {
                long double x = 0, y = 0, z = 0;
                for (size_t i = 0; i < n; i++) {
                    x += u[i * p + j] * u[i * p + j];
                    y += u[i * p + k] * u[i * p + k];
                    z += u[i * p + j] * u[i * p + k];
                }
                if (fabsl(z) <= LDBL_EPSILON * sqrtl(x * y))
                    continue;
                long double zeta = (y - x) / (2 * z);
                long double t =
                    (zeta < 0 ? -1 : 1) / (fabsl(zeta) + sqrtl(1 + zeta * zeta));
                long double c = 1 / sqrtl(1 + t * t), s = c * t;
                for (size_t i = 0; i < n; i++) {
                    long double v = u[i * p + j], w = u[i * p + k];
                    u[i * p + j] = c * v - s * w;
                    u[i * p + k] = s * v + c * w;
                }
            }
    for (size_t j = 0; j < p; j++) {
        long double x = 0;
        for (size_t i = 0; i < n; i++)
            x += u[i * p + j] * u[i * p + j];
        worst = x > worst ? x : worst;
    }
    lemma_free(u);
    return (double) sqrtl(worst);
}

static void the_spectral_norm_agrees_with_jacobi_rotations(void **state)
{
    (void) state;
    const size_t shapes[][2] = {{40, 12}, {12, 40}, {25, 25}, {3, 1}};

    for (size_t k = 0; k < 4; k++) {
        size_t n = shapes[k][0], p = shapes[k][1];
        double *a = random_points(k, n, p);
        check_close(measure(a, n, p).spectral_norm / jacobi_norm(a, n, p), 1, 1e-12);
        lemma_free(a);
    }
}

/* The path graph's matrix with 2 on the diagonal and 1 beside it: 2 + 2 cos(pi/(n+1)),
 * whose two largest eigenvalues are 1e-3 apart. */
static void a_narrow_gap_at_the_top_costs_no_digits(void **state)
{
    (void) state;
    enum { N = 150 };
    double *a = lemma_alloc(N * N, sizeof *a);

    assert_non_null(a);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = i == j ? 2 : i + 1 == j || j + 1 == i ? 1 : 0;
    check_close(measure(a, N, N).spectral_norm, 2 + 2 * cos(acos(-1) / (N + 1)), 1e-10);
    lemma_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_root_two_apart_and_at_right_angles),
        cmocka_unit_test(one_input_has_no_pairs),
        cmocka_unit_test(random_points_agree_with_plain_loops),
        cmocka_unit_test(a_distance_of_a_billionth_is_right),
        cmocka_unit_test(duplicates_and_parallels_are_counted_and_named),
        cmocka_unit_test(of_many_pairs_the_first_ten_are_named),
        cmocka_unit_test(a_zero_input_has_no_angle),
        cmocka_unit_test(the_spectral_norm_agrees_with_jacobi_rotations),
        cmocka_unit_test(a_narrow_gap_at_the_top_costs_no_digits),
    };

    return cmocka_run_group_tests_name("geometry", tests, NULL, NULL);
}
