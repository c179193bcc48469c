/* A table of a record as rows against an axis, as far as the run has committed them. */
#ifndef LEMMA_TOOLS_SERIES_H
#define LEMMA_TOOLS_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "record/reader.h"

enum { SERIES_PATH = 512 };

struct series {
    const char *path;
    char axis[SERIES_PATH]; /* path of the table that numbers its rows; "": none */
    struct lemma_shape shape;
    size_t width; /* numbers in a row */
    size_t rows;  /* with step < committed */
};

/* axis: "step", "round", of a sweep a key; NULL: step, or the first key that changes.
 * LEMMA_EINPUT without a word where there is no such table; with one where it has no
 * such axis, or rows that no file of its size holds. */
lemma_status series_open(struct lemma_reader *reader, const char *path,
                         const char *axis, struct series *s, struct lemma_error *err);

/* How many rows are read at a time where `most` numbers are enough; at least 1. */
size_t series_block(const struct series *s, size_t most);

/* Rows [first, first + count): their places x (count) (NULL: not wanted), and their
 * numbers (count, width); missing integers are NaN. */
lemma_status series_read(struct lemma_reader *reader, const struct series *s,
                         size_t first, size_t count, double *x, double *cells);

/* Whether the record is a sweep's file, whose rows are runs. */
bool series_is_sweep(struct lemma_reader *reader);

#endif
