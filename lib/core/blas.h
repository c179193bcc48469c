/* The only door to BLAS and LAPACK. Every call is single-threaded; see product.h. */
#ifndef LEMMA_CORE_BLAS_H
#define LEMMA_CORE_BLAS_H

#include <stdbool.h>

#include "core/status.h"
#include "core/view.h"

/* Sets BLAS to one thread. The program calls it once, before anything is computed. */
void lemma_blas_init(void);

/* True after lemma_blas_init: training refuses to start otherwise. */
bool lemma_blas_is_single(void);

/* The name of OpenBLAS's CPU kernel, "SkylakeX" say, and the library's version text. */
const char *lemma_blas_kernel(void);
const char *lemma_blas_version(void);

/* The kernel this CPU deserves where the given one is known to be too low for it, by
 * the CPU's own features: "SkylakeX" or "Haswell"; NULL where nothing should be raised.
 */
const char *lemma_blas_better_kernel(const char *kernel);

enum lemma_op { LEMMA_N, LEMMA_T };

/* C = alpha op(A) op(B) + beta C, one single-threaded dgemm. */
void lemma_gemm(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                lemma_cmat b, double beta, lemma_mat c);

/* C = A A^T, (n, k) to (n, n), both triangles written. */
void lemma_syrk(lemma_cmat a, lemma_mat c);

/* y = alpha op(A) x + beta y, one single-threaded dgemv. */
void lemma_gemv(enum lemma_op ta, double alpha, lemma_cmat a, lemma_cvec x, double beta,
                lemma_vec y);

/* Inner product and Euclidean norm (scaled: no overflow). */
double lemma_dot(lemma_cvec x, lemma_cvec y);
double lemma_norm(lemma_cvec x);

#endif
