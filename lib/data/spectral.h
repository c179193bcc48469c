/* The largest singular value of a matrix, without forming its Gram matrix. */
#ifndef LEMMA_DATA_SPECTRAL_H
#define LEMMA_DATA_SPECTRAL_H

#include "core/status.h"
#include "core/view.h"

enum { LEMMA_LANCZOS_MAX = 1000 }; /* steps, and vectors of min(n, p) numbers kept */

/* *norm = ||X||_2 of X (n, p), to 1e-10 of itself: Lanczos on the smaller Gram matrix
 * with full reorthogonalisation. O(steps * n p); NaN where LEMMA_LANCZOS_MAX steps were
 * not enough, 0 for an empty matrix. */
lemma_status lemma_spectral_norm(lemma_cmat x, double *norm);

#endif
