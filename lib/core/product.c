#include "core/product.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* 256 x 1024 reaches 0.85 to 1.0 of a threaded dgemm on two cores; a product with fewer
 * than four such tiles is cut finer, down to 128 x 512, so that threads have work. */
struct lemma_tiling lemma_tiling_of(size_t m, size_t n, size_t k)
{
    struct lemma_tiling t = {256, 1024};
    (void) k;

    /* Tall and narrow: nothing to cut along n. */
    if (n < 512)
        t.rows = m / 4 > 256 ? 256 : 128;
    if (((m + t.rows - 1) / t.rows) * ((n + t.cols - 1) / t.cols) < 4)
        t.cols = 512;
    if (((m + t.rows - 1) / t.rows) * ((n + t.cols - 1) / t.cols) < 4)
        t.rows = 128;
    return t;
}

static lemma_cmat cut(enum lemma_op t, lemma_cmat a, size_t first, size_t count)
{
    return t == LEMMA_T ? lemma_ccols(a, first, count) : lemma_crows(a, first, count);
}

void lemma_product(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                   lemma_cmat b, double beta, lemma_mat c)
{
    struct lemma_tiling t =
        lemma_tiling_of(c.rows, c.cols, ta == LEMMA_T ? a.rows : a.cols);
    size_t down = (c.rows + t.rows - 1) / t.rows, across = (c.cols + t.cols - 1) / t.cols;

#pragma omp parallel for schedule(dynamic) if (down * across > 1)
    for (size_t tile = 0; tile < down * across; tile++) {
        size_t i = tile % down * t.rows, j = tile / down * t.cols;
        size_t rows = least(t.rows, c.rows - i), cols = least(t.cols, c.cols - j);

        lemma_gemm(ta, tb, alpha, cut(ta, a, i, rows),
                   cut(tb == LEMMA_T ? LEMMA_N : LEMMA_T, b, j, cols), beta,
                   lemma_cols(lemma_rows(c, i, rows), j, cols));
    }
}
