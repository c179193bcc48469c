/*
 * Large products as fixed tiles, scheduled over OpenMP threads.
 *
 * A threaded dgemm changes last bits with the thread count. Here each tile is one
 * single-threaded call and the cut depends on the shapes alone, so that results do not
 * depend on the number of threads.
 */
#ifndef LEMMA_CORE_PRODUCT_H
#define LEMMA_CORE_PRODUCT_H

#include "core/blas.h"

/* C (M, N) = alpha op(A) op(B) + beta C: 2 M N K flops. */
struct lemma_job {
    enum lemma_op ta, tb;
    double alpha;
    lemma_cmat a, b;
    double beta;
    lemma_mat c;
    size_t first; /* filled by lemma_products: number of its first tile */
    /* Rows at the top and at the bottom of c that nobody wants: tiles of these alone
     * are not run. The others are run whole, so that wanted rows keep their bits. */
    size_t above, below;
};

/* One product. Shapes that do not fit are a bug of the caller. */
void lemma_product(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                   lemma_cmat b, double beta, lemma_mat c);

/* Several products with disjoint results, their tiles scheduled together. */
void lemma_products(struct lemma_job *jobs, size_t count);

/* Rows of a tile of one product of that size. */
size_t lemma_product_tile(size_t rows, size_t cols);

#endif
