/* Memory: sizes are checked before anything is asked for. */
#ifndef LEMMA_CORE_ALLOC_H
#define LEMMA_CORE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"
#include "core/view.h"

/* *out = a * b; false where that overflows (then *out is untouched). */
bool lemma_size_mul(size_t a, size_t b, size_t *out);

/* count * size zeroed bytes; NULL on overflow or without memory. count 0 gives a valid
 * block that may be freed. */
void *lemma_alloc(size_t count, size_t size);

/* free(); NULL is fine. */
void lemma_free(void *block);

/* *m = (rows, cols) zeros, the caller's to free (m->a). LEMMA_EMEMORY also where the
 * sizes overflow; *m is then untouched. */
lemma_status lemma_mat_create(size_t rows, size_t cols, lemma_mat *m);

/* A copy of a string; NULL without memory. */
char *lemma_strdup(const char *text);

/* Inside a function with `lemma_status st` and a label `out`. */
#define LEMMA_NEW(ptr, count)                        \
    do {                                             \
        (ptr) = lemma_alloc((count), sizeof *(ptr)); \
        if (!(ptr)) {                                \
            st = LEMMA_EMEMORY;                      \
            goto out;                                \
        }                                            \
    } while (0)

#endif
