/*
 * A record alone is enough to run the experiment again: the oracle gets its data,
 * initial weights, constants and batches from the file, and comes to every table in it.
 */
#include <math.h>

#include "core/blas.h"
#include "record/reader.h"
#include "rig.h"
#include "run/run.h"
#include "support.h"

static double *read_all(struct lemma_reader *r, const char *path,
                        struct lemma_shape *shape)
{
    struct lemma_shape own;
    double *a = NULL;

    if (lemma_reader_all(r, path, &a, shape ? shape : &own) != LEMMA_OK)
        fail_msg("%s cannot be read", path);
    return a;
}

static double attribute(struct lemma_reader *r, const char *path, const char *name)
{
    double value = NAN;

    if (lemma_reader_attr_f64(r, path, name, &value) != LEMMA_OK)
        fail_msg("%s has no attribute %s", path, name);
    return value;
}

static int32_t *integers(double *a, size_t n)
{
    int32_t *b = malloc(n * sizeof *b);

    assert_non_null(b);
    for (size_t i = 0; i < n; i++)
        b[i] = (int32_t) a[i];
    lemma_free(a);
    return b;
}

/* What the file holds, in the shape of the oracle. */
struct replay {
    struct naive_problem p;
    struct lemma_span *spans;
    double *weight, *w0, *final;
    double *x, *y, *v, *a;
    int32_t *client, *batch;
    struct naive_tables tables;
};

/* W1, ..., WL of network/<when>, one after the other. */
static double *read_model(struct lemma_reader *r, const char *when, size_t L)
{
    double *model = NULL;
    size_t count = 0;

    for (size_t l = 1; l <= L; l++) {
        struct lemma_shape shape;
        char path[64];
        snprintf(path, sizeof path, "network/%s/W%zu", when, l);
        double *w = read_all(r, path, &shape);
        assert_int_equal(shape.rank, 2);
        size_t n = shape.dims[0] * shape.dims[1];
        model = realloc(model, (count + n) * sizeof *model);
        assert_non_null(model);
        memcpy(model + count, w, n * sizeof *w);
        count += n;
        lemma_free(w);
    }
    return model;
}

static void read_data(struct lemma_reader *r, struct replay *q)
{
    struct naive_problem *p = &q->p;
    struct lemma_shape x, y;

    q->x = read_all(r, "data/inputs", &x);
    q->y = read_all(r, "data/targets", &y);
    p->N = x.dims[0];
    p->d_x = x.dims[1];
    p->d = y.dims[1];
    q->client = integers(read_all(r, "data/client", NULL), p->N);
    p->K = (size_t) attribute(r, "train", "K");
    q->spans = calloc(p->K, sizeof *q->spans);
    q->weight = calloc(p->K, sizeof *q->weight);
    assert_non_null(q->spans);
    assert_non_null(q->weight);
    for (size_t i = p->N; i-- > 0;) {
        assert_true(i + 1 == p->N || q->client[i] <= q->client[i + 1]);
        q->spans[q->client[i]].first = i;
        q->spans[q->client[i]].count++;
    }
    for (size_t c = 0; c < p->K; c++)
        q->weight[c] = (double) q->spans[c].count / (double) p->N;
    p->x = q->x;
    p->y = q->y;
    p->spans = q->spans;
    p->weight = q->weight;
}

static void read_network(struct lemma_reader *r, struct replay *q, bool fixed_input)
{
    struct naive_problem *p = &q->p;
    struct lemma_shape shape;

    char *preset = NULL;

    p->L = (size_t) attribute(r, "network", "L");
    p->m = (size_t) attribute(r, "network", "m");
    p->v = q->v = read_all(r, "network/initial/V", NULL);
    p->w0 = q->w0 = read_model(r, "initial", p->L);
    q->final = read_model(r, "final", p->L);
    if (fixed_input) {
        p->a = q->a = read_all(r, "network/initial/A", &shape);
        p->a_rows = shape.dims[0];
    }
    check_ok(lemma_reader_attr_text(r, "network", "preset", &preset), NULL);
    p->limit_scale = rig_limit_scale(preset, p->m, p->d);
    lemma_free(preset);
}

static void read_training(struct lemma_reader *r, struct replay *q)
{
    struct naive_problem *p = &q->p;
    struct lemma_shape shape;
    char *sampling = NULL;

    p->eta = attribute(r, "train", "eta");
    p->server_step = attribute(r, "train", "server_step");
    p->tau = (size_t) attribute(r, "train", "tau");
    p->R = (size_t) attribute(r, "train", "R");
    if (attribute(r, "train", "batch") > 0) {
        double *batches = read_all(r, "batches", &shape);
        assert_int_equal(shape.dims[0], p->R * p->tau);
        assert_int_equal(shape.dims[1], p->K);
        p->B = shape.dims[2];
        p->batch = q->batch = integers(batches, p->R * p->tau * p->K * p->B);
        check_ok(lemma_reader_attr_text(r, "train", "sampling", &sampling), NULL);
        p->replacement = strcmp(sampling, "replacement") == 0;
        lemma_free(sampling);
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);

    return n >= k && strcmp(text + n - k, end) == 0;
}

static bool is_axis(const char *table)
{
    return strcmp(table, "step") == 0 || strcmp(table, "round") == 0 ||
           strcmp(table, "local_step") == 0 || ends_with(table, "_step") ||
           ends_with(table, "_round");
}

/* A table and the steps of its rows, which stand beside it. */
static void read_table(struct lemma_reader *r, const char *group, const char *name,
                       struct naive_tables *out)
{
    struct lemma_shape shape, axis;
    char path[128];
    size_t count = 1;
    bool averaging = strcmp(name, "at_averaging") == 0;

    snprintf(path, sizeof path, "%s/%sstep", group, averaging ? "at_averaging_" : "");
    double *step = read_all(r, path, &axis);
    snprintf(path, sizeof path, "%s/%s", group, name);
    double *cells = read_all(r, path, &shape);
    assert_int_equal(axis.dims[0], shape.dims[0]);
    for (size_t k = 1; k < shape.rank; k++)
        count *= shape.dims[k];
    for (size_t i = 0; i < shape.dims[0]; i++)
        naive_append(out, path, shape.type == LEMMA_I64, (size_t) step[i], count,
                     cells + i * count);
    lemma_free(step);
    lemma_free(cells);
}

/* step = round tau + local_step at each row of a group. */
static void check_axes(struct lemma_reader *r, const char *group, size_t tau)
{
    static const char *const names[] = {"step", "round", "local_step"};
    struct lemma_shape shape[3];
    double *axis[3];
    char path[128];

    for (size_t k = 0; k < 3; k++) {
        snprintf(path, sizeof path, "%s/%s", group, names[k]);
        axis[k] = read_all(r, path, &shape[k]);
        assert_int_equal(shape[k].type, LEMMA_I64);
        assert_int_equal(shape[k].dims[0], shape[0].dims[0]);
    }
    for (size_t i = 0; i < shape[0].dims[0]; i++) {
        check_close(axis[0][i], axis[1][i] * (double) tau + axis[2][i], 0);
        assert_true(axis[2][i] >= 0 && axis[2][i] < (double) tau);
    }
    for (size_t k = 0; k < 3; k++)
        lemma_free(axis[k]);
}

static void read_tables(struct lemma_reader *r, struct replay *q)
{
    for (size_t i = 0; i < RIG_PROBES; i++) {
        const char *const *names;
        size_t count;
        check_axes(r, rig_probes[i], q->p.tau);
        check_ok(lemma_reader_tables(r, rig_probes[i], &names, &count), NULL);
        for (size_t k = 0; k < count; k++)
            if (!is_axis(names[k]))
                read_table(r, rig_probes[i], names[k], &q->tables);
    }
}

static void run_experiment(const char *const *settings, size_t count, const char *path)
{
    struct lemma_experiment *x = calloc(1, sizeof *x);
    struct lemma_run_options o = {.output = path, .force = true};
    struct lemma_run_result result;
    struct lemma_error err = {""};
    struct lemma_run *run = NULL;

    assert_non_null(x);
    lemma_blas_init();
    lemma_experiment_init(x);
    for (size_t i = 0; i < RIG_PROBES; i++) {
        const char *const *option = rig_option(rig_probes[i]);
        char probe[64];
        snprintf(probe, sizeof probe, "probes.%s={}", rig_probes[i]);
        check_ok(lemma_experiment_set(x, probe, &err), &err);
        if (!option)
            continue;
        snprintf(probe, sizeof probe, "probes.%s.%s=%s", rig_probes[i], option[0],
                 option[1]);
        check_ok(lemma_experiment_set(x, probe, &err), &err);
    }
    for (size_t i = 0; i < count; i++)
        check_ok(lemma_experiment_set(x, settings[i], &err), &err);
    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    assert_int_equal(result.outcome, LEMMA_COMPLETE);
    lemma_run_destroy(run);
    free(x);
}

static void check_status(struct lemma_reader *r, const struct naive_problem *p)
{
    char *status = NULL;
    double *committed = read_all(r, "committed", NULL);

    check_ok(lemma_reader_text(r, "status", &status), NULL);
    assert_string_equal(status, "complete");
    check_close(*committed, (double) (p->R * p->tau + 1), 0);
    lemma_free(status);
    lemma_free(committed);
}

static void replay(const char *const *settings, size_t count, bool fixed_input)
{
    struct replay q = {0};
    struct naive_result want;
    struct lemma_reader *r = NULL;
    struct lemma_error err = {""};
    char path[256];

    scratch_path(path, "replay.h5");
    run_experiment(settings, count, path);
    check_ok(lemma_reader_open(path, &r, &err), &err);
    read_data(r, &q);
    read_network(r, &q, fixed_input);
    read_training(r, &q);
    read_tables(r, &q);
    check_status(r, &q.p);
    lemma_reader_close(r);
    naive_run(&q.p, &want);
    assert_true(want.margin > 1e-10);
    assert_int_equal(q.tables.count, want.tables.count);
    rig_fold_projections(&q.tables, &want.tables);
    rig_compare("replay", &q.tables, &want.tables, 1e-10);
    rig_compare_models("replay", naive_parameters(&q.p), q.final, want.final, 1e-12);
    naive_result_free(&want);
    naive_tables_free(&q.tables);
    void *const blocks[] = {q.spans, q.weight, q.w0, q.final,  q.x,
                            q.y,     q.v,      q.a,  q.client, q.batch};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    assert_int_equal(remove(path), 0);
}

static const char *const common[] = {
    "seed=3",
    "data.kind=sphere",
    "data.samples=12",
    "data.dimension=6",
    "data.separation=0.1",
    "train.local_steps=3",
    "train.rounds=3",
    "train.step_size=0.4",
    "network.width=16",
    "record.data=all",
    "record.weights=all",
    "record.batches=true",
    "partition.clients=3",
};

static void replay_with(const char *const *more, size_t count, bool fixed_input)
{
    const char *all[32];
    size_t n = sizeof common / sizeof *common;

    memcpy(all, common, sizeof common);
    memcpy(all + n, more, count * sizeof *more);
    replay(all, n + count, fixed_input);
}

static void a_record_of_local_gd_is_enough_to_run_it_again(void **state)
{
    static const char *const more[] = {"network.preset=deep-relu", "network.depth=3",
                                       "partition.kind=iid", "train.server_step=0.7"};

    (void) state;
    replay_with(more, sizeof more / sizeof *more, false);
}

static void a_record_of_local_sgd_is_enough_to_run_it_again(void **state)
{
    static const char *const more[] = {"network.preset=deep-relu-fixed-input",
                                       "network.depth=2",
                                       "partition.kind=iid",
                                       "data.samples=13",
                                       "data.targets.kind=random-sign",
                                       "train.batch=2",
                                       "train.sampling=subset"};

    (void) state;
    replay_with(more, sizeof more / sizeof *more, true);
}

static void a_record_of_draws_with_replacement_is_enough_to_run_it_again(void **state)
{
    static const char *const more[] = {
        "network.preset=deep-relu", "network.depth=2", "partition.kind=iid",
        "data.targets.outputs=2",   "train.batch=3",   "train.sampling=replacement"};

    (void) state;
    replay_with(more, sizeof more / sizeof *more, false);
}

static void a_record_of_the_two_layer_net_is_enough_to_run_it_again(void **state)
{
    static const char *const more[] = {
        "network.preset=two-layer-relu", "network.depth=1", "partition.kind=contiguous",
        "data.targets.kind=teacher", "data.targets.outputs=2"};

    (void) state;
    replay_with(more, sizeof more / sizeof *more, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_local_gd_is_enough_to_run_it_again),
        cmocka_unit_test(a_record_of_local_sgd_is_enough_to_run_it_again),
        cmocka_unit_test(a_record_of_draws_with_replacement_is_enough_to_run_it_again),
        cmocka_unit_test(a_record_of_the_two_layer_net_is_enough_to_run_it_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
