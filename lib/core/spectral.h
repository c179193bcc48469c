/* Norms of a difference of two matrices that is never formed. */
#ifndef LEMMA_CORE_SPECTRAL_H
#define LEMMA_CORE_SPECTRAL_H

#include <stdbool.h>

#include "core/status.h"
#include "core/view.h"

struct lemma_spectral {
    double norm;     /* ||A - B||_2; NaN where an entry is not finite */
    bool converged;  /* to about 1e-12 of the norm; else norm is a lower bound */
    size_t products; /* passes over the two matrices */
};

/* Doubles of scratch for matrices of this size. */
size_t lemma_spectral_scratch(size_t rows, size_t cols);

/* b.a == NULL stands for B = 0. Same bits whatever the number of threads. 4 rows cols
 * flops a pass, some 20 passes where few singular values stand out. */
struct lemma_spectral lemma_spectral_norm(lemma_cmat a, lemma_cmat b, double *scratch);

/* ||A - B||_F, likewise: NaN where an entry is not finite, right at any scale. scratch
 * (rows). */
double lemma_frobenius_norm(lemma_cmat a, lemma_cmat b, double *scratch);

#endif
