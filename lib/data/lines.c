#include "data/lines.h"

#include <string.h>

#include "core/alloc.h"

enum { BUFFER = 1 << 16 };

lemma_status lemma_grow(void **block, size_t *room, size_t wanted, size_t size)
{
    size_t larger = *room;
    void *moved;

    if (wanted <= *room)
        return LEMMA_OK;
    while (larger < wanted)
        larger = larger < 64 ? 64 : larger > SIZE_MAX / 2 ? wanted : 2 * larger;
    moved = lemma_alloc(larger, size);
    if (!moved)
        return LEMMA_EMEMORY;
    if (*room > 0)
        memcpy(moved, *block, *room * size);
    lemma_free(*block);
    *block = moved;
    *room = larger;
    return LEMMA_OK;
}

lemma_status lemma_lines_open(struct lemma_lines *f, const char *path,
                              struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    *f = (struct lemma_lines){0};
    LEMMA_NEW(f->buffer, BUFFER);
    LEMMA_TRY(lemma_source_open(&f->source, path, err));
out:
    if (st != LEMMA_OK)
        lemma_lines_close(f);
    return st;
}

/* Appends n bytes to the line, which holds *length. */
static lemma_status append(struct lemma_lines *f, size_t *length, const char *from,
                           size_t n, struct lemma_error *err)
{
    lemma_status st;
    void *block = f->text;

    if (n >= LEMMA_LINE_MAX - *length)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s:%zu: expected a line of less than %d bytes",
                          f->source.path, f->number, LEMMA_LINE_MAX);
    st = lemma_grow(&block, &f->text_room, *length + n + 1, 1);
    f->text = block;
    if (st == LEMMA_OK) {
        memcpy(f->text + *length, from, n);
        *length += n;
        f->text[*length] = '\0';
    }
    return st;
}

/* Line end, byte order mark, zero bytes. */
static lemma_status clean(struct lemma_lines *f, size_t length, struct lemma_error *err)
{
    if (strlen(f->text) < length)
        return lemma_fail(err, LEMMA_EINPUT, "%s:%zu: expected text, found a zero byte",
                          f->source.path, f->number);
    if (length > 0 && f->text[length - 1] == '\r')
        f->text[--length] = '\0';
    if (f->number == 1 && strncmp(f->text, "\xef\xbb\xbf", 3) == 0)
        memmove(f->text, f->text + 3, length - 2);
    return LEMMA_OK;
}

lemma_status lemma_lines_next(struct lemma_lines *f, bool *more,
                              struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    size_t length = 0;
    bool ended = false, any = false;

    while (!ended) {
        const char *from, *end;
        if (f->at == f->held) {
            f->at = 0;
            f->held = 0;
            LEMMA_TRY(lemma_source_read(&f->source, f->buffer, BUFFER, &f->held, err));
            if (f->held == 0)
                break;
        }
        f->number += !any;
        any = true;
        from = f->buffer + f->at;
        end = memchr(from, '\n', f->held - f->at);
        ended = end != NULL;
        LEMMA_TRY(append(f, &length, from,
                         ended ? (size_t) (end - from) : f->held - f->at, err));
        f->at = ended ? (size_t) (end - f->buffer) + 1 : f->held;
    }
    if (any)
        LEMMA_TRY(clean(f, length, err));
    *more = any;
out:
    return st;
}

void lemma_lines_close(struct lemma_lines *f)
{
    lemma_source_close(&f->source);
    lemma_free(f->buffer);
    lemma_free(f->text);
    f->buffer = f->text = NULL;
}
