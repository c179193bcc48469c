#include "claim/evidence_state.h"

#include <math.h>
#include <string.h>

#include "claim/lazy.h"
#include "core/alloc.h"

lemma_status lemma_evidence_create_empty(struct lemma_evidence **evidence)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*evidence, 1);
    (*evidence)->delta = 1e-6;
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
        struct lemma_constant *c = e->constants;

        e->constants = c->next;
        lemma_free(c->word);
        lemma_free(c);
    }
    while (e && e->tables) {
        struct lemma_table *t = e->tables;

        e->tables = t->next;
        lemma_free(t->step);
        lemma_free(t->cells);
        lemma_free(t);
    }
    if (e) {
        lemma_free(e->counts);
        lemma_lazy_destroy(e->lazy);
    }
    lemma_free(e);
}

double lemma_evidence_delta(const struct lemma_evidence *e)
{
    return e->delta;
}

void lemma_evidence_set_delta(struct lemma_evidence *e, double delta)
{
    LEMMA_REQUIRE(delta > 0 && delta < 1);
    e->delta = delta;
}

struct lemma_curve *lemma_evidence_curve(const struct lemma_evidence *e)
{
    return e->curve;
}

void lemma_evidence_set_curve(struct lemma_evidence *e, struct lemma_curve *curve)
{
    e->curve = curve;
}

static struct lemma_constant *find_constant(const struct lemma_evidence *e,
                                            const char *name)
{
    struct lemma_constant *c = e->constants;

    while (c && strcmp(c->name, name) != 0)
        c = c->next;
    return c;
}

static struct lemma_constant *add_constant(struct lemma_evidence *e, const char *name)
{
    struct lemma_constant *c = find_constant(e, name);

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
static void split(const char *name, char group[LEMMA_NAME], const char **attribute)
{
    const char *slash = strrchr(name, '/');

    snprintf(group, LEMMA_NAME, "%.*s", slash ? (int) (slash - name) : 0, name);
    *attribute = slash ? slash + 1 : name;
}

double lemma_evidence_number(struct lemma_evidence *e, const char *name)
{
    struct lemma_constant *c = find_constant(e, name);
    char group[LEMMA_NAME];
    const char *attribute;
    double value = NAN;

    if (!c) {
        split(name, group, &attribute);
        if (!e->reader ||
            lemma_reader_attr_f64(e->reader, group, attribute, &value) != LEMMA_OK)
            return NAN;
        c = add_constant(e, name);
        if (!c)
            return value;
        c->value = value;
    }
    c->asked = true;
    return c->value;
}

const char *lemma_evidence_word(struct lemma_evidence *e, const char *name)
{
    struct lemma_constant *c = find_constant(e, name);
    char group[LEMMA_NAME], *word = NULL;
    const char *attribute;

    if (!c && e->reader) {
        lemma_status st = LEMMA_EINPUT;

        if (!strchr(name, '/')) {
            st = lemma_reader_text(e->reader, name, &word);
        } else {
            split(name, group, &attribute);
            st = lemma_reader_attr_text(e->reader, group, attribute, &word);
        }
        if (st == LEMMA_OK)
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
    struct lemma_constant *c = add_constant(e, name);

    if (!c)
        return LEMMA_EMEMORY;
    c->value = value;
    return LEMMA_OK;
}

lemma_status lemma_evidence_set_word(struct lemma_evidence *e, const char *name,
                                     const char *word)
{
    struct lemma_constant *c = add_constant(e, name);
    char *copy = lemma_strdup(word);

    if (!c || !copy) {
        lemma_free(copy);
        return LEMMA_EMEMORY;
    }
    lemma_free(c->word);
    c->word = copy;
    return LEMMA_OK;
}

struct lemma_table *lemma_table_find(const struct lemma_evidence *e, const char *path)
{
    struct lemma_table *t = e->tables;

    while (t && strcmp(t->path, path) != 0)
        t = t->next;
    return t;
}

static lemma_status add_table(struct lemma_evidence *e, const char *path,
                              struct lemma_table **out)
{
    struct lemma_table *t = NULL;
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

lemma_status lemma_table_finish(struct lemma_table *t, size_t rows, size_t width)
{
    lemma_status st = LEMMA_OK;

    if (!t->step) {
        LEMMA_NEW(t->step, rows);
        for (size_t i = 0; i < rows; i++)
            t->step[i] = (double) i;
    }
    t->series.rows = rows;
    t->series.width = width;
    t->series.step = t->step;
    t->series.cells = t->cells;
    t->infinite = false;
    for (size_t i = 0; i < rows * width && !t->infinite; i++)
        t->infinite = isinf(t->cells[i]);
out:
    return st;
}

lemma_status lemma_evidence_series(struct lemma_evidence *e, const char *path,
                                   const struct lemma_series **s)
{
    struct lemma_table *t = lemma_table_find(e, path);
    lemma_status st = LEMMA_OK;

    *s = NULL;
    if (!t) {
        LEMMA_TRY(add_table(e, path, &t));
        if (lemma_evidence_is_start(path))
            LEMMA_TRY(lemma_evidence_from_start(e, t));
        else if (e->reader)
            LEMMA_TRY(lemma_evidence_from_file(e, t));
    }
    if (!t->looked &&
        (lemma_evidence_is_timeless(path) || lemma_evidence_is_start(path)))
        lemma_evidence_look(e, t);
    t->looked = true;
    t->asked |= t->broken || t->series.rows > 0;
    if (t->series.rows > 0)
        *s = &t->series;
out:
    return st;
}

const char *lemma_evidence_why(const struct lemma_evidence *e, const char *path)
{
    const struct lemma_table *t = lemma_table_find(e, path);

    return t ? t->why : "";
}

const char *lemma_evidence_read(const struct lemma_evidence *e, size_t i, double *value)
{
    for (const struct lemma_constant *c = e->constants; c; c = c->next)
        if (c->asked && i-- == 0) {
            *value = c->value;
            return c->name;
        }
    *value = NAN;
    for (const struct lemma_table *t = e->tables; t; t = t->next)
        if (t->asked && i-- == 0)
            return t->path;
    return NULL;
}

const char *lemma_evidence_infinite(const struct lemma_evidence *e)
{
    for (const struct lemma_table *t = e->tables; t; t = t->next)
        if (t->asked && (t->infinite || t->broken))
            return t->path;
    return NULL;
}

void lemma_evidence_forget(struct lemma_evidence *e)
{
    for (struct lemma_constant *c = e->constants; c; c = c->next)
        c->asked = false;
    for (struct lemma_table *t = e->tables; t; t = t->next)
        t->asked = false;
}

lemma_status lemma_evidence_set_series(struct lemma_evidence *e, const char *path,
                                       size_t rows, size_t width, const double *step,
                                       const double *cells)
{
    struct lemma_table *t = lemma_table_find(e, path);
    double *steps = NULL, *copy = NULL;
    lemma_status st = LEMMA_OK;

    if (!t)
        LEMMA_TRY(add_table(e, path, &t));
    LEMMA_NEW(copy, rows * width);
    LEMMA_NEW(steps, rows);
    for (size_t i = 0; i < rows; i++)
        steps[i] = step ? step[i] : (double) i;
    if (rows > 0)
        memcpy(copy, cells, rows * width * sizeof *copy);
    lemma_free(t->step);
    lemma_free(t->cells);
    t->step = steps;
    t->cells = copy;
    t->looked = t->broken = false;
    t->why[0] = '\0';
    steps = copy = NULL;
    LEMMA_TRY(lemma_table_finish(t, rows, width));
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

lemma_status lemma_evidence_clients(struct lemma_evidence *e, const double **counts)
{
    const struct lemma_series *owner = NULL;
    lemma_status st = LEMMA_OK;

    if (e->reader)
        LEMMA_TRY(lemma_evidence_series(e, "data/client", &owner));
    if (!e->counted && owner)
        LEMMA_TRY(lemma_evidence_count(e, owner));
    *counts = e->counts;
out:
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
