#include "stat/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "core/alloc.h"
#include "core/rng.h"

/* A resampled coefficient less the fitted one, and its error. */
struct draw {
    double off, error;
};

static struct draw draw_values(const struct lemma_line *line, size_t i,
                               struct lemma_stream *stream)
{
    const struct lemma_groups *g = line->g;
    struct draw d = {0, 0};
    double variance = 0;

    for (size_t j = 0; j < g->count; j++) {
        size_t n = lemma_group_size(g, j);
        double a = lemma_row(line->share, i).a[j], mean = 0, square = 0;

        for (size_t v = 0; v < n; v++) {
            double off = g->off[g->first[j] + lemma_stream_below(stream, n)];
            double before = off - mean;

            mean += before / (double) (v + 1);
            square += before * (off - mean);
        }
        d.off += a * mean;
        variance += a * a * square / (double) (n * (n - 1));
    }
    d.error = sqrt(variance);
    return d;
}

/* label (n): the seeds there are. */
static struct draw draw_seeds(const struct lemma_line *line, size_t i,
                              const size_t *label, size_t n,
                              struct lemma_stream *stream)
{
    const double *moves = line->seed + i * line->g->seeds;
    double mean = 0, square = 0, count = (double) n;

    for (size_t v = 0; v < n; v++) {
        double move = moves[label[lemma_stream_below(stream, n)]];
        double before = move - mean;

        mean += before / (double) (v + 1);
        square += before * (move - mean);
    }
    return (struct draw){count * mean, sqrt(square * count / (count - 1))};
}

/* Of the estimate itself, by the same formula as a draw's. */
static double error_of(const struct lemma_line *line, size_t i)
{
    const struct lemma_groups *g = line->g;
    double variance = line->extra[i * line->p + i];

    if (g->joint)
        return sqrt(lemma_line_covariance(line, i, i));
    for (size_t j = 0; j < g->count; j++) {
        double n = (double) lemma_group_size(g, j), square = 0;
        double a = lemma_row(line->share, i).a[j];

        for (size_t v = g->first[j]; v < g->first[j + 1]; v++)
            square += g->off[v] * g->off[v];
        variance += a * a * square / (n * (n - 1));
    }
    return sqrt(variance);
}

static bool possible(const struct lemma_line *line, size_t seeds)
{
    if (line->s->scatter)
        return false;
    for (size_t j = 0; j < line->g->count && !line->g->joint; j++)
        if (lemma_group_size(line->g, j) < 2)
            return false;
    return !line->g->joint || seeds > 1;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *) left, b = *(const double *) right;

    return (a > b) - (a < b);
}

static double ratio(struct draw d)
{
    if (d.error > 0)
        return d.off / d.error;
    return d.off == 0 ? 0 : copysign(INFINITY, d.off);
}

lemma_status lemma_bootstrap_interval(const struct lemma_line *line, size_t i,
                                      double level, size_t resamples, uint64_t seed,
                                      struct lemma_interval *interval)
{
    double *t = NULL, error = error_of(line, i), tail;
    size_t *label = NULL, n, k;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(t, resamples);
    LEMMA_NEW(label, line->g->seeds);
    n = lemma_groups_seeds(line->g, label);
    *interval = (struct lemma_interval){NAN, NAN};
    if (!possible(line, n))
        goto out;
    for (size_t b = 0; b < resamples; b++) {
        struct lemma_stream s = lemma_stream_at(seed, LEMMA_DRAW_BOOTSTRAP, 0, b, 0);

        t[b] = ratio(line->g->joint ? draw_seeds(line, i, label, n, &s)
                                    : draw_values(line, i, &s));
    }
    qsort(t, resamples, sizeof *t, ascending);
    tail = (1 - level) / 2 * ((double) resamples + 1);
    k = tail < 1 ? 1 : (size_t) (tail + 1e-9);
    k = k > (resamples + 1) / 2 ? (resamples + 1) / 2 : k;
    interval->low = line->coef[i] - t[resamples - k] * error;
    interval->high = line->coef[i] - t[k - 1] * error;
out:
    lemma_free(label);
    lemma_free(t);
    return st;
}
