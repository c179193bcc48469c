#include "sweep/reduce.h"

#include <math.h>

static const struct {
    const char *name, *meaning;
} reductions[] = {
    {"first", "first row"}, {"round0", "largest row of round 0"},
    {"final", "last row"},  {"max", "largest row"},
    {"min", "least row"},   {"mean", "mean over the rows"},
};

const char *lemma_reduction_name(enum lemma_reduction how)
{
    return reductions[how].name;
}

const char *lemma_reduction_meaning(enum lemma_reduction how)
{
    return reductions[how].meaning;
}

/* fmax and fmin pass over NaN, so that it is left where nothing counts. */
static double of_clients(enum lemma_reduction how, const double *row, size_t clients,
                         size_t layers)
{
    double x = NAN;

    for (size_t c = 0; c < clients; c++)
        x = how == LEMMA_MIN ? fmin(x, row[c * layers]) : fmax(x, row[c * layers]);
    return x;
}

struct rows {
    const double *cells;
    size_t clients, layers;
    const double *round;
};

static double over(enum lemma_reduction how, const struct rows *t, size_t first,
                   size_t last)
{
    double x = NAN, sum = 0, counted = 0;

    for (size_t i = first; i < last; i++) {
        double row = of_clients(how, t->cells + i * t->clients * t->layers, t->clients,
                                t->layers);

        if (how == LEMMA_ROUND0 && t->round && t->round[i] != 0)
            continue;
        if (!isnan(row)) {
            sum += row;
            counted++;
        }
        x = how == LEMMA_MIN ? fmin(x, row) : fmax(x, row);
    }
    if (how == LEMMA_MEAN)
        return counted > 0 ? sum / counted : NAN;
    return x;
}

void lemma_reduce(enum lemma_reduction how, const double *cells, size_t rows,
                  size_t clients, size_t layers, const double *round, double *out)
{
    size_t first = how == LEMMA_FINAL && rows > 0 ? rows - 1 : 0;
    size_t last = how == LEMMA_FIRST && rows > 1 ? 1 : rows;

    for (size_t l = 0; l < layers; l++) {
        struct rows t = {cells + l, clients, layers, round};

        out[l] = over(how, &t, first, last);
    }
}
