#include "series.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"

enum { WIDEST = 1 << 24 }; /* numbers in a row: a kernel of 4096 samples */

static bool is_axis_of(struct lemma_reader *reader, const char *axis)
{
    struct lemma_shape shape;

    return lemma_reader_shape(reader, axis, &shape) == LEMMA_OK && shape.rank == 1;
}

/* "loss/step", or "deviation/at_averaging_step" of a table with axes of its own; of a
 * sweep the key's column. False: there is none. */
static bool find_axis(struct lemma_reader *reader, const char *path, const char *name,
                      char axis[SERIES_PATH])
{
    const char *slash = NULL, *table = NULL;
    int group = 0;

    LEMMA_REQUIRE(path);
    slash = strrchr(path, '/');
    table = slash ? slash + 1 : path;
    group = (int) (table - path);
    snprintf(axis, SERIES_PATH, "%.*s%s_%s", group, path, table, name);
    /* The step of a table "local" would be the group's local_step. */
    if (strcmp(table, "local") != 0 && is_axis_of(reader, axis))
        return true;
    snprintf(axis, SERIES_PATH, "%.*s%s", group, path, name);
    if (is_axis_of(reader, axis))
        return true;
    axis[0] = '\0';
    return false;
}

bool series_is_sweep(struct lemma_reader *reader)
{
    char *keys = NULL;
    bool sweep = lemma_reader_attr_text(reader, "sweep", "keys", &keys) == LEMMA_OK;

    lemma_free(keys);
    return sweep;
}

static bool find_key(struct lemma_reader *reader, const char *name,
                     char axis[SERIES_PATH])
{
    char *keys = NULL;

    if (!name && lemma_reader_attr_text(reader, "sweep", "keys", &keys) == LEMMA_OK)
        keys[strcspn(keys, "\n")] = '\0';
    snprintf(axis, SERIES_PATH, "sweep/%s", name ? name : keys ? keys : "");
    lemma_free(keys);
    if (is_axis_of(reader, axis))
        return true;
    axis[0] = '\0';
    return false;
}

/* Rows of an ascending axis that are below the limit. */
static lemma_status count_below(struct lemma_reader *reader, const char *axis,
                                double limit, size_t *rows)
{
    lemma_status st = LEMMA_OK;
    size_t low = 0, high = *rows;
    double step = NAN;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        LEMMA_TRY(lemma_reader_number(reader, axis, middle, &step));
        if (step < limit)
            low = middle + 1;
        else
            high = middle;
    }
    *rows = low;
out:
    return st;
}

static void keep_rows_of(struct lemma_reader *reader, const char *axis, size_t *rows)
{
    struct lemma_shape shape;

    if (lemma_reader_shape(reader, axis, &shape) == LEMMA_OK && shape.dims[0] < *rows)
        *rows = shape.dims[0];
}

/* A writer may be between two tables, or have been killed there. */
static lemma_status cut_rows(struct lemma_reader *reader, struct series *s)
{
    char step[SERIES_PATH];
    double committed = NAN;

    if (s->axis[0])
        keep_rows_of(reader, s->axis, &s->rows);
    if (series_is_sweep(reader) || !find_axis(reader, s->path, "step", step) ||
        lemma_reader_number(reader, "committed", 0, &committed) != LEMMA_OK)
        return LEMMA_OK;
    keep_rows_of(reader, step, &s->rows);
    return count_below(reader, step, committed, &s->rows);
}

static bool measure(struct series *s)
{
    s->width = 1;
    for (size_t i = 1; i < s->shape.rank; i++)
        if (!lemma_size_mul(s->width, s->shape.dims[i], &s->width))
            return false;
    s->rows = s->shape.dims[0];
    return s->width <= WIDEST;
}

lemma_status series_open(struct lemma_reader *reader, const char *path,
                         const char *axis, struct series *s, struct lemma_error *err)
{
    struct series found = {.path = path};
    bool sweep = series_is_sweep(reader), has_axis;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_shape(reader, path, &found.shape) != LEMMA_OK ||
        found.shape.rank == 0)
        return LEMMA_EINPUT;
    if (!measure(&found))
        return lemma_fail(err, LEMMA_EINPUT, "%s: its rows are too wide to be shown",
                          path);
    has_axis = sweep ? find_key(reader, axis, found.axis)
                     : find_axis(reader, path, axis ? axis : "step", found.axis);
    if (axis && !has_axis)
        return lemma_fail(err, LEMMA_EINPUT, "%s has no axis \"%s\"", path, axis);
    LEMMA_TRY(cut_rows(reader, &found));
    if (!lemma_reader_can_hold(reader, (double) found.rows * (double) found.width *
                                           sizeof(double)))
        return lemma_fail(err, LEMMA_EINPUT, "%s: has more rows than its file can hold",
                          path);
    *s = found;
out:
    return st;
}

size_t series_block(const struct series *s, size_t most)
{
    return s->width > 0 && s->width < most ? most / s->width : 1;
}

lemma_status series_read(struct lemma_reader *reader, const struct series *s,
                         size_t first, size_t count, double *x, double *cells)
{
    lemma_status st = LEMMA_OK;

    if (x && s->axis[0])
        LEMMA_TRY(lemma_reader_rows(reader, s->axis, first, count, x));
    else if (x)
        for (size_t i = 0; i < count; i++)
            x[i] = (double) (first + i);
    LEMMA_TRY(lemma_reader_rows(reader, s->path, first, count, cells));
    if (s->shape.type != LEMMA_F64)
        for (size_t i = 0; i < count * s->width; i++)
            cells[i] = cells[i] == -1 ? NAN : cells[i];
out:
    return st;
}
