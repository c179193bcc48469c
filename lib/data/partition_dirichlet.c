/*
 * Partition: each class is shared out among the clients in Dirichlet(alpha)
 * proportions.
 *
 * Per class q ~ Dirichlet(alpha 1_K), independently (Yurochkin et al. 2019; Li, Diao,
 * Chen, He 2021); the class's samples, in random order, are cut at floor(n_k (q_1 + ...
 * + q_c)). Small alpha: few classes a client. A partition that leaves a client without
 * samples is drawn anew, each draw from its own stream.
 */
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_randist.h>

#include "core/alloc.h"
#include "data/split.h"

enum { TRIES = 200 };

/* Shares one class out; counts[c] grows by what client c gets. */
static bool share(const double *q, size_t clients, const size_t *samples, size_t n,
                  int32_t *owner, size_t *counts)
{
    double sum = 0;
    size_t from = 0;

    for (size_t c = 0; c < clients; c++) {
        size_t to;
        sum += q[c];
        if (!isfinite(sum))
            return false;
        to = c + 1 == clients ? n : (size_t) fmin(floor(sum * (double) n), (double) n);
        to = to < from ? from : to;
        counts[c] += to - from;
        for (size_t i = from; i < to; i++)
            owner[samples[i]] = (int32_t) c;
        from = to;
    }
    return true;
}

/* One partition; false where a client is left without samples. */
static bool attempt(const struct lemma_experiment *x, uint64_t number,
                    struct lemma_split_classes *classes, const double *alpha, double *q,
                    size_t *counts, int32_t *owner)
{
    size_t clients = x->partition.clients;
    struct lemma_stream stream =
        lemma_stream_at(x->seed, LEMMA_DRAW_PARTITION, 0, number, 0);
    gsl_rng rng = lemma_stream_gsl(&stream);
    bool fair = true;

    for (size_t c = 0; c < clients; c++)
        counts[c] = 0;
    for (size_t k = 0; k < classes->count && fair; k++) {
        struct lemma_span span = classes->spans[k];
        size_t *samples = classes->order + span.first;
        gsl_ran_dirichlet(&rng, clients, alpha, q);
        lemma_split_shuffle(&stream, samples, span.count);
        fair = share(q, clients, samples, span.count, owner, counts);
    }
    for (size_t c = 0; c < clients && fair; c++)
        fair = counts[c] > 0;
    return fair;
}

static lemma_status assign(const struct lemma_experiment *x,
                           const struct lemma_dataset *set, int32_t *owner,
                           struct lemma_error *err)
{
    lemma_status st;
    size_t clients = x->partition.clients, *counts = NULL;
    struct lemma_split_classes classes = {0};
    double *alpha = NULL, *q = NULL;
    bool fair = false;

    if (!(x->partition.alpha > 0 && isfinite(x->partition.alpha))) {
        st = lemma_experiment_fail(x, "partition.alpha", err,
                                   "expected a finite number above 0, found %g",
                                   x->partition.alpha);
        goto out;
    }
    LEMMA_TRY(lemma_split_by_class(x, set, &classes, err));
    LEMMA_NEW(counts, clients);
    LEMMA_NEW(alpha, clients);
    LEMMA_NEW(q, clients);
    for (size_t c = 0; c < clients; c++)
        alpha[c] = x->partition.alpha;
    for (uint64_t number = 0; number < TRIES && !fair; number++)
        fair = attempt(x, number, &classes, alpha, q, counts, owner);
    if (!fair)
        st = lemma_experiment_fail(
            x, "partition.alpha", err,
            "alpha = %g left one of %zu clients without any of the %zu samples in each "
            "of "
            "%d draws: expected a larger alpha, fewer clients or more samples",
            x->partition.alpha, clients, set->n, TRIES);
out:
    lemma_split_free(&classes);
    lemma_free(counts);
    lemma_free(alpha);
    lemma_free(q);
    return st;
}

const struct lemma_partition_type lemma_partition_dirichlet = {
    .name = "dirichlet",
    .title = "each class shared out in Dirichlet(alpha) proportions",
    .source =
        "q ~ Dirichlet(alpha 1_K) per class; client c gets about n_k q_c of class k",
    .assign = assign,
};
