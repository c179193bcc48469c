/*
 * Inner products of gradients that are never formed.
 *
 * An outer sum is A = X^T Y = sum_i x_i y_i^T, X (n, p), Y (n, q): a weight gradient
 * when X holds sensitivities and Y layer inputs. <X^T Y, U^T V>_F = sum((X U^T) o (Y
 * V^T)).
 */
#ifndef LEMMA_CORE_OUTER_H
#define LEMMA_CORE_OUTER_H

#include "core/status.h"
#include "core/view.h"

enum { LEMMA_OUTER_MAX = 4 }; /* most blocks on a side, most sums in a call */

/*
 * Outer sums over the same n rows: sum a is left[li[a]]^T right[ri[a]], a < sums. Rows
 * of a block may be scaled on the fly: coef[b] (n) multiplies the rows of left[b]; NULL
 * = 1.
 */
struct lemma_outer {
    size_t lefts, rights, sums;
    lemma_cmat left[LEMMA_OUTER_MAX];  /* (n, p) each */
    lemma_cmat right[LEMMA_OUTER_MAX]; /* (n, q) each */
    const double *coef[LEMMA_OUTER_MAX];
    unsigned char li[LEMMA_OUTER_MAX], ri[LEMMA_OUTER_MAX];
};

/* Doubles of scratch lemma_outer_gram wants for these sizes. A rule of the sizes alone
 * chooses between the Gram trick (tiles of samples) and forming A tile by tile. */
size_t lemma_outer_scratch(size_t n, size_t p, size_t q, size_t lefts, size_t rights,
                           size_t sums);

/* g[a * sums + b] = <A_a, A_b>_F, (sums, sums), symmetric. Single-threaded: callers run
 * one per (client, layer). scratch as above. */
void lemma_outer_gram(const struct lemma_outer *o, double *scratch, double *g);

#endif
