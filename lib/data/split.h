/* What partitions share: random orders, equal cuts, samples by class. */
#ifndef LEMMA_DATA_SPLIT_H
#define LEMMA_DATA_SPLIT_H

#include "core/rng.h"
#include "data/dataset.h"

/* Fisher-Yates: every order of the n entries has the same probability. */
void lemma_split_shuffle(struct lemma_stream *s, size_t *order, size_t n);

/* Part k of n things in `parts` parts whose sizes differ by at most one, larger first.
 */
struct lemma_span lemma_split_even(size_t n, size_t parts, size_t k);

/* Samples by class: class k owns order[spans[k].first ...], ascending. */
struct lemma_split_classes {
    size_t count;             /* classes that have samples */
    struct lemma_span *spans; /* (count) */
    size_t *order;            /* (N) */
};

/* LEMMA_EINPUT where the set has no labels. */
lemma_status lemma_split_by_class(const struct lemma_experiment *x,
                                  const struct lemma_dataset *set,
                                  struct lemma_split_classes *classes,
                                  struct lemma_error *err);
void lemma_split_free(struct lemma_split_classes *classes);

#endif
