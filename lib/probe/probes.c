/* A set of probes: made from the experiment, declared in the record, hooked to
 * training. */
#include "probe/probe.h"

#include <string.h>

#include "core/alloc.h"
#include "probe/set.h"

const struct lemma_probe_type *lemma_probe_find(const char *name)
{
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

/* One dimension of a shape: its size in this run, and what it counts. */
static size_t dimension(const struct lemma_probes *p, const struct lemma_watched *w,
                        char letter, const char **name)
{
    static const struct {
        char letter;
        const char *name;
    } names[] = {{'K', "client"},
                 {'L', "layer"},
                 {'N', "sample"},
                 {'d', "output"},
                 {'E', "eigenvalue"}};
    size_t order = w->type->order ? w->type->order(w->state, p->set) : 0;
    size_t sizes[] = {p->clients, p->net->L, p->set->n, p->net->d, order};

    for (size_t i = 0; i < 5; i++)
        if (names[i].letter == letter) {
            *name = names[i].name;
            return sizes[i];
        }
    LEMMA_REQUIRE(!"a shape is made of K, L, N, d and E");
    return 0;
}

static lemma_status create_column(const struct lemma_watched *watched, size_t i,
                                  struct lemma_watched_column *w)
{
    const struct lemma_column *column = &watched->type->columns[i];
    size_t size = column->type == LEMMA_F64 ? sizeof(double) : sizeof(int64_t);

    LEMMA_REQUIRE(column->type != LEMMA_I32);
    w->axis = column->axis;
    if (w->axis == LEMMA_AXIS_CADENCE)
        w->axis = watched->cadence.rounds ? LEMMA_AXIS_ROUND : LEMMA_AXIS_STEP;
    w->count = 1;
    for (const char *s = column->shape; *s; s += s[1] == ',' ? 2 : 1) {
        LEMMA_REQUIRE(w->rank < LEMMA_RANK_MAX);
        w->dims[w->rank] =
            dimension(watched->owner, watched, *s, &w->dim_names[w->rank]);
        if (!lemma_size_mul(w->count, w->dims[w->rank], &w->count))
            return LEMMA_EMEMORY;
        w->rank++;
    }
    w->row = lemma_alloc(w->count, size);
    return w->row ? LEMMA_OK : LEMMA_EMEMORY;
}

static void destroy_watched(struct lemma_watched *w)
{
    if (!w)
        return;
    if (w->state && w->type->end)
        w->type->end(w->state);
    lemma_free(w->state);
    for (size_t i = 0; w->column && i < w->columns; i++)
        lemma_free(w->column[i].row);
    lemma_free(w->column);
    lemma_free(w->cells);
    lemma_free(w);
}

/* The axes step, round and local_step of a group are one set: two sources of rows in
 * one group would mix. */
static void check_axes(const struct lemma_probe_type *type)
{
    enum lemma_axis axis = LEMMA_AXIS_AVERAGING;

    for (const struct lemma_column *c = type->columns; c->name; c++) {
        LEMMA_REQUIRE(c->axis == axis || c->axis == LEMMA_AXIS_AVERAGING ||
                      axis == LEMMA_AXIS_AVERAGING);
        axis = c->axis == LEMMA_AXIS_AVERAGING ? axis : c->axis;
    }
}

static lemma_status create_watched(struct lemma_probes *p,
                                   const struct lemma_probe_type *type,
                                   const char *file,
                                   const struct lemma_probe_config *config,
                                   struct lemma_watched **out, struct lemma_error *err)
{
    struct lemma_watched *w = NULL;
    lemma_status st = LEMMA_OK;

    check_axes(type);
    LEMMA_NEW(w, 1);
    w->owner = p;
    w->type = type;
    w->state = lemma_alloc(type->state_size, 1);
    if (!w->state) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(lemma_options_read(type, file, config, w->state, &w->cadence, err));
    while (type->columns[w->columns].name)
        w->columns++;
    LEMMA_REQUIRE(w->columns <= 64); /* bits of `missing` */
    LEMMA_NEW(w->cells, w->columns);
    LEMMA_NEW(w->column, w->columns);
    for (size_t i = 0; i < w->columns; i++) {
        w->column[i].on = !type->has || type->has(w->state, i, p->set, p->net);
        if (w->column[i].on)
            LEMMA_TRY(create_column(w, i, &w->column[i]));
    }
    *out = w;
    w = NULL;
out:
    destroy_watched(w);
    return st;
}

static lemma_status unknown_probe(const struct lemma_experiment *x, const char *name,
                                  struct lemma_error *err)
{
    const char *names[LEMMA_PROBES_MAX];
    char key[LEMMA_WORD + 8];
    size_t count = 0, which;

    for (; count < LEMMA_PROBES_MAX && lemma_probe_types[count]; count++)
        names[count] = lemma_probe_types[count]->name;
    snprintf(key, sizeof key, "probes.%s", name);
    return lemma_experiment_choose(x, key, name, names, count, NULL, &which, err);
}

lemma_status lemma_probes_create(const struct lemma_experiment *x,
                                 const struct lemma_dataset *set, size_t clients,
                                 const struct lemma_network *net,
                                 struct lemma_probes **probes, struct lemma_error *err)
{
    struct lemma_probes *p = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(p, 1);
    p->set = set;
    p->net = net;
    p->clients = clients;
    for (size_t i = 0; i < x->probe_count; i++) {
        const struct lemma_probe_type *type = lemma_probe_find(x->probes[i].name);

        if (!type) {
            st = unknown_probe(x, x->probes[i].name, err);
            goto out;
        }
        LEMMA_TRY(create_watched(p, type, x->file, &x->probes[i], &p->watched[p->count],
                                 err));
        p->count++;
    }
    *probes = p;
    p = NULL;
out:
    lemma_probes_destroy(p);
    return st;
}

void lemma_probes_destroy(struct lemma_probes *probes)
{
    if (!probes)
        return;
    for (size_t i = 0; i < probes->count; i++)
        destroy_watched(probes->watched[i]);
    lemma_free(probes);
}

lemma_status lemma_probes_add(struct lemma_probes *probes,
                              const struct lemma_probe_type *type, const char *every,
                              struct lemma_error *err)
{
    struct lemma_cadence cadence = lemma_cadence_of(type);
    lemma_status st = LEMMA_OK;

    if (every)
        LEMMA_TRY(lemma_cadence_read(type, every, &cadence, err));
    if (probes->count == LEMMA_PROBES_MAX)
        return lemma_fail(err, LEMMA_EINPUT, "a run has at most %d probes",
                          LEMMA_PROBES_MAX);
    for (size_t i = 0; i < probes->count; i++)
        if (strcmp(probes->watched[i]->type->name, type->name) == 0)
            return lemma_fail(err, LEMMA_EINPUT, "there is a probe \"%s\" already",
                              type->name);
    LEMMA_TRY(
        create_watched(probes, type, "", NULL, &probes->watched[probes->count], err));
    probes->watched[probes->count++]->cadence = cadence;
out:
    return st;
}

/* Where rows stand: a table of integers that is nobody's column; axis: NULL for the one
 * that is the axis of the others. */
static lemma_status declare_axis(struct lemma_record *record, const char *group,
                                 const char *name, const char *axis, const char *units,
                                 const char *meaning, size_t *id)
{
    struct lemma_table_spec spec = {.name = name,
                                    .type = LEMMA_I64,
                                    .axis = axis,
                                    .units = units,
                                    .long_name = meaning};

    return lemma_record_table(record, group, &spec, id);
}

static lemma_status declare_axes(struct lemma_watched *w, struct lemma_record *record)
{
    const char *group = w->type->name;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(declare_axis(record, group, "step", NULL, "local steps",
                           "global step t = round * tau + local_step", &w->axes[0]));
    LEMMA_TRY(
        declare_axis(record, group, "round", "step", "rounds", "round r", &w->axes[1]));
    LEMMA_TRY(declare_axis(record, group, "local_step", "step", "local steps",
                           "local step s within the round", &w->axes[2]));
out:
    return st;
}

static lemma_status declare_column(struct lemma_watched *w, size_t i,
                                   struct lemma_record *record)
{
    const struct lemma_column *column = &w->type->columns[i];
    struct lemma_watched_column *mine = &w->column[i];
    const char *group = w->type->name;
    char step[2 * LEMMA_VALUE], round[2 * LEMMA_VALUE];
    lemma_status st = LEMMA_OK;
    struct lemma_table_spec spec = {.name = column->name,
                                    .type = column->type,
                                    .rank = mine->rank,
                                    .axis = "step",
                                    .spectrum = strcmp(column->shape, "E") == 0,
                                    .units = column->units,
                                    .long_name = column->meaning,
                                    .formula = column->formula,
                                    .source = column->source};

    memcpy(spec.dims, mine->dims, sizeof spec.dims);
    memcpy(spec.dim_names, mine->dim_names, sizeof spec.dim_names);
    if (mine->axis == LEMMA_AXIS_AVERAGING) {
        snprintf(step, sizeof step, "%s_step", column->name);
        snprintf(round, sizeof round, "%s_round", column->name);
        LEMMA_TRY(declare_axis(record, group, step, NULL, "local steps",
                               "global step t of the round's last local step",
                               &mine->axes[0]));
        LEMMA_TRY(declare_axis(record, group, round, step, "rounds", "round r",
                               &mine->axes[1]));
        spec.axis = step;
    }
    LEMMA_TRY(lemma_record_table(record, group, &spec, &mine->table));
out:
    return st;
}

/* The table to plot: the first recorded one where an option leaves out the usual. */
static const char *signal_of(const struct lemma_watched *w)
{
    const struct lemma_column *columns = w->type->columns;
    const char *first = NULL;

    for (size_t i = 0; i < w->columns; i++) {
        if (!w->column[i].on)
            continue;
        if (w->type->signal && strcmp(columns[i].name, w->type->signal) == 0)
            return columns[i].name;
        first = first ? first : columns[i].name;
    }
    return w->type->signal ? first : NULL;
}

static lemma_status declare(struct lemma_watched *w, struct lemma_record *record)
{
    const struct lemma_probe_type *t = w->type;
    struct lemma_group_spec group = {t->name, t->title, signal_of(w), t->log_signal,
                                     false};
    bool axes = false;
    char every[LEMMA_VALUE];
    lemma_status st = LEMMA_OK;

    snprintf(every, sizeof every, "%zu %s", w->cadence.n,
             w->cadence.rounds ? "rounds" : "steps");
    LEMMA_TRY(lemma_record_group(record, &group));
    LEMMA_TRY(lemma_record_attr_text(record, t->name, "source", t->source));
    LEMMA_TRY(lemma_record_attr_text(record, t->name, "every", every));
    if (t->order) /* E is N d or N */
        LEMMA_TRY(lemma_record_attr_text(record, t->name, "kernel",
                                         t->order(w->state, w->owner->set) ==
                                                 w->owner->set->n * w->owner->net->d
                                             ? "full"
                                             : "mean"));
    for (size_t i = 0; i < w->columns; i++)
        axes |= w->column[i].on && w->column[i].axis != LEMMA_AXIS_AVERAGING;
    if (axes)
        LEMMA_TRY(declare_axes(w, record));
    for (size_t i = 0; i < w->columns; i++)
        if (w->column[i].on)
            LEMMA_TRY(declare_column(w, i, record));
out:
    return st;
}

lemma_status lemma_probes_declare(struct lemma_probes *probes,
                                  struct lemma_record *record)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; record && i < probes->count; i++)
        LEMMA_TRY(declare(probes->watched[i], record));
    probes->record = record;
out:
    return st;
}

void lemma_probes_sink(struct lemma_probes *probes, lemma_sink sink, void *context)
{
    probes->sink = sink;
    probes->sink_context = context;
}

lemma_status lemma_probes_watch(struct lemma_probes *probes,
                                struct lemma_trainer *trainer)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < probes->count; i++) {
        struct lemma_watched *w = probes->watched[i];
        struct lemma_observer observer = {w->type->events | LEMMA_ON_RUN_BEGIN,
                                          w->type->needs_initial, lemma_watched_see, w};

        LEMMA_TRY(lemma_trainer_watch(trainer, &observer));
    }
out:
    return st;
}

void lemma_probes_lasting(struct lemma_probes *probes, lemma_visit visit, void *context)
{
    for (size_t i = 0; i < probes->count; i++) {
        struct lemma_watched *w = probes->watched[i];

        visit(context, &w->seconds, sizeof w->seconds, LEMMA_MOVING);
        for (size_t k = 0; k < w->columns; k++)
            visit(context, &w->column[k].told, sizeof w->column[k].told, LEMMA_MOVING);
        if (w->type->lasting)
            w->type->lasting(w->state, visit, context);
    }
}

const char *lemma_probes_trouble(const struct lemma_probes *probes)
{
    return probes->trouble.text;
}

size_t lemma_probes_count(const struct lemma_probes *probes)
{
    return probes->count;
}

const struct lemma_probe_type *lemma_probes_type(const struct lemma_probes *probes,
                                                 size_t i)
{
    LEMMA_REQUIRE(i < probes->count);
    return probes->watched[i]->type;
}

double lemma_probes_seconds(const struct lemma_probes *probes, size_t i)
{
    LEMMA_REQUIRE(i < probes->count);
    return probes->watched[i]->seconds;
}
