#include "claim/evidence.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/alloc.h"

enum { NAME = 96 };

struct constant {
    struct constant *next;
    char name[NAME];
    double value;
    char *word;
};

struct table {
    struct table *next;
    char path[NAME];
    struct lemma_series series;
    double *step, *cells; /* owned; NULL where the table is missing */
};

struct lemma_evidence {
    struct lemma_reader *reader; /* NULL: by hand */
    struct constant *constants;
    struct table *tables;
    double *counts;
    bool counted;
};

lemma_status lemma_evidence_create_empty(struct lemma_evidence **evidence)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*evidence, 1);
out:
    return st;
}

lemma_status lemma_evidence_create(struct lemma_reader *reader,
                                   struct lemma_evidence **evidence)
{
    lemma_status st = lemma_evidence_create_empty(evidence);

    if (st == LEMMA_OK)
        (*evidence)->reader = reader;
    return st;
}

void lemma_evidence_destroy(struct lemma_evidence *e)
{
    while (e && e->constants) {
        struct constant *c = e->constants;

        e->constants = c->next;
        lemma_free(c->word);
        lemma_free(c);
    }
    while (e && e->tables) {
        struct table *t = e->tables;

        e->tables = t->next;
        lemma_free(t->step);
        lemma_free(t->cells);
        lemma_free(t);
    }
    if (e)
        lemma_free(e->counts);
    lemma_free(e);
}

static struct constant *find_constant(const struct lemma_evidence *e, const char *name)
{
    struct constant *c = e->constants;

    while (c && strcmp(c->name, name) != 0)
        c = c->next;
    return c;
}

static struct constant *add_constant(struct lemma_evidence *e, const char *name)
{
    struct constant *c = find_constant(e, name);

    if (c)
        return c;
    c = lemma_alloc(1, sizeof *c);
    if (!c)
        return NULL;
    snprintf(c->name, sizeof c->name, "%s", name);
    c->value = NAN;
    c->next = e->constants;
    e->constants = c;
    return c;
}

/* "network/m" is attribute m of the group network. */
static void split(const char *name, char group[NAME], const char **attribute)
{
    const char *slash = strrchr(name, '/');

    snprintf(group, NAME, "%.*s", slash ? (int) (slash - name) : 0, name);
    *attribute = slash ? slash + 1 : name;
}

double lemma_evidence_number(struct lemma_evidence *e, const char *name)
{
    const struct constant *c = find_constant(e, name);
    char group[NAME];
    const char *attribute;
    double value = NAN;

    if (c)
        return c->value;
    split(name, group, &attribute);
    if (!e->reader ||
        lemma_reader_attr_f64(e->reader, group, attribute, &value) != LEMMA_OK)
        return NAN;
    return value;
}

const char *lemma_evidence_word(struct lemma_evidence *e, const char *name)
{
    struct constant *c = find_constant(e, name);
    char group[NAME], *word = NULL;
    const char *attribute;

    if (!c && e->reader) {
        split(name, group, &attribute);
        if (lemma_reader_attr_text(e->reader, group, attribute, &word) == LEMMA_OK)
            c = add_constant(e, name);
        if (c)
            c->word = word;
        else
            lemma_free(word);
    }
    return c && c->word ? c->word : "";
}

lemma_status lemma_evidence_set_number(struct lemma_evidence *e, const char *name,
                                       double value)
{
    struct constant *c = add_constant(e, name);

    if (!c)
        return LEMMA_EMEMORY;
    c->value = value;
    return LEMMA_OK;
}

lemma_status lemma_evidence_set_word(struct lemma_evidence *e, const char *name,
                                     const char *word)
{
    struct constant *c = add_constant(e, name);
    char *copy = lemma_strdup(word);

    if (!c || !copy) {
        lemma_free(copy);
        return LEMMA_EMEMORY;
    }
    lemma_free(c->word);
    c->word = copy;
    return LEMMA_OK;
}

static struct table *find_table(const struct lemma_evidence *e, const char *path)
{
    struct table *t = e->tables;

    while (t && strcmp(t->path, path) != 0)
        t = t->next;
    return t;
}

static lemma_status add_table(struct lemma_evidence *e, const char *path,
                              struct table **out)
{
    struct table *t = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(t, 1);
    snprintf(t->path, sizeof t->path, "%s", path);
    t->series.path = t->path;
    t->next = e->tables;
    e->tables = t;
    *out = t;
out:
    return st;
}

static void finish(struct table *t, size_t rows, size_t width)
{
    t->series.rows = rows;
    t->series.width = width;
    t->series.step = t->step;
    t->series.cells = t->cells;
}

static bool has_rows(struct lemma_evidence *e, const char *path, size_t rows)
{
    struct lemma_shape shape;

    return lemma_reader_shape(e->reader, path, &shape) == LEMMA_OK && shape.rank == 1 &&
           shape.dims[0] >= rows;
}

/* The steps of a table: <table>_step beside <table>_round where it has axes of its own
 * (the step of a table "local" would be the group's local_step), else the group's step,
 * or `draw` in a study without training. */
static lemma_status read_steps(struct lemma_evidence *e, const char *path, size_t rows,
                               double **out)
{
    static const char *const shared[] = {"step", "draw"};
    const char *slash = strrchr(path, '/');
    int group = slash ? (int) (slash - path) : 0;
    struct lemma_shape shape;
    char axis[NAME + 8], round[NAME + 8];

    snprintf(axis, sizeof axis, "%s_step", path);
    snprintf(round, sizeof round, "%s_round", path);
    if (has_rows(e, axis, rows) && has_rows(e, round, rows))
        return lemma_reader_all(e->reader, axis, out, &shape);
    for (size_t i = 0; i < 2; i++) {
        snprintf(axis, sizeof axis, "%.*s/%s", group, path, shared[i]);
        if (has_rows(e, axis, rows))
            return lemma_reader_all(e->reader, axis, out, &shape);
    }
    return LEMMA_EINPUT;
}

static lemma_status read_table(struct lemma_evidence *e, struct table *t)
{
    struct lemma_shape shape;
    size_t width = 1;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_shape(e->reader, t->path, &shape) != LEMMA_OK || shape.rank == 0 ||
        shape.dims[0] == 0)
        return LEMMA_OK;
    LEMMA_TRY(lemma_reader_all(e->reader, t->path, &t->cells, &shape));
    for (size_t i = 1; i < shape.rank; i++)
        width *= shape.dims[i];
    for (size_t i = 0; shape.type != LEMMA_F64 && i < shape.dims[0] * width; i++)
        if (t->cells[i] == -1)
            t->cells[i] = NAN;
    st = read_steps(e, t->path, shape.dims[0], &t->step);
    if (st == LEMMA_OK)
        finish(t, shape.dims[0], width);
    else if (st == LEMMA_EINPUT)
        st = LEMMA_OK; /* rows that stand nowhere count as missing */
out:
    return st;
}

lemma_status lemma_evidence_series(struct lemma_evidence *e, const char *path,
                                   const struct lemma_series **s)
{
    struct table *t = find_table(e, path);
    lemma_status st = LEMMA_OK;

    *s = NULL;
    if (!t && e->reader) {
        LEMMA_TRY(add_table(e, path, &t));
        LEMMA_TRY(read_table(e, t));
    }
    if (t && t->series.rows > 0)
        *s = &t->series;
out:
    return st;
}

lemma_status lemma_evidence_set_series(struct lemma_evidence *e, const char *path,
                                       size_t rows, size_t width, const double *step,
                                       const double *cells)
{
    struct table *t = find_table(e, path);
    double *steps = NULL, *copy = NULL;
    lemma_status st = LEMMA_OK;

    if (!t)
        LEMMA_TRY(add_table(e, path, &t));
    LEMMA_NEW(steps, rows);
    LEMMA_NEW(copy, rows * width);
    if (rows > 0) {
        memcpy(steps, step, rows * sizeof *steps);
        memcpy(copy, cells, rows * width * sizeof *copy);
    }
    lemma_free(t->step);
    lemma_free(t->cells);
    t->step = steps;
    t->cells = copy;
    steps = copy = NULL;
    finish(t, rows, width);
out:
    lemma_free(steps);
    lemma_free(copy);
    return st;
}

lemma_status lemma_evidence_set_clients(struct lemma_evidence *e, const double *counts,
                                        size_t K)
{
    double *copy = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(copy, K);
    memcpy(copy, counts, K * sizeof *copy);
    lemma_free(e->counts);
    e->counts = copy;
    e->counted = true;
    LEMMA_TRY(lemma_evidence_set_number(e, "train/K", (double) K));
out:
    return st;
}

static lemma_status count_clients(struct lemma_evidence *e)
{
    double K = lemma_evidence_number(e, "train/K"), *owner = NULL;
    struct lemma_shape shape;
    lemma_status st = LEMMA_OK;

    e->counted = true;
    if (!(K >= 1 && K < 1e9) ||
        lemma_reader_shape(e->reader, "data/client", &shape) != LEMMA_OK ||
        shape.rank != 1 || (double) shape.dims[0] < K)
        return LEMMA_OK;
    LEMMA_TRY(lemma_reader_all(e->reader, "data/client", &owner, &shape));
    LEMMA_NEW(e->counts, (size_t) K);
    for (size_t i = 0; i < shape.dims[0]; i++)
        if (owner[i] >= 0 && owner[i] < K)
            e->counts[(size_t) owner[i]]++;
out:
    lemma_free(owner);
    return st;
}

lemma_status lemma_evidence_clients(struct lemma_evidence *e, const double **counts)
{
    lemma_status st = LEMMA_OK;

    if (!e->counted && e->reader)
        st = count_clients(e);
    *counts = e->counts;
    return st;
}

const double *lemma_series_at(const struct lemma_series *s, double step)
{
    size_t low = 0, high = s->rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->step[middle] < step)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->rows && s->step[low] == step ? s->cells + low * s->width : NULL;
}
