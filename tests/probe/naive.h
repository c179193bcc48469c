/* Networks, losses and gradients by plain loops in long double, on the kept models. */
#ifndef LEMMA_TESTS_PROBE_NAIVE_H
#define LEMMA_TESTS_PROBE_NAIVE_H

#include "probe/watched.h"

enum { NAIVE_WIDTH = 64, NAIVE_DEPTH = 3, NAIVE_OUTPUTS = 4, NAIVE_SAMPLES = 64 };

/* One sample through the network with the given weights. */
struct naive_pass {
    long double z[NAIVE_DEPTH][NAIVE_WIDTH], f[NAIVE_OUTPUTS];
};
void naive_forward(const struct watched *w, const long double *weights, size_t sample,
                   struct naive_pass *pass);

/* Residuals f - y of client c's samples: (n_c, d). */
void naive_residuals(const struct watched *w, const long double *weights, size_t c,
                     long double *residual);

/* L_c = (1/2n_c) sum |f - y|^2. */
long double naive_loss(const struct watched *w, const long double *weights, size_t c);

/* (1/n_c) J_c(weights)^T residual, (weights): with its own residual the gradient. */
void naive_pull(const struct watched *w, const long double *weights, size_t c,
                const long double *residual, long double *out);
void naive_gradient(const struct watched *w, const long double *weights, size_t c,
                    long double *out);

/* J (N d, weights): output a of sample i at row i d + a. Owned by the caller. */
long double *naive_jacobian(const struct watched *w, const long double *weights);

/* J J^T of layers [first, first + count) by explicit Jacobians: (N d, N d)
 * sample-major, or with mean its (N, N) mean over the outputs. Owned by the caller. */
long double *naive_gram(const struct watched *w, const long double *weights,
                        size_t first, size_t count, bool mean);

/* Eigenvalues of a symmetric matrix (n, n), ascending, by Jacobi's rotations; a is
 * destroyed, vectors (n, n) or NULL: row i belongs to values[i]. */
void naive_eigen(long double *a, size_t n, long double *values, long double *vectors);

/* Units of layer l whose pattern differs on a sample. */
size_t naive_flips(const struct watched *w, const long double *a, const long double *b,
                   size_t l, size_t sample);

/* sqrt of the sum of squares of count entries of a - b (b NULL: of a). */
long double naive_norm(const long double *a, const long double *b, size_t count);

/* Room for `weights` numbers, failing the test without memory. */
long double *naive_room(const struct watched *w);

#endif
