#include "claim/clients.h"

#include <math.h>

size_t lemma_size_of(struct lemma_evidence *e, struct lemma_finding *f,
                     const char *name)
{
    double value = lemma_evidence_number(e, name);

    if (value >= 1 && value <= 1e9 && floor(value) == value)
        return (size_t) value;
    lemma_undecided(f, "%s is %g, not a size", name, value);
    return 0;
}

/* NaN where one is not a whole number. */
static double sum_of(const double *counts, size_t K)
{
    double sum = 0;

    for (size_t k = 0; k < K; k++)
        sum += counts[k] >= 0 && floor(counts[k]) == counts[k] ? counts[k] : NAN;
    return sum;
}

lemma_status lemma_clients_missing(const struct lemma_evidence *e,
                                   struct lemma_finding *f)
{
    const char *why = lemma_evidence_why(e, "data/client");

    return lemma_undecided(
        f, "%s", why[0] ? why : "the clients of the samples are not recorded");
}

lemma_status lemma_clients_of(struct lemma_evidence *e, struct lemma_finding *f,
                              struct lemma_clients *clients)
{
    struct lemma_clients c = {.K = lemma_size_of(e, f, "train/K"),
                              .L = lemma_size_of(e, f, "network/L"),
                              .N = lemma_size_of(e, f, "data/samples")};
    lemma_status st = lemma_evidence_clients(e, &c.counts);

    *clients = (struct lemma_clients){0};
    if (st != LEMMA_OK || !c.K || !c.L || !c.N)
        return st;
    if (!c.counts)
        return lemma_clients_missing(e, f);
    if (sum_of(c.counts, c.K) != (double) c.N)
        return lemma_undecided(f, "the clients have %g samples together, not N = %zu",
                               sum_of(c.counts, c.K), c.N);
    *clients = c;
    return LEMMA_OK;
}
