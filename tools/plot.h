/* A table as a chart of characters. */
#ifndef LEMMA_TOOLS_PLOT_H
#define LEMMA_TOOLS_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "series.h"
#include "terminal.h"

struct plot_request {
    const char *file, *table, *output, *against;
    const char *client, *layer, *log; /* as typed; NULL: not given */
    bool each;                        /* a line a number instead of a band */
};

/* ---- what is drawn (plot_read.c) ---- */

enum { PLOT_LINES = 64 };

/* The numbers of one line in one row: NaN where there is none. */
struct plot_value {
    double low, mean, high;
};

struct plot_data {
    struct series s;
    size_t *line_of;       /* (s.width): the line each number of a row belongs to, or
                              PLOT_LINES; owned */
    size_t lines, members; /* numbers in a line, at most */
    size_t first;          /* what the first line is numbered: layers from 1 */
    bool sweep;            /* rows are runs: points, not a course */
    char what[320];        /* "a line a layer: mean of 8 clients"; "": one number */
};

/* Chooses numbers and lines by the request. LEMMA_EINPUT with a sentence. */
lemma_status plot_open(struct lemma_reader *reader, const struct plot_request *a,
                       struct plot_data *d, struct lemma_error *err);
void plot_close(struct plot_data *d);

/* Every row in order, read in blocks. */
typedef void (*plot_row)(void *context, double x, const struct plot_value *v);
lemma_status plot_rows(struct lemma_reader *reader, const struct plot_data *d,
                       plot_row see, void *context);

/* ---- on what (plot_canvas.c) ---- */

/* Dots on a grid of characters: braille has 2 x 4 in each, ASCII one. */
struct canvas {
    size_t columns, rows;  /* characters */
    size_t x_dots, y_dots; /* of the whole */
    bool braille;
    unsigned char *dots; /* (rows, columns); owned */
    char *mark;          /* (rows, columns): ASCII's character; owned */
};

lemma_status canvas_create(struct canvas *c, size_t columns, size_t rows, bool braille);
void canvas_destroy(struct canvas *c);
/* From the lower left corner; mark: ASCII's character. What lies outside is not drawn.
 */
void canvas_dot(struct canvas *c, long x, long y, char mark);
void canvas_line(struct canvas *c, const long from[2], const long to[2], char mark);
/* A light column of dots between two heights; draws over nothing. */
void canvas_shade(struct canvas *c, long x, long low, long high);
/* One row of characters, from the top, without an end. */
void canvas_print(const struct canvas *c, size_t row);

/* ---- drawing (plot_draw.c) ---- */

lemma_status plot_draw(struct lemma_reader *reader, const struct plot_request *a,
                       const struct plot_data *d, const struct terminal *t);

#endif
