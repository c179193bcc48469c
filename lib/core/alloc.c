#include "core/alloc.h"

#include <stdint.h>
#include <string.h>

bool lemma_size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

void *lemma_alloc(size_t count, size_t size)
{
    size_t bytes;

    if (!lemma_size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return NULL;
    return calloc(bytes ? bytes : 1, 1);
}

void lemma_free(void *block)
{
    free(block);
}

char *lemma_strdup(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = lemma_alloc(n, 1);

    if (copy)
        memcpy(copy, text, n);
    return copy;
}

lemma_status lemma_mat_create(size_t rows, size_t cols, lemma_mat *m)
{
    size_t count;
    double *a = NULL;
    lemma_status st = LEMMA_OK;

    if (!lemma_size_mul(rows, cols, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(a, count);
    *m = lemma_mat_of(a, rows, cols);
out:
    return st;
}
