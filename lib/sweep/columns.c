#include "sweep/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "probe/probe.h"

enum { PATH_ROOM = 512 };

static bool is_axis_of_its_own(const char *table, const char *suffix,
                               const char *const *tables, size_t count)
{
    size_t n = strlen(table), k = strlen(suffix);
    bool found = false;

    for (size_t i = 0; i < count && n > k && strcmp(table + n - k, suffix) == 0; i++)
        found = found ||
                (strlen(tables[i]) == n - k && strncmp(tables[i], table, n - k) == 0);
    return found;
}

static bool is_axis(const char *table, const char *const *tables, size_t count)
{
    return strcmp(table, "step") == 0 || strcmp(table, "round") == 0 ||
           strcmp(table, "local_step") == 0 ||
           is_axis_of_its_own(table, "_step", tables, count) ||
           is_axis_of_its_own(table, "_round", tables, count);
}

/* The shape that a probe's table has in words, "K,L"; NULL: nobody says. */
static const char *shape_in_words(const char *group, const char *table, size_t rank)
{
    const struct lemma_probe_type *probe = lemma_probe_find(group);

    for (size_t i = 0; probe && probe->columns[i].name; i++) {
        const char *shape = probe->columns[i].shape;
        size_t dims = *shape != '\0';

        for (const char *c = shape; *c; c++)
            dims += *c == ',';
        if (strcmp(probe->columns[i].name, table) == 0 && dims == rank)
            return shape;
    }
    return NULL;
}

/* How a table's rows are read: (others, layers). Spectra are left to the records. */
static bool measure(const char *group, const char *table,
                    const struct lemma_shape *shape, size_t *others, size_t *layers)
{
    const char *words =
        shape->rank > 0 ? shape_in_words(group, table, shape->rank - 1) : NULL;
    size_t n = words ? strlen(words) : 0, width = 1;

    if (shape->rank == 0 || (words && strcmp(words, "E") == 0))
        return false;
    for (size_t i = 1; i < shape->rank; i++)
        width *= shape->dims[i];
    *layers = n > 0 && words[n - 1] == 'L' ? shape->dims[shape->rank - 1] : 0;
    *others = *layers ? width / *layers : width;
    return width > 0;
}

static struct lemma_sweep_column *find(const struct lemma_sweep_columns *c,
                                       const char *group, const char *table)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->list[i].group, group) == 0 &&
            strcmp(c->list[i].table, table) == 0)
            return &c->list[i];
    return NULL;
}

/* The text of an attribute, "" where there is none. */
static lemma_status read_attribute(struct lemma_reader *reader, const char *path,
                                   const char *name, char **out)
{
    lemma_status st = lemma_reader_attr_text(reader, path, name, out);

    if (st == LEMMA_EMEMORY)
        return st;
    if (st != LEMMA_OK)
        *out = lemma_strdup("");
    return *out ? LEMMA_OK : LEMMA_EMEMORY;
}

static lemma_status add(struct lemma_sweep_columns *c, struct lemma_reader *reader,
                        const char *group, const char *table,
                        struct lemma_sweep_column **column)
{
    struct lemma_sweep_column *more = NULL, *fresh;
    char path[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(more, c->count + 1);
    if (c->count)
        memcpy(more, c->list, c->count * sizeof *more);
    lemma_free(c->list);
    c->list = more;
    fresh = &c->list[c->count++];
    fresh->group = lemma_strdup(group);
    fresh->table = lemma_strdup(table);
    if (!fresh->group || !fresh->table)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    snprintf(path, sizeof path, "%s/%s", group, table);
    LEMMA_TRY(read_attribute(reader, path, "units", &fresh->units));
    LEMMA_TRY(read_attribute(reader, path, "long_name", &fresh->long_name));
    LEMMA_TRY(read_attribute(reader, path, "formula", &fresh->formula));
    LEMMA_TRY(read_attribute(reader, path, "source", &fresh->source));
    *column = fresh;
out:
    return st;
}

static lemma_status scan_table(struct lemma_sweep_columns *c,
                               struct lemma_reader *reader, const char *group,
                               const char *table)
{
    struct lemma_sweep_column *column = find(c, group, table);
    struct lemma_shape shape;
    char path[PATH_ROOM];
    size_t others = 0, layers = 0;
    lemma_status st = LEMMA_OK;

    snprintf(path, sizeof path, "%s/%s", group, table);
    if (lemma_reader_shape(reader, path, &shape) != LEMMA_OK ||
        !measure(group, table, &shape, &others, &layers))
        return LEMMA_OK;
    if (!column)
        LEMMA_TRY(add(c, reader, group, table, &column));
    column->layers = layers > column->layers ? layers : column->layers;
out:
    return st;
}

lemma_status lemma_sweep_columns_scan(struct lemma_sweep_columns *c,
                                      struct lemma_reader *reader)
{
    const char *const *groups = NULL, *const *tables = NULL;
    size_t group_count = 0, count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_groups(reader, &groups, &group_count));
    for (size_t g = 0; g < group_count; g++) {
        LEMMA_TRY(lemma_reader_tables(reader, groups[g], &tables, &count));
        for (size_t i = 0; i < count; i++)
            if (!is_axis(tables[i], tables, count))
                LEMMA_TRY(scan_table(c, reader, groups[g], tables[i]));
    }
out:
    return st;
}

void lemma_sweep_columns_free(struct lemma_sweep_columns *c)
{
    for (size_t i = 0; i < c->count; i++) {
        char *texts[] = {c->list[i].group,     c->list[i].table,   c->list[i].units,
                         c->list[i].long_name, c->list[i].formula, c->list[i].source};

        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            lemma_free(texts[k]);
    }
    lemma_free(c->list);
    *c = (struct lemma_sweep_columns){0};
}

static lemma_status declare_column(struct lemma_sweep_column *column,
                                   struct lemma_record *r, const char *axis)
{
    char name[PATH_ROOM], meaning[1024];
    lemma_status st = LEMMA_OK;

    for (int how = 0; how < LEMMA_REDUCTIONS; how++) {
        struct lemma_table_spec spec = {.name = name,
                                        .type = LEMMA_F64,
                                        .rank = column->layers ? 1 : 0,
                                        .dims = {column->layers},
                                        .dim_names = {"layer"},
                                        .axis = axis,
                                        .units = column->units,
                                        .long_name = meaning,
                                        .formula = column->formula,
                                        .source = column->source};

        snprintf(name, sizeof name, "%s.%s", column->table, lemma_reduction_name(how));
        snprintf(meaning, sizeof meaning, "%s: %s", column->long_name,
                 lemma_reduction_meaning(how));
        LEMMA_TRY(lemma_record_table(r, column->group, &spec, &column->id[how]));
    }
out:
    return st;
}

lemma_status lemma_sweep_columns_declare(struct lemma_sweep_columns *c,
                                         struct lemma_record *r, const char *group,
                                         const char *axis)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->list[i].group, group) == 0)
            LEMMA_TRY(declare_column(&c->list[i], r, axis));
out:
    return st;
}

/* Rounds or steps ("round") of a table's rows, NULL where they are not told. */
static lemma_status read_axis(struct lemma_reader *reader, const char *group,
                              const char *table, const char *what, size_t rows,
                              double **axis)
{
    struct lemma_shape shape;
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s_%s", group, table, what);
    if (lemma_reader_shape(reader, path, &shape) != LEMMA_OK)
        snprintf(path, sizeof path, "%s/%s", group, what);
    if (lemma_reader_shape(reader, path, &shape) != LEMMA_OK || shape.rank != 1 ||
        shape.dims[0] < rows)
        return LEMMA_OK;
    return lemma_reader_all(reader, path, axis, &shape);
}

void lemma_sweep_rows_free(struct lemma_sweep_rows *t)
{
    lemma_free(t->cells);
    lemma_free(t->round);
    lemma_free(t->step);
    *t = (struct lemma_sweep_rows){0};
}

lemma_status lemma_sweep_rows_read(struct lemma_reader *reader, const char *group,
                                   const char *table, struct lemma_sweep_rows *t)
{
    struct lemma_sweep_rows new = {0};
    struct lemma_shape shape;
    char path[PATH_ROOM];
    size_t cells;
    lemma_status st = LEMMA_OK;

    snprintf(path, sizeof path, "%s/%s", group, table);
    if (lemma_reader_shape(reader, path, &shape) != LEMMA_OK ||
        !measure(group, table, &shape, &new.others, &new.layers))
        return LEMMA_EINPUT;
    LEMMA_TRY(lemma_reader_all(reader, path, &new.cells, &shape));
    new.rows = shape.dims[0];
    LEMMA_TRY(read_axis(reader, group, table, "round", new.rows, &new.round));
    LEMMA_TRY(read_axis(reader, group, table, "step", new.rows, &new.step));
    cells = new.rows *new.others *(new.layers ? new.layers : 1);
    for (size_t i = 0; shape.type != LEMMA_F64 && i < cells; i++)
        if (new.cells[i] == -1)
            new.cells[i] = NAN;
    *t = new;
    new = (struct lemma_sweep_rows){0};
out:
    lemma_sweep_rows_free(&new);
    return st == LEMMA_EINPUT ? LEMMA_EIO : st; /* it is there, but cannot be read */
}

/* The reductions of one table, (LEMMA_REDUCTIONS, layers of the column). */
static lemma_status reduce_table(const struct lemma_sweep_column *column,
                                 struct lemma_reader *reader, double *out)
{
    struct lemma_sweep_rows t = {0};
    size_t width = column->layers ? column->layers : 1;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < LEMMA_REDUCTIONS * width; i++)
        out[i] = NAN;
    st = lemma_sweep_rows_read(reader, column->group, column->table, &t);
    if (st == LEMMA_EINPUT)
        return LEMMA_OK;
    LEMMA_TRY(st);
    if ((t.layers > 0) != (column->layers > 0) || t.layers > column->layers)
        goto out;
    for (int how = 0; how < LEMMA_REDUCTIONS; how++)
        lemma_reduce(how, t.cells, t.rows, t.others, t.layers ? t.layers : 1, t.round,
                     out + (size_t) how * width);
out:
    lemma_sweep_rows_free(&t);
    return st;
}

lemma_status lemma_sweep_columns_append(const struct lemma_sweep_columns *c,
                                        struct lemma_record *r,
                                        struct lemma_reader *reader)
{
    double *out = NULL;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < c->count; i++) {
        const struct lemma_sweep_column *column = &c->list[i];
        size_t width = column->layers ? column->layers : 1;

        lemma_free(out);
        LEMMA_NEW(out, LEMMA_REDUCTIONS * width);
        LEMMA_TRY(reduce_table(column, reader, out));
        for (int how = 0; how < LEMMA_REDUCTIONS; how++)
            LEMMA_TRY(
                lemma_record_append(r, column->id[how], out + (size_t) how * width));
    }
out:
    lemma_free(out);
    return st;
}
