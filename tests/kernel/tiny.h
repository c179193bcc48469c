/* Small networks with their inputs, and their Jacobian written out by loops. */
#ifndef LEMMA_TESTS_KERNEL_TINY_H
#define LEMMA_TESTS_KERNEL_TINY_H

#include "core/blas.h"
#include "kernel/gram.h"
#include "support.h"

struct tiny {
    struct lemma_network *net;
    struct lemma_weights *w;
    size_t N;
    lemma_mat x;        /* (N, d_x) */
    lemma_mat features; /* (N, in_0) x or relu(A x) */
    lemma_mat v, a;     /* V (d, m), A (m, d_x) */
    struct lemma_model model;
};

/* Weights of `seed`; inputs are unit vectors of a fixed draw. */
void tiny_make(struct tiny *t, const char *preset, size_t N, size_t d_x, size_t d,
               size_t m, size_t L, uint64_t seed);
void tiny_unmake(struct tiny *t);

/* New weights, and what follows from them. */
void tiny_draw(struct tiny *t, uint64_t seed);

/* After x or A changed. */
void tiny_features(struct tiny *t);

/* f (d) at sample i by loops. */
void tiny_output(const struct tiny *t, size_t i, double *f);

/* d f_a(x_i) / d W_l, (out_l, in_l), by loops along the paths of the network. */
void tiny_gradient(const struct tiny *t, size_t i, size_t a, size_t l, double *g);

/* J_l J_l^T summed over layers, from tiny_gradient; order lemma_gram_rows * N. */
void tiny_gram(const struct tiny *t, enum lemma_gram_kind kind,
               struct lemma_layers layers, lemma_mat k);

/* (rows, cols) zeros. */
lemma_mat zeros(size_t rows, size_t cols);

/* The largest |a_ij - b_ij|, NaN where one is. */
double farthest(lemma_cmat a, lemma_cmat b);

#endif
