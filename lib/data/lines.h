/* The lines of a text file, raw or gzip, numbered from 1. */
#ifndef LEMMA_DATA_LINES_H
#define LEMMA_DATA_LINES_H

#include "data/source.h"

enum { LEMMA_LINE_MAX = 1 << 28 }; /* bytes of one line */

struct lemma_lines {
    struct lemma_source source;
    char *text;    /* the current line, without its end (\n or \r\n) */
    size_t number; /* of the current line */

    size_t text_room;
    char *buffer; /* what was read ahead */
    size_t at, held;
};

lemma_status lemma_lines_open(struct lemma_lines *f, const char *path,
                              struct lemma_error *err);

/* *more = false, and no line, at the end of the file. A line with a zero byte and one
 * that is too long are refused; a byte order mark is skipped. */
lemma_status lemma_lines_next(struct lemma_lines *f, bool *more,
                              struct lemma_error *err);

/* A zeroed struct is fine. */
void lemma_lines_close(struct lemma_lines *f);

/* Room for `wanted` items of `size` bytes in *block, by doubling; what is there moves.
 */
lemma_status lemma_grow(void **block, size_t *room, size_t wanted, size_t size);

#endif
