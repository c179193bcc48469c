/*
 * The whole run against the oracle: every table of every probe, to 1e-10 of its scale,
 * on every preset, batch rule, partition, server step and form of the local models.
 */
#include <math.h>

#include "rig.h"
#include "support.h"

/* ---- the oracle's own parts ---- */

static void central_differences(const char *preset, size_t L, size_t d)
{
    struct rig_spec spec = {preset, 5,           d,          7,
                            L,      2,           {3, 2},     .tau = 1,
                            .R = 1, .step = 0.5, .seed = 11, .server_step = 1};
    struct naive_pass pass;
    struct rig g;

    rig_run(&spec, &g);
    struct naive_problem p = rig_problem(&g);
    double *gradient = calloc(g.P, sizeof *gradient), h = 1e-6;
    assert_non_null(gradient);
    naive_pass_init(&p, &pass);
    naive_gradient(&p, g.w0, NULL, 0, p.N, &pass, gradient);
    assert_true(pass.margin > 10 * h);
    for (size_t j = 0; j < g.P; j++) {
        double loss[2] = {0, 0}, w = g.w0[j];
        for (int side = 0; side < 2; side++) {
            g.w0[j] = w + (side ? h : -h);
            for (size_t i = 0; i < p.N; i++) {
                naive_forward(&p, g.w0, p.x + i * p.d_x, p.y + i * p.d, &pass);
                for (size_t k = 0; k < p.d; k++)
                    loss[side] += pass.r[k] * pass.r[k] / (2 * (double) p.N);
            }
        }
        g.w0[j] = w;
        check_close((loss[1] - loss[0]) / (2 * h), gradient[j], 1e-8);
    }
    naive_pass_fini(&pass);
    free(gradient);
    rig_free(&g);
}

static void the_oracles_gradient_is_the_central_difference(void **state)
{
    (void) state;
    central_differences("deep-relu", 3, 1);
    central_differences("deep-relu", 2, 3);
    central_differences("deep-relu-fixed-input", 2, 2);
    central_differences("two-layer-relu", 1, 1);
}

static void the_oracles_spectral_norm_is_the_largest_singular_value(void **state)
{
    (void) state;
    /* (1, 2, 2)^T (3, 4) / 15 and its square in another direction: 1 and 1/4. */
    const double u[] = {1 / 3., 2 / 3., 2 / 3.}, v[] = {.6, .8};
    const double u2[] = {2 / 3., 1 / 3., -2 / 3.}, v2[] = {-.8, .6};
    double a[6], b[6];

    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 2; j++)
            a[i * 2 + j] = b[j * 3 + i] = 3 * u[i] * v[j] - .75 * u2[i] * v2[j];
    check_close(naive_spectral(a, 3, 2), 3, 1e-14);
    check_close(naive_spectral(b, 2, 3), 3, 1e-14);
    /* The second difference matrix: 2 - 2 cos(k pi / (n + 1)). */
    double second[81] = {0};
    for (size_t i = 0; i < 9; i++) {
        second[i * 9 + i] = 2;
        if (i)
            second[i * 9 + i - 1] = second[(i - 1) * 9 + i] = -1;
    }
    check_close(naive_spectral(second, 9, 9), 2 + 2 * cos(acos(-1) / 10), 1e-14);
}

static void the_oracles_eigenvectors_are_those_of_the_matrix(void **state)
{
    enum { N = 7 };
    double a[N * N], room[N * N], values[N], vectors[N * N];

    (void) state;
    draw_normals(5, a, N * N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            a[i * N + j] = a[j * N + i];
    memcpy(room, a, sizeof room);
    naive_eigen(room, N, values, vectors);
    for (size_t k = 0; k < N; k++) {
        assert_true(k == 0 || values[k - 1] < values[k]);
        for (size_t i = 0; i < N; i++) {
            double image = 0, product = 0;
            for (size_t j = 0; j < N; j++) {
                image += a[i * N + j] * vectors[k * N + j];
                product += vectors[k * N + j] * vectors[i * N + j];
            }
            check_close(image, values[k] * vectors[k * N + i], 1e-14);
            check_close(product, i == k, 1e-14);
        }
    }
}

/* ---- the library against it ---- */

static double largest(const struct naive_table *t)
{
    double most = 0;

    for (size_t i = 0; i < t->rows * t->count; i++)
        most = fmax(most, fabs(t->cells[i]));
    return most;
}

/* Each table's largest number joins `life`. */
static void remember(struct naive_tables *life, const struct naive_tables *t)
{
    for (size_t i = 0; i < t->count; i++) {
        double most = largest(&t->table[i]);
        naive_append(life, t->table[i].name, false, 0, 1, &most);
    }
}

/* Tables of zeros would have compared nothing, but for the rounding of identities,
 * which need not be there, and is missing with more than one layer. */
static void expect_life(const struct naive_tables *life)
{
    assert_true(life->count > 0);
    for (size_t i = 0; i < life->count; i++)
        if (!strstr(life->table[i].name, "identity_residual") &&
            !(largest(&life->table[i]) > 0))
            fail_msg("%s was zero in every run", life->table[i].name);
}

static void compare(const struct rig_spec *spec, struct naive_tables *life)
{
    struct naive_result want;
    struct rig g;
    char label[256];

    rig_run(spec, &g);
    snprintf(label, sizeof label, "%s d=%zu batch=%zu %s n=%zu,%zu server_step=%g %s",
             spec->preset, spec->d, spec->batch, spec->sampling ? spec->sampling : "",
             spec->counts[0], spec->counts[1], spec->server_step, spec->local_models);
    struct naive_problem p = rig_problem(&g);
    naive_run(&p, &want);
    /* A tie at rounding level would have two right answers. */
    if (!(want.margin > 1e-10))
        fail_msg("%s: a pre-activation is %.3g: choose another seed", label,
                 want.margin);
    rig_fold_projections(&g.tables, &want.tables);
    rig_compare(label, &g.tables, &want.tables, 1e-10);
    check_close(want.split, 0, 1e-13);
    if (g.tables.count != want.tables.count)
        fail_msg("%s: %zu tables, expected %zu", label, g.tables.count,
                 want.tables.count);
    if (life)
        remember(life, &g.tables);
    rig_compare_models(label, g.P, g.final, want.final, 1e-12);
    naive_result_free(&want);
    rig_free(&g);
}

/* Full batch, both kinds of mini-batch and epochs; even and uneven clients, one of them
 * smaller than the batch; server step 1 and 0.7; factored and dense: half of all
 * combinations, such that any three choices meet. */
static void compare_all(const char *preset, size_t L, size_t d, bool labels)
{
    static const struct {
        size_t batch;
        const char *sampling;
    } rules[] = {{0, NULL}, {3, "subset"}, {3, "replacement"}, {2, "epoch"}};
    struct rig_spec spec = {preset, 6, d, 16, L, 3, .tau = 3, .R = 3, .step = 0.4};
    struct naive_tables life = {0};

    spec.labels = labels;
    spec.probes = RIG_ALL;
    for (size_t i = 0; i < 16; i++) {
        bool uneven = i & 1, factored = (i ^ i >> 1 ^ i >> 2 ^ i >> 3) & 1;
        spec.seed++;
        spec.batch = rules[i >> 2].batch;
        spec.sampling = rules[i >> 2].sampling;
        spec.counts[0] = uneven ? 5 : 4;
        spec.counts[1] = uneven ? 2 : 4;
        spec.counts[2] = 4;
        spec.server_step = i & 2 ? 0.7 : 1;
        spec.local_models = factored ? "factored" : "dense";
        compare(&spec, &life);
    }
    expect_life(&life);
    naive_tables_free(&life);
}

static void deep_relu_agrees_with_plain_loops(void **state)
{
    (void) state;
    compare_all("deep-relu", 3, 1, false);
}

static void deep_relu_with_three_classes_agrees_with_plain_loops(void **state)
{
    (void) state;
    compare_all("deep-relu", 3, 3, true);
}

static void deep_relu_with_a_fixed_input_layer_agrees_with_plain_loops(void **state)
{
    (void) state;
    compare_all("deep-relu-fixed-input", 2, 1, true);
    compare_all("deep-relu-fixed-input", 2, 2, false);
}

static void two_layer_relu_agrees_with_plain_loops(void **state)
{
    (void) state;
    compare_all("two-layer-relu", 1, 1, false);
    compare_all("two-layer-relu", 1, 2, false);
}

/* Patterns of more than one word, layers wider than deep and the other way round, many
 * samples and few, one client, one step. */
static void other_shapes_agree_with_plain_loops(void **state)
{
    static const struct rig_spec shapes[] = {
        {"deep-relu", 3, 1, 70, 2, 2, {2, 3}, .tau = 2, .R = 2},
        {"deep-relu", 20, 2, 6, 4, 2, {16, 13}, .tau = 2, .R = 2},
        {"two-layer-relu", 9, 1, 130, 1, 4, {1, 1, 6, 2}, .tau = 4, .R = 2},
        {"deep-relu", 5, 1, 12, 2, 1, {7}, .tau = 3, .R = 2},
        {"deep-relu", 5, 1, 12, 2, 3, {3, 4, 5}, .tau = 1, .R = 5},
    };

    (void) state;
    for (size_t i = 0; i < 2 * sizeof shapes / sizeof *shapes; i++) {
        struct rig_spec spec = shapes[i / 2];
        spec.local_models = i & 1 ? "factored" : "dense";
        spec.step = 0.5;
        spec.server_step = 1;
        spec.seed = 900 + i;
        spec.probes = RIG_ALL;
        compare(&spec, NULL);
    }
}

static void flips_from_the_previous_row_follow_the_cadence(void **state)
{
    struct rig_spec spec = {"deep-relu",
                            6,
                            1,
                            16,
                            2,
                            2,
                            {3, 4},
                            .tau = 5,
                            .R = 3,
                            .step = 0.5,
                            .server_step = 1,
                            .seed = 77,
                            .probes = RIG_ALL,
                            .local_models = "auto",
                            .activation_every = "2 steps"};

    (void) state;
    compare(&spec, NULL);
    spec.activation_every = "7 steps";
    compare(&spec, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oracles_gradient_is_the_central_difference),
        cmocka_unit_test(the_oracles_spectral_norm_is_the_largest_singular_value),
        cmocka_unit_test(the_oracles_eigenvectors_are_those_of_the_matrix),
        cmocka_unit_test(deep_relu_agrees_with_plain_loops),
        cmocka_unit_test(deep_relu_with_three_classes_agrees_with_plain_loops),
        cmocka_unit_test(deep_relu_with_a_fixed_input_layer_agrees_with_plain_loops),
        cmocka_unit_test(two_layer_relu_agrees_with_plain_loops),
        cmocka_unit_test(other_shapes_agree_with_plain_loops),
        cmocka_unit_test(flips_from_the_previous_row_follow_the_cadence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
