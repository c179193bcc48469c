/*
 * With u_i = h_i / ||h_i|| and a_i = coef_i ||h_i|| d_i, G_i = a_i u_i^T. About the
 * means a and u, a_i = a + alpha_i and u_i = u + eta_i,
 *
 *     G_i = a u^T + X_i,  X_i = a_i eta_i^T + alpha_i u^T,
 *     (1/n) sum_i X_i = M = (1/n) sum_i alpha_i eta_i^T
 *     sum_i ||G_i - G||^2 = sum_i ||X_i||^2 - n ||M||^2
 *     sum_i omega_i G_i = sum_i (omega_i a_i) eta_i^T + (sum_i omega_i alpha_i) u^T
 *
 * alpha and eta are differences taken entry by entry, and M is a product of both: where
 * the gradients nearly agree nothing cancels. Unit u_i leave no scale that a_i and u_i
 * could trade: G_i are near each other where the a_i and the u_i are (but for a sign
 * that both share; the error is then about eps of the second moment).
 */
#include "probe/noise_spread.h"

#include <string.h>

#include "core/blas.h"
#include "core/outer.h"
#include "probe/number.h"

/* Rows i < n are samples; row n of a and u is for a mean. */
struct factors {
    size_t n;
    lemma_mat a, u;  /* (n + 1, out), (n + 1, in): a_i; u_i, and then eta_i */
    lemma_mat alpha; /* (n, out) */
    double *omega;   /* (n + 1) */
    double *scratch; /* of lemma_outer_gram */
};

size_t lemma_spread_scratch(size_t n, size_t out, size_t in)
{
    return (n + 1) * (in + out + 1) + n * out +
           lemma_most(lemma_outer_scratch(n + 1, out, in, 1, 1, 1),
                      lemma_outer_scratch(n, out, in, 1, 1, 1));
}

static struct factors factors_at(size_t n, size_t out, size_t in, double *room)
{
    struct factors f = {.n = n, .a = lemma_mat_of(room, n + 1, out)};

    f.u = lemma_mat_of(f.a.a + (n + 1) * out, n + 1, in);
    f.alpha = lemma_mat_of(f.u.a + (n + 1) * in, n, out);
    f.omega = f.alpha.a + n * out;
    f.scratch = f.omega + n + 1;
    return f;
}

static lemma_cvec row_of(lemma_mat m, size_t i)
{
    return lemma_crow(lemma_const(m), i);
}

/* a_i and u_i of one sample. */
static double take(const struct factors *f, const struct lemma_spread_of *of, size_t i)
{
    lemma_cvec d = lemma_crow(of->d, i), h = lemma_crow(of->h, i);
    double *a = lemma_row(f->a, i).a, *u = lemma_row(f->u, i).a;
    double norm = lemma_norm(h), coef = of->coef ? of->coef[i] : 1;

    for (size_t j = 0; j < d.n; j++)
        a[j] = coef * norm * d.a[j];
    for (size_t j = 0; j < h.n; j++)
        u[j] = norm > 0 ? h.a[j] / norm : h.a[j];
    return norm * norm * lemma_dot(d, d);
}

/* Row n becomes the mean of rows i < n. */
static lemma_cvec mean_of(lemma_mat m, size_t n)
{
    double *mean = lemma_row(m, n).a;

    memset(mean, 0, m.cols * sizeof *mean);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m.cols; j++)
            mean[j] += lemma_row(m, i).a[j];
    for (size_t j = 0; j < m.cols; j++)
        mean[j] /= (double) n;
    return (lemma_cvec){mean, m.cols};
}

/* Rows i < n of out = those of m - mean; out may be m. */
static void centre(lemma_mat m, lemma_cvec mean, size_t n, lemma_mat out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m.cols; j++)
            lemma_row(out, i).a[j] = lemma_row(m, i).a[j] - mean.a[j];
}

/* ||sum_i coef_i left_i right_i^T||_F^2. */
static double outer_square(lemma_mat left, lemma_mat right, const double *coef,
                           double *scratch)
{
    struct lemma_outer o = {.lefts = 1,
                            .rights = 1,
                            .sums = 1,
                            .left = {lemma_const(left)},
                            .right = {lemma_const(right)},
                            .coef = {coef}};
    double g;

    lemma_outer_gram(&o, scratch, &g);
    return g;
}

/* sum_i ||X_i||^2 - n ||M||^2. */
static double spread_of(const struct factors *f)
{
    lemma_cvec u = row_of(f->u, f->n);
    double sum = 0, uu = lemma_dot(u, u);

    for (size_t i = 0; i < f->n; i++) {
        lemma_cvec a = row_of(f->a, i), alpha = row_of(f->alpha, i);
        lemma_cvec eta = row_of(f->u, i);

        sum += lemma_dot(a, a) * lemma_dot(eta, eta) +
               2 * lemma_dot(a, alpha) * lemma_dot(eta, u) +
               lemma_dot(alpha, alpha) * uu;
    }
    sum -= outer_square(f->alpha, lemma_rows(f->u, 0, f->n), NULL, f->scratch) /
           (double) f->n;
    return sum < 0 ? 0 : sum;
}

/* Row n stands for the term of u. */
static double sampled_of(const struct factors *f, const double *omega)
{
    double *last = lemma_row(f->a, f->n).a;

    memset(last, 0, f->a.cols * sizeof *last);
    for (size_t i = 0; i < f->n; i++)
        for (size_t j = 0; j < f->a.cols; j++)
            last[j] += omega[i] * lemma_row(f->alpha, i).a[j];
    memcpy(f->omega, omega, f->n * sizeof *omega);
    f->omega[f->n] = 1;
    return outer_square(f->a, f->u, f->omega, f->scratch);
}

struct lemma_spread lemma_spread_measure(const struct lemma_spread_of *of,
                                         double *squares, double *scratch)
{
    struct factors f = factors_at(of->d.rows, of->d.cols, of->h.cols, scratch);
    struct lemma_spread found = {0, 0, 0};

    for (size_t i = 0; i < f.n; i++) {
        squares[i] = take(&f, of, i);
        found.second += lemma_dot(row_of(f.a, i), row_of(f.a, i));
    }
    if (!of->omega)
        return found;
    centre(f.a, mean_of(f.a, f.n), f.n, f.alpha);
    centre(f.u, mean_of(f.u, f.n), f.n, f.u);
    found.spread = spread_of(&f);
    found.sampled = sampled_of(&f, of->omega);
    return found;
}
