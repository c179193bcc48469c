/* Views of vectors and matrices: borrowed, passed by value, row-major. */
#ifndef LEMMA_CORE_VIEW_H
#define LEMMA_CORE_VIEW_H

#include <stddef.h>

typedef struct lemma_vec {
    double *a;
    size_t n;
} lemma_vec;

typedef struct lemma_cvec {
    const double *a;
    size_t n;
} lemma_cvec;

/* a[i * ld + j], i < rows, j < cols <= ld. */
typedef struct lemma_mat {
    double *a;
    size_t rows, cols, ld;
} lemma_mat;

typedef struct lemma_cmat {
    const double *a;
    size_t rows, cols, ld;
} lemma_cmat;

/* Rows [first, first + count) of a stack: one client's samples. */
struct lemma_span {
    size_t first, count;
};

/* Entries from which a loop over a matrix is worth waking threads. */
enum { LEMMA_PARALLEL = 1 << 15 };

static inline lemma_mat lemma_mat_of(double *a, size_t rows, size_t cols)
{
    return (lemma_mat){a, rows, cols, cols};
}

static inline lemma_cmat lemma_cmat_of(const double *a, size_t rows, size_t cols)
{
    return (lemma_cmat){a, rows, cols, cols};
}

/* The read-only view of m. */
static inline lemma_cmat lemma_const(lemma_mat m)
{
    return (lemma_cmat){m.a, m.rows, m.cols, m.ld};
}

static inline lemma_vec lemma_row(lemma_mat m, size_t i)
{
    return (lemma_vec){m.a + i * m.ld, m.cols};
}

static inline lemma_cvec lemma_crow(lemma_cmat m, size_t i)
{
    return (lemma_cvec){m.a + i * m.ld, m.cols};
}

static inline lemma_mat lemma_rows(lemma_mat m, size_t first, size_t count)
{
    return (lemma_mat){m.a + first * m.ld, count, m.cols, m.ld};
}

static inline lemma_cmat lemma_crows(lemma_cmat m, size_t first, size_t count)
{
    return (lemma_cmat){m.a + first * m.ld, count, m.cols, m.ld};
}

static inline lemma_mat lemma_cols(lemma_mat m, size_t first, size_t count)
{
    return (lemma_mat){m.a + first, m.rows, count, m.ld};
}

static inline lemma_cmat lemma_ccols(lemma_cmat m, size_t first, size_t count)
{
    return (lemma_cmat){m.a + first, m.rows, count, m.ld};
}

#endif
