/*
 * The theory's reference values R2, R3, R5 (lib/theory.md, section 7) as regression
 * tests.
 *
 * Its draws and targets are not given, so what is compared are slopes, ratios and
 * orders of magnitude. Sampling error: over seeds, a slope in m over three or four
 * octaves varies by about 0.05 (one standard deviation) for the quantities here and
 * single values by 10 - 20 %; with SEEDS draws averaged in the logarithm, slopes are
 * held to 0.12 and values to a factor of 1.5.
 */
#include <math.h>

#include "core/blas.h"
#include "run/run.h"
#include "support.h"

enum { SEEDS = 3, WIDTHS = 4 };

/* What one run showed. */
struct seen {
    size_t at, last;      /* the step of round 1 that is looked at; last of the run */
    double deviation;     /* root of V = sum_c w_c ||W_c - average||^2, at that step */
    double gap, lip, pat; /* largest client's, at that step */
    double flips, displacement, distance, spectral; /* at the end */
    double flips_layer[3];
    double change,
        error; /* of the kernel, at the end; largest of the lazy prediction */
    double lambda[48], norm; /* eigenvalues of H(0) and ||H(0)||_2 */
    double lazy_distance;    /* root of r0^T H(0)^-1 r0 */
};

static double largest(const double *a, size_t n)
{
    double m = 0;

    for (size_t i = 0; i < n; i++)
        m = fmax(m, a[i]);
    return m;
}

static double root_of_squares(const double *a, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sqrt(sum);
}

static lemma_status keep(void *context, const struct lemma_probe_type *type,
                         const struct lemma_column *column, size_t step, size_t count,
                         const void *cells)
{
    struct seen *s = context;
    const double *f = cells;
    const int64_t *flips = cells;

    if (strcmp(type->name, "deviation") == 0 &&
        strcmp(column->name, "frobenius") == 0 && step == s->at)
        s->deviation = root_of_squares(f, count) / 2; /* four clients of equal weight */
    if (strcmp(type->name, "gradient_gap") == 0 && step == s->at) {
        if (strcmp(column->name, "gap") == 0)
            s->gap = largest(f, count);
        if (strcmp(column->name, "lipschitz") == 0)
            s->lip = largest(f, count);
        if (strcmp(column->name, "pattern") == 0)
            s->pat = largest(f, count);
    }
    if (strcmp(column->name, "average_flips_initial") == 0 && step == s->last) {
        for (size_t i = 0; i < count; i++) {
            s->flips += (double) flips[i];
            s->flips_layer[i % (count / 4)] += (double) flips[i];
        }
    }
    if (strcmp(type->name, "lazy") == 0 && strcmp(column->name, "error") == 0)
        s->error = fmax(s->error, f[0]);
    if (strcmp(column->name, "change_spectral") == 0 && step == s->last + 1)
        s->change = f[0];
    if (strcmp(column->name, "eigenvalues") == 0 && step == 0) {
        memcpy(s->lambda, f, count * sizeof *f);
        s->norm = f[count - 1];
    }
    if (strcmp(column->name, "projection") == 0 && step == 0)
        for (size_t i = 0; i < count; i++)
            s->lazy_distance =
                sqrt(s->lazy_distance * s->lazy_distance + f[i] * f[i] / s->lambda[i]);
    if (strcmp(type->name, "distance") == 0 && step == s->last + 1) {
        if (strcmp(column->name, "frobenius") == 0)
            s->distance = root_of_squares(f, count);
        if (strcmp(column->name, "spectral") == 0)
            s->spectral = largest(f, count);
        if (strcmp(column->name, "max_neuron") == 0)
            s->displacement = largest(f, count);
    }
    return LEMMA_OK;
}

static struct seen run(const char *const *settings, size_t width, size_t tau,
                       size_t rounds, unsigned seed)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_error err = {""};
    struct lemma_run_options options = {.output = NULL};
    struct lemma_run_result result;
    struct lemma_run *r = NULL;
    struct seen s = {.at = tau - 1, .last = tau * rounds - 1};
    char text[64];

    assert_non_null(x);
    lemma_experiment_init(x);
    for (; *settings; settings++)
        check_ok(lemma_experiment_set(x, *settings, &err), &err);
    const char *const names[] = {"network.width", "train.local_steps", "train.rounds",
                                 "seed"};
    const size_t values[] = {width, tau, rounds, seed};
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "%s=%zu", names[i], values[i]);
        check_ok(lemma_experiment_set(x, text, &err), &err);
    }
    check_ok(lemma_run_create(x, &options, &r, &err), &err);
    lemma_probes_sink(lemma_run_probes(r), keep, &s);
    check_ok(lemma_run_go(r, &result, &err), &err);
    assert_int_equal(result.outcome, LEMMA_COMPLETE);
    lemma_run_destroy(r);
    lemma_free(x);
    return s;
}

/* Least-squares slope of y against x. */
static double slope(const double *x, const double *y, size_t n)
{
    double mx = 0, my = 0, xy = 0, xx = 0;

    for (size_t i = 0; i < n; i++) {
        mx += x[i] / (double) n;
        my += y[i] / (double) n;
    }
    for (size_t i = 0; i < n; i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
    }
    return xy / xx;
}

/* Fails unless every value is within `factor` of its reference. */
static void check_factor(const char *what, const double *logs, const double *reference,
                         size_t n, double factor)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs(logs[i] - log(reference[i])) <= log(factor))) {
            print_error("%s, value %zu: %.4g against %.4g\n", what, i, exp(logs[i]),
                        reference[i]);
            fail();
        }
}

/* Means over seeds of the logarithms, per width; row q of `logs` is one quantity. */
#define COLLECT(quantity, expression) logs[quantity][k] += log(expression) / SEEDS

/* The problem of R2 and R3. */
#define TWO_LAYER                                                                     \
    "data.samples=24", "data.dimension=12", "data.separation=0.05",                   \
        "data.targets.kind=random-sign", "partition.clients=4", "partition.kind=iid", \
        "network.preset=two-layer-relu", "network.depth=1", "train.step_rule=raw",    \
        "train.step_size=1"

/* Watched where it is looked at: round 1, and the last step (399, 149) and round. */
static const char *const two_layer[] = {
    TWO_LAYER,
    "probes.gradient_gap.every=1000 rounds",
    "probes.deviation.every=1000 rounds",
    "probes.activation.every=399 steps",
    "probes.distance.every=40 rounds",
    "probes.gram.every=40 rounds",
    "probes.residual.every=40 rounds",
    "probes.lazy={}",
    NULL,
};

static void two_layer_nets_over_widths_R2(void **state)
{
    (void) state;
    enum {
        FLIPS,
        DISPLACEMENT,
        DISTANCE,
        DEVIATION,
        LIP,
        PAT,
        CHANGE,
        ERROR,
        QUANTITIES
    };
    static const size_t widths[WIDTHS] = {256, 1024, 4096, 16384};
    double logs[QUANTITIES][WIDTHS] = {{0}}, x[WIDTHS];

    for (size_t k = 0; k < WIDTHS; k++) {
        x[k] = log((double) widths[k]);
        for (unsigned seed = 1; seed <= SEEDS; seed++) {
            struct seen s = run(two_layer, widths[k], 10, 40, seed);

            COLLECT(FLIPS, s.flips / (24 * (double) widths[k]));
            COLLECT(DISPLACEMENT, s.displacement);
            COLLECT(DISTANCE, s.distance);
            COLLECT(DEVIATION, s.deviation);
            COLLECT(LIP, s.lip);
            COLLECT(PAT, s.pat);
            COLLECT(CHANGE, s.change);
            COLLECT(ERROR, s.error);
            /* L6: nearly all the way to the nearest interpolant, within a few percent
             */
            assert_true(s.distance > 0.85 * s.lazy_distance &&
                        s.distance < 1.03 * s.lazy_distance);
        }
    }
    check_close(slope(x, logs[FLIPS], WIDTHS), -0.5, 0.12);
    check_close(slope(x, logs[DISPLACEMENT], WIDTHS), -0.5, 0.12);
    check_close(slope(x, logs[DISTANCE], WIDTHS), 0, 0.12);
    check_close(slope(x, logs[DEVIATION], WIDTHS), 0, 0.12);
    check_close(slope(x, logs[LIP], WIDTHS), 0, 0.12);
    check_close(slope(x, logs[PAT], WIDTHS), -0.25, 0.12);
    check_close(slope(x, logs[CHANGE], WIDTHS), -0.6, 0.12); /* of the four below */
    check_close(slope(x, logs[ERROR], WIDTHS), -0.5, 0.12);
    check_factor("R2 kernel change", logs[CHANGE], (double[]){.110, .045, .019, .0081},
                 WIDTHS, 1.7);
    /* One draw each in the reference, and single values vary by a third. */
    check_factor("R2 error of the lazy prediction", logs[ERROR],
                 (double[]){.026, .019, .0075, .0034}, WIDTHS, 1.9);
    check_factor("R2 flips", logs[FLIPS], (double[]){.066, .030, .016, .0079}, WIDTHS,
                 1.5);
    check_factor("R2 displacement", logs[DISPLACEMENT], (double[]){1.05, .50, .29, .13},
                 WIDTHS, 1.5);
    check_factor("R2 distance", logs[DISTANCE], (double[]){11.1, 10.2, 11.0, 10.2},
                 WIDTHS, 1.5);
    check_factor("R2 root of V", logs[DEVIATION], (double[]){2.1, 2.1, 2.1, 2.1},
                 WIDTHS, 1.5);
    check_factor("R2 Lip", logs[LIP], (double[]){.153, .153, .153, .153}, WIDTHS, 1.5);
    check_factor("R2 Pat", logs[PAT], (double[]){.080, .044, .035, .023}, WIDTHS, 1.5);
}

/* The parts of inequality (a), per client, of one step. */
struct parts {
    double lip[4], pat[4], drift[4], loss[4], flips[4];
    size_t checked;
};

static lemma_status keep_parts(void *context, const struct lemma_probe_type *type,
                               const struct lemma_column *column, size_t step,
                               size_t count, const void *cells)
{
    struct parts *p = context;
    double *into = NULL;
    (void) type;
    (void) step;

    if (strcmp(column->name, "lipschitz") == 0)
        into = p->lip;
    else if (strcmp(column->name, "pattern") == 0)
        into = p->pat;
    else if (strcmp(column->name, "frobenius") == 0 && count == 4)
        into = p->drift;
    else if (strcmp(column->name, "average") == 0 &&
             strcmp(type->name, "local_loss") == 0)
        into = p->loss;
    for (size_t c = 0; into && c < 4; c++)
        into[c] = ((const double *) cells)[c];
    if (strcmp(column->name, "flips_average_max") != 0)
        return LEMMA_OK;
    for (size_t c = 0; c < 4; c++) { /* activation is the last probe to speak */
        p->flips[c] = (double) ((const int64_t *) cells)[c];
        assert_true(p->lip[c] <= p->drift[c] * (1 + 1e-12));
        assert_true(p->pat[c] <=
                    sqrt(2 * p->loss[c] * p->flips[c] / 1024) * (1 + 1e-12) + 1e-15);
        p->checked++;
    }
    return LEMMA_OK;
}

/* Theory 3(a), two layers: ||Lip_c|| <= ||W_c - Wbar||_F, ||Pat_c|| <= sqrt(2 L_c(Wbar)
 * max_i fl_i / m), deterministic, at every step of every round. */
static void the_gap_inequality_holds_at_every_step_R2(void **state)
{
    static const char *const settings[] = {TWO_LAYER,
                                           "network.width=1024",
                                           "train.local_steps=10",
                                           "train.rounds=40",
                                           "probes.gradient_gap={}",
                                           "probes.deviation={}",
                                           "probes.local_loss={}",
                                           "probes.activation={}"};
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_run_options options = {.output = NULL};
    struct lemma_run_result result;
    struct lemma_error err = {""};
    struct lemma_run *r = NULL;
    struct parts p = {.checked = 0};

    (void) state;
    assert_non_null(x);
    lemma_experiment_init(x);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        check_ok(lemma_experiment_set(x, settings[i], &err), &err);
    check_ok(lemma_run_create(x, &options, &r, &err), &err);
    lemma_probes_sink(lemma_run_probes(r), keep_parts, &p);
    check_ok(lemma_run_go(r, &result, &err), &err);
    assert_int_equal(p.checked, 4 * 400);
    lemma_run_destroy(r);
    lemma_free(x);
}

static void two_layer_nets_over_local_steps_R3(void **state)
{
    (void) state;
    enum { DEVIATION, PAT, QUANTITIES };
    static const size_t taus[] = {1, 2, 5, 10, 20, 50, 100, 200};
    static const char *settings[24];
    double logs[QUANTITIES][8] = {{0}}, x[8];
    size_t n = 0;

    for (; two_layer[n]; n++)
        settings[n] = two_layer[n];
    settings[n++] = "train.step_size=0.2";
    for (size_t k = 0; k < 8; k++)
        for (unsigned seed = 1; seed <= SEEDS; seed++) {
            /* Step tau sees the local models after tau local steps. */
            struct seen s = run(settings, 8192, taus[k] + 1, 1, seed);

            x[k] = log((double) taus[k]);
            COLLECT(DEVIATION, s.deviation);
            COLLECT(PAT, s.pat);
        }
    /* One draw each in the reference: single values of Pat vary by a third. */
    check_factor("R3 root of V", logs[DEVIATION],
                 (double[]){.058, .10, .28, .61, .96, 1.9, 2.9, 4.8}, 8, 1.6);
    check_factor("R3 Pat", logs[PAT],
                 (double[]){.0049, .0061, .0106, .0184, .0171, .0238, .0295, .0429}, 8,
                 1.9);
    /* tau^1, then less; sqrt tau at first for Pat, then less. */
    check_close(slope(x, logs[DEVIATION], 4), 1, 0.1);
    assert_true(slope(x + 5, logs[DEVIATION] + 5, 3) < 0.8);
    check_close(slope(x, logs[PAT], 4), 0.5, 0.15);
    assert_true(slope(x + 5, logs[PAT] + 5, 3) < 0.45);
}

static const char *const deep[] = {
    "data.samples=16",
    "data.dimension=12",
    "data.separation=0.05",
    "data.targets.kind=random-sign",
    "data.targets.outputs=2",
    "partition.clients=4",
    "partition.kind=iid",
    "network.preset=deep-relu",
    "network.depth=3",
    "train.step_rule=width",
    "train.step_size=1",
    "probes.gradient_gap.every=1000 rounds",
    "probes.deviation.every=1000 rounds",
    "probes.activation.every=149 steps",
    "probes.distance.every=30 rounds",
    "probes.gram.every=30 rounds",
    "probes.residual.every=30 rounds",
    "probes.lazy={}",
    NULL,
};

static void deep_nets_over_widths_R5(void **state)
{
    (void) state;
    enum {
        DEVIATION,
        GAP,
        OMEGA,
        DISTANCE,
        F1,
        F2,
        F3,
        RATIO,
        CHANGE,
        ERROR,
        QUANTITIES
    };
    static const size_t widths[WIDTHS] = {128, 256, 512, 1024};
    double logs[QUANTITIES][WIDTHS] = {{0}}, x[WIDTHS];

    for (size_t k = 0; k < WIDTHS; k++) {
        double m = (double) widths[k];

        x[k] = log(m);
        for (unsigned seed = 1; seed <= SEEDS; seed++) {
            struct seen s = run(deep, widths[k], 5, 30, seed);

            COLLECT(DEVIATION, s.deviation);
            COLLECT(GAP, s.gap / sqrt(m));
            COLLECT(OMEGA, s.spectral);
            COLLECT(DISTANCE, s.distance);
            COLLECT(F1, s.flips_layer[0]);
            COLLECT(F2, s.flips_layer[1]);
            COLLECT(F3, s.flips_layer[2]);
            COLLECT(RATIO, s.flips / (m * pow(s.spectral, 2.0 / 3) * 3));
            COLLECT(CHANGE, s.change / s.norm);
            COLLECT(ERROR, s.error);
        }
    }
    check_close(slope(x, logs[DEVIATION], WIDTHS), -0.48, 0.12);
    check_close(slope(x, logs[GAP], WIDTHS), 0, 0.12);
    check_close(slope(x, logs[OMEGA], WIDTHS), -0.47, 0.12);
    check_close(slope(x, logs[DISTANCE], WIDTHS), -0.53, 0.12);
    check_close(slope(x, logs[F1], WIDTHS), 0.47, 0.12);
    check_close(slope(x, logs[F2], WIDTHS), 0.49, 0.12);
    check_close(slope(x, logs[F3], WIDTHS), 0.53, 0.12);
    check_close(slope(x, logs[RATIO], WIDTHS), -0.16, 0.12);
    /* Flips change the kernel like m^-1/2, products of several layers' moves like m^-1:
     * -.54 over one draw to m = 2048 in the reference, -.72 +- .04 over six draws to
     * 1024 here. Held from above, where the theorem speaks. */
    assert_true(slope(x, logs[CHANGE], WIDTHS) < -0.5 + 0.12);
    assert_true(slope(x, logs[ERROR], WIDTHS) < -0.5 + 0.12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_layer_nets_over_widths_R2),
        cmocka_unit_test(the_gap_inequality_holds_at_every_step_R2),
        cmocka_unit_test(two_layer_nets_over_local_steps_R3),
        cmocka_unit_test(deep_nets_over_widths_R5),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
