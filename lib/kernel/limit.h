/*
 * The tangent kernel's Gram matrix at infinite width, in closed form (theory 3(g),
 * 3(j); Cho and Saul 2009, Jacot, Gabriel and Hongler 2018).
 *
 *     Sigma_0 = x.x',  Sigma_l = kappa_1(Sigma_{l-1})
 *     K^(l) = c_l Sigma_{l-1} prod_{k=l..L} kappa_0(Sigma_{k-1})  (x) I_d
 *
 * with the finite width's prefactor c_l of the network's own parameterisation (m/2d for
 * the deep presets, 1/2 for two-layer), so that it compares with lemma_gram_form as it
 * stands. Recursions run in angles, not cosines: an angle of 1e-8 keeps its digits, and
 * u = +-1 needs no clamp.
 */
#ifndef LEMMA_KERNEL_LIMIT_H
#define LEMMA_KERNEL_LIMIT_H

#include "core/view.h"
#include "net/network.h"

/*
 * At cos(angle) = u: kappa_0 = (pi - angle) / pi and kappa_1 = (u (pi - angle) +
 * sin(angle)) / pi, which are 2 E[s'(a) s'(b)] and 2 E[s(a) s(b)], s = relu, for
 * standard normals of correlation u. u is clamped to [-1, 1]: products of unit vectors
 * leave it by rounding.
 */
double lemma_kappa_0(double u);
double lemma_kappa_1(double u);

/* An angle in [0, pi] and its complement pi - angle, each right to its own rounding. */
struct lemma_angle {
    double angle, rest;
};

/* Between two vectors of n entries (Kahan's formula); {0, pi} where one is zero. */
struct lemma_angle lemma_angle_between(const double *x, const double *y, size_t n);

/* The angle whose cosine is kappa_1(cos(a)). */
struct lemma_angle lemma_angle_next(struct lemma_angle a);

enum { LEMMA_LIMIT_SUM = 0 };

struct lemma_limit {
    size_t layer; /* 1..L: K^(l) alone; L + 1: the output layer's; LEMMA_LIMIT_SUM */
    /* In the sum: V too, + Sigma_L (x) I_d; of a layer of signs +-scale the signs are
     * the weights, so that two-layer-relu has + kappa_1(x.x') / 2. */
    bool output_trained;
};

/*
 * k (N, N) of inputs (N, d_x); both lemma_gram_kinds follow: it is itself the mean over
 * outputs, and lemma_limit_expand gives the full one. Inputs need not have length 1.
 * LEMMA_EINPUT where an activation has no closed form here. O(N^2 (d_x + L)).
 */
lemma_status lemma_limit_gram(const struct lemma_network *net, lemma_cmat inputs,
                              const struct lemma_limit *limit, lemma_mat k,
                              struct lemma_error *err);

/* m -= k (x) I, of either kind of Gram matrix: m (N d, N d) or (N, N), k (N, N). */
void lemma_limit_subtract(lemma_cmat k, lemma_mat m);

/* full (N d, N d) = k (x) I_d. */
void lemma_limit_expand(lemma_cmat k, size_t d, lemma_mat full);

#endif
