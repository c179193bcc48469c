#include <math.h>

#include "make.h"

static void points_lie_on_the_sphere_and_keep_their_distance(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(300, 4, 0.15);
    struct lemma_dataset *set = make_set(x);

    assert_int_equal(set->n, 300);
    assert_int_equal(set->d_x, 4);
    assert_int_equal(set->d, 1);
    assert_null(set->label);
    check_unit_inputs(set->inputs);
    assert_true(set->geometry.phi >= 0.15);
    assert_true(set->geometry.antipodal >= 0.15);
    check_contains(set->source, "300 uniform points");
    check_contains(set->checksum, "inputs");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

/* x_1 of a uniform point has mean 0, variance 1/d and fourth moment 3/(d(d+2)). */
static void points_are_uniform(void **state)
{
    (void) state;
    enum { N = 20000, D = 5 };
    struct lemma_experiment *x = make_sphere(N, D, 0);
    struct lemma_dataset *set;
    double m1 = 0, m2 = 0, m4 = 0, cross = 0;

    x->data.samples = 2000; /* the geometry is quadratic in N: ten sets of 2000 */
    for (x->seed = 0; x->seed < 10; x->seed++) {
        set = make_set(x);
        for (size_t i = 0; i < set->n; i++) {
            double a = set->inputs.a[i * D], b = set->inputs.a[i * D + 1];
            m1 += a / N;
            m2 += a * a / N;
            m4 += a * a * a * a / N;
            cross += a * b / N;
        }
        lemma_dataset_destroy(set);
    }
    check_close(m1, 0, 5 * sqrt(1.0 / D / N));
    check_close(cross, 0, 5 * sqrt(1.0 / (D * (D + 2)) / N));
    check_close(m2, 1.0 / D, 5 * sqrt(3.0 / (D * (D + 2)) / N));
    check_close(m4, 3.0 / (D * (D + 2)), 5 * sqrt(105.0 / (5 * 7 * 9 * 11) / N));
    lemma_free(x);
}

/* Redrawing sample by sample, in plain loops, gives the same points: the blocks of the
 * screening leave no trace. */
static void separation_redraws_the_offending_sample_only(void **state)
{
    (void) state;
    enum { N = 300, D = 3 };
    struct lemma_experiment *x = make_sphere(N, D, 0.05);
    struct lemma_dataset *set = make_set(x);
    double(*p)[D] = lemma_alloc(N, sizeof *p);
    size_t redrawn = 0;

    assert_non_null(p);
    for (size_t i = 0; i < N; i++)
        for (uint64_t attempt = 0;; attempt++) {
            struct lemma_stream s =
                lemma_stream_at(x->seed, LEMMA_DRAW_INPUTS, i, attempt, 0);
            double norm = 0, least = INFINITY;
            for (size_t j = 0; j < D; j++)
                p[i][j] = lemma_stream_normal(&s);
            for (size_t j = 0; j < D; j++)
                norm = hypot(norm, p[i][j]);
            for (size_t j = 0; j < D; j++)
                p[i][j] /= norm;
            for (size_t k = 0; k < i; k++) {
                double minus = 0, plus = 0;
                for (size_t j = 0; j < D; j++) {
                    minus = hypot(minus, p[i][j] - p[k][j]);
                    plus = hypot(plus, p[i][j] + p[k][j]);
                }
                least = fmin(least, fmin(minus, plus));
            }
            if (least >= 0.05)
                break;
            redrawn++;
        }
    assert_true(redrawn > 10);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < D; j++)
            check_close(set->inputs.a[i * D + j], p[i][j], 1e-14);
    lemma_free(p);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void a_separation_beyond_the_packing_bound_is_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(100, 2, 0.5);

    /* 100 lines in the plane: at most pi/100 apart, chord 2 sin(pi/200) = 0.03142. */
    check_refused(x, "data.separation: expected at most 0.03141, found 0.5");
    x->data.samples = 3; /* three lines at 60 degrees: chord 1 */
    x->data.separation = 1.0001;
    check_refused(x, "expected at most 1, found 1");
    x->data.dimension = 1;
    x->data.samples = 2;
    check_refused(x, "packing bound");
    x->data.separation = 1.5;
    x->data.dimension = 10;
    check_refused(x, "expected at most 1.414");
    lemma_free(x);
}

static void
a_separation_that_draws_do_not_reach_is_refused_with_what_they_did(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(100, 2, 0.029);

    check_refused(x, "the best of 1000 draws of sample");
    check_refused(x, "with ease, and never more than 0.0314");
    lemma_free(x);
}

static void one_point_keeps_any_separation(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(1, 1, 0.3);
    struct lemma_dataset *set = make_set(x);

    check_close(fabs(set->inputs.a[0]), 1, 0);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

/* Least distance, up to sign, of the pairs other than (0, n - 1). */
static double least_of_others(const struct lemma_dataset *set)
{
    double least = INFINITY;

    for (size_t i = 0; i < set->n; i++)
        for (size_t j = 0; j < i; j++) {
            double minus = 0, plus = 0;
            for (size_t k = 0; k < set->d_x; k++) {
                double a = set->inputs.a[i * set->d_x + k];
                double b = set->inputs.a[j * set->d_x + k];
                minus = hypot(minus, a - b);
                plus = hypot(plus, a + b);
            }
            if (j > 0 || i < set->n - 1)
                least = fmin(least, fmin(minus, plus));
        }
    return least;
}

static void a_closest_pair_is_phi_for_every_seed_and_others_keep_apart(void **state)
{
    (void) state;
    const double distances[] = {0.2, 0.1, 1e-3, 1e-9};
    struct lemma_experiment *x = make_sphere(60, 6, 0.2);

    for (x->seed = 0; x->seed < 20; x->seed++)
        for (size_t k = 0; k < 4; k++) {
            struct lemma_dataset *set;
            x->data.closest_pair = distances[k];
            set = make_set(x);
            check_close(set->geometry.phi, distances[k], 1e-15);
            check_close(set->geometry.min_angle, 2 * asin(distances[k] / 2), 2e-15);
            assert_true(least_of_others(set) >= 0.2 - 1e-15);
            check_unit_inputs(set->inputs);
            lemma_dataset_destroy(set);
        }
    lemma_free(x);
}

static void a_closest_pair_moves_one_point_alone(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(40, 5, 0.2);
    struct lemma_dataset *off = make_set(x), *on;

    x->data.closest_pair = 0.05;
    on = make_set(x);
    assert_memory_equal(on->inputs.a, off->inputs.a, 39 * 5 * sizeof(double));
    assert_true(
        memcmp(on->inputs.a + 39 * 5, off->inputs.a + 39 * 5, 5 * sizeof(double)) != 0);
    lemma_dataset_destroy(off);
    lemma_dataset_destroy(on);
    lemma_free(x);
}

/* Directions of which few keep the separation: in the plane there are two. */
static void a_closest_pair_turns_to_where_there_is_room(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(12, 2, 0.12);
    size_t refused = 0;

    x->data.closest_pair = 0.1;
    for (x->seed = 0; x->seed < 30; x->seed++) {
        struct lemma_dataset *set = NULL;
        struct lemma_error err = {""};
        if (lemma_dataset_create(x, &set, &err) == LEMMA_OK) {
            assert_true(least_of_others(set) >= 0.12 - 1e-15);
        } else {
            check_contains(err.text, "test.yaml:1: data.closest_pair: expected a "
                                     "distance at which the last sample can keep "
                                     "data.separation, 0.12, from all but the first: "
                                     "the best of 1000 directions came to 0.");
            refused++;
        }
        lemma_dataset_destroy(set);
    }
    assert_true(refused > 0 && refused < 30);
    lemma_free(x);
}

static void two_points_alone_can_be_the_closest_pair(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(2, 2, 1);
    struct lemma_dataset *set;

    x->data.closest_pair = 0.25;
    set = make_set(x);
    check_close(set->geometry.phi, 0.25, 1e-15);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void a_closest_pair_that_would_not_be_one_is_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(10, 5, 0.2);

    x->data.closest_pair = 0.21;
    check_refused(x, "test.yaml:1: data.closest_pair: expected 0, or 1e-12 up to "
                     "data.separation, 0.2, which all other pairs keep, found 0.21");
    x->data.closest_pair = 1e-13;
    check_refused(x, "found 1e-13");
    x->data.closest_pair = 0.1;
    x->data.separation = 0;
    check_refused(x, "data.separation, 0, which");
    x->data.samples = 1;
    check_refused(x, "a pair takes two samples and two dimensions, got 1 and 5");
    lemma_free(x);
}

static void sizes_of_zero_and_other_targets_are_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(0, 3, 0);

    check_refused(x, "data.samples");
    x->data.samples = 4;
    x->data.dimension = 0;
    check_refused(x, "data.dimension");
    x->data.dimension = 3;
    x->data.targets.outputs = 0;
    check_refused(x, "data.targets.outputs");
    x->data.targets.outputs = 1;
    x->data.separation = -1;
    check_refused(x, "data.separation");
    x->data.separation = 0;
    set_word(x->data.targets.kind, "one-hot");
    check_refused(x,
                  "data.targets.kind: expected teacher, random-sign or gaussian with "
                  "data.kind sphere, got \"one-hot\"");
    lemma_free(x);
}

static void every_kind_of_targets_has_the_asked_outputs(void **state)
{
    (void) state;
    const char *const kinds[] = {"teacher", "random-sign", "gaussian"};
    struct lemma_experiment *x = make_sphere(20, 3, 0);

    x->data.targets.outputs = 4;
    for (size_t k = 0; k < 3; k++) {
        struct lemma_dataset *set;
        set_word(x->data.targets.kind, kinds[k]);
        set = make_set(x);
        assert_int_equal(set->d, 4);
        assert_int_equal(set->targets.cols, 4);
        check_contains(set->source, kinds[k]);
        lemma_dataset_destroy(set);
    }
    lemma_free(x);
}

static void a_teacher_answers_fresh_points_too(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(20, 3, 0);
    struct lemma_dataset *set;

    x->data.test_samples = 50;
    set = make_set(x);
    assert_int_equal(set->test_n, 50);
    check_unit_inputs(set->test_inputs);
    assert_true(memcmp(set->inputs.a, set->test_inputs.a, 3 * sizeof(double)) != 0);
    lemma_dataset_destroy(set);
    set_word(x->data.targets.kind, "gaussian");
    check_refused(x, "data.test_samples");
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_on_the_sphere_and_keep_their_distance),
        cmocka_unit_test(points_are_uniform),
        cmocka_unit_test(separation_redraws_the_offending_sample_only),
        cmocka_unit_test(a_separation_beyond_the_packing_bound_is_refused),
        cmocka_unit_test(
            a_separation_that_draws_do_not_reach_is_refused_with_what_they_did),
        cmocka_unit_test(one_point_keeps_any_separation),
        cmocka_unit_test(a_closest_pair_is_phi_for_every_seed_and_others_keep_apart),
        cmocka_unit_test(a_closest_pair_moves_one_point_alone),
        cmocka_unit_test(a_closest_pair_turns_to_where_there_is_room),
        cmocka_unit_test(two_points_alone_can_be_the_closest_pair),
        cmocka_unit_test(a_closest_pair_that_would_not_be_one_is_refused),
        cmocka_unit_test(sizes_of_zero_and_other_targets_are_refused),
        cmocka_unit_test(every_kind_of_targets_has_the_asked_outputs),
        cmocka_unit_test(a_teacher_answers_fresh_points_too),
    };

    return cmocka_run_group_tests_name("data_sphere", tests, NULL, NULL);
}
