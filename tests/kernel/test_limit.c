/* The infinite-width kernel against quadrature, sampling, wide networks, published
 * forms. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "core/eigen.h"
#include "core/spectral.h"
#include "kernel/limit.h"
#include "kernel/tiny.h"

/* Over a > 0, given b = u a + sqrt(1 - u^2) g: E relu(b) = u a Phi + s phi, P(b >= 0) =
 * Phi at u a / s. */
static double first_moment(double a, void *u)
{
    double c = *(const double *) u, s = sqrt(1 - c * c), t = c * a / s;

    return a * gsl_ran_gaussian_pdf(a, 1) *
           (c * a * gsl_cdf_ugaussian_P(t) + s * gsl_ran_gaussian_pdf(t, 1));
}

static double both_on(double a, void *u)
{
    double c = *(const double *) u;

    return gsl_ran_gaussian_pdf(a, 1) * gsl_cdf_ugaussian_P(c * a / sqrt(1 - c * c));
}

static double over_normals(double (*f)(double, void *), double u)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(500);
    gsl_function g = {f, &u};
    double result = 0, error;

    assert_non_null(w);
    assert_int_equal(gsl_integration_qag(&g, 0, 14, 0, 1e-12, 500, GSL_INTEG_GAUSS61, w,
                                         &result, &error),
                     0);
    gsl_integration_workspace_free(w);
    return result;
}

static void kappas_are_moments_of_correlated_normals(void **state)
{
    (void) state;
    for (double u = -0.95; u < 1; u += 0.19) {
        check_close(lemma_kappa_0(u), 2 * over_normals(both_on, u), 1e-11);
        check_close(lemma_kappa_1(u), 2 * over_normals(first_moment, u), 1e-11);
    }
}

static void kappas_are_safe_at_and_past_the_ends(void **state)
{
    (void) state;
    check_close(lemma_kappa_0(1), 1, 0);
    check_close(lemma_kappa_1(1), 1, 1e-15);
    check_close(lemma_kappa_0(-1), 0, 0);
    check_close(lemma_kappa_1(-1), 0, 0);
    check_close(lemma_kappa_0(1 + 1e-15), 1, 0);
    check_close(lemma_kappa_1(1 + 1e-15), 1, 1e-15);
    check_close(lemma_kappa_0(-1 - 1e-15), 0, 0);
    assert_true(isnan(lemma_kappa_0(NAN)) && isnan(lemma_kappa_1(NAN)));
    for (double u = -1; u <= 1; u += 0.01)
        check_close(lemma_kappa_1(u), (u * acos(-u) + sqrt(fmax(0, 1 - u * u))) / M_PI,
                    4e-16);
}

/* theta' = theta - theta^2 / (3 pi) + O(theta^3): theory 3(j). */
static void small_angles_keep_their_digits(void **state)
{
    (void) state;
    for (double t = 1e-3; t > 1e-12; t /= 10) {
        double x[3] = {1, 0, 0}, y[3] = {cos(t), sin(t), 0},
               z[3] = {-cos(t), -sin(t), 0};
        struct lemma_angle a = lemma_angle_between(x, y, 3);
        struct lemma_angle b = lemma_angle_between(x, z, 3), next = lemma_angle_next(a);

        check_close(a.angle, t, 1e-15 * t + 1e-19);
        check_close(b.rest, t, 1e-15 * t + 1e-19);
        check_close(a.angle - next.angle, t * t / (3 * M_PI), t * t * t + 2e-16 * t);
        check_close(cos(lemma_angle_next(b).angle), t * t * t / (3 * M_PI),
                    t * t * t * t * t + 1e-16);
    }
}

/* cos(next) = kappa_1(cos) by either route; 1 is where the formula changes. */
static void angles_and_cosines_tell_the_same(void **state)
{
    (void) state;
    for (double t = 0; t <= M_PI; t += 0.05) {
        struct lemma_angle next = lemma_angle_next((struct lemma_angle){t, M_PI - t});

        check_close(cos(next.angle), lemma_kappa_1(cos(t)), 1e-15);
        check_close(next.angle + next.rest, M_PI, 1e-15);
    }
}

static lemma_mat limit_of(const struct tiny *t, struct lemma_limit limit)
{
    lemma_mat k = zeros(t->N, t->N);

    check_ok(lemma_limit_gram(t->net, lemma_const(t->x), &limit, k, NULL), NULL);
    return k;
}

/* Theory 3(g): H^inf_ij = x.x' (pi - arccos x.x') / 2 pi; and the deep one at L = 1. */
static void two_layer_kernels_are_the_published_one(void **state)
{
    enum { N = 12, M = 7 };
    struct tiny t, u;
    lemma_mat h, k, with;

    (void) state;
    tiny_make(&t, "two-layer-relu", N, 4, 1, M, 1, 1);
    tiny_make(&u, "deep-relu", N, 4, 3, M, 1, 1);
    h = limit_of(&t, (struct lemma_limit){0, false});
    with = limit_of(&t, (struct lemma_limit){0, true});
    k = limit_of(&u, (struct lemma_limit){0, false});
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double dot = lemma_dot(lemma_crow(lemma_const(t.x), i),
                                   lemma_crow(lemma_const(t.x), j));
            double c = dot > 1 ? 1 : dot, e = lemma_row(h, i).a[j];

            check_close(e, c * (M_PI - acos(c)) / (2 * M_PI), 1e-8 * (i == j) + 1e-15);
            check_close(lemma_row(k, i).a[j], e * M / 3, 1e-14);
            check_close(lemma_row(with, i).a[j], e + lemma_kappa_1(c) / 2, 1e-14);
        }
    lemma_free(h.a);
    lemma_free(k.a);
    lemma_free(with.a);
    tiny_unmake(&t);
    tiny_unmake(&u);
}

/* T_l = kappa_0(Sigma_{l-1}) (T_{l-1} + Sigma_{l-1}) in cosines, as theory 3(j) has it,
 * and the sum of the layers. */
static void deep_kernels_follow_the_recursion(void **state)
{
    enum { N = 9, M = 10, D = 2, L = 4 };
    static const char *const presets[] = {"deep-relu", "deep-relu-fixed-input"};

    (void) state;
    for (size_t p = 0; p < 2; p++) {
        struct tiny t;
        lemma_mat sum, with, layer[L + 2], added = zeros(N, N);

        tiny_make(&t, presets[p], N, 5, D, M, L, 1);
        sum = limit_of(&t, (struct lemma_limit){0, false});
        with = limit_of(&t, (struct lemma_limit){0, true});
        for (size_t l = 1; l <= L + 1; l++)
            layer[l] = limit_of(&t, (struct lemma_limit){l, false});
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                double s = lemma_dot(lemma_crow(lemma_const(t.x), i),
                                     lemma_crow(lemma_const(t.x), j));
                double k = 0;

                s = p ? lemma_kappa_1(s) : s;
                for (size_t l = 1; l <= L; l++) {
                    k = lemma_kappa_0(s) * (k + s);
                    s = lemma_kappa_1(s);
                    lemma_row(added, i).a[j] += lemma_row(layer[l], i).a[j];
                }
                check_close(lemma_row(sum, i).a[j], k * M / (2.0 * D),
                            i == j ? 1e-6 : 1e-13);
                check_close(lemma_row(layer[L + 1], i).a[j], s, 1e-14);
                check_close(lemma_row(with, i).a[j] - lemma_row(sum, i).a[j],
                            lemma_row(layer[L + 1], i).a[j], 1e-14);
            }
        check_close(lemma_row(sum, 3).a[3], L * M / (2.0 * D), 1e-13);
        check_close(farthest(lemma_const(added), lemma_const(sum)), 0, 1e-13);
        for (size_t l = 1; l <= L + 1; l++)
            lemma_free(layer[l].a);
        lemma_free(sum.a);
        lemma_free(with.a);
        lemma_free(added.a);
        tiny_unmake(&t);
    }
}

/* ||mean of H(0) over draws - H^inf||_F / ||H^inf||_F: by Gram matrices of wide nets.
 */
static double mean_distance(const char *preset, size_t m, size_t L, size_t d,
                            size_t draws, double *single)
{
    enum { N = 6 };
    struct tiny t;
    struct lemma_gram_sweep *sweep = NULL;
    lemma_mat limit, mean = zeros(N, N), k = zeros(N, N);
    double norm, gap = 0;

    tiny_make(&t, preset, N, 4, d, m, L, 1);
    limit = limit_of(&t, (struct lemma_limit){0, false});
    norm = lemma_norm((lemma_cvec){limit.a, N * N});
    check_ok(lemma_gram_sweep_create(t.net, LEMMA_GRAM_MEAN, N, 0, &sweep), NULL);
    *single = 0;
    for (size_t seed = 0; seed < draws; seed++) {
        double s = 0;

        tiny_draw(&t, seed);
        lemma_gram_sweep(sweep, &t.model, lemma_const(t.features),
                         (struct lemma_layers){0, L}, k);
        for (size_t e = 0; e < N * N; e++) {
            mean.a[e] += k.a[e] / (double) draws;
            s += (k.a[e] - limit.a[e]) * (k.a[e] - limit.a[e]);
        }
        *single += sqrt(s) / norm / (double) draws;
    }
    for (size_t e = 0; e < N * N; e++)
        gap += (mean.a[e] - limit.a[e]) * (mean.a[e] - limit.a[e]);
    lemma_gram_sweep_destroy(sweep);
    lemma_free(limit.a);
    lemma_free(mean.a);
    lemma_free(k.a);
    tiny_unmake(&t);
    return sqrt(gap) / norm;
}

/* A mean of S draws is within some 3 / sqrt(S) of a single draw's distance; depth adds
 * a bias of order 1/m. */
static void wide_networks_have_it_as_their_mean(void **state)
{
    enum { DRAWS = 200 };
    double single, gap;

    (void) state;
    gap = mean_distance("two-layer-relu", 64, 1, 1, DRAWS, &single);
    assert_true(gap < 2 * single / sqrt(DRAWS));
    gap = mean_distance("deep-relu", 64, 3, 2, DRAWS, &single);
    assert_true(gap < 2 * single / sqrt(DRAWS) + 0.5 / 64);
    gap = mean_distance("deep-relu-fixed-input", 64, 2, 3, DRAWS, &single);
    assert_true(gap < 2 * single / sqrt(DRAWS) + 0.5 / 64);
}

/* Theory 3(g), 3(j): the slope of the distance in the width is -1/2. */
static void the_distance_falls_like_the_root_of_the_width(void **state)
{
    double narrow, wide;

    (void) state;
    mean_distance("two-layer-relu", 32, 1, 1, 60, &narrow);
    mean_distance("two-layer-relu", 512, 1, 1, 60, &wide);
    check_close(log(wide / narrow) / log(16), -0.5, 0.08);
    mean_distance("deep-relu", 16, 2, 1, 60, &narrow);
    mean_distance("deep-relu", 128, 2, 1, 60, &wide);
    check_close(log(wide / narrow) / log(8), -0.5, 0.12);
}

/* Theory 7, R1: n = 20, d_x = 10, sqrt(m) E||H(0) - H^inf||_2 = 1.8 to 1.94, flat in m.
 * Other inputs and 40 draws of it: within some fifths. */
static void reference_r1_is_flat_in_the_width(void **state)
{
    enum { N = 20, DRAWS = 40 };

    (void) state;
    for (size_t m = 256; m <= 1024; m *= 4) {
        struct tiny t;
        struct lemma_gram_sweep *sweep = NULL;
        double *scratch = zeros(1, lemma_spectral_scratch(N, N)).a, mean = 0;
        lemma_mat limit, k = zeros(N, N);

        tiny_make(&t, "two-layer-relu", N, 10, 1, m, 1, 1);
        limit = limit_of(&t, (struct lemma_limit){0, false});
        check_ok(lemma_gram_sweep_create(t.net, LEMMA_GRAM_FULL, N, 0, &sweep), NULL);
        for (size_t seed = 0; seed < DRAWS; seed++) {
            tiny_draw(&t, seed);
            lemma_gram_sweep(sweep, &t.model, lemma_const(t.features),
                             (struct lemma_layers){0, 1}, k);
            mean +=
                lemma_spectral_norm(lemma_const(k), lemma_const(limit), scratch).norm /
                DRAWS;
        }
        check_close(sqrt((double) m) * mean, 1.87, 0.35);
        lemma_gram_sweep_destroy(sweep);
        lemma_free(scratch);
        lemma_free(limit.a);
        lemma_free(k.a);
        tiny_unmake(&t);
    }
}

static double least_eigenvalue(lemma_mat k)
{
    struct lemma_eigen *e = NULL;
    double values[32];

    check_ok(lemma_eigen_create(k.rows, &e), NULL);
    check_ok(lemma_eigen_solve(e, k, values, (lemma_mat){0}), NULL);
    lemma_eigen_destroy(e);
    return values[0];
}

/* Theory 7, R7: lambda_0 2 pi / phi for one close pair among 6 otherwise orthogonal
 * points; k1: lambda_0 <= 1/2 - cos(theta) (pi - theta) / 2 pi. */
static void a_close_pair_has_the_reference_eigenvalues(void **state)
{
    static const double angles[] = {0.4, 0.2, 0.1, 0.05};
    static const double ratios[] = {1.55, 1.30, 1.15, 1.08};
    enum { N = 6 };

    (void) state;
    for (size_t e = 0; e < 4; e++) {
        struct tiny t;
        double theta = angles[e], least;
        lemma_mat h;

        tiny_make(&t, "two-layer-relu", N, N, 1, 4, 1, 1);
        for (size_t i = 0; i < N; i++)
            for (size_t k = 0; k < N; k++)
                lemma_row(t.x, i).a[k] = i == k;
        lemma_row(t.x, 1).a[0] = cos(theta);
        lemma_row(t.x, 1).a[1] = sin(theta);
        h = limit_of(&t, (struct lemma_limit){0, false});
        least = least_eigenvalue(h);
        check_close(least * 2 * M_PI / (2 * sin(theta / 2)), ratios[e], 0.006);
        assert_true(least <= 0.5 - cos(theta) * (M_PI - theta) / (2 * M_PI) + 1e-15);
        lemma_free(h.a);
        tiny_unmake(&t);
    }
}

/* k1's slope 1 / (2 pi) all the way down: 1e-8 apart, cosines would say 0. */
static void nearly_equal_inputs_keep_their_small_eigenvalue(void **state)
{
    struct tiny t;
    double theta = 1e-8;
    lemma_mat h;

    (void) state;
    tiny_make(&t, "two-layer-relu", 2, 2, 1, 4, 1, 1);
    memcpy(t.x.a, (double[]){1, 0, cos(theta), sin(theta)}, 4 * sizeof(double));
    h = limit_of(&t, (struct lemma_limit){0, false});
    check_close(h.a[0] - h.a[1], theta / (2 * M_PI), 1e-16);
    check_close(least_eigenvalue(h), theta / (2 * M_PI), 3e-16);
    lemma_free(h.a);
    tiny_unmake(&t);
}

/* Theory 1.3: equal inputs, and 3 pairs of opposite ones in the plane. */
static void degenerate_inputs_have_a_singular_kernel(void **state)
{
    struct tiny t;
    lemma_mat h;

    (void) state;
    tiny_make(&t, "two-layer-relu", 5, 3, 1, 4, 1, 1);
    memcpy(lemma_row(t.x, 4).a, lemma_row(t.x, 1).a, 3 * sizeof(double));
    h = limit_of(&t, (struct lemma_limit){0, false});
    check_close(least_eigenvalue(h), 0, 1e-15);
    lemma_free(h.a);
    tiny_unmake(&t);

    tiny_make(&t, "two-layer-relu", 6, 2, 1, 4, 1, 1);
    for (size_t i = 0; i < 6; i++) {
        double angle = 0.3 + 0.8 * (double) (i % 3), sign = i < 3 ? 1 : -1;

        lemma_row(t.x, i).a[0] = sign * cos(angle);
        lemma_row(t.x, i).a[1] = sign * sin(angle);
    }
    h = limit_of(&t, (struct lemma_limit){0, false});
    check_close(least_eigenvalue(h), 0, 1e-15);
    lemma_free(h.a);
    tiny_unmake(&t);

    tiny_make(&t, "deep-relu", 1, 1, 1, 4, 2, 1); /* N = 1, d_x = 1 */
    h = limit_of(&t, (struct lemma_limit){0, false});
    check_close(h.a[0], 2 * 4 / 2.0, 1e-14);
    lemma_free(h.a);
    tiny_unmake(&t);
}

/* f is homogeneous in x, and so is its kernel; a zero input has none. */
static void lengths_of_inputs_are_factors(void **state)
{
    struct tiny t;
    lemma_mat one, scaled;

    (void) state;
    tiny_make(&t, "deep-relu", 4, 3, 1, 8, 2, 1);
    one = limit_of(&t, (struct lemma_limit){0, false});
    for (size_t k = 0; k < 3; k++) {
        lemma_row(t.x, 0).a[k] *= 3;
        lemma_row(t.x, 1).a[k] = 0;
    }
    scaled = limit_of(&t, (struct lemma_limit){0, false});
    check_close(scaled.a[0], 9 * one.a[0], 1e-13);
    check_close(scaled.a[2], 3 * one.a[2], 1e-13);
    check_close(scaled.a[4], 0, 0);
    check_close(scaled.a[5], 0, 0);
    lemma_free(one.a);
    lemma_free(scaled.a);
    tiny_unmake(&t);
}

static void an_unknown_activation_is_refused(void **state)
{
    struct lemma_activation_type cube = {.name = "cube", .has_pattern = true};
    struct lemma_limit all = {0, false};
    struct lemma_error err;
    struct tiny t;
    double k[4] = {1, 2, 3, 4};

    (void) state;
    tiny_make(&t, "deep-relu", 2, 3, 1, 8, 2, 1);
    t.net->layers[1].activation = &cube;
    assert_int_equal(
        lemma_limit_gram(t.net, lemma_const(t.x), &all, lemma_mat_of(k, 2, 2), &err),
        LEMMA_EINPUT);
    check_contains(err.text, "relu and identity");
    assert_true(k[0] == 1 && k[3] == 4);
    tiny_unmake(&t);
}

/* A deep linear net: kappas play no part, K = L (m/d) x.x' at gain 1 (scale^2 = 1/m).
 */
static void identity_layers_leave_the_cosine_alone(void **state)
{
    enum { N = 4, L = 3, M = 8 };
    struct tiny t;
    lemma_mat k;

    (void) state;
    tiny_make(&t, "deep-relu", N, 3, 1, M, L, 1);
    for (size_t l = 0; l < L; l++) {
        t.net->layers[l].activation = lemma_activation_types[1];
        t.net->layers[l].scale = 1 / sqrt(M);
    }
    assert_string_equal(lemma_activation_types[1]->name, "identity");
    k = limit_of(&t, (struct lemma_limit){0, false});
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            check_close(lemma_row(k, i).a[j],
                        (M + (L - 1) * M) * lemma_dot(lemma_crow(lemma_const(t.x), i),
                                                      lemma_crow(lemma_const(t.x), j)),
                        1e-13);
    lemma_free(k.a);
    tiny_unmake(&t);
}

static void expanding_is_the_kronecker_product(void **state)
{
    double k[4] = {1, 2, 2, 5}, full[36];

    (void) state;
    lemma_limit_expand(lemma_cmat_of(k, 2, 2), 3, lemma_mat_of(full, 6, 6));
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            assert_true(full[i * 6 + j] == (i % 3 == j % 3 ? k[i / 3 * 2 + j / 3] : 0));
}

static void subtracting_takes_the_expanded_limit_away(void **state)
{
    double k[4] = {1, 2, 3, 4}, full[36], left[36], mean[4] = {5, 5, 5, 5};

    (void) state;
    draw_normals(5, left, 36);
    memcpy(full, left, sizeof full);
    lemma_limit_subtract(lemma_cmat_of(k, 2, 2), lemma_mat_of(left, 6, 6));
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            assert_true(left[i * 6 + j] ==
                        full[i * 6 + j] - (i % 3 == j % 3 ? k[i / 3 * 2 + j / 3] : 0));
    lemma_limit_subtract(lemma_cmat_of(k, 2, 2), lemma_mat_of(mean, 2, 2));
    assert_true(mean[0] == 4 && mean[1] == 3 && mean[2] == 2 && mean[3] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kappas_are_moments_of_correlated_normals),
        cmocka_unit_test(kappas_are_safe_at_and_past_the_ends),
        cmocka_unit_test(small_angles_keep_their_digits),
        cmocka_unit_test(angles_and_cosines_tell_the_same),
        cmocka_unit_test(two_layer_kernels_are_the_published_one),
        cmocka_unit_test(deep_kernels_follow_the_recursion),
        cmocka_unit_test(wide_networks_have_it_as_their_mean),
        cmocka_unit_test(the_distance_falls_like_the_root_of_the_width),
        cmocka_unit_test(reference_r1_is_flat_in_the_width),
        cmocka_unit_test(a_close_pair_has_the_reference_eigenvalues),
        cmocka_unit_test(nearly_equal_inputs_keep_their_small_eigenvalue),
        cmocka_unit_test(degenerate_inputs_have_a_singular_kernel),
        cmocka_unit_test(lengths_of_inputs_are_factors),
        cmocka_unit_test(an_unknown_activation_is_refused),
        cmocka_unit_test(identity_layers_leave_the_cosine_alone),
        cmocka_unit_test(expanding_is_the_kronecker_product),
        cmocka_unit_test(subtracting_takes_the_expanded_limit_away),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
