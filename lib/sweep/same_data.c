/* Whether finished points that name the same files were made of the same data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "data/dataset.h"
#include "sweep/layout.h"

/* Of a point whose samples come from files: which, and what was in them. */
struct source {
    char *path;
    char kind[LEMMA_WORD];
    bool test; /* the files of the test part, too */
    const char *checksums;
    size_t point;
};

static int by_files(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    int order = strcmp(x->path, y->path);

    order = order ? order : strcmp(x->kind, y->kind);
    return order ? order : x->test - y->test;
}

static int by_files_and_point(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    int order = by_files(a, b);

    return order ? order : (x->point > y->point) - (x->point < y->point);
}

/* Generated samples follow from the experiment, but for last bits, which processors
 * round in their own ways. Files can be others under the same name. */
static bool is_of_files(const char *kind)
{
    for (size_t i = 0; lemma_data_types[i]; i++)
        if (strcmp(lemma_data_types[i]->name, kind) == 0)
            return lemma_data_types[i]->files;
    return false;
}

/* x: scratch. Adds the point of a row to the sources where it is one. */
static lemma_status add(const struct lemma_collection *c, size_t row,
                        struct lemma_experiment *x, struct source *all, size_t *count)
{
    struct source now = {.point = c->point[row], .checksums = c->checksums[row]};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_sweep_experiment(c->s, now.point, x, NULL));
    if (!now.checksums || !is_of_files(x->data.kind))
        goto out;
    snprintf(now.kind, sizeof now.kind, "%s", x->data.kind);
    now.test = x->data.test_samples > 0;
    now.path = lemma_strdup(x->data.path);
    if (!now.path)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    all[(*count)++] = now;
out:
    return st;
}

static lemma_status refuse(const struct lemma_collection *c, const struct source *a,
                           const struct source *b, struct lemma_error *err)
{
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: points %04zu and %04zu were made of different files of the "
                      "same name, %s (%s; %s); remove the records of the old "
                      "ones, or put the old files back and remove those of the new, "
                      "and run the sweep again",
                      c->dir, a->point, b->point, a->path, a->checksums, b->checksums);
}

/* Sorted, what differs has a neighbour that it differs from. */
lemma_status lemma_collection_check_data(const struct lemma_collection *c,
                                         struct lemma_error *err)
{
    struct lemma_experiment *x = NULL;
    struct source *all = NULL;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    LEMMA_NEW(all, c->rows);
    for (size_t row = 0; row < c->rows; row++)
        LEMMA_TRY(add(c, row, x, all, &count));
    qsort(all, count, sizeof *all, by_files_and_point);
    for (size_t i = 1; i < count && st == LEMMA_OK; i++)
        if (by_files(&all[i - 1], &all[i]) == 0 &&
            strcmp(all[i - 1].checksums, all[i].checksums) != 0)
            st = refuse(c, &all[i - 1], &all[i], err);
out:
    for (size_t i = 0; i < count; i++)
        lemma_free(all[i].path);
    lemma_free(all);
    lemma_free(x);
    return st;
}
