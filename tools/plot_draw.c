/* Axes and lines of a chart: two walks over the rows, one for the ranges. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "numbers.h"
#include "plot.h"
#include "shown.h"

enum {
    LABEL = 10, /* columns of a number beside the axis */
    TAIL = 3,   /* and behind a line's end, for its number */
    LEAST = 8,  /* columns and rows that make a chart */
    MARKED = 5  /* rows from one number at the axis to the next */
};

struct axis {
    bool log;
    double low, high; /* of what is drawn, on the axis' own scale */
};

struct drawing {
    const struct plot_data *d;
    struct axis x, y;
    size_t drawn;    /* points that have a place */
    size_t no_place; /* points at or below 0 of a log axis */
    struct canvas canvas;
    bool held[PLOT_LINES]; /* the row before has a place: */
    long last[PLOT_LINES][2], low, high;
    bool ended[PLOT_LINES];
};

/* NaN where a number has no place. */
static double on_axis(const struct axis *a, double value)
{
    return !a->log ? value : value > 0 ? log10(value) : NAN;
}

static double off_axis(const struct axis *a, double place)
{
    return a->log ? pow(10, place) : place;
}

static bool has_band(const struct plot_data *d)
{
    return d->lines == 1 && d->members > 1 && !d->sweep;
}

static void widen(struct axis *a, double place)
{
    if (isnan(place))
        return;
    a->low = fmin(a->low, place);
    a->high = fmax(a->high, place);
}

static void see_range(void *context, double x, const struct plot_value *v)
{
    struct drawing *g = context;
    double at = on_axis(&g->x, x);

    for (size_t l = 0; l < g->d->lines; l++) {
        double y = on_axis(&g->y, v[l].mean);

        if (isnan(v[l].mean) || isnan(x))
            continue;
        if (isnan(y) || !isfinite(at)) {
            g->no_place++;
            continue;
        }
        g->drawn++;
        widen(&g->x, at);
        widen(&g->y, y);
        if (has_band(g->d)) {
            widen(&g->y, on_axis(&g->y, v[l].low));
            widen(&g->y, on_axis(&g->y, v[l].high));
        }
    }
}

/* One value alone stands in the middle. */
static void open_up(struct axis *a)
{
    double by = a->log ? 0.5 : a->low == 0 ? 1 : fabs(a->low) / 2;

    if (a->low < a->high)
        return;
    a->low -= by;
    a->high += by;
}

/* Halves, or the difference of two huge numbers overflows. */
static long place_of(const struct axis *a, double place, size_t dots)
{
    double part = (place / 2 - a->low / 2) / (a->high / 2 - a->low / 2);

    return lround(fmin(fmax(part, 0), 1) * (double) (dots - 1));
}

/* Between two rows the band's edges are straight. */
static void shade(struct drawing *g, long x, long low, long high)
{
    long from = g->held[0] ? g->last[0][0] : x;

    for (long i = from; i <= x; i++) {
        double part = x > from ? (double) (i - from) / (double) (x - from) : 1;

        canvas_shade(&g->canvas, i,
                     lround(part * (double) low + (1 - part) * (double) g->low),
                     lround(part * (double) high + (1 - part) * (double) g->high));
    }
    g->low = low;
    g->high = high;
}

static char mark_of(const struct plot_data *d, size_t line)
{
    return d->lines > 1 && d->lines < 10 ? (char) ('0' + line + d->first) : '*';
}

static void see_row(void *context, double x, const struct plot_value *v)
{
    struct drawing *g = context;
    double at = on_axis(&g->x, x);

    for (size_t l = 0; l < g->d->lines; l++) {
        double y = on_axis(&g->y, v[l].mean), low = on_axis(&g->y, v[l].low);
        bool here = isfinite(at) && !isnan(y);
        long to[2];

        if (here) {
            to[0] = place_of(&g->x, at, g->canvas.x_dots);
            to[1] = place_of(&g->y, y, g->canvas.y_dots);
            if (has_band(g->d)) /* what is <= 0 on a log axis lies below it */
                shade(g, to[0], isnan(low) ? 0 : place_of(&g->y, low, g->canvas.y_dots),
                      place_of(&g->y, on_axis(&g->y, v[l].high), g->canvas.y_dots));
            if (g->held[l] && !g->d->sweep)
                canvas_line(&g->canvas, g->last[l], to, mark_of(g->d, l));
            else
                canvas_dot(&g->canvas, to[0], to[1], mark_of(g->d, l));
            memcpy(g->last[l], to, sizeof to);
            g->ended[l] = true;
        }
        g->held[l] = here;
    }
}

/* The line that ends in this row of characters, behind it: its number. */
static void print_tail(const struct drawing *g, size_t row)
{
    size_t of_character = g->canvas.y_dots / g->canvas.rows;

    for (size_t l = 0; l < g->d->lines && g->d->lines > 1; l++)
        if (g->ended[l] &&
            (g->canvas.y_dots - 1 - (size_t) g->last[l][1]) / of_character == row) {
            printf(" %zu", l + g->d->first);
            return;
        }
}

static void print_rows(const struct drawing *g, bool blocks)
{
    size_t rows = g->canvas.rows;
    size_t steps = rows > MARKED ? (rows - 1) / MARKED : 1;
    char label[NUMBER_ROOM];
    size_t next =
        0; /* the numbers are spread over all rows, first and last among them */

    for (size_t r = 0; r < rows; r++) {
        bool marked = r == (next * (rows - 1) + steps / 2) / steps;
        double part = (double) r / (double) (rows - 1);

        next += marked;
        number_real(off_axis(&g->y, g->y.high * (1 - part) + g->y.low * part), label);
        if (strlen(label) > LABEL) /* -1.234e-300 */
            snprintf(label, sizeof label, "%.3g",
                     off_axis(&g->y, g->y.high * (1 - part) + g->y.low * part));
        printf("%*s %s", LABEL, marked ? label : "",
               blocks   ? marked ? "┤" : "│"
               : marked ? "+"
                        : "|");
        canvas_print(&g->canvas, r);
        print_tail(g, r);
        putchar('\n');
    }
}

static void print_repeated(const char *text, size_t count)
{
    while (count-- > 0)
        fputs(text, stdout);
}

/* The axis of x, its numbers, and in the middle what they count. */
static void print_x(const struct drawing *g, bool blocks)
{
    const char *axis = g->d->s.axis, *slash = strrchr(axis, '/');
    size_t columns = g->canvas.columns, used;
    char name[SERIES_PATH + 8], low[NUMBER_ROOM], high[NUMBER_ROOM];

    snprintf(low, sizeof low, "%.6g", off_axis(&g->x, g->x.low));
    snprintf(high, sizeof high, "%.6g", off_axis(&g->x, g->x.high));
    snprintf(name, sizeof name, "%s%s", *axis ? slash ? slash + 1 : axis : "row",
             g->x.log ? ", log" : "");
    printf("%*s %s", LABEL, "", blocks ? "└" : "+");
    print_repeated(blocks ? "─" : "-", columns);
    used = strlen(low) + strlen(name) + strlen(high);
    printf("\n%*s  %s", LABEL, "", low);
    used = columns > used + 2 ? columns - used : 2;
    printf("%*s", (int) (used / 2), "");
    terminal_line(name, strlen(name), 0);
    printf("%*s%s\n", (int) (used - used / 2), "", high);
}

/* The attribute's text, the caller's; "" where there is none. NULL: no memory. */
static char *attribute(struct lemma_reader *reader, const char *table, const char *name)
{
    char *text = NULL;

    if (lemma_reader_attr_text(reader, table, name, &text) == LEMMA_OK)
        return text;
    return lemma_strdup("");
}

/* A line of the title; how many of the terminal's it takes. */
static size_t print_title_line(const char *text, size_t columns)
{
    size_t taken = terminal_line(text, strlen(text), 0);

    putchar('\n');
    return 1 + (taken > 0 ? taken - 1 : 0) / columns;
}

/* *lines: what it takes of the terminal. */
static lemma_status print_title(struct lemma_reader *reader,
                                const struct plot_request *a, const struct drawing *g,
                                size_t columns, size_t *lines)
{
    enum { ROOM = 1024 };
    char *name = attribute(reader, a->table, "long_name"),
         *units = attribute(reader, a->table, "units"), *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(text, ROOM);
    if (!name || !units) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    snprintf(text, ROOM, "%s%s%s%s%s%s%s%s", a->table, a->client ? ", client " : "",
             a->client ? a->client : "", a->layer ? ", layer " : "",
             a->layer ? a->layer : "", g->d->what[0] ? " (" : "", g->d->what,
             g->d->what[0] ? ")" : "");
    *lines = print_title_line(text, columns);
    snprintf(text, ROOM, "%s [%s]%s", name, units, g->y.log ? ", log" : "");
    *lines += print_title_line(text, columns);
    if (g->no_place) {
        snprintf(text, ROOM, "(%zu point%s at or below 0 ha%s no place on a log axis)",
                 g->no_place, g->no_place == 1 ? "" : "s",
                 g->no_place == 1 ? "s" : "ve");
        *lines += print_title_line(text, columns);
    }
out:
    lemma_free(text);
    lemma_free(units);
    lemma_free(name);
    return st;
}

static const char *why_nothing(const struct drawing *g)
{
    if (g->d->s.rows == 0)
        return "has no rows yet";
    return g->no_place ? "has nothing above 0 to show on a log axis"
                       : "has no numbers to show: all are missing";
}

static size_t room(size_t whole, size_t taken)
{
    return whole > taken + LEAST ? whole - taken : LEAST;
}

lemma_status plot_draw(struct lemma_reader *reader, const struct plot_request *a,
                       const struct plot_data *d, const struct terminal *t)
{
    struct drawing *g = NULL;
    char table[SHOWN_ROOM];
    size_t lines = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(g, 1);
    g->d = d;
    g->x = (struct axis){a->log && strchr(a->log, 'x'), INFINITY, -INFINITY};
    g->y = (struct axis){a->log && strchr(a->log, 'y'), INFINITY, -INFINITY};
    LEMMA_TRY(plot_rows(reader, d, see_range, g));
    if (g->drawn == 0) {
        printf("%s %s\n", shown(a->table, table), why_nothing(g));
        goto out;
    }
    open_up(&g->x);
    open_up(&g->y);
    LEMMA_TRY(print_title(reader, a, g, t->width, &lines));
    LEMMA_TRY(canvas_create(&g->canvas, room(t->width, LABEL + 2 + TAIL),
                            room(t->height, lines + 3), t->blocks));
    LEMMA_TRY(plot_rows(reader, d, see_row, g));
    print_rows(g, t->blocks);
    print_x(g, t->blocks);
out:
    if (g)
        canvas_destroy(&g->canvas);
    lemma_free(g);
    return st;
}
