#include "rig.h"

#include <math.h>

#include "core/blas.h"
#include "probe/probe.h"
#include "support.h"

const char *const rig_probes[RIG_PROBES] = {
    "loss",     "local_loss", "activation",      "gradient_gap", "deviation",
    "distance", "gradient",   "asymmetric_gram", "remainder",    "gram",
    "residual", "lazy",       "preactivation",   "noise",        "ensemble"};

const char *const *rig_option(const char *probe)
{
    static const char *const layers[] = {"layers", "true"};
    static const char *const vector[] = {"vector", "true"};

    return strcmp(probe, "gram") == 0       ? layers
           : strcmp(probe, "residual") == 0 ? vector
                                            : NULL;
}

static void *zeros(size_t n, size_t size)
{
    void *a = lemma_alloc(n, size);

    assert_non_null(a);
    return a;
}

/* ---- the problem ---- */

static double *unit_rows(uint64_t id, size_t n, size_t d)
{
    double *a = zeros(n * d, sizeof *a);

    draw_normals(id, a, n * d);
    for (size_t i = 0; i < n; i++) {
        double s = 0;
        for (size_t j = 0; j < d; j++)
            s += a[i * d + j] * a[i * d + j];
        for (size_t j = 0; j < d; j++)
            a[i * d + j] /= sqrt(s);
    }
    return a;
}

/* Gaussian targets, or classes 0, 1, 2, ... in turn as one-hot rows or signs. */
static double *targets_of(const struct rig_spec *s, uint64_t id, size_t n,
                          int32_t **label)
{
    double *y = zeros(n * s->d, sizeof *y);
    size_t classes = s->d > 1 ? s->d : 2;

    draw_normals(id, y, n * s->d);
    if (!s->labels)
        return y;
    *label = zeros(n, sizeof **label);
    for (size_t i = 0; i < n; i++) {
        size_t class = i % classes;
        (*label)[i] = (int32_t) class;
        for (size_t k = 0; k < s->d; k++)
            y[i * s->d + k] = s->d > 1 ? k == class : class ? 1 : -1;
    }
    return y;
}

/* Client 0's rows once more, in front. */
static void *doubled(void *rows, size_t n, size_t extra, size_t size)
{
    char *all = zeros(n + extra, size);

    memcpy(all, rows, extra * size);
    memcpy(all + extra * size, rows, n * size);
    lemma_free(rows);
    return all;
}

static void make_data(struct rig *g)
{
    const struct rig_spec *s = &g->spec;
    struct lemma_dataset *set = &g->set;
    size_t n = 0;
    double *x, *y;

    for (size_t c = 0; c < s->K; c++) {
        g->spans[c] = (struct lemma_span){n, s->counts[c]};
        n += s->counts[c];
    }
    x = unit_rows(s->seed * 8 + 1, n, s->d_x);
    y = targets_of(s, s->seed * 8 + 2, n, &set->label);
    if (s->doubled) {
        size_t extra = s->counts[0];
        assert_null(set->label);
        x = doubled(x, n, extra, s->d_x * sizeof *x);
        y = doubled(y, n, extra, s->d * sizeof *y);
        g->spans[0].count += extra;
        for (size_t c = 1; c < s->K; c++)
            g->spans[c].first += extra;
        n += extra;
    }
    set->n = n;
    set->d_x = s->d_x;
    set->d = s->d;
    set->inputs = lemma_mat_of(x, n, s->d_x);
    set->targets = lemma_mat_of(y, n, s->d);
    if (s->labels) {
        set->class_count = s->d > 1 ? s->d : 2;
        set->test_n = 5;
        set->test_inputs =
            lemma_mat_of(unit_rows(s->seed * 8 + 3, 5, s->d_x), 5, s->d_x);
        set->test_targets =
            lemma_mat_of(targets_of(s, s->seed * 8 + 4, 5, &set->test_label), 5, s->d);
    }
    g->partition = (struct lemma_partition){s->K, g->spans};
    for (size_t c = 0; c < s->K; c++)
        g->weight[c] = (double) g->spans[c].count / (double) n;
}

static void word(char *to, const char *from)
{
    snprintf(to, LEMMA_WORD, "%s", from);
}

static void make_experiment(struct rig *g)
{
    const struct rig_spec *s = &g->spec;
    struct lemma_experiment *x = &g->x;

    x->seed = s->seed;
    x->train = (struct lemma_train_config){.local_steps = s->tau,
                                           .rounds = s->R,
                                           .step_size = s->step,
                                           .batch = s->batch,
                                           .server_step = s->server_step};
    word(x->train.step_rule, "width");
    word(x->train.sampling, s->sampling ? s->sampling : "subset");
    word(x->train.local_models, s->local_models ? s->local_models : "auto");
    for (size_t i = 0; i < RIG_PROBES; i++) {
        struct lemma_probe_config *p = &x->probes[x->probe_count];
        const char *const *option = rig_option(rig_probes[i]);
        const char *const every[] = {"every", s->activation_every};
        if (!(s->probes & 1u << i))
            continue;
        x->probe_count++;
        word(p->name, rig_probes[i]);
        if (strcmp(rig_probes[i], "activation") == 0 && s->activation_every)
            option = every;
        if (option) {
            p->option_count = 1;
            word(p->options[0].key, option[0]);
            snprintf(p->options[0].value, LEMMA_VALUE, "%s", option[1]);
        }
    }
}

/* ---- what is seen ---- */

static double *copy_matrix(lemma_cmat m)
{
    double *a = zeros(m.rows * m.cols, sizeof *a);

    for (size_t i = 0; i < m.rows; i++)
        memcpy(a + i * m.cols, lemma_crow(m, i).a, m.cols * sizeof *a);
    return a;
}

static double *copy_weights(const struct lemma_weights *w, size_t *P)
{
    double *a, *to;

    *P = 0;
    for (size_t l = 0; l < w->L; l++)
        *P += w->w[l].rows * w->w[l].cols;
    to = a = zeros(*P, sizeof *a);
    for (size_t l = 0; l < w->L; l++)
        for (size_t i = 0; i < w->w[l].rows; i++, to += w->w[l].cols)
            memcpy(to, lemma_row(w->w[l], i).a, w->w[l].cols * sizeof *a);
    return a;
}

/* W_c(t)[i][j] of layer l from whatever represents it. */
static double local_entry(const struct lemma_local *local, lemma_cmat server, size_t i,
                          size_t j)
{
    const struct lemma_factor *f = &local->factor;
    double w;

    if (local->own.a)
        return lemma_crow(local->own, i).a[j];
    w = lemma_crow(server, i).a[j];
    for (size_t k = 0; k < f->rank; k++)
        w += lemma_crow(f->u, k).a[i] * f->coef[k] * lemma_crow(f->v, k).a[j];
    return w;
}

static void check_mean(struct rig *g, const struct lemma_event *ev)
{
    for (size_t l = 0; l < g->spec.L; l++) {
        lemma_cmat mean = lemma_event_average(ev, l),
                   server = lemma_event_server(ev, l);
        for (size_t i = 0; i < mean.rows; i++)
            for (size_t j = 0; j < mean.cols; j++) {
                double sum = 0;
                for (size_t c = 0; c < g->spec.K; c++) {
                    struct lemma_local local = lemma_event_local(ev, c, l);
                    sum += g->weight[c] * local_entry(&local, server, i, j);
                }
                sum = fabs(sum - lemma_crow(mean, i).a[j]);
                if (!(sum <= g->mean_error))
                    g->mean_error = sum;
            }
    }
}

static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct rig *g = context;
    const struct rig_spec *s = &g->spec;

    if (g->P < 50000) /* wider runs are there for their bits alone */
        check_mean(g, ev);
    for (size_t c = 0; ev->kind == LEMMA_ON_STEP && s->batch && c < s->K; c++) {
        size_t count;
        const uint32_t *sample = lemma_event_batch_samples(ev, c, &count);
        assert_true(count <= s->batch);
        for (size_t i = 0; i < s->batch; i++)
            g->batch[(ev->step * s->K + c) * s->batch + i] =
                i < count ? (int32_t) sample[i] : -1;
    }
    return LEMMA_OK;
}

static lemma_status sink(void *context, const struct lemma_probe_type *type,
                         const struct lemma_column *column, size_t step, size_t count,
                         const void *cells)
{
    struct rig *g = context;
    char name[64];
    double *row = zeros(count, sizeof *row);

    snprintf(name, sizeof name, "%s/%s", type->name, column->name);
    for (size_t i = 0; i < count; i++)
        row[i] = column->type == LEMMA_I64 ? (double) ((const int64_t *) cells)[i]
                                           : ((const double *) cells)[i];
    naive_append(&g->tables, name, column->type == LEMMA_I64, step, count, row);
    lemma_free(row);
    return LEMMA_OK;
}

static void train(struct rig *g, struct lemma_trainer *trainer)
{
    struct lemma_observer spy = {LEMMA_ON_STEP | LEMMA_ON_ROUND_END, false, see, g};
    enum lemma_outcome outcome;
    size_t steps, P;

    g->w0 = copy_weights(lemma_trainer_server(trainer), &g->P);
    g->v = copy_matrix(lemma_trainer_output_matrix(trainer));
    if (lemma_trainer_input_matrix(trainer).a) {
        g->a_rows = lemma_trainer_input_matrix(trainer).rows;
        g->a = copy_matrix(lemma_trainer_input_matrix(trainer));
    }
    g->factored = lemma_trainer_factored(trainer, 0);
    if (g->spec.batch)
        g->batch = zeros(g->spec.R * g->spec.tau * g->spec.K * g->spec.batch,
                         sizeof *g->batch);
    check_ok(lemma_trainer_watch(trainer, &spy), NULL);
    check_ok(lemma_trainer_run(trainer, &outcome, &steps), NULL);
    assert_int_equal(outcome, LEMMA_COMPLETE);
    assert_int_equal(steps, g->spec.R * g->spec.tau);
    g->final = copy_weights(lemma_trainer_server(trainer), &P);
}

void rig_run(const struct rig_spec *spec, struct rig *g)
{
    struct lemma_error err = {""};
    struct lemma_network *net = NULL;
    struct lemma_trainer *trainer = NULL;
    struct lemma_probes *probes = NULL;

    memset(g, 0, sizeof *g);
    g->spec = *spec;
    lemma_blas_init();
    make_data(g);
    make_experiment(g);
    check_ok(lemma_network_create(spec->preset, spec->d_x, spec->d, spec->m, spec->L,
                                  &net, &err),
             &err);
    g->eta = spec->step * net->preset->width_rule(net);
    struct lemma_training training = {.net = net,
                                      .loss = lemma_loss_types[0],
                                      .set = &g->set,
                                      .partition = &g->partition,
                                      .config = &g->x.train,
                                      .eta = g->eta,
                                      .seed = spec->seed};
    check_ok(lemma_trainer_create(&training, &trainer, &err), &err);
    if (spec->probes) {
        check_ok(lemma_probes_create(&g->x, &g->set, spec->K, net, &probes, &err),
                 &err);
        lemma_probes_sink(probes, sink, g);
        check_ok(lemma_probes_watch(probes, trainer), NULL);
    }
    train(g, trainer);
    lemma_probes_destroy(probes);
    lemma_trainer_destroy(trainer);
    lemma_network_destroy(net);
}

void rig_free(struct rig *g)
{
    void *const blocks[] = {g->w0,
                            g->final,
                            g->a,
                            g->v,
                            g->batch,
                            g->set.inputs.a,
                            g->set.targets.a,
                            g->set.label,
                            g->set.test_inputs.a,
                            g->set.test_targets.a,
                            g->set.test_label};

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        lemma_free(blocks[i]);
    naive_tables_free(&g->tables);
}

double rig_limit_scale(const char *preset, size_t m, size_t d)
{
    return strcmp(preset, "two-layer-relu") == 0 ? 0.5 : (double) m / (2 * (double) d);
}

struct naive_problem rig_problem(const struct rig *g)
{
    const struct rig_spec *s = &g->spec;

    return (struct naive_problem){
        .K = s->K,
        .N = g->set.n,
        .d_x = s->d_x,
        .d = s->d,
        .m = s->m,
        .L = s->L,
        .tau = s->tau,
        .R = s->R,
        .eta = g->eta,
        .server_step = s->server_step,
        .spans = g->spans,
        .weight = g->weight,
        .x = g->set.inputs.a,
        .y = g->set.targets.a,
        .a = g->a,
        .a_rows = g->a_rows,
        .w0 = g->w0,
        .v = g->v,
        .batch = g->batch,
        .B = s->batch,
        .replacement = s->sampling && strcmp(s->sampling, "replacement") == 0,
        .label = g->set.label,
        .test_n = g->set.test_n,
        .test_x = g->set.test_inputs.a,
        .test_y = g->set.test_targets.a,
        .test_label = g->set.test_label,
        .activation_every =
            s->activation_every ? (size_t) atoi(s->activation_every) : 1,
        .limit_scale = rig_limit_scale(s->preset, s->m, s->d),
    };
}
