/*
 * Large products as fixed tiles, scheduled over OpenMP threads.
 *
 * A threaded dgemm changes last bits with the thread count. Here each tile is one
 * single-threaded call and the cut depends on (M, N, K) alone, so that results do not
 * depend on the number of threads.
 */
#ifndef LEMMA_CORE_PRODUCT_H
#define LEMMA_CORE_PRODUCT_H

#include "core/blas.h"

/* C (M, N) = alpha op(A) op(B) + beta C. Shapes are a bug of the caller if they do not
 * fit. 2 M N K flops. */
void lemma_product(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                   lemma_cmat b, double beta, lemma_mat c);

/* The cut of an (M, N, K) product: tile rows and columns. */
struct lemma_tiling {
    size_t rows, cols;
};
struct lemma_tiling lemma_tiling_of(size_t m, size_t n, size_t k);

#endif
