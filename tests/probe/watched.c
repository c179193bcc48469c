#include "probe/watched.h"

#include <math.h>

#include "core/blas.h"

struct watched watched_default(void)
{
    struct watched w = {
        .preset = "deep-relu",
        .d_x = 5,
        .width = 12,
        .depth = 2,
        .outputs = 1,
        .clients = WATCHED_CLIENTS,
        .counts = {5, 2, 4, 3},
        .config = {.local_steps = 3,
                   .rounds = 3,
                   .sampling = "subset",
                   .server_step = 1,
                   .local_models = "factored"},
        .eta = 0.05,
        .seed = 5,
        .x = lemma_alloc(1, sizeof(struct lemma_experiment)),
    };

    assert_non_null(w.x);
    lemma_experiment_init(w.x);
    snprintf(w.x->file, sizeof w.x->file, "case.yaml");
    return w;
}

struct watched watched_case(size_t i)
{
    struct watched w = watched_default();

    switch (i) {
    case 0: /* as it is */
        break;
    case 1:
        w.outputs = 3;
        w.depth = 3;
        w.config.server_step = 0.5;
        break;
    case 2:
        w.outputs = 3;
        strcpy(w.config.local_models, "dense");
        break;
    case 3:
        w.preset = "two-layer-relu";
        w.depth = 1;
        w.width = 40;
        w.eta = 0.7;
        w.config.batch = 2;
        break;
    case 4:
        w.preset = "deep-relu-fixed-input";
        w.config.batch = 3;
        strcpy(w.config.local_models, "dense");
        strcpy(w.config.sampling, "replacement");
        break;
    default: /* few samples against the width: inner products */
        w.width = 48;
        w.config.batch = 1;
        w.config.local_steps = 5;
        w.eta = 0.02;
        break;
    }
    return w;
}

void watched_probe(struct watched *w, const char *name, ...)
{
    struct lemma_probe_config *p = &w->x->probes[w->x->probe_count++];
    const char *key;
    va_list list;

    *p = (struct lemma_probe_config){.line = 7};
    snprintf(p->name, sizeof p->name, "%s", name);
    va_start(list, name);
    while ((key = va_arg(list, const char *))) {
        size_t i = p->option_count++;

        snprintf(p->options[i].key, LEMMA_WORD, "%s", key);
        snprintf(p->options[i].value, LEMMA_VALUE, "%s", va_arg(list, const char *));
        p->options[i].line = 8 + (int) i;
    }
    va_end(list);
}

static void *room(size_t count, size_t size)
{
    void *block = lemma_alloc(count, size);

    assert_non_null(block);
    return block;
}

/* Rows of unit length, or targets of the case's kind; client c repeats client 0's rows
 * where the clients are twins, every row the first where they are near. */
static lemma_mat draw(const struct watched *w, uint64_t id, size_t rows, size_t cols)
{
    lemma_mat m = lemma_mat_of(room(rows * cols, sizeof(double)), rows, cols);

    draw_normals(id, m.a, rows * cols);
    for (size_t i = w->counts[0]; w->twins && i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            double *x = &lemma_row(m, i).a[j];

            *x = lemma_row(m, i % w->counts[0]).a[j] + (id == 2 ? w->nudge * *x : 0);
        }
    for (size_t i = 1; w->nearness > 0 && i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            lemma_row(m, i).a[j] = m.a[j] + w->nearness * lemma_row(m, i).a[j];
    return m;
}

static void make_unit(lemma_mat m)
{
    for (size_t i = 0; i < m.rows; i++) {
        double *x = lemma_row(m, i).a, square = 0;

        for (size_t j = 0; j < m.cols; j++)
            square += x[j] * x[j];
        for (size_t j = 0; j < m.cols; j++)
            x[j] /= sqrt(square);
    }
}

static void make_classes(const struct watched *w, lemma_mat y, int32_t *label)
{
    for (size_t i = 0; i < y.rows; i++) {
        double *row = lemma_row(y, i).a;
        size_t class = row[0] > 0 ? 0 : i % w->outputs;

        label[i] = (int32_t) class;
        for (size_t j = 0; j < y.cols; j++)
            row[j] = y.cols == 1 ? (row[j] > 0 ? 1 : -1) : j == class;
    }
}

static void make_data(struct watched *w)
{
    struct lemma_dataset *set = &w->set;

    for (size_t c = 0; c < w->clients; c++) {
        w->spans[c] = (struct lemma_span){w->N, w->counts[c]};
        w->N += w->counts[c];
    }
    w->partition = (struct lemma_partition){w->clients, w->spans};
    *set = (struct lemma_dataset){.n = w->N, .d_x = w->d_x, .d = w->outputs};
    set->inputs = draw(w, 1, w->N, w->d_x);
    set->targets = draw(w, 2, w->N, w->outputs);
    set->test_n = w->test_n;
    set->test_inputs = draw(w, 3, w->test_n, w->d_x);
    set->test_targets = draw(w, 4, w->test_n, w->outputs);
    make_unit(set->inputs);
    make_unit(set->test_inputs);
    if (w->classes) {
        set->label = room(w->N, sizeof *set->label);
        set->test_label = room(w->test_n, sizeof *set->label);
        set->class_count = w->classes;
        make_classes(w, set->targets, set->label);
        make_classes(w, set->test_targets, set->test_label);
    }
}

static long double *copy(lemma_cmat m)
{
    long double *a = room(m.rows * m.cols, sizeof *a);

    for (size_t i = 0; i < m.rows; i++)
        for (size_t j = 0; j < m.cols; j++)
            a[i * m.cols + j] = m.a[i * m.ld + j];
    return a;
}

size_t watched_offset(const struct watched *w, size_t l)
{
    size_t offset = 0;

    while (l-- > 0)
        offset += w->net->layers[l].in * w->net->layers[l].out;
    return offset;
}

static long double *flatten(const struct watched *w, const struct lemma_event *ev,
                            lemma_cmat (*get)(const struct lemma_event *, size_t))
{
    long double *all = room(w->weights, sizeof *all);

    for (size_t l = 0; l < w->L; l++) {
        long double *one = copy(get(ev, l));

        memcpy(all + watched_offset(w, l), one,
               w->net->layers[l].in * w->net->layers[l].out * sizeof *one);
        lemma_free(one);
    }
    return all;
}

/* W_c = server + sum_k coef_k u_k v_k^T, or the client's own matrix. */
static void flatten_local(const struct watched *w, const struct lemma_event *ev,
                          size_t c, const long double *server, long double *out)
{
    for (size_t l = 0; l < w->L; l++) {
        struct lemma_local local = lemma_event_local(ev, c, l);
        size_t in = w->net->layers[l].in, first = watched_offset(w, l);

        for (size_t i = 0; i < w->net->layers[l].out; i++)
            for (size_t j = 0; j < in; j++) {
                size_t at = first + i * in + j;

                out[at] = local.own.a ? local.own.a[i * local.own.ld + j] : server[at];
                for (size_t k = 0; !local.own.a && k < local.factor.rank; k++)
                    out[at] += (long double) local.factor.coef[k] *
                               lemma_crow(local.factor.u, k).a[i] *
                               lemma_crow(local.factor.v, k).a[j];
            }
    }
}

static lemma_status keep_moment(void *context, const struct lemma_event *ev)
{
    struct watched *w = context;
    struct moment *m = &w->moments[w->moment_count++];

    assert_true(w->moment_count <= WATCHED_MOMENTS);
    if (ev->kind == LEMMA_ON_RUN_BEGIN) {
        w->initial = flatten(w, ev, lemma_event_server);
        w->features = copy(lemma_event_inputs(ev));
        w->output = copy(lemma_event_output_matrix(ev));
    }
    *m = (struct moment){.kind = ev->kind,
                         .step = ev->step,
                         .round = ev->round,
                         .local_step = ev->local_step};
    m->server = flatten(w, ev, lemma_event_server);
    m->average = flatten(w, ev, lemma_event_average);
    m->local = room(w->clients * w->weights, sizeof *m->local);
    for (size_t c = 0; c < w->clients; c++)
        flatten_local(w, ev, c, m->server, m->local + c * w->weights);
    m->batch = room(w->clients * w->N, sizeof *m->batch);
    for (size_t c = 0;
         c < w->clients && ev->kind == LEMMA_ON_STEP && lemma_event_batch(ev); c++) {
        const uint32_t *sample = lemma_event_batch_samples(ev, c, &m->batch_rows[c]);

        memcpy(m->batch + c * w->N, sample, m->batch_rows[c] * sizeof *sample);
    }
    return LEMMA_OK;
}

static lemma_status keep_row(void *context, const struct lemma_probe_type *type,
                             const struct lemma_column *column, size_t step,
                             size_t count, const void *cells)
{
    struct watched *w = context;
    struct rows *r = w->tables;
    const double *f = cells;
    const int64_t *n = cells;

    (void) type;
    while (r->column && r->column != column)
        r++;
    assert_true(r < w->tables + WATCHED_COLUMNS);
    if (!r->column) {
        *r = (struct rows){.column = column, .count = count};
        r->cells = room(WATCHED_MOMENTS * count, sizeof *r->cells);
        w->table_count++;
    }
    assert_true(r->rows < WATCHED_MOMENTS && r->count == count);
    for (size_t i = 0; i < count; i++)
        r->cells[r->rows * count + i] =
            column->type == LEMMA_F64 ? f[i] : (double) n[i];
    r->step[r->rows++] = step;
    return LEMMA_OK;
}

void watched_run(struct watched *w, const struct lemma_probe_type *own)
{
    struct lemma_error err = {""};
    struct lemma_trainer *trainer = NULL;
    struct lemma_probes *probes = NULL;
    enum lemma_outcome outcome;
    size_t steps;

    lemma_blas_init();
    make_data(w);
    check_ok(lemma_network_create(w->preset, w->d_x, w->outputs, w->width, w->depth,
                                  &w->net, &err),
             &err);
    w->L = w->net->L;
    w->weights = lemma_network_parameters(w->net);
    struct lemma_training training = {.net = w->net,
                                      .loss = lemma_loss_types[0],
                                      .set = &w->set,
                                      .partition = &w->partition,
                                      .config = &w->config,
                                      .eta = w->eta,
                                      .seed = w->seed};
    struct lemma_observer observer = {31, false, keep_moment, w};
    check_ok(lemma_trainer_create(&training, &trainer, &err), &err);
    check_ok(lemma_probes_create(w->x, &w->set, w->clients, w->net, &probes, &err),
             &err);
    if (own)
        check_ok(lemma_probes_add(probes, own, NULL, &err), &err);
    lemma_probes_sink(probes, keep_row, w);
    check_ok(lemma_probes_watch(probes, trainer), NULL);
    if (!w->no_moments)
        check_ok(lemma_trainer_watch(trainer, &observer), NULL);
    check_ok(lemma_trainer_run(trainer, &outcome, &steps), NULL);
    w->final = room(w->weights, sizeof *w->final);
    memcpy(w->final, lemma_trainer_server(trainer)->block,
           w->weights * sizeof *w->final);
    lemma_probes_destroy(probes);
    lemma_trainer_destroy(trainer);
}

void watched_free(struct watched *w)
{
    for (size_t i = 0; i < w->moment_count; i++) {
        lemma_free(w->moments[i].local);
        lemma_free(w->moments[i].average);
        lemma_free(w->moments[i].server);
        lemma_free(w->moments[i].batch);
    }
    for (size_t i = 0; i < w->table_count; i++)
        lemma_free(w->tables[i].cells);
    lemma_network_destroy(w->net);
    lemma_free(w->set.inputs.a);
    lemma_free(w->set.targets.a);
    lemma_free(w->set.test_inputs.a);
    lemma_free(w->set.test_targets.a);
    lemma_free(w->set.label);
    lemma_free(w->set.test_label);
    lemma_free(w->initial);
    lemma_free(w->features);
    lemma_free(w->output);
    lemma_free(w->final);
    lemma_free(w->x);
}

static const struct rows *find(const struct watched *w, const char *column)
{
    for (size_t i = 0; i < w->table_count; i++)
        if (strcmp(w->tables[i].column->name, column) == 0)
            return &w->tables[i];
    return NULL;
}

const struct rows *watched_rows(const struct watched *w, const char *column)
{
    const struct rows *r = find(w, column);

    assert_non_null(r);
    return r;
}

bool watched_has(const struct watched *w, const char *column, size_t step)
{
    const struct rows *r = find(w, column);

    for (size_t i = 0; r && i < r->rows; i++)
        if (r->step[i] == step)
            return true;
    return false;
}

const double *watched_row(const struct watched *w, const char *column, size_t step)
{
    const struct rows *r = watched_rows(w, column);

    for (size_t i = 0; i < r->rows; i++)
        if (r->step[i] == step)
            return r->cells + i * r->count;
    fail_msg("%s has no row of step %zu", column, step);
    return NULL;
}
