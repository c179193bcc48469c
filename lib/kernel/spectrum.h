/*
 * Eigenvalues of Gram matrices, and how far they can be trusted.
 *
 * Every value is right to about `resolution` = n eps ||K||_2, whatever its own size: a
 * condition number beyond 1 / (n eps) can't be told from infinity. A computed Gram
 * matrix is positive semi-definite to rounding only; what falls below zero is reported
 * as it is, never clipped.
 */
#ifndef LEMMA_KERNEL_SPECTRUM_H
#define LEMMA_KERNEL_SPECTRUM_H

#include <stdbool.h>

#include "core/status.h"
#include "core/view.h"

enum lemma_spectrum_kind {
    LEMMA_SPECTRUM_FULL,    /* all eigenvalues (LAPACK's dsyevr): 4/3 n^3 flops */
    LEMMA_SPECTRUM_EXTREMES /* the two ends: Lanczos on K and, by a Cholesky factor, on
                               (K + shift I)^-1; n^3 / 3 flops, in fast products */
};

struct lemma_spectrum_result {
    double lambda_min, lambda_max, trace;
    double condition; /* lambda_max / lambda_min; infinite where lambda_min is not above
                         the resolution */
    double resolution; /* n eps ||K||_2 */
    double asymmetry;  /* max |k_ij - k_ji| / max |k_ij| as it came */
    bool positive;     /* lambda_min >= -8 resolution: what n products of length m, the
                          making of K and the solver's own rounding leave */
    bool converged;    /* always for FULL; else the two ends are bounds from inside */
};

struct lemma_spectrum; /* room */

/* For matrices of order n >= 1. */
lemma_status lemma_spectrum_create(size_t n, enum lemma_spectrum_kind kind,
                                   struct lemma_spectrum **s);
void lemma_spectrum_destroy(struct lemma_spectrum *s);

/*
 * FULL: values (n), ascending; vectors (n, n), row i the unit eigenvector of values[i],
 * a == NULL: none. EXTREMES: neither (NULL), and lambda_max >= 0 as of any Gram matrix.
 * k is used as room and put back: no bit changed where it is symmetric to the bit (as
 * lemma_gram_form leaves it), otherwise its triangle below the diagonal becomes that
 * above. NaN throughout where an entry is not finite. LEMMA_ENUMERIC where LAPACK gives
 * up. Same bits whatever the number of threads.
 */
lemma_status lemma_spectrum_measure(struct lemma_spectrum *s, lemma_mat k,
                                    double *values, lemma_mat vectors,
                                    struct lemma_spectrum_result *result);

#endif
