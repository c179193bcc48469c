#include "claim/curve.h"

#include <string.h>

#include "core/alloc.h"

/* Place of the first point whose step is not below this one; mostly where the last was,
 * or the next. */
static size_t find(const struct lemma_curve *c, size_t step)
{
    size_t low = 0, high = c->count;

    for (size_t k = c->at; k < c->count && k < c->at + 2; k++)
        if (c->points[k].step == step)
            return k;
    if (c->count == 0 || c->points[c->count - 1].step < step)
        return c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->points[middle].step < step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool grow(struct lemma_curve *c)
{
    size_t room = c->room ? 2 * c->room : 64;
    struct lemma_curve_point *more = lemma_alloc(room, sizeof *more);

    if (!more)
        return false;
    if (c->count > 0)
        memcpy(more, c->points, c->count * sizeof *more);
    lemma_free(c->points);
    c->points = more;
    c->room = room;
    return true;
}

void lemma_curve_add(struct lemma_curve *c, struct lemma_curve_point p)
{
    size_t k = find(c, p.step);

    c->failed |= c->count == c->room && !grow(c);
    if (c->failed)
        return;
    if (k == c->count || c->points[k].step != p.step) {
        memmove(c->points + k + 1, c->points + k, (c->count - k) * sizeof p);
        c->points[k] = p;
        c->count++;
    } else if (p.slack > c->points[k].slack)
        c->points[k] = p;
    c->at = k;
}

void lemma_curve_clear(struct lemma_curve *c)
{
    c->count = c->at = 0;
    c->failed = false;
}

void lemma_curve_fini(struct lemma_curve *c)
{
    lemma_free(c->points);
    *c = (struct lemma_curve){0};
}
