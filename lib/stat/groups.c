#include "stat/groups.h"

#include <math.h>
#include <stdlib.h>

#include "core/alloc.h"

struct entry {
    const double *x;
    size_t axes;
    double y;
    uint64_t seed;
    size_t label; /* number of its seed */
};

static int by_x(const struct entry *a, const struct entry *b)
{
    for (size_t k = 0; k < a->axes; k++)
        if (a->x[k] != b->x[k])
            return a->x[k] < b->x[k] ? -1 : 1;
    return 0;
}

static int by_seed(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    return (a->seed > b->seed) - (a->seed < b->seed);
}

/* Total but for equal rows, NaN last: the order of the input must not matter. */
static int by_all(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = by_x(a, b);

    if (order == 0)
        order = by_seed(a, b);
    if (order == 0)
        order = isnan(a->y) - isnan(b->y);
    return order ? order : (a->y > b->y) - (a->y < b->y);
}

static bool usable(const double *x, size_t axes)
{
    for (size_t k = 0; k < axes; k++)
        if (!(x[k] > 0) || isinf(x[k]))
            return false;
    return true;
}

/* Rows with a usable x, sorted; their number is returned. */
static size_t sort(const struct lemma_points *points, struct entry *e,
                   struct lemma_dropped *dropped)
{
    size_t n = 0;

    for (size_t i = 0; i < points->x.rows; i++) {
        const double *x = lemma_crow(points->x, i).a;

        if (usable(x, points->x.cols))
            e[n++] = (struct entry){x, points->x.cols, points->y[i],
                                    points->seed ? points->seed[i] : 0, 0};
        else
            dropped->x++;
    }
    qsort(e, n, sizeof *e, by_all);
    for (size_t i = 0; !points->seed && i < n; i++)
        e[i].seed = i; /* by rank: the order of the rows plays no part */
    return n;
}

/* Whether all groups have the seeds of the first one, once each. Before values are
 * dropped: the design of a sweep says how it is paired, not its luck. */
static bool same_seeds(const struct entry *e, size_t n)
{
    size_t size = 0;

    while (size < n && by_x(e, e + size) == 0)
        size++;
    if (size == 0 || n % size != 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool begins = i % size == 0;

        if (e[i].seed != e[i % size].seed ||
            (!begins && (by_x(e + i - 1, e + i) != 0 || e[i - 1].seed == e[i].seed)) ||
            (begins && i > 0 && by_x(e + i - 1, e + i) == 0))
            return false;
    }
    return true;
}

/* Numbers the seeds of the entries, which stay in order; the number of numbers. */
static lemma_status number_seeds(struct entry *e, size_t n, size_t *seeds)
{
    struct entry *copy = NULL;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(copy, n);
    for (size_t i = 0; i < n; i++)
        copy[i] = e[i];
    qsort(copy, n, sizeof *copy, by_seed);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || copy[i].seed != copy[i - 1].seed)
            copy[count++] = copy[i];
    for (size_t i = 0; i < n; i++) {
        struct entry *at = bsearch(e + i, copy, count, sizeof *copy, by_seed);

        e[i].label = (size_t) (at - copy);
    }
    *seeds = count;
out:
    lemma_free(copy);
    return st;
}

static size_t drop_values(struct entry *e, size_t n, struct lemma_dropped *dropped)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!isfinite(e[i].y))
            dropped->not_finite++;
        else if (!(e[i].y > 0))
            dropped->not_positive++;
        else
            e[kept++] = e[i];
    return kept;
}

static void fill(const struct entry *e, size_t n, struct lemma_groups *g)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || by_x(e + i - 1, e + i) != 0) {
            for (size_t k = 0; k < g->axes; k++) {
                lemma_row(g->x, g->count).a[k] = e[i].x[k];
                lemma_row(g->log_x, g->count).a[k] = log(e[i].x[k]);
            }
            g->first[g->count++] = i;
        }
        g->off[i] = log(e[i].y);
        g->seed[i] = e[i].label;
        g->most = fmax(g->most, fabs(g->off[i]));
    }
    g->first[g->count] = n;
    g->x.rows = g->log_x.rows = g->count;
    for (size_t j = 0; j < g->count; j++) {
        double base = g->off[g->first[j]], sum = 0;

        for (size_t i = g->first[j]; i < g->first[j + 1]; i++)
            sum += g->off[i] - base;
        g->mean[j] = base + sum / (double) lemma_group_size(g, j);
        for (size_t i = g->first[j]; i < g->first[j + 1]; i++)
            g->off[i] -= g->mean[j];
    }
}

lemma_status lemma_groups_create(const struct lemma_points *points,
                                 enum lemma_pairing pairing, struct lemma_groups *g)
{
    struct lemma_groups new = {.axes = points->x.cols};
    struct entry *e = NULL;
    size_t n;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(e, points->x.rows);
    n = sort(points, e, &new.dropped);
    new.joint = points->seed && (pairing == LEMMA_PAIRED ||
                                 (pairing == LEMMA_PAIRED_AUTO && same_seeds(e, n)));
    n = drop_values(e, n, &new.dropped);
    LEMMA_TRY(number_seeds(e, n, &new.seeds));
    LEMMA_TRY(lemma_mat_create(n, new.axes, &new.x));
    LEMMA_TRY(lemma_mat_create(n, new.axes, &new.log_x));
    LEMMA_NEW(new.mean, n);
    LEMMA_NEW(new.first, n + 1);
    LEMMA_NEW(new.off, n);
    LEMMA_NEW(new.seed, n);
    fill(e, n, &new);
    *g = new;
    new = (struct lemma_groups){0};
out:
    lemma_groups_fini(&new);
    lemma_free(e);
    return st;
}

void lemma_groups_fini(struct lemma_groups *g)
{
    lemma_free(g->x.a);
    lemma_free(g->log_x.a);
    lemma_free(g->mean);
    lemma_free(g->first);
    lemma_free(g->off);
    lemma_free(g->seed);
}

struct lemma_groups lemma_groups_cut(const struct lemma_groups *g, size_t first,
                                     size_t count)
{
    struct lemma_groups cut = *g;

    LEMMA_REQUIRE(first <= g->count && count <= g->count - first);
    cut.count = count;
    cut.x = lemma_rows(g->x, first, count);
    cut.log_x = lemma_rows(g->log_x, first, count);
    cut.mean += first;
    cut.first += first;
    return cut;
}

static bool has_seed(const struct lemma_groups *g, size_t label)
{
    for (size_t i = g->first[0]; i < g->first[g->count]; i++)
        if (g->seed[i] == label)
            return true;
    return false;
}

size_t lemma_groups_seeds(const struct lemma_groups *g, size_t *label)
{
    size_t count = 0;

    for (size_t k = 0; k < g->seeds; k++)
        if (has_seed(g, k)) {
            if (label)
                label[count] = k;
            count++;
        }
    return count;
}
