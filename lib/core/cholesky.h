/* A = L L^T, and solving with it. */
#ifndef LEMMA_CORE_CHOLESKY_H
#define LEMMA_CORE_CHOLESKY_H

#include <stdbool.h>

#include "core/view.h"

/* The triangle j <= i of a (n, n) becomes L; the rest is neither read nor written.
 * False, the triangle destroyed, where a is not positive definite to rounding (or not
 * finite). n^3 / 3 flops, single-threaded. */
bool lemma_cholesky(lemma_mat a);

/* x (n) becomes A^-1 x. 2 n^2 flops. */
void lemma_cholesky_solve(lemma_cmat l, lemma_vec x);

#endif
