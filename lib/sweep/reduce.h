/*
 * What a table says in a few numbers.
 *
 * A row of clients, (K) or (K, L), counts as its largest number over the clients (for
 * `min`, as its least): one number, or one of each layer. Missing ones (NaN) do not
 * count. Over the rows, then:
 *
 *   first        row 0
 *   round0       the largest of the rows of round 0
 *   final        the last row
 *   max, min     the largest and the least
 *   mean         the mean
 */
#ifndef LEMMA_SWEEP_REDUCE_H
#define LEMMA_SWEEP_REDUCE_H

#include <stdbool.h>
#include <stddef.h>

enum lemma_reduction {
    LEMMA_FIRST,
    LEMMA_ROUND0,
    LEMMA_FINAL,
    LEMMA_MAX,
    LEMMA_MIN,
    LEMMA_MEAN,
    LEMMA_REDUCTIONS
};

/* "first", "round0", ... and what it does, in words. */
const char *lemma_reduction_name(enum lemma_reduction how);
const char *lemma_reduction_meaning(enum lemma_reduction how);

/* cells (rows, clients, layers); round (rows), NULL: every row is of one. out (layers):
 * NaN where nothing counts. */
void lemma_reduce(enum lemma_reduction how, const double *cells, size_t rows,
                  size_t clients, size_t layers, const double *round, double *out);

#endif
