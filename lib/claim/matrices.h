/* Matrices that the evidence holds, and their eigenvalues. */
#ifndef LEMMA_CLAIM_MATRICES_H
#define LEMMA_CLAIM_MATRICES_H

#include "claim/claim.h"

/* A table of this shape; NULL, and the finding undecided, where it is missing or has
 * another, or on failure (*st). A size that the record does not say (NaN) fits none. */
const struct lemma_series *lemma_need_matrix(struct lemma_evidence *e,
                                             struct lemma_finding *f, const char *path,
                                             double rows, double cols,
                                             lemma_status *st);

/* values (n) of a symmetric (n, n), ascending: right to about n eps of the largest.
 * Its triangle below the diagonal is read. All NaN where an entry is not finite or
 * LAPACK gives up. 4/3 n^3 flops. */
lemma_status lemma_matrix_eigenvalues(const struct lemma_series *k, double *values);

/* The two ends of them. */
struct lemma_extremes {
    double least, most;
};
lemma_status lemma_matrix_extremes(const struct lemma_series *k,
                                   struct lemma_extremes *ends);

/* What eigenvalues of that order are off by, at most: dsyevr's n eps ||K||_2, and as
 * much for the matrix as it was computed. */
double lemma_eigenvalue_rounding(double order, double largest);

double lemma_matrix_trace(const struct lemma_series *k);

/* r^T K r of a square matrix and n numbers. */
double lemma_matrix_form(const struct lemma_series *k, const double *r);

#endif
