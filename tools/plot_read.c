/* Which numbers of a table become which lines. */
#include "plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

enum {
    BLOCK = 1 << 16, /* doubles read at a time, where a row is not longer */
    FEW = 9,         /* lines that can be told apart */
    ALL = -1
};

/* A dimension of a row: what it counts, and the place that was asked for, or ALL. */
struct dim {
    char name[16];
    size_t length;
    long chosen;
    bool client, splits; /* splits: each of its places is a line of its own */
};

static bool is_called(const struct dim *d, const char *name)
{
    return strcmp(d->name, name) == 0;
}

/* Clients count from 0, layers from 1, as W1 ... WL. */
static lemma_status choose(struct dim *dims, size_t count, const char *name,
                           const char *text, long first, const char *table,
                           struct lemma_error *err)
{
    for (size_t i = 0; text && i < count; i++) {
        char *end = NULL;
        long place = strtol(text, &end, 10), last = first + (long) dims[i].length - 1;

        if (!is_called(&dims[i], name))
            continue;
        if (*text == '\0' || *end != '\0' || place < first || place > last)
            return lemma_fail(err, LEMMA_EINPUT,
                              "--%s: expected %ld to %ld, got \"%s\"", name, first,
                              last, text);
        dims[i].chosen = place - first;
        return LEMMA_OK;
    }
    return text ? lemma_fail(err, LEMMA_EINPUT, "--%s: %s has no number a %s", name,
                             table, name)
                : LEMMA_OK;
}

/* Places of the entry along the dimensions; false where one is not the chosen one. */
static bool is_chosen(const struct dim *dims, size_t count, size_t entry,
                      size_t place[LEMMA_RANK_MAX])
{
    bool chosen = true;

    for (size_t i = count; i-- > 0;) {
        place[i] = dims[i].length ? entry % dims[i].length : 0;
        entry /= dims[i].length ? dims[i].length : 1;
        chosen =
            chosen && (dims[i].chosen == ALL || (size_t) dims[i].chosen == place[i]);
    }
    return chosen;
}

static size_t count_lines(const struct dim *dims, size_t count)
{
    size_t lines = 1;

    for (size_t i = 0; i < count; i++)
        if (dims[i].splits)
            lines *=
                dims[i].length; /* no more than the row's width, which is checked */
    return lines;
}

static void assign(struct plot_data *d, const struct dim *dims, size_t count,
                   bool apart)
{
    size_t place[LEMMA_RANK_MAX], numbers[PLOT_LINES] = {0};

    for (size_t e = 0; e < d->s.width; e++) {
        size_t line = 0;

        d->line_of[e] = PLOT_LINES;
        if (!is_chosen(dims, count, e, place))
            continue;
        for (size_t i = 0; apart && i < count; i++)
            if (dims[i].splits)
                line = line * dims[i].length + place[i];
        d->line_of[e] = line;
        numbers[line]++;
        if (numbers[line] > d->members)
            d->members = numbers[line];
    }
}

/* What a line is, in words, by the dimensions that were not chosen. */
static void describe(struct plot_data *d, const struct dim *dims, size_t count)
{
    const char *line = "number", *member = "number";

    for (size_t i = 0; i < count; i++) {
        if (dims[i].chosen != ALL || !dims[i].name[0])
            continue;
        if (dims[i].splits && dims[i].length == d->lines)
            line = dims[i].name;
        if (dims[i].length == d->members && (count == 1 || dims[i].client))
            member = dims[i].name;
    }
    d->first = strcmp(line, "layer") == 0;
    if (d->lines > 1 && d->members > 1)
        snprintf(d->what, sizeof d->what, "a line a %s: mean of %zu %ss", line,
                 d->members, member);
    else if (d->lines > 1)
        snprintf(d->what, sizeof d->what, "a line a %s", line);
    else if (d->members > 1)
        snprintf(d->what, sizeof d->what,
                 "mean of %zu %ss, shaded from least to largest", d->members, member);
}

static lemma_status read_dims(struct lemma_reader *reader, const struct plot_request *a,
                              const struct series *s, struct dim *dims, size_t count,
                              struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < count; i++) {
        dims[i] = (struct dim){.length = s->shape.dims[i + 1], .chosen = ALL};
        lemma_reader_dim_name(reader, a->table, i, dims[i].name, sizeof dims[i].name);
    }
    LEMMA_TRY(choose(dims, count, "client", a->client, 0, a->table, err));
    LEMMA_TRY(choose(dims, count, "layer", a->layer, 1, a->table, err));
    for (size_t i = 0; i < count; i++) {
        dims[i].client = is_called(&dims[i], "client");
        dims[i].splits = dims[i].chosen == ALL && (a->each || !dims[i].client);
    }
out:
    return st;
}

lemma_status plot_open(struct lemma_reader *reader, const struct plot_request *a,
                       struct plot_data *d, struct lemma_error *err)
{
    struct plot_data found = {.lines = 1};
    struct dim dims[LEMMA_RANK_MAX];
    size_t count = 0, lines = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(series_open(reader, a->table, a->against, &found.s, err));
    found.sweep = series_is_sweep(reader);
    count = found.s.shape.rank - 1;
    LEMMA_REQUIRE(count <= LEMMA_RANK_MAX); /* the reader takes no others */
    LEMMA_TRY(read_dims(reader, a, &found.s, dims, count, err));
    lines = count_lines(dims, count);
    if (a->each && lines > PLOT_LINES) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "--lines: %s has %zu numbers in a row, at most %d are drawn; "
                        "choose by --client or --layer",
                        a->table, lines, PLOT_LINES);
        goto out;
    }
    LEMMA_NEW(found.line_of, found.s.width);
    found.lines = a->each || lines <= FEW ? lines : 1;
    assign(&found, dims, count, found.lines > 1);
    describe(&found, dims, count);
    *d = found;
    found.line_of = NULL;
out:
    plot_close(&found);
    return st;
}

void plot_close(struct plot_data *d)
{
    lemma_free(d->line_of);
    d->line_of = NULL;
}

/* Infinite numbers count as missing: they have no place on an axis. */
static void fold_row(const struct plot_data *d, const double *cells,
                     struct plot_value v[PLOT_LINES])
{
    size_t count[PLOT_LINES] = {0};

    for (size_t l = 0; l < d->lines; l++)
        v[l] = (struct plot_value){.low = INFINITY, .high = -INFINITY};
    for (size_t e = 0; e < d->s.width; e++) {
        size_t l = d->line_of[e];

        if (l == PLOT_LINES || !isfinite(cells[e]))
            continue;
        v[l].low = fmin(v[l].low, cells[e]);
        v[l].high = fmax(v[l].high, cells[e]);
        v[l].mean += cells[e];
        count[l]++;
    }
    for (size_t l = 0; l < d->lines; l++)
        if (count[l])
            v[l].mean /= (double) count[l];
        else
            v[l] = (struct plot_value){NAN, NAN, NAN};
}

lemma_status plot_rows(struct lemma_reader *reader, const struct plot_data *d,
                       plot_row see, void *context)
{
    lemma_status st = LEMMA_OK;
    size_t most = series_block(&d->s, BLOCK);
    double *x = NULL, *cells = NULL;
    struct plot_value v[PLOT_LINES];

    LEMMA_NEW(x, most);
    LEMMA_NEW(cells, most * d->s.width);
    for (size_t done = 0; done < d->s.rows; done += most) {
        size_t left = d->s.rows - done, count = left < most ? left : most;

        LEMMA_TRY(series_read(reader, &d->s, done, count, x, cells));
        for (size_t i = 0; i < count; i++) {
            fold_row(d, cells + i * d->s.width, v);
            see(context, x[i], v);
        }
    }
out:
    lemma_free(cells);
    lemma_free(x);
    return st;
}
