/*
 * Data set: comma-separated numbers, one sample a line.
 *
 * An optional first line without any number is a header; empty lines and lines that
 * begin with # are skipped. Numbers are written with a point whatever the locale. With
 * targets `column` the last targets.outputs columns are y; with `one-hot` or `sign` the
 * last column is a class, 0 to 255. All columns before are the input, which is scaled
 * to unit norm.
 */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "data/load.h"
#include "data/lines.h"

enum { COLUMN, ONE_HOT, SIGN }; /* targets.kind */

struct csv {
    const struct lemma_experiment *x;
    locale_t c_locale;
    size_t outputs; /* columns that are targets or the class */
    bool classes;   /* the last column is a class */

    struct lemma_lines lines;

    size_t first_line, rows, cols; /* cols: of the first line of numbers */
    double *values;                /* (rows, cols) */
    size_t value_count, value_room;
    uint8_t *labels; /* (rows) where classes */
    size_t label_room;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The number in [text, end), blanks and one pair of quotes around it allowed. */
static bool read_number(const struct csv *f, const char *text, const char *end,
                        double *value)
{
    bool quoted;
    size_t length;
    char *stop;
    locale_t before;

    while (text < end && is_blank(*text))
        text++;
    while (end > text && is_blank(end[-1]))
        end--;
    quoted = end - text >= 2 && *text == '"' && end[-1] == '"';
    text += quoted;
    end -= quoted;
    length = (size_t) (end - text);
    if (length == 0 || is_blank(*text) || memchr(text, 'x', length) ||
        memchr(text, 'X', length)) /* strtod would take hexadecimal numbers */
        return false;
    before = uselocale(f->c_locale);
    *value = strtod(text, &stop);
    uselocale(before);
    return stop == end;
}

static const char *field_end(const char *field)
{
    return field + strcspn(field, ",");
}

/* A header is a first line in which no field is a number. */
static bool is_header(const struct csv *f)
{
    const char *field = f->lines.text;
    double value;

    for (;;) {
        const char *end = field_end(field);
        if (read_number(f, field, end, &value))
            return false;
        if (*end == '\0')
            return true;
        field = end + 1;
    }
}

static lemma_status check_columns(struct csv *f, struct lemma_error *err)
{
    size_t found = 1;

    for (const char *c = f->lines.text; *c; c++)
        found += *c == ',';
    if (f->cols == 0) {
        if (found <= f->outputs)
            return lemma_fail(err, LEMMA_EINPUT,
                              "%s:%zu: expected at least %zu columns (1 input, %zu of "
                              "targets), found %zu",
                              f->lines.source.path, f->lines.number, f->outputs + 1,
                              f->outputs, found);
        f->cols = found;
        f->first_line = f->lines.number;
    }
    if (found != f->cols)
        return lemma_fail(
            err, LEMMA_EINPUT, "%s:%zu: expected %zu columns as in line %zu, found %zu",
            f->lines.source.path, f->lines.number, f->cols, f->first_line, found);
    return LEMMA_OK;
}

/* The class at the end of a row of numbers. */
static lemma_status take_label(struct csv *f, double value, struct lemma_error *err)
{
    lemma_status st;
    void *block = f->labels;

    st = lemma_grow(&block, &f->label_room, f->rows + 1, 1);
    f->labels = block;
    if (st != LEMMA_OK)
        goto out;
    if (!(value >= 0 && value < LEMMA_CLASSES_MAX) || value != floor(value)) {
        st =
            lemma_fail(err, LEMMA_EINPUT,
                       "%s:%zu, column %zu: expected a class, a whole number from 0 to "
                       "%d, found %g",
                       f->lines.source.path, f->lines.number, f->cols,
                       LEMMA_CLASSES_MAX - 1, value);
        goto out;
    }
    f->labels[f->rows] = (uint8_t) value;
out:
    return st;
}

/* One line of numbers becomes one row. */
static lemma_status take_row(struct csv *f, struct lemma_error *err)
{
    lemma_status st;
    const char *field = f->lines.text;
    void *block = f->values;
    double *row;

    LEMMA_TRY(check_columns(f, err));
    st =
        lemma_grow(&block, &f->value_room, f->value_count + f->cols, sizeof *f->values);
    f->values = block;
    if (st != LEMMA_OK)
        goto out;
    row = f->values + f->value_count;
    for (size_t j = 0; j < f->cols; j++) {
        const char *end = field_end(field);
        bool number = read_number(f, field, end, &row[j]);
        if (!number || !isfinite(row[j])) {
            int shown = end - field > 40 ? 40 : (int) (end - field);
            st = lemma_fail(err, LEMMA_EINPUT,
                            "%s:%zu, column %zu: expected a %snumber, found \"%.*s\"%s",
                            f->lines.source.path, f->lines.number, j + 1,
                            number ? "finite " : "", shown, field,
                            f->rows == 0 && !number
                                ? " (a header is a first line without any number)"
                                : "");
            goto out;
        }
        field = end + 1;
    }
    if (f->classes)
        LEMMA_TRY(take_label(f, row[f->cols - 1], err));
    if (!lemma_data_normalise((lemma_vec){row, f->cols - f->outputs})) {
        st = lemma_fail(
            err, LEMMA_EINPUT,
            "%s:%zu: all inputs are zero: expected inputs that can be scaled "
            "to unit norm",
            f->lines.source.path, f->lines.number);
        goto out;
    }
    f->value_count += f->cols;
    f->rows++;
out:
    return st;
}

static lemma_status read_all(struct csv *f, struct lemma_error *err)
{
    lemma_status st;
    bool more = true, first = true;

    f->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t) 0);
    if (f->c_locale == (locale_t) 0) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(lemma_lines_open(&f->lines, f->x->data.path, err));
    for (;;) {
        LEMMA_TRY(lemma_lines_next(&f->lines, &more, err));
        if (!more)
            break;
        if (f->lines.text[0] == '#' ||
            f->lines.text[strspn(f->lines.text, " \t")] == '\0')
            continue;
        if (!first || !is_header(f))
            LEMMA_TRY(take_row(f, err));
        first = false;
    }
    if (f->rows == 0)
        st = lemma_fail(err, LEMMA_EINPUT, "%s: expected lines of numbers, found none",
                        f->lines.source.path);
out:
    return st;
}

/* The chosen rows, cut into inputs and targets. */
static lemma_status fill(const struct csv *f, const struct lemma_choice *c, size_t kind,
                         struct lemma_dataset *set)
{
    lemma_status st = LEMMA_OK;
    size_t entries, d_x = f->cols - f->outputs;
    double *a = NULL;

    set->n = c->n;
    set->d_x = d_x;
    if (!lemma_size_mul(c->n, d_x, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(a, entries);
    set->inputs = lemma_mat_of(a, c->n, d_x);
    if (!lemma_size_mul(c->n, set->d, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(a, entries);
    set->targets = lemma_mat_of(a, c->n, set->d);
    for (size_t i = 0; i < c->n; i++) {
        const double *row = f->values + (size_t) c->index[i] * f->cols;
        memcpy(set->inputs.a + i * d_x, row, d_x * sizeof *row);
        if (kind == COLUMN)
            memcpy(set->targets.a + i * set->d, row + d_x, set->d * sizeof *row);
    }
    if (kind != COLUMN)
        lemma_data_class_fill(kind == SIGN ? LEMMA_SIGN : LEMMA_ONE_HOT, c->label,
                              set->targets);
out:
    return st;
}

static lemma_status check(const struct lemma_experiment *x, size_t *kind,
                          struct lemma_error *err)
{
    static const char *const kinds[] = {"column", "one-hot", "sign"};
    const struct lemma_data_config *c = &x->data;
    lemma_status st;

    LEMMA_TRY(lemma_data_targets(x, kinds, 3, kind, err));
    if (c->path[0] == '\0')
        st = lemma_experiment_fail(x, "data.path", err, "expected a CSV file");
    else if (c->test_samples > 0)
        st = lemma_experiment_fail(x, "data.test_samples", err,
                                   "expected 0, found %zu: a CSV file has no test part",
                                   c->test_samples);
    else if (*kind == COLUMN &&
             (c->targets.outputs == 0 || c->targets.outputs > 1 << 20))
        st = lemma_experiment_fail(x, "data.targets.outputs", err,
                                   "expected 1 to %d columns, found %zu", 1 << 20,
                                   c->targets.outputs);
    else if (*kind == COLUMN && c->class_count > 0)
        st = lemma_experiment_fail(x, "data.classes", err,
                                   "expected none: targets are columns, not classes");
out:
    return st;
}

static lemma_status load(const struct lemma_experiment *x, struct lemma_dataset *set,
                         struct lemma_error *err)
{
    lemma_status st;
    struct csv f = {.x = x};
    struct lemma_choice choice = {0};
    struct lemma_pool pool;
    size_t kind = COLUMN;

    LEMMA_TRY(check(x, &kind, err));
    f.classes = kind != COLUMN;
    f.outputs = f.classes ? 1 : x->data.targets.outputs;
    LEMMA_TRY(read_all(&f, err));
    pool = (struct lemma_pool){f.lines.source.path, f.rows, f.labels, false};
    set->d = f.outputs;
    if (f.classes) {
        LEMMA_TRY(lemma_data_classes(x, &pool, set, err));
        LEMMA_TRY(lemma_data_class_outputs(x, kind == SIGN ? LEMMA_SIGN : LEMMA_ONE_HOT,
                                           set, err));
    }
    LEMMA_TRY(lemma_data_choose(x, &pool, set, &choice, err));
    LEMMA_TRY(fill(&f, &choice, kind, set));
    set->label = choice.label;
    set->index = choice.index;
    choice = (struct lemma_choice){0};
    snprintf(set->source, sizeof set->source,
             "CSV file %s: %zu of %zu lines, %zu inputs", x->data.path, set->n, f.rows,
             set->d_x);
    lemma_data_checksum(set, "file", f.lines.source.crc);
out:
    lemma_lines_close(&f.lines);
    if (f.c_locale != (locale_t) 0)
        freelocale(f.c_locale);
    lemma_free(f.values);
    lemma_free(f.labels);
    lemma_free(choice.index);
    lemma_free(choice.label);
    return st;
}

const struct lemma_data_type lemma_data_csv = {
    .name = "csv",
    .title = "comma-separated numbers, the last columns are targets or a class",
    .source = "x = inputs / ||inputs||; y as given (column), one-hot, or -1, +1 (sign)",
    .files = true,
    .load = load,
};
