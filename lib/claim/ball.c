#include "claim/ball.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claim/clients.h"
#include "core/alloc.h"

void lemma_ball_destroy(struct lemma_ball *ball)
{
    if (ball) {
        lemma_free(ball->z);
        lemma_free(ball->norm);
    }
    lemma_free(ball);
}

static int ascending(const void *a, const void *b)
{
    double x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* False where an entry is not finite. */
static bool fill(struct lemma_ball *b, const double *z)
{
    for (size_t i = 0; i < b->N; i++) {
        double *row = b->z + i * b->m, sum = 0;

        for (size_t r = 0; r < b->m; r++) {
            row[r] = fabs(z[i * b->m + r]);
            sum += row[r] * row[r];
        }
        if (!isfinite(sum))
            return false;
        qsort(row, b->m, sizeof *row, ascending);
        b->norm[i] = sqrt(sum);
        b->most = fmax(b->most, row[b->m - 1]);
    }
    return true;
}

lemma_status lemma_ball_create(struct lemma_evidence *e, struct lemma_finding *f,
                               size_t layer, struct lemma_ball **ball)
{
    size_t N = lemma_size_of(e, f, "data/samples");
    size_t m = lemma_size_of(e, f, "network/m");
    const struct lemma_series *s;
    struct lemma_ball *b = NULL;
    char path[32];
    lemma_status st = LEMMA_OK;

    snprintf(path, sizeof path, "start/z%zu", layer);
    *ball = NULL;
    s = N && m ? lemma_need(e, f, path, NULL, &st) : NULL;
    if (!s)
        return st;
    if (s->rows != N || s->width != m)
        return lemma_undecided(f, "%s is not of N = %zu samples and m = %zu units",
                               path, N, m);
    LEMMA_NEW(b, 1);
    b->N = N;
    b->m = m;
    LEMMA_NEW(b->z, N * m);
    LEMMA_NEW(b->norm, N);
    if (fill(b, s->cells)) {
        *ball = b;
        b = NULL;
    } else
        lemma_undecided(f, "%s is not finite", path);
out:
    lemma_ball_destroy(b);
    return st;
}

size_t lemma_count_at_most(const double *numbers, size_t n, double x)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (numbers[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double lemma_ball_count(const struct lemma_ball *ball, size_t i, double R)
{
    if (isnan(R))
        return NAN;
    return (double) lemma_count_at_most(ball->z + i * ball->m, ball->m,
                                        R + 1e-9 * R + 1e-12 * ball->most);
}

double lemma_bound_under(double trivial, double bound)
{
    return bound >= trivial ? INFINITY : bound;
}

static bool is(struct lemma_evidence *e, const char *preset)
{
    return strcmp(lemma_evidence_word(e, "network/preset"), preset) == 0;
}

static lemma_status check_first(struct lemma_evidence *e, struct lemma_finding *f)
{
    if (is(e, "two-layer-relu") || is(e, "deep-relu"))
        return LEMMA_OK;
    return lemma_not_applicable(f, "the first layer of %s does not see unit inputs",
                                lemma_evidence_word(e, "network/preset"));
}

const struct lemma_assumption lemma_assume_unit_first_layer = {
    "the first layer sees the unit inputs (two-layer-relu, deep-relu)", check_first};

double lemma_first_layer_scale(struct lemma_evidence *e)
{
    return is(e, "two-layer-relu") ? 1
                                   : sqrt(2 / lemma_evidence_number(e, "network/m"));
}
