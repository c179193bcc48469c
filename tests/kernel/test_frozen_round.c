/* Rounds with a frozen kernel against linear models trained by loops, and theory 2.4's
 * facts, each beside a case that breaks it. */
#include <math.h>

#include "core/eigen.h"
#include "kernel/lazy.h"

/* One round of Local GD on w (parameters), by loops over J; targets 0: r = J w. */
static void train(const struct lazy *z, size_t per, double eta, size_t tau, double *w)
{
    double *mean = zeros(1, z->parameters).a, *local = zeros(1, z->parameters).a;
    double *g = zeros(1, z->parameters).a;
    size_t P = z->parameters;

    for (size_t c = 0; c < z->K; c++) {
        size_t first = z->spans[c].first * per, rows = z->spans[c].count * per;

        memcpy(local, w, P * sizeof *w);
        for (size_t s = 0; s < tau; s++) {
            memset(g, 0, P * sizeof *g);
            for (size_t i = first; i < first + rows; i++) {
                const double *j = lemma_row(z->j, i).a;
                double r = 0;

                for (size_t e = 0; e < P; e++)
                    r += j[e] * local[e];
                for (size_t e = 0; e < P; e++)
                    g[e] += r * j[e] / (double) z->spans[c].count;
            }
            for (size_t e = 0; e < P; e++)
                local[e] -= eta * g[e];
        }
        for (size_t e = 0; e < P; e++)
            mean[e] += local[e] * (double) rows / (double) z->order;
    }
    memcpy(w, mean, P * sizeof *w);
    lemma_free(mean);
    lemma_free(local);
    lemma_free(g);
}

static void residual(const struct lazy *z, const double *w, double *r)
{
    lemma_gemv(LEMMA_N, 1, lemma_const(z->j), (lemma_cvec){w, z->parameters}, 0,
               (lemma_vec){r, z->order});
}

static const size_t four[] = {6, 6, 6, 6};
static const size_t uneven[] = {3, 9, 4, 8};

/* Even and uneven clients, several outputs, fewer weights than rows. */
static void rounds_are_those_of_a_linear_model(void **state)
{
    static const struct {
        size_t parameters, per, K, sizes[4];
        double eta;
        size_t tau;
    } cases[] = {{40, 1, 3, {5, 5, 5}, 2, 4},
                 {60, 2, 3, {2, 7, 4}, 1, 7},
                 {9, 1, 4, {6, 1, 3, 5}, 0.5, 3},
                 {30, 1, 1, {8}, 3, 1},
                 {30, 3, 2, {1, 1}, 0.1, 50}};

    (void) state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct lazy z;
        double w[64], r[LAZY_MOST], seen[LAZY_MOST];

        lazy_make(&z, cases[k].parameters, cases[k].per, cases[k].K, cases[k].sizes, k);
        draw_normals(90, w, z.parameters);
        residual(&z, w, r);
        lemma_frozen_set(z.f, cases[k].eta, cases[k].tau);
        for (size_t t = 0; t < 5; t++) {
            lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
            train(&z, cases[k].per, cases[k].eta, cases[k].tau, w);
            residual(&z, w, seen);
            for (size_t i = 0; i < z.order; i++)
                check_close(r[i], seen[i], 1e-12);
        }
        lazy_unmake(&z);
    }
}

static void a_round_is_the_matrix_times_the_residual(void **state)
{
    static const size_t sizes[] = {3, 6, 4};
    struct lazy z;
    double r[LAZY_MOST], expected[LAZY_MOST];
    lemma_mat m;

    (void) state;
    lazy_make(&z, 20, 1, 3, sizes, 3);
    m = zeros(z.order, z.order);
    lemma_frozen_set(z.f, 1.5, 6);
    lemma_frozen_matrix(z.f, m);
    draw_normals(4, r, z.order);
    lemma_gemv(LEMMA_N, 1, lemma_const(m), (lemma_cvec){r, z.order}, 0,
               (lemma_vec){expected, z.order});
    lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
    for (size_t i = 0; i < z.order; i++)
        check_close(r[i], expected[i], 1e-14);
    lemma_free(m.a);
    lazy_unmake(&z);
}

/* With the mean kernel each output is a column of its own. */
static void columns_move_on_their_own(void **state)
{
    enum { N = 9, D = 3 };
    static const size_t sizes[] = {4, 5};
    struct lazy z;
    struct lemma_frozen *wide = NULL;
    double r[N * D], one[N];

    (void) state;
    lazy_make(&z, 20, 1, 2, sizes, 5);
    struct lemma_frozen_problem p = {lemma_const(z.h), 1, D, 2, z.spans, NULL, false};
    check_ok(lemma_frozen_create(&p, &wide, NULL), NULL);
    lemma_frozen_set(wide, 1, 5);
    lemma_frozen_set(z.f, 1, 5);
    draw_normals(6, r, N * D);
    for (size_t i = 0; i < N; i++)
        one[i] = r[i * D + 1];
    lemma_frozen_round(wide, NULL, lemma_mat_of(r, N, D));
    lemma_frozen_round(z.f, NULL, lemma_mat_of(one, N, 1));
    for (size_t i = 0; i < N; i++)
        check_close(r[i * D + 1], one[i], 1e-15);
    lemma_frozen_destroy(wide);
    lazy_unmake(&z);
}

static void clients_alone_give_the_same_rounds_and_limits(void **state)
{
    static const size_t sizes[] = {2, 3, 4};
    struct lazy z;
    struct lemma_frozen *light = NULL;
    double r[18], s[18];

    (void) state;
    lazy_make(&z, 30, 2, 3, sizes, 9);
    struct lemma_frozen_problem p = {lemma_const(z.h), 2, 1, 3, z.spans, NULL, true};
    check_ok(lemma_frozen_create(&p, &light, NULL), NULL);
    assert_true(lemma_frozen_stable_step(light) == lemma_frozen_stable_step(z.f));
    assert_true(lemma_frozen_stochastic_step(light, 2, true) ==
                lemma_frozen_stochastic_step(z.f, 2, true));
    lemma_frozen_set(light, 0.5, 7);
    lemma_frozen_set(z.f, 0.5, 7);
    draw_normals(10, r, 18);
    memcpy(s, r, sizeof r);
    lemma_frozen_round(light, NULL, lemma_mat_of(r, 18, 1));
    lemma_frozen_round(z.f, NULL, lemma_mat_of(s, 18, 1));
    assert_memory_equal(r, s, sizeof r);
    lemma_frozen_destroy(light);
    lazy_unmake(&z);
}

/* Only client 1 in the round: what is orthogonal to its features stays. */
static void clients_may_stay_away(void **state)
{
    static const size_t sizes[] = {2, 3};
    static const double present[] = {0, 1};
    struct lazy z;
    double r[5], w[20], seen[5], alone[20];

    (void) state;
    lazy_make(&z, 20, 1, 2, sizes, 7);
    draw_normals(8, w, 20);
    residual(&z, w, r);
    memcpy(alone, w, sizeof w);
    lemma_frozen_set(z.f, 1, 4);
    lemma_frozen_round(z.f, present, lemma_mat_of(r, 5, 1));
    for (size_t s = 0; s < 4; s++) {
        double now[5];

        residual(&z, alone, now);
        for (size_t i = 2; i < 5; i++)
            for (size_t e = 0; e < 20; e++)
                alone[e] -= now[i] * lemma_row(z.j, i).a[e] / 3;
    }
    residual(&z, alone, seen);
    for (size_t i = 0; i < 5; i++)
        check_close(r[i], seen[i], 1e-13);
    lazy_unmake(&z);
}

static void l2_small_steps_contract_in_the_kernels_norm(void **state)
{
    struct lazy z;
    double eta, last = 1, r[LAZY_MOST];

    (void) state;
    lazy_make(&z, 60, 1, 4, four, 30);
    eta = lemma_frozen_stable_step(z.f) / 2; /* eta lambda_max / n = 1 */
    for (size_t tau = 1; tau <= 64; tau *= 2) {
        struct lemma_frozen_spectrum s = lazy_spectrum(&z, eta, tau, NULL);

        assert_true(s.least >= -1e-14 && s.rho <= last);
        last = s.rho;
        draw_normals(31, r, z.order);
        for (size_t t = 0; t < 6; t++) {
            double before = lazy_distance2(&z, r);

            lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
            assert_true(lazy_distance2(&z, r) <= s.rho * s.rho * before * (1 + 1e-10));
        }
    }
    lazy_unmake(&z);
    lazy_make(&z, 60, 1, 1, four, 30); /* beyond its condition: eigenvalues below 0 */
    eta = lemma_frozen_stable_step(z.f);
    assert_true(lazy_spectrum(&z, 0.9 * eta, 1, NULL).least < 0);
    lazy_unmake(&z);
}

static void least_and_most(lemma_cmat h, double *least, double *most)
{
    struct lemma_eigen *e = NULL;
    lemma_mat room = zeros(h.rows, h.rows);
    double values[LAZY_MOST];

    for (size_t i = 0; i < h.rows; i++)
        memcpy(lemma_row(room, i).a, lemma_crow(h, i).a, h.rows * sizeof *room.a);
    check_ok(lemma_eigen_create(h.rows, &e), NULL);
    check_ok(lemma_eigen_solve(e, room, values, (lemma_mat){0}), NULL);
    *least = values[0];
    *most = values[h.rows - 1];
    lemma_eigen_destroy(e);
    lemma_free(room.a);
}

static void l3_brackets_the_factor_of_a_round(void **state)
{
    struct lazy z;
    double least, most, Lam;

    (void) state;
    lazy_make(&z, 60, 1, 4, four, 40);
    least_and_most(lemma_const(z.h), &least, &most);
    Lam = 2 * 6 / lemma_frozen_stable_step(z.f);
    for (size_t tau = 1; tau <= 16; tau *= 2)
        for (double eta = 1e-4; eta * Lam / 6 <= 1; eta *= 4) {
            double gain = 1 - lazy_spectrum(&z, eta, tau, NULL).rho;
            double first = eta * (double) tau * least / 24;
            double slack = ((double) tau - 1) * eta * Lam / 12;

            assert_true(gain <= first * (1 + 1e-9));
            assert_true(gain >= first * (1 - slack) - 1e-13);
        }
    lazy_unmake(&z);

    lazy_make(&z, 60, 1, 1, four,
              40); /* beyond eta Lam / n = 1 the lower end fails: H = I */
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            lemma_row(z.h, i).a[j] = i == j;
    lemma_frozen_destroy(z.f);
    lazy_freeze(&z, 1);
    check_close(1 - lazy_spectrum(&z, 1.9 * 6, 1, NULL).rho, 0.1, 1e-14); /* not 1.9 */
    lazy_unmake(&z);
}

/* rho -> 1 - lambda_min(H blockdiag(H_cc)^-1) / K, block Jacobi; orthogonal clients:
 * 1 - 1/K exactly. */
static void l4_many_local_steps_are_block_jacobi(void **state)
{
    struct lazy z;
    double eta, values[LAZY_MOST], jacobi;

    (void) state;
    lazy_make(&z, 60, 1, 4, four, 50);
    eta = lemma_frozen_stable_step(z.f) * 0.5;
    jacobi = lazy_spectrum(&z, eta, LEMMA_FROZEN_FOREVER, values).rho;
    check_close(lazy_spectrum(&z, eta, 100000, NULL).rho, jacobi, 1e-12);
    for (size_t i = 0; i < z.order; i++) /* eig(H blockdiag^-1) in (0, K] */
        assert_true(4 * (1 - values[i]) > 0 && 4 * (1 - values[i]) <= 4 + 1e-12);
    assert_true(jacobi > 1 - 0.25);
    assert_true(lazy_spectrum(&z, 4 * eta, LEMMA_FROZEN_FOREVER, NULL).rho == INFINITY);
    lazy_unmake(&z);

    lazy_make(&z, 60, 1, 4, four, 50);
    for (size_t i = 0; i < z.order; i++)
        for (size_t j = 0; j < z.order; j++)
            if (i / 6 != j / 6)
                lemma_row(z.h, i).a[j] = 0;
    lemma_frozen_destroy(z.f);
    lazy_freeze(&z, 1);
    check_close(lazy_spectrum(&z, eta, LEMMA_FROZEN_FOREVER, NULL).rho, 0.75, 1e-13);
    lazy_unmake(&z);
}

static void l5_the_distance_to_interpolants_never_grows(void **state)
{
    struct lazy z;
    double limit, r[LAZY_MOST], first;

    (void) state;
    lazy_make(&z, 60, 1, 4, uneven, 60);
    limit = lemma_frozen_stable_step(z.f);
    for (size_t tau = 1; tau <= 256; tau *= 16) {
        lemma_frozen_set(z.f, 0.95 * limit, tau);
        draw_normals(61, r, z.order);
        for (size_t t = 0; t < 20; t++) {
            double before = lazy_distance2(&z, r);

            lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
            assert_true(lazy_distance2(&z, r) <= before);
        }
    }
    draw_normals(61, r, z.order); /* beyond the limit it grows */
    first = lazy_distance2(&z, r);
    lemma_frozen_set(z.f, 1.1 * limit, 101);
    for (size_t t = 0; t < 20; t++)
        lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
    assert_true(lazy_distance2(&z, r) > 100 * first);
    lazy_unmake(&z);
}

/* ||W_inf - W(0)||^2 = r(0)^T H^-1 r(0) for every tau, eta, partition; also where H is
 * singular but the data can be interpolated. */
static void l6_training_ends_at_the_nearest_interpolant(void **state)
{
    (void) state;
    for (size_t k = 0; k < 4; k++) {
        struct lazy z;
        double w[48], start[48], r[LAZY_MOST], predicted, outside, seen = 0;
        size_t parameters = k == 3 ? 5 : 48, tau = k == 1 ? 20 : 3;

        lazy_make(&z, parameters, 1, k == 2 ? 2 : 4, k == 0 ? four : uneven, 70);
        draw_normals(71, w, parameters);
        memcpy(start, w, sizeof w);
        residual(&z, w, r);
        predicted = lemma_frozen_distance2(z.f, lemma_cmat_of(r, z.order, 1), &outside);
        check_close(outside, 0, 1e-20);
        for (size_t t = 0; t < 4000; t++)
            train(&z, 1, 0.9 * lemma_frozen_stable_step(z.f), tau, w);
        for (size_t e = 0; e < parameters; e++)
            seen += (w[e] - start[e]) * (w[e] - start[e]);
        check_close(seen, predicted, 1e-8 * predicted);
        assert_true(lemma_frozen_rank(z.f) == (k == 3 ? 5 : z.order));
        lazy_unmake(&z);
    }
}

/* What lies outside range(H) is not reached: it is told, and stays. */
static void l6_what_cannot_be_reached_is_told(void **state)
{
    struct lazy z;
    double r[LAZY_MOST], outside, again;

    (void) state;
    lazy_make(&z, 5, 1, 4, four, 70);
    draw_normals(72, r, z.order);
    lemma_frozen_distance2(z.f, lemma_cmat_of(r, z.order, 1), &outside);
    assert_true(outside > 1);
    lemma_frozen_set(z.f, 0.5 * lemma_frozen_stable_step(z.f), LEMMA_FROZEN_FOREVER);
    for (size_t t = 0; t < 3000; t++)
        lemma_frozen_round(z.f, NULL, lemma_mat_of(r, z.order, 1));
    again = lemma_norm((lemma_cvec){r, z.order});
    assert_true(again * again > 1); /* the residual ends above 0 */
    lazy_unmake(&z);
}

/* Halving eta divides the remainder by 8; without the formula's term, by 4. */
static void l7_the_gap_to_central_steps_is_of_second_order(void **state)
{
    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct lazy z;
        double size = 0;

        lazy_make(&z, 60, 1, 4, k ? uneven : four, 80);
        for (size_t tau = 3; tau <= 12; tau *= 2) {
            double eta = 0.04 / (double) tau;
            double with = lazy_remainder(&z, eta, tau, 1, &size) /
                          lazy_remainder(&z, eta / 2, tau, 1, &size);
            double without = lazy_remainder(&z, eta, tau, 0, &size) /
                             lazy_remainder(&z, eta / 2, tau, 0, &size);

            check_close(with, 8, 0.3);
            check_close(without, 4, 0.15);
        }
        check_close(lazy_remainder(&z, 0.5, 2, 1, &size), 0, 1e-15); /* exact for two */
        size = 0; /* one local step is a central one */
        check_close(lazy_remainder(&z, 0.5, 1, 0, &size), 0, 1e-15);
        assert_true(size == 0);
        lazy_unmake(&z);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_are_those_of_a_linear_model),
        cmocka_unit_test(a_round_is_the_matrix_times_the_residual),
        cmocka_unit_test(columns_move_on_their_own),
        cmocka_unit_test(clients_alone_give_the_same_rounds_and_limits),
        cmocka_unit_test(clients_may_stay_away),
        cmocka_unit_test(l2_small_steps_contract_in_the_kernels_norm),
        cmocka_unit_test(l3_brackets_the_factor_of_a_round),
        cmocka_unit_test(l4_many_local_steps_are_block_jacobi),
        cmocka_unit_test(l5_the_distance_to_interpolants_never_grows),
        cmocka_unit_test(l6_training_ends_at_the_nearest_interpolant),
        cmocka_unit_test(l6_what_cannot_be_reached_is_told),
        cmocka_unit_test(l7_the_gap_to_central_steps_is_of_second_order),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("frozen_round", tests, NULL, NULL);
}
