#include "claim/definition.h"

#include <math.h>

#include "claim/assumptions.h"

void lemma_check_same(struct lemma_finding *f, double a, double b, double rounding,
                      size_t step, size_t place)
{
    lemma_check_at_most(f, a, b, rounding, step, place);
    lemma_check_at_most(f, b, a, rounding, step, place);
}

const double *lemma_row_of(const struct lemma_series *s, double step)
{
    return s ? lemma_series_at(s, step) : NULL;
}

bool lemma_is_first(double step, double tau)
{
    return fmod(step, tau) == 0;
}

double lemma_sum_of(const double *row, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += row[i];
    return sum;
}

double lemma_norm_of(const double *row, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += row[i] * row[i];
    return sqrt(sum);
}

double lemma_step_norm(const struct lemma_steps *s, double step, size_t c)
{
    const double *g = lemma_row_of(s->gradient, step);
    const double *off = s->full ? NULL : lemma_row_of(s->sampled, step);

    if (!g || (!s->full && !off))
        return NAN;
    return g[c] + (s->full ? 0 : sqrt(off[c]));
}

double lemma_worse(double a, double b)
{
    return a > b || isnan(a) ? a : b;
}

struct lemma_shares lemma_shares_of(struct lemma_evidence *e)
{
    struct lemma_shares w = {0, lemma_evidence_number(e, "data/samples"),
                             lemma_client_counts(e)};
    double K = lemma_evidence_number(e, "train/K");

    /* The counts are K in number: lemma_evidence_clients. */
    if (w.counts && w.N >= 1 && K >= 1 && K < 1e9 &&
        lemma_sum_of(w.counts, (size_t) K) == w.N)
        w.K = (size_t) K;
    return w;
}

double lemma_share(const struct lemma_shares *w, size_t c)
{
    return w->counts[c] / w->N;
}
