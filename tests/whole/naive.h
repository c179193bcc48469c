/*
 * The oracle: the whole run once more, in plain loops over explicit dense matrices.
 *
 * Written from the theory (lib/theory.md, 1, 2.4 and 3 a - j) and from the
 * definitions of the tables alone: no BLAS, no factors, no tapes, every gradient
 * formed, every average a sum over the clients' models. It shares nothing with the
 * library but its input.
 */
#ifndef LEMMA_TESTS_WHOLE_NAIVE_H
#define LEMMA_TESTS_WHOLE_NAIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/view.h"

/* All borrowed, all row-major without gaps. */
struct naive_problem {
    size_t K, N, d_x, d, m, L, tau, R;
    double eta, server_step;
    const struct lemma_span *spans; /* (K) rows of each client */
    const double *weight;           /* (K) of the average; n_c / N in theory */
    const double *x, *y;            /* (N, d_x), (N, d) */
    const double *a;                /* (a_rows, d_x) fixed input layer, or NULL */
    size_t a_rows;
    const double *w0;     /* W_1(0), ..., W_L(0), one after the other */
    const double *v;      /* (d, m), f = V h_L */
    const int32_t *batch; /* (R tau, K, B) sample indices, padded with -1; NULL: full */
    size_t B;
    bool replacement;     /* a sample may be drawn twice */
    const int32_t *label; /* (N) or NULL: no table `accuracy` */
    size_t test_n;        /* 0: no tables test_* */
    const double *test_x, *test_y;
    const int32_t *test_label;
    size_t activation_every; /* steps; 0 = 1 */
    double limit_scale;      /* of the infinite-width kernel: m / 2 d, two-layer 1/2 */
};

/* One table "probe/column": rows of `count` cells, integers kept as doubles. */
struct naive_table {
    char name[64];
    bool integer;
    size_t count, rows, room;
    double *cells;
    size_t *steps; /* (rows) */
};

enum { NAIVE_TABLES = 96 };

struct naive_tables {
    size_t count;
    struct naive_table table[NAIVE_TABLES];
};

/* Appends a row to a table, which comes to be with its first row. */
void naive_append(struct naive_tables *t, const char *name, bool integer, size_t step,
                  size_t count, const double *cells);
const struct naive_table *naive_find(const struct naive_tables *t, const char *name);
void naive_tables_free(struct naive_tables *t);

struct naive_result {
    struct naive_tables tables;
    double *final; /* W(R), like w0 */
    double margin; /* least |z| of all pre-activations: how far the nearest tie was */
    double split; /* largest entry of Lip_c + Pat_c - (grad L_c(W_c) - grad L_c(W̄)) */
};

void naive_run(const struct naive_problem *p, struct naive_result *out);
void naive_result_free(struct naive_result *out);

/* Doubles of a model; where W_l (l from 0) begins in it; columns of W_l. */
size_t naive_parameters(const struct naive_problem *p);
size_t naive_offset(const struct naive_problem *p, size_t l);
size_t naive_inputs(const struct naive_problem *p, size_t l);

/* What a pass at weights w leaves of one sample; margin only ever falls. */
struct naive_pass {
    double *h0, *z, *h, *delta; /* (in_0), (L, m), (L, m), (L, m) */
    double *f, *r;              /* (d): outputs, f - y */
    double margin;
};
void naive_pass_init(const struct naive_problem *p, struct naive_pass *pass);
void naive_pass_fini(struct naive_pass *pass);
void naive_forward(const struct naive_problem *p, const double *w, const double *x,
                   const double *y, struct naive_pass *pass);

/* gradient += scale J_i(w)^T residual, J_i the Jacobian of f at the sample of the last
 * forward pass, which was made at the same w. */
void naive_pull(const struct naive_problem *p, const double *w, const double *residual,
                double scale, struct naive_pass *pass, double *gradient);

/* gradient = sum over the listed samples of grad |f - y|^2 / 2, divided by their count;
 * sample NULL: first, first + 1, ... */
void naive_gradient(const struct naive_problem *p, const double *w,
                    const int32_t *sample, size_t first, size_t count,
                    struct naive_pass *pass, double *gradient);

double naive_dot(const double *a, const double *b, size_t n);

/* Eigenvalues of a symmetric matrix (n, n), ascending, by Jacobi's rotations; g is
 * destroyed, row i of vectors (n, n) or NULL belongs to values[i]. */
void naive_eigen(double *g, size_t n, double *values, double *vectors);

/* Largest singular value of a (rows, cols), by Jacobi rotations of the smaller Gram
 * matrix. */
double naive_spectral(const double *a, size_t rows, size_t cols);

#endif
