#include "sweep/quantity.h"

#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "sweep/choice.h"

enum { PATH_ROOM = 512 };

/* A row's table in the sweep's file: whether it is there. */
static bool has(const struct lemma_sweep_index *x, const char *path)
{
    struct lemma_shape shape;

    return lemma_reader_shape(x->reader, path, &shape) == LEMMA_OK && shape.rank >= 1 &&
           shape.dims[0] == x->rows;
}

lemma_status lemma_sweep_quantity(const struct lemma_sweep_index *x, const char *of,
                                  const struct lemma_measure *measure, double *y,
                                  bool *known, struct lemma_error *err)
{
    struct lemma_fit_request all = {
        .of = of, .measure = *measure, .layer = LEMMA_LARGEST_LAYER};
    struct lemma_fit_choice choice = {.count = x->rows};
    char path[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    *known = snprintf(path, sizeof path, "%s.final", of) < PATH_ROOM && has(x, path);
    if (!*known)
        return LEMMA_OK;
    LEMMA_NEW(choice.row, x->rows);
    for (size_t i = 0; i < x->rows; i++)
        choice.row[i] = i;
    LEMMA_TRY(lemma_fit_measure(x, &all, &choice, y, err));
out:
    lemma_free(choice.row);
    return st;
}

lemma_status lemma_sweep_constant(const struct lemma_sweep_index *x, const char *name,
                                  double *y, bool *known)
{
    struct lemma_shape shape;
    double *all = NULL;
    char path[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    *known = snprintf(path, sizeof path, "sweep/%s", name) < PATH_ROOM && has(x, path);
    if (!*known)
        return LEMMA_OK;
    LEMMA_TRY(lemma_reader_all(x->reader, path, &all, &shape));
    memcpy(y, all, x->rows * sizeof *y);
out:
    lemma_free(all);
    return st;
}
