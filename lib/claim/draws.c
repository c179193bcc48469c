#include "claim/draws.h"

#include <math.h>
#include <stdlib.h>

#include "core/alloc.h"

static int by_seed(const void *a, const void *b)
{
    const struct lemma_draw *x = a, *y = b;

    if (x->seed != y->seed)
        return x->seed > y->seed ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Shares delta among the rows of a seed. */
static void share(struct lemma_draw *draws, size_t count, double delta)
{
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && draws[end].seed == draws[i].seed;)
            end++;
        for (size_t k = i; k < end; k++)
            draws[k].delta = delta / (double) (end - i);
        draws[end - 1].last = true;
    }
}

double lemma_draw_number(const struct lemma_draw *draw, const struct lemma_series *s)
{
    return s && draw->row < s->rows && s->width == 1 ? s->cells[draw->row] : NAN;
}

lemma_status lemma_draws_of(struct lemma_evidence *e, struct lemma_finding *f,
                            struct lemma_draw **draws, size_t *count)
{
    const struct lemma_series *width, *seed;
    struct lemma_draw *made = NULL;
    lemma_status st = LEMMA_OK;

    *draws = NULL;
    *count = 0;
    width = lemma_need(e, f, "initial_gram/width", "", &st);
    seed = width ? lemma_need(e, f, "initial_gram/seed", "", &st) : NULL;
    if (!seed)
        return st;
    LEMMA_NEW(made, width->rows);
    for (size_t i = 0; i < width->rows; i++) {
        struct lemma_draw d = {.row = i, .m = width->cells[i]};

        d.seed = lemma_draw_number(&d, seed);
        if (!(d.m >= 1) || isnan(d.seed)) {
            lemma_undecided(f, "draw %zu has no width or no seed", i);
            goto out;
        }
        made[i] = d;
    }
    qsort(made, width->rows, sizeof *made, by_seed);
    share(made, width->rows, lemma_evidence_delta(e));
    *draws = made;
    *count = width->rows;
    made = NULL;
out:
    lemma_free(made);
    return st;
}
