/* What must hold of whole runs, whatever the numbers. */
#include <math.h>
#include <omp.h>

#include "rig.h"
#include "support.h"

static const struct rig_spec deep = {"deep-relu",
                                     6,
                                     2,
                                     16,
                                     3,
                                     3,
                                     {5, 2, 4},
                                     .tau = 3,
                                     .R = 4,
                                     .step = 0.4,
                                     .server_step = 1,
                                     .seed = 5,
                                     .probes = RIG_ALL};

static double *copy_of(const double *a, size_t n)
{
    double *b = malloc(n * sizeof *b);

    assert_non_null(b);
    memcpy(b, a, n * sizeof *b);
    return b;
}

static void factored_and_dense_local_models_give_the_same_tables(void **state)
{
    static const char *const samplings[] = {"subset", "replacement", "epoch"};
    struct rig_spec spec = deep;

    (void) state;
    for (size_t i = 0; i < 8; i++) {
        struct rig dense, factored;
        spec.batch = i < 2 ? 0 : 2;
        spec.sampling = i < 2 ? NULL : samplings[i / 2 - 1];
        spec.server_step = i & 1 ? 0.7 : 1;
        spec.seed = 100 + i;
        spec.local_models = "dense";
        rig_run(&spec, &dense);
        spec.local_models = "factored";
        rig_run(&spec, &factored);
        assert_true(factored.factored && !dense.factored);
        assert_int_equal(factored.tables.count, dense.tables.count);
        rig_compare("factored", &factored.tables, &dense.tables, 1e-10);
        rig_compare_models("factored", dense.P, factored.final, dense.final, 1e-12);
        rig_free(&dense);
        rig_free(&factored);
    }
}

static void the_virtual_average_is_the_mean_of_the_local_models(void **state)
{
    static const char *const forms[] = {"dense", "factored", "auto"};
    struct rig_spec spec = deep;

    (void) state;
    for (size_t i = 0; i < 6; i++) {
        struct rig g;
        spec.local_models = forms[i / 2];
        spec.server_step = i & 1 ? 0.7 : 1;
        spec.batch = i & 1 ? 2 : 0;
        spec.probes = 0;
        rig_run(&spec, &g);
        check_close(g.mean_error, 0, 1e-14);
        rig_free(&g);
    }
}

/* w <- w - eta sum_c weight_c grad (mean loss over client c's samples of step t). */
static void central_step(const struct naive_problem *p, size_t t, size_t P,
                         struct naive_pass *pass, double *gradient, double *w)
{
    double *before = copy_of(w, P);

    for (size_t c = 0; c < p->K; c++) {
        const int32_t *sample = p->batch ? p->batch + (t * p->K + c) * p->B : NULL;
        size_t count = p->batch ? 0 : p->spans[c].count;
        while (sample && count < p->B && sample[count] >= 0)
            count++;
        naive_gradient(p, before, sample, p->spans[c].first, count, pass, gradient);
        for (size_t j = 0; j < P; j++)
            w[j] -= p->eta * p->weight[c] * gradient[j];
    }
    free(before);
}

/* The run's last model against R tau central steps; its losses at rounds against
 * theirs. */
static void compare_with_central(const struct rig_spec *spec, const char *label)
{
    struct naive_pass pass;
    struct rig g;

    rig_run(spec, &g);
    struct naive_problem p = rig_problem(&g);
    double *w = copy_of(g.w0, g.P), *gradient = copy_of(g.w0, g.P);
    const struct naive_table *server = naive_find(&g.tables, "loss/server");
    assert_non_null(server);
    naive_pass_init(&p, &pass);
    for (size_t t = 0; t <= spec->R * spec->tau; t++) {
        double loss = 0;
        for (size_t i = 0; i < p.N; i++) {
            naive_forward(&p, w, p.x + i * p.d_x, p.y + i * p.d, &pass);
            for (size_t k = 0; k < p.d; k++)
                loss += pass.r[k] * pass.r[k] / (2 * (double) p.N);
        }
        if (t % spec->tau == 0)
            check_close(server->cells[t / spec->tau], loss, 1e-12 * server->cells[0]);
        if (t < spec->R * spec->tau)
            central_step(&p, t, g.P, &pass, gradient, w);
    }
    rig_compare_models(label, g.P, g.final, w, 1e-12);
    naive_pass_fini(&pass);
    free(w);
    free(gradient);
    rig_free(&g);
}

static void one_client_is_centralised_gradient_descent(void **state)
{
    struct rig_spec spec = deep;

    (void) state;
    spec.K = 1;
    spec.counts[0] = 9;
    spec.local_models = "factored";
    compare_with_central(&spec, "one client, factored");
    spec.local_models = "dense";
    compare_with_central(&spec, "one client, dense");
    spec.batch = 4;
    compare_with_central(&spec, "one client, SGD");
}

static void one_local_step_is_parallel_sgd(void **state)
{
    struct rig_spec spec = deep;

    (void) state;
    spec.tau = 1;
    spec.R = 10;
    spec.local_models = "factored";
    compare_with_central(&spec, "one local step, factored");
    spec.local_models = "dense";
    compare_with_central(&spec, "one local step, dense");
    spec.batch = 2;
    compare_with_central(&spec, "one local step of a mini-batch");
}

/* L_0 is the mean over client 0's samples, so that each of them twice changes nothing
 * but the client's weight in every average: n_0 / N becomes 2 n_0 / (N + n_0). */
static void a_clients_data_doubled_is_its_weight_doubled(void **state)
{
    static const char *const presets[] = {"deep-relu", "two-layer-relu"};

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct rig_spec spec = deep;
        struct naive_result want;
        double weight[RIG_CLIENTS], sum = 0;
        struct rig once, twice;

        spec.preset = presets[i / 2];
        spec.L = i / 2 ? 1 : 3;
        spec.local_models = i & 1 ? "factored" : "dense";
        /* Flips count samples, as do the rows of Gram matrices. */
        spec.probes = RIG_ALL & ~(RIG_ACTIVATION | RIG_KERNEL | RIG_SAMPLES);
        rig_run(&spec, &once);
        struct naive_problem p = rig_problem(&once);
        for (size_t c = 0; c < spec.K; c++) {
            weight[c] = (c ? 1 : 2) * p.weight[c];
            sum += weight[c];
        }
        for (size_t c = 0; c < spec.K; c++)
            weight[c] /= sum;
        p.weight = weight;
        naive_run(&p, &want);
        spec.doubled = true;
        rig_run(&spec, &twice);
        rig_compare("doubled", &twice.tables, &want.tables, 1e-10);
        rig_compare_models("doubled", twice.P, twice.final, want.final, 1e-12);
        naive_result_free(&want);
        rig_free(&once);
        rig_free(&twice);
    }
}

/* At a round's start all models are one: what compares them is 0, not nearly 0. */
static void at_a_rounds_start_nothing_differs(void **state)
{
    static const char *const tables[] = {
        "gradient_gap/gap",       "gradient_gap/gap_layer",
        "gradient_gap/lipschitz", "gradient_gap/pattern",
        "deviation/frobenius",    "activation/flips_average",
        "ensemble/gap",           "activation/flips_average_max"};
    static const char *const forms[] = {"dense", "factored"};
    struct rig_spec spec = deep;

    (void) state;
    for (size_t form = 0; form < 4; form++) {
        struct rig g;
        spec.local_models = forms[form & 1];
        spec.batch = form & 2;
        rig_run(&spec, &g);
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
            const struct naive_table *t = naive_find(&g.tables, tables[i]);
            assert_non_null(t);
            for (size_t j = 0; j < t->rows * t->count; j++)
                if (t->steps[j / t->count] % spec.tau == 0)
                    check_close(t->cells[j], 0, 0);
        }
        rig_free(&g);
    }
}

/* Wide enough that products are cut into several tiles; one layer is factored, one
 * dense under the automatic choice. */
static const struct rig_spec wide = {"deep-relu",
                                     6,
                                     1,
                                     260,
                                     2,
                                     4,
                                     {40, 30, 28, 35},
                                     .tau = 2,
                                     .R = 2,
                                     .step = 0.4,
                                     .server_step = 1,
                                     .seed = 9,
                                     .probes = RIG_ALL,
                                     .local_models = "auto"};

static void same_bytes(const char *label, const struct rig *g, const struct rig *want)
{
    rig_compare(label, &g->tables, &want->tables, 0);
    if (memcmp(g->final, want->final, g->P * sizeof *g->final) != 0)
        fail_msg("%s: the last model differs in its bits", label);
}

static void threads_change_no_byte(void **state)
{
    struct rig_spec spec = wide;

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct rig one, more;
        char label[64];
        spec.d = i ? 2 : 1;
        spec.batch = i ? 34 : 0;
        spec.server_step = i ? 0.7 : 1;
        omp_set_num_threads(1);
        rig_run(&spec, &one);
        for (int threads = 2; threads <= 4; threads += 2) {
            omp_set_num_threads(threads);
            rig_run(&spec, &more);
            snprintf(label, sizeof label, "%d threads, run %zu", threads, i);
            assert_int_equal(more.tables.count, one.tables.count);
            same_bytes(label, &more, &one);
            rig_free(&more);
        }
        rig_free(&one);
    }
    omp_set_num_threads(2);
}

/* Every probe alone, every probe left out, and none at all. */
static void probes_change_no_byte(void **state)
{
    (void) state;
    for (size_t i = 0; i < 3; i++) {
        struct rig_spec spec = deep;
        struct rig all, none;
        spec.d = i ? 1 : 2;
        spec.batch = i == 2 ? 2 : 0;
        spec.local_models = i ? "factored" : "dense";
        rig_run(&spec, &all);
        for (size_t k = 0; k < 2 * RIG_PROBES; k++) {
            unsigned bit = 1u << k / 2;
            struct rig some;
            char label[64];
            spec.probes = k & 1 ? RIG_ALL & ~bit : bit;
            rig_run(&spec, &some);
            snprintf(label, sizeof label, "%s %s, run %zu", k & 1 ? "without" : "only",
                     rig_probes[k / 2], i);
            same_bytes(label, &some, &all);
            rig_free(&some);
        }
        spec.probes = 0;
        rig_run(&spec, &none);
        if (memcmp(none.final, all.final, all.P * sizeof *all.final) != 0)
            fail_msg("watching changed the last model of run %zu", i);
        rig_free(&none);
        rig_free(&all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factored_and_dense_local_models_give_the_same_tables),
        cmocka_unit_test(the_virtual_average_is_the_mean_of_the_local_models),
        cmocka_unit_test(one_client_is_centralised_gradient_descent),
        cmocka_unit_test(one_local_step_is_parallel_sgd),
        cmocka_unit_test(a_clients_data_doubled_is_its_weight_doubled),
        cmocka_unit_test(at_a_rounds_start_nothing_differs),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(probes_change_no_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
