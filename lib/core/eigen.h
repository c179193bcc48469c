/*
 * Eigenvalues of symmetric matrices: LAPACK's dsyevr.
 *
 * Its workspaces grow like n. (dsyevd's grow like n^2, and overflow LAPACK's 32-bit
 * sizes from order 32,767 on.) Backward stable: each value is right to about n eps
 * ||A||_2.
 */
#ifndef LEMMA_CORE_EIGEN_H
#define LEMMA_CORE_EIGEN_H

#include "core/status.h"
#include "core/view.h"

struct lemma_eigen; /* room for matrices up to one order */

/* n >= 1. LEMMA_EINPUT where LAPACK's sizes would overflow all the same (order 80
 * million). */
lemma_status lemma_eigen_create(size_t n, struct lemma_eigen **e);
void lemma_eigen_destroy(struct lemma_eigen *e);

/*
 * All eigenvalues of a (k, k), 1 <= k <= n, ascending: values (k). vectors (k, k): row
 * i is the unit eigenvector of values[i]; a == NULL: none. The triangle j <= i of a is
 * read and destroyed with the diagonal, the rest untouched. All NaN where an entry read
 * is not finite; LEMMA_ENUMERIC where LAPACK gives up. 4/3 k^3 flops, 6 k^3 and more
 * with vectors.
 */
lemma_status lemma_eigen_solve(struct lemma_eigen *e, lemma_mat a, double *values,
                               lemma_mat vectors);

#endif
