/* The oracle's state, between its algorithm and its tables. */
#ifndef LEMMA_TESTS_WHOLE_NAIVE_SIM_H
#define LEMMA_TESTS_WHOLE_NAIVE_SIM_H

#include "naive.h"

struct naive_kernel; /* what the tangent kernel's tables keep: naive_kernel.c */

/* Everything at time t = r tau + s. */
struct naive_sim {
    const struct naive_problem *p;
    struct naive_tables *out;
    struct naive_pass pass;
    size_t P;                                    /* doubles of a model */
    double *local;                               /* (K, P) W_c */
    double *server, *average, *sum;              /* (P) */
    double *g_local, *g_average, *g_cross, *lip; /* (P) gradients of one client */
    /* 1{z_l >= 0}, (N, L, m): at W(0), at W_c, at W_c in the previous row, at W̄ */
    unsigned char *initial, *now, *before, *mean;
    /* (P) W(r), (N d, P) its Jacobian, (K) the round's asymmetry */
    double *start, *jacobian, *asymmetry;
    struct naive_kernel *kernel;
    double split;        /* as in the result */
    bool seen;           /* `before` holds a row */
    double *a, *b, *row; /* room of a table row, (K * L) at least */
};

/* Zeroed memory; a test without memory has nothing to say. */
void *naive_zeros(size_t n, size_t size);

/* sum (a_j - b_j)^2; b NULL: 0. */
double naive_squares(const double *a, const double *b, size_t n);

/* f - y at w, (N, d). Row i d + a of J at w: the gradient of output a of sample i. */
void naive_residuals(struct naive_sim *s, const double *w, double *r);
void naive_jacobian_row(struct naive_sim *s, const double *w, size_t row, double *out);

/* 1{z_l >= 0} of client c's samples at w into their rows of pattern. */
void naive_patterns(struct naive_sim *s, const double *w, size_t c,
                    unsigned char *pattern);

/* A round as a whole: at its start, at W_c(t) of its last step, and its tables once
 * `server` is W(r+1). */
void naive_move_begin(struct naive_sim *s);
void naive_move_last_step(struct naive_sim *s);
void naive_move_tables(struct naive_sim *s, size_t t);

/* H(0), its eigenvectors and limit, at W(0); then the tables of a round. */
void naive_kernel_begin(struct naive_sim *s);
void naive_kernel_tables(struct naive_sim *s, size_t t);
void naive_kernel_end(struct naive_sim *s);

/* The tables of a step that look at samples one by one. */
void naive_sample_tables(struct naive_sim *s, size_t t);

/* The tables of a round at the server model, of a step at W_c(t) and W̄(t), and of the
 * moment before averaging. */
void naive_round_tables(struct naive_sim *s, size_t t);
void naive_step_tables(struct naive_sim *s, size_t t);
void naive_averaging_tables(struct naive_sim *s, size_t t);

#endif
