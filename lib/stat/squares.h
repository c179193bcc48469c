/* Weighted least squares as a linear map. Inside the room. */
#ifndef LEMMA_STAT_SQUARES_H
#define LEMMA_STAT_SQUARES_H

#include "core/status.h"
#include "core/view.h"

/*
 * The coefficients of design (n, p) that fit z (n), its variances given, are share z:
 * share (p, n) = (X^T W X)^-1 X^T W, by modified Gram-Schmidt. The first column of the
 * design is constant. *dependent becomes p; or the number of the first column that is a
 * combination of earlier ones, whose coefficients are then in coef (p), and share is
 * without meaning.
 */
lemma_status lemma_least_squares(lemma_cmat design, const double *variance,
                                 lemma_mat share, double *coef, size_t *dependent);

#endif
