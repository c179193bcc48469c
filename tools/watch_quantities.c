/* The quantities that a record has, each with its course on one line. */
#include "watch.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "numbers.h"
#include "series.h"

enum {
    CELLS = 512,      /* of a sparkline, at most */
    BUDGET = 1 << 17, /* numbers read of one table for a frame */
    NAME = 20,        /* columns of a name */
    VALUE = 10,       /* and of a value */
    NARROW = 60,      /* below that many columns the first value is left out */
    LEVELS = 8
};

/* One number of a row (width); b: the row of the table it is divided by, or NULL. NaN
 * entries do not count. */
typedef double (*fold)(size_t width, const double *a, const double *b);

static double largest(size_t width, const double *a, const double *b)
{
    double value = NAN;

    for (size_t i = 0; i < width; i++)
        if (!b)
            value = fmax(value, a[i]);
        else if (b[i] > 0)
            value = fmax(value, a[i] / b[i]);
    return value;
}

static double norm(size_t width, const double *a, const double *b)
{
    double sum = 0;

    (void) b;
    for (size_t i = 0; i < width; i++)
        sum += a[i] * a[i];
    return sqrt(sum);
}

struct quantity {
    const char *name, *table, *over;
    bool log;
    fold of_row;
};

static const struct quantity quantities[] = {
    {"loss", "loss/server", NULL, true, largest},
    {"accuracy", "loss/accuracy", NULL, false, largest},
    {"test loss", "loss/test_server", NULL, true, largest},
    {"test accuracy", "loss/test_accuracy", NULL, false, largest},
    {"gradient norm", "gradient/norm", NULL, true, norm},
    {"gap / gradient", "gradient_gap/gap", "gradient_gap/average", true, largest},
    {"flips of a sample", "activation/flips_initial_max", NULL, false, largest},
    {"client deviation", "deviation/frobenius", NULL, true, largest},
    {"deviation, averaging", "deviation/at_averaging", NULL, true, largest},
    {"distance from W(0)", "distance/frobenius", NULL, false, norm},
    {"farthest neuron", "distance/max_neuron", NULL, false, largest},
    {"lambda_min", "gram/lambda_min", NULL, false, largest},
    {"kernel change", "gram/change_spectral", "gram/lambda_max", false, largest},
    {"lazy error", "lazy/error", NULL, false, largest},
};

/* What is shown of a table: each cell is the largest of its part of the rows. */
struct course {
    double first, last;
    double cell[CELLS];
    size_t cells;
};

static lemma_status read_values(struct lemma_reader *reader, const struct quantity *q,
                                const struct series *a, const struct series *b,
                                size_t first, size_t count, double *room, double *out)
{
    lemma_status st = LEMMA_OK;
    double *over = b->path ? room + count * a->width : NULL;

    LEMMA_TRY(series_read(reader, a, first, count, NULL, room));
    if (over)
        LEMMA_TRY(series_read(reader, b, first, count, NULL, over));
    for (size_t i = 0; i < count; i++)
        out[i] =
            q->of_row(a->width, room + i * a->width, over ? over + i * a->width : NULL);
out:
    return st;
}

/* Of a part with many rows only the last ones are read: a frame stays cheap however
 * long the run. */
static lemma_status read_course(struct lemma_reader *reader, const struct quantity *q,
                                const struct series *a, const struct series *b,
                                size_t rows, struct course *c)
{
    lemma_status st = LEMMA_OK;
    size_t most = series_block(a, BUDGET / (c->cells ? c->cells : 1));
    double *room = NULL, *values = NULL;

    LEMMA_NEW(room, 2 * most * a->width);
    LEMMA_NEW(values, most);
    LEMMA_TRY(read_values(reader, q, a, b, 0, 1, room, &c->first));
    LEMMA_TRY(read_values(reader, q, a, b, rows - 1, 1, room, &c->last));
    for (size_t i = 0; i < c->cells; i++) {
        size_t begin = rows * i / c->cells, end = rows * (i + 1) / c->cells;
        size_t count = end - begin < most ? end - begin : most;

        LEMMA_TRY(read_values(reader, q, a, b, end - count, count, room, values));
        c->cell[i] = NAN;
        for (size_t k = 0; k < count; k++)
            c->cell[i] = fmax(c->cell[i], values[k]);
    }
out:
    lemma_free(values);
    lemma_free(room);
    return st;
}

static double on_scale(double x, bool log)
{
    return !log ? x : x > 0 ? log10(x) : NAN;
}

/* A cell that has no number is a blank, an infinite one stands at its end. */
static void print_sparkline(FILE *out, const struct course *c, bool log, size_t room,
                            bool blocks)
{
    static const char *const block[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char ascii[LEVELS + 1] = "_.-:=+*#";
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < c->cells; i++) {
        double y = on_scale(c->cell[i], log);
        low = isfinite(y) && y < low ? y : low;
        high = isfinite(y) && y > high ? y : high;
    }
    for (size_t i = 0; i < room; i++) {
        double y = i < c->cells ? on_scale(c->cell[i], log) : NAN;
        double part = high > low ? (y - low) / (high - low) : 0.5;
        size_t level =
            (size_t) fmin(fmax(part * LEVELS, 0), LEVELS - 1); /* NaN: not used */

        if (isnan(y))
            fputc(' ', out);
        else if (blocks)
            fputs(block[level], out);
        else
            fputc(ascii[level], out);
    }
}

static lemma_status print_quantity(FILE *out, struct lemma_reader *reader,
                                   const struct quantity *q,
                                   const struct terminal *terminal)
{
    struct course c = {.first = NAN, .last = NAN};
    struct series a, b = {0};
    struct lemma_error err = {""};
    char first[NUMBER_ROOM], last[NUMBER_ROOM];
    bool narrow = terminal->width < NARROW;
    size_t taken = NAME + 1 + (narrow ? 0 : VALUE + 1) + 1 + VALUE + 1, room, rows;
    lemma_status st = LEMMA_OK;

    if (series_open(reader, q->table, NULL, &a, &err) != LEMMA_OK ||
        (q->over && series_open(reader, q->over, NULL, &b, &err) != LEMMA_OK) ||
        (q->over && b.width != a.width))
        return LEMMA_OK; /* not recorded in this run */
    rows = q->over && b.rows < a.rows ? b.rows : a.rows;
    room = terminal->width > taken + 4 ? terminal->width - taken : 4;
    room = room < CELLS ? room : CELLS;
    c.cells = rows < room ? rows : room;
    if (rows > 0)
        LEMMA_TRY(read_course(reader, q, &a, &b, rows, &c));
    fprintf(out, "%-*s ", NAME, q->name);
    if (!narrow)
        fprintf(out, "%*s ", VALUE, number_real(c.first, first));
    print_sparkline(out, &c, q->log, room, terminal->blocks);
    fprintf(out, " %*s\n", VALUE, number_real(c.last, last));
out:
    return st;
}

lemma_status watch_quantities(FILE *out, struct lemma_reader *reader,
                              const struct terminal *terminal)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++)
        LEMMA_TRY(print_quantity(out, reader, &quantities[i], terminal));
out:
    return st;
}
