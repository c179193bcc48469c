/* The number that a table of a point is worth: out of the sweep's file where it is
 * there, else from the point's record. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/experiment.h"
#include "config/value.h"
#include "core/alloc.h"
#include "sweep/choice.h"
#include "sweep/columns.h"

enum { PATH_ROOM = 512, NAMES_MAX = 512 };

/* "loss/server" in two; false where it is no such name. */
static bool split(const char *of, char group[PATH_ROOM], const char **table)
{
    const char *slash = strchr(of, '/');

    if (!slash || strlen(of) >= PATH_ROOM - 16 || slash == of || !slash[1])
        return false;
    snprintf(group, PATH_ROOM, "%.*s", (int) (slash - of), of);
    *table = slash + 1;
    return true;
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        lemma_free(names[i]);
}

/* A constant of the runs, which searches make a finding: "sweep/m". */
static bool is_constant(const char *of)
{
    static const char *const others[] = {"point", "seed", "diverged", "beside_theory",
                                         "search"};
    const char *name = of + strlen("sweep/");
    bool constant = strncmp(of, "sweep/", strlen("sweep/")) == 0 && *name;

    for (size_t i = 0; constant && i < sizeof others / sizeof *others; i++)
        constant = strcmp(name, others[i]) != 0;
    return constant;
}

/* All that can be fitted, "loss/server", "sweep/m", the caller's to free. */
static lemma_status list_tables(const struct lemma_sweep_index *x,
                                char *names[NAMES_MAX], size_t *count)
{
    static const char ending[] = ".final";
    const char *const *groups = NULL, *const *tables = NULL;
    size_t group_count = 0, table_count = 0, end = sizeof ending - 1;
    char name[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_groups(x->reader, &groups, &group_count));
    for (size_t g = 0; g < group_count; g++) {
        LEMMA_TRY(lemma_reader_tables(x->reader, groups[g], &tables, &table_count));
        for (size_t i = 0; i < table_count && *count < NAMES_MAX; i++) {
            size_t n = strlen(tables[i]);
            bool reduced = n > end && strcmp(tables[i] + n - end, ending) == 0;

            snprintf(name, sizeof name, "%s/%.*s", groups[g],
                     (int) (reduced ? n - end : n), tables[i]);
            if (!reduced && (!is_constant(name) || lemma_sweep_index_key(x, tables[i])))
                continue;
            names[*count] = lemma_strdup(name);
            if (!names[(*count)++])
                st = LEMMA_EMEMORY;
            LEMMA_TRY(st);
        }
    }
out:
    return st;
}

static lemma_status unknown_table(const struct lemma_sweep_index *x, const char *of,
                                  struct lemma_error *err)
{
    char *names[NAMES_MAX] = {NULL}, shown[LEMMA_SHOWN_TEXT], all[1024] = "";
    size_t count = 0, used = 0;
    const char *near;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(list_tables(x, names, &count));
    for (size_t i = 0; i < count && used < sizeof all; i++)
        used += (size_t) snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "",
                                  names[i]);
    near = lemma_nearest(of, (const char *const *) names, count);
    st = lemma_fail(
        err, LEMMA_EINPUT, "--of: expected a table of this sweep%s%s%s, got %s%s%s%s",
        near ? "" : " (", near ? "" : all, near ? "" : ")",
        lemma_value_show(of, strlen(of), shown), near ? "; did you mean \"" : "",
        near ? near : "", near ? "\"?" : "");
out:
    free_names(names, count);
    return st;
}

/* Of the numbers of the layers, the one that is asked for. */
static lemma_status pick(const struct lemma_fit_request *q, const double *layer,
                         size_t layers, double *y, struct lemma_error *err)
{
    bool least =
        q->measure.kind == LEMMA_BY_REDUCTION && q->measure.reduction == LEMMA_MIN;

    if (q->layer == LEMMA_ONLY_LAYER && layers > 1)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s has %zu layers: say which with --layer 1 to %zu, or "
                          "--layer largest",
                          q->of, layers, layers);
    if (q->layer > 0 && (size_t) q->layer > layers)
        return lemma_fail(err, LEMMA_EINPUT, "--layer %d: %s has %zu", q->layer, q->of,
                          layers);
    *y = q->layer > 0 ? layer[q->layer - 1] : layer[0];
    for (size_t l = 1; l < layers && q->layer <= 0; l++)
        *y = least ? fmin(*y, layer[l]) : fmax(*y, layer[l]);
    return LEMMA_OK;
}

static lemma_status by_reduction(const struct lemma_sweep_index *x,
                                 const struct lemma_fit_request *q,
                                 const struct lemma_fit_choice *c, double *y,
                                 struct lemma_error *err)
{
    struct lemma_shape shape;
    char path[PATH_ROOM];
    double *all = NULL;
    size_t layers;
    lemma_status st = LEMMA_OK;

    snprintf(path, sizeof path, "%s.%s", q->of,
             lemma_reduction_name(q->measure.reduction));
    if (lemma_reader_shape(x->reader, path, &shape) != LEMMA_OK || shape.rank < 1 ||
        shape.rank > 2 || shape.dims[0] != x->rows ||
        (shape.rank == 2 && shape.dims[1] == 0))
        return unknown_table(x, q->of, err);
    layers = shape.rank == 2 ? shape.dims[1] : 1;
    LEMMA_TRY(lemma_reader_all(x->reader, path, &all, &shape));
    for (size_t i = 0; i < c->count; i++)
        LEMMA_TRY(pick(q, all + c->row[i] * layers, layers, &y[i], err));
out:
    lemma_free(all);
    return st;
}

/* A layer's series, joined over the clients, and its pace. */
static void pace_of_layer(const struct lemma_fit_request *q,
                          const struct lemma_sweep_rows *t, const double *at,
                          size_t layer, double *series, double *out)
{
    size_t layers = t->layers ? t->layers : 1;

    for (size_t i = 0; i < t->rows; i++) {
        series[i] = NAN;
        for (size_t c = 0; c < t->others; c++)
            series[i] = fmax(series[i], t->cells[(i * t->others + c) * layers + layer]);
    }
    *out = lemma_pace(&q->measure, series, at, t->rows);
}

static lemma_status from_record(const char *record, const struct lemma_fit_request *q,
                                double *y, struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct lemma_sweep_rows t = {0};
    char group[PATH_ROOM];
    const char *table = "";
    bool step = q->measure.kind == LEMMA_BY_FIRST_STEP;
    const double *at;
    double *series = NULL, *layer = NULL;
    size_t layers;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(split(q->of, group, &table));
    LEMMA_TRY(lemma_sweep_record_open(record, &reader, err));
    st = lemma_sweep_rows_read(reader, group, table, &t);
    at = step ? t.step : t.round;
    if (st == LEMMA_EINPUT || (st == LEMMA_OK && !at))
        st = lemma_fail(err, LEMMA_EINPUT, "%s: %s: expected a table with %s", record,
                        q->of, step ? "steps" : "rounds");
    else if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s cannot be read", record, q->of);
    LEMMA_TRY(st);
    layers = t.layers ? t.layers : 1;
    LEMMA_NEW(series, t.rows);
    LEMMA_NEW(layer, layers);
    for (size_t l = 0; l < layers; l++)
        pace_of_layer(q, &t, at, l, series, &layer[l]);
    LEMMA_TRY(pick(q, layer, layers, y, err));
out:
    lemma_free(series);
    lemma_free(layer);
    lemma_sweep_rows_free(&t);
    lemma_reader_close(reader);
    return st;
}

static lemma_status from_constant(const struct lemma_sweep_index *x,
                                  const struct lemma_fit_request *q,
                                  const struct lemma_fit_choice *c, double *y,
                                  struct lemma_error *err)
{
    struct lemma_shape shape;
    double *all = NULL;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_shape(x->reader, q->of, &shape) != LEMMA_OK || shape.rank != 1 ||
        shape.dims[0] != x->rows)
        return unknown_table(x, q->of, err);
    if (q->measure.kind != LEMMA_BY_REDUCTION || q->measure.reduction != LEMMA_FINAL)
        return lemma_fail(err, LEMMA_EINPUT,
                          "--reduce: %s is one number a point, there is nothing to "
                          "reduce",
                          q->of);
    LEMMA_TRY(lemma_reader_all(x->reader, q->of, &all, &shape));
    for (size_t i = 0; i < c->count; i++)
        y[i] = all[c->row[i]];
out:
    lemma_free(all);
    return st;
}

lemma_status lemma_fit_measure(const struct lemma_sweep_index *x,
                               const struct lemma_fit_request *q,
                               const struct lemma_fit_choice *c, double *y,
                               struct lemma_error *err)
{
    struct lemma_shape shape;
    char group[PATH_ROOM], path[PATH_ROOM];
    const char *table;
    lemma_status st = LEMMA_OK;

    if (!split(q->of, group, &table))
        return unknown_table(x, q->of, err);
    if (is_constant(q->of))
        return from_constant(x, q, c, y, err);
    if (q->measure.kind == LEMMA_BY_REDUCTION)
        return by_reduction(x, q, c, y, err);
    snprintf(path, sizeof path, "%s.final", q->of);
    if (lemma_reader_shape(x->reader, path, &shape) != LEMMA_OK)
        return unknown_table(x, q->of, err);
    for (size_t i = 0; i < c->count; i++)
        LEMMA_TRY(from_record(x->record[c->row[i]], q, &y[i], err));
out:
    return st;
}
