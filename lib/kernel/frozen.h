/*
 * Local GD in the lazy limit: a fixed kernel H, linear dynamics of the residual (theory
 * 2.4). With client blocks H_cc, n_c samples each, weights w_c (n_c / N usually):
 *
 *     P_c = sum_{s<tau} (I - (eta/n_c) H_cc)^s,  B = blockdiag(w_c (eta/n_c) P_c)
 *     r(t+1) = M r(t),  M = I - H B
 *
 * A kernel that is singular to rounding is taken on its range: eigenvalues below order
 * eps ||H|| count as zeros, their inverses as zeros too.
 */
#ifndef LEMMA_KERNEL_FROZEN_H
#define LEMMA_KERNEL_FROZEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/status.h"
#include "core/view.h"

/* As a count of local steps: each client solves its own problem in every round (L4). */
#define LEMMA_FROZEN_FOREVER SIZE_MAX

struct lemma_frozen_problem {
    lemma_cmat kernel; /* (N per, N per), borrowed: J J^T, or its mean over outputs */
    size_t per;        /* its rows per sample: lemma_gram_rows */
    size_t columns;    /* of the residual: 1, or d where per = 1 serves d outputs */
    size_t K;
    const struct lemma_span *spans; /* (K) samples, in order, all N of them; borrowed */
    const double *weight;           /* (K) w_c; NULL: n_c / N. Borrowed */
    bool clients_only; /* no eigenvalues of H itself: rounds, M and the limits of the
                          step are there, rank, spectrum and distance are not */
};

struct lemma_frozen;

/* Eigenvalues of H and of every H_cc: O((N per)^3), about five matrices of memory;
 * clients_only: those of every H_cc, and two and a bit of H_cc's sizes.
 * LEMMA_ENUMERIC where LAPACK gives up, LEMMA_EINPUT where H is not finite. */
lemma_status lemma_frozen_create(const struct lemma_frozen_problem *problem,
                                 struct lemma_frozen **f, struct lemma_error *err);
void lemma_frozen_destroy(struct lemma_frozen *f);

size_t lemma_frozen_rank(const struct lemma_frozen *f); /* of H */

/* L1: Local GD is stable for eta below 2 min_c n_c / lambda_max(H_cc), whatever tau.
 * (Weights that sum to at most 1.) Infinite where every H_cc is 0. */
double lemma_frozen_stable_step(const struct lemma_frozen *f);

/* Theory 3(m): below this step Local SGD's distance to any interpolant falls in mean
 * square (kernel/stable.h has the formula). Sufficient, and close to necessary. B = 0,
 * or at least n_c without replacement: full batches. */
double lemma_frozen_stochastic_step(const struct lemma_frozen *f, size_t B,
                                    bool replacement);

/* Forms B for eta > 0 and tau >= 1 (LEMMA_FROZEN_FOREVER: at eta below L1's limit only,
 * else NaN). Everything below speaks of these. */
void lemma_frozen_set(struct lemma_frozen *f, double eta, size_t tau);

/*
 * r (N per, columns) becomes M r, r_i the residual of row i. present (K) or NULL: the
 * weights of this round alone in place of w_c, for clients that stay away (0) and those
 * that count for more. O((N per)^2 columns).
 */
void lemma_frozen_round(struct lemma_frozen *f, const double *present, lemma_mat r);

struct lemma_frozen_spectrum {
    size_t rank;
    double least, most; /* eigenvalues of M on range(H) */
    double rho;  /* the largest |eigenvalue|: the factor of a round; infinite where
                    numbers overflow */
    bool stable; /* rho < 1 */
};

/* M's eigenvalues are real: those of I - H^1/2 B H^1/2. values (N per) or NULL: the
 * first `rank` of them, ascending. Allocates. O((N per)^3). */
lemma_status lemma_frozen_spectrum(struct lemma_frozen *f, double *values,
                                   struct lemma_frozen_spectrum *result);

/*
 * r^T H^-1 r, summed over columns: the squared distance to the nearest interpolant,
 * which no round increases below L1's limit (L5), shrinks by rho^2 or more (L2), and
 * which at r(0) is ||W_inf - W(0)||_F^2 (L6). outside, or NULL: the squared norm of the
 * part of r outside range(H), which no training reaches.
 */
double lemma_frozen_distance2(const struct lemma_frozen *f, lemma_cmat r,
                              double *outside);

/* M itself, (N per, N per). */
void lemma_frozen_matrix(const struct lemma_frozen *f, lemma_mat m);

/*
 * L7: what Local GD has over tau central steps, to second order in eta:
 *
 *     M - (I - (eta/N) H)^tau = tau (tau - 1) / 2 eta^2/N H [blockdiag(H_cc / n_c) -
 * H/N]
 *
 * + O((eta tau)^3), at weights n_c / N. tau finite.
 */
void lemma_frozen_second_order(const struct lemma_frozen *f, double eta, size_t tau,
                               lemma_mat difference);

#endif
