/* The tangent kernel's tables, theory 2.4 and 3(g, h, j), by Jacobians written out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive_sim.h"

struct naive_kernel {
    size_t n;                       /* N d: sample i, output a at row i d + a */
    double *h, *now, *layer, *room; /* (n, n): H(0), H(t), one layer's part */
    double *limit;                  /* (n, n) H^inf (x) I */
    double *values, *vectors;       /* (n), (n, n) of H(0) */
    double *row, *r, *lazy;         /* (n): f - y; M^t r(0) */
    double first;                   /* ||r(0)|| */
};

static void form_jacobian(struct naive_sim *s, const double *w)
{
    for (size_t k = 0; k < s->p->N * s->p->d; k++)
        naive_jacobian_row(s, w, k, s->jacobian + k * s->P);
}

/* J J^T over the weights [first, first + count). */
static void multiply(const struct naive_sim *s, size_t first, size_t count, double *out)
{
    size_t n = s->kernel->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out[i * n + j] = naive_dot(s->jacobian + i * s->P + first,
                                       s->jacobian + j * s->P + first, count);
}

/* T_L of theory 3(j), T_l = kappa_0(Sigma_{l-1}) (T_{l-1} + Sigma_{l-1}), at the angle
 * of two inputs; with a fixed input layer Sigma_0 = kappa_1. */
static double recursion(const struct naive_problem *p, double angle)
{
    double t = 0;

    for (size_t l = p->a ? 0 : 1; l <= p->L; l++) {
        if (l)
            t = (M_PI - angle) / M_PI * (t + cos(angle));
        angle = acos(fmin(1, (cos(angle) * (M_PI - angle) + sin(angle)) / M_PI));
    }
    return t;
}

static void form_limit(const struct naive_problem *p, double *k)
{
    size_t d = p->d, n = p->N * d;

    for (size_t i = 0; i < p->N; i++)
        for (size_t j = 0; j < p->N; j++) {
            double minus = 0, plus = 0, t;

            for (size_t q = 0; q < p->d_x; q++) {
                double u = p->x[i * p->d_x + q], v = p->x[j * p->d_x + q];
                minus += (u - v) * (u - v);
                plus += (u + v) * (u + v);
            }
            t = p->limit_scale * recursion(p, 2 * atan2(sqrt(minus), sqrt(plus)));
            for (size_t a = 0; a < d; a++)
                k[(i * d + a) * n + j * d + a] = t;
        }
}

void naive_kernel_begin(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel = naive_zeros(1, sizeof *k);
    size_t n = k->n = p->N * p->d;
    double **squares[] = {&k->h, &k->now, &k->layer, &k->room, &k->limit, &k->vectors};
    double **rows[] = {&k->values, &k->row, &k->r, &k->lazy};

    for (size_t i = 0; i < sizeof squares / sizeof *squares; i++)
        *squares[i] = naive_zeros(n * n, sizeof(double));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = naive_zeros(n, sizeof(double));
    form_limit(p, k->limit);
    form_jacobian(s, p->w0);
    multiply(s, 0, s->P, k->h);
    memcpy(k->room, k->h, n * n * sizeof(double));
    naive_eigen(k->room, n, k->values, k->vectors);
    naive_residuals(s, p->w0, k->lazy);
    k->first = sqrt(naive_squares(k->lazy, NULL, n));
}

void naive_kernel_end(struct naive_sim *s)
{
    struct naive_kernel *k = s->kernel;
    void *const blocks[] = {k->h,      k->now,     k->layer, k->room, k->limit,
                            k->values, k->vectors, k->row,   k->r,    k->lazy};

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
    free(k);
}

static void put(struct naive_sim *s, const char *name, size_t t, size_t count,
                const double *row)
{
    naive_append(s->out, name, false, t, count, row);
}

/* Two tables of the norms of H(t) - b. */
static void put_distance(struct naive_sim *s, size_t t, const char *frobenius,
                         const char *spectral, const double *b)
{
    struct naive_kernel *k = s->kernel;
    size_t n = k->n;
    double norm = sqrt(naive_squares(k->now, b, n * n));

    put(s, frobenius, t, 1, &norm);
    for (size_t i = 0; i < n * n; i++)
        k->room[i] = k->now[i] - b[i];
    naive_eigen(k->room, n, k->row, NULL);
    norm = fmax(fabs(k->row[0]), fabs(k->row[n - 1]));
    put(s, spectral, t, 1, &norm);
}

static double trace_of(const double *a, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i * n + i];
    return sum;
}

/* Theory 3(c): r^T K r / N^2. */
static double form(const struct naive_problem *p, const double *k, const double *r)
{
    size_t n = p->N * p->d;
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            sum += r[i] * k[i * n + j] * r[j];
    return sum / (double) (p->N * p->N);
}

/* Theory 3(c), 3(g), 3(j). */
static void gram(struct naive_sim *s, size_t t)
{
    struct naive_kernel *k = s->kernel;
    const struct naive_problem *p = s->p;
    size_t n = k->n;
    double trace, whole, *forms = naive_zeros(p->L, sizeof *forms);

    naive_residuals(s, s->server, k->r);
    form_jacobian(s, s->server);
    memset(k->now, 0, n * n * sizeof *k->now);
    for (size_t l = 0; l < p->L; l++) {
        multiply(s, naive_offset(p, l), p->m * naive_inputs(p, l), k->layer);
        for (size_t i = 0; i < n * n; i++)
            k->now[i] += k->layer[i];
        s->row[l] = trace_of(k->layer, n);
        forms[l] = form(p, k->layer, k->r);
        naive_eigen(k->layer, n, k->row, NULL);
        s->a[l] = k->row[0];
        s->b[l] = k->row[n - 1];
    }
    put(s, "gram/lambda_min_layer", t, p->L, s->a);
    put(s, "gram/lambda_max_layer", t, p->L, s->b);
    put(s, "gram/trace_layer", t, p->L, s->row);
    put(s, "gram/quadratic_form_layer", t, p->L, forms);
    put_distance(s, t, "gram/change_frobenius", "gram/change_spectral", k->h);
    put_distance(s, t, "gram/limit_distance_frobenius", "gram/limit_distance_spectral",
                 k->limit);
    trace = trace_of(k->now, n);
    whole = form(p, k->now, k->r);
    naive_eigen(k->now, n, k->row, NULL);
    put(s, "gram/eigenvalues", t, n, k->row);
    put(s, "gram/lambda_min", t, 1, k->row);
    put(s, "gram/lambda_max", t, 1, k->row + n - 1);
    put(s, "gram/trace", t, 1, &trace);
    put(s, "gram/quadratic_form", t, 1, &whole);
    free(forms);
}

/* Theory 3(h); an eigenvector's largest entry, the first of equal ones, is positive:
 * with two outputs and signs +-1 they come in equal pairs. */
static void residual(struct naive_sim *s, size_t t)
{
    struct naive_kernel *k = s->kernel;
    size_t n = k->n;
    double norm;

    naive_residuals(s, s->server, k->r);
    norm = sqrt(naive_squares(k->r, NULL, n));
    for (size_t i = 0; i < n; i++) {
        const double *v = k->vectors + i * n;
        size_t most = 0;
        for (size_t j = 1; j < n; j++)
            most = fabs(v[j]) > (1 + 1e-8) * fabs(v[most]) ? j : most;
        k->row[i] = (v[most] < 0 ? -1 : 1) * naive_dot(v, k->r, n);
    }
    put(s, "residual/norm", t, 1, &norm);
    put(s, "residual/projection", t, n, k->row);
    put(s, "residual/vector", t, n, k->r);
}

/* A round with the kernel H(0), step by step: each client's steps move all residuals;
 * r + server_step sum_c w_c (r_c - r). Theory 2.4. */
static void frozen_round(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel;
    size_t n = k->n;
    double *sum = naive_zeros(n, sizeof *sum), *next = naive_zeros(n, sizeof *next);

    for (size_t c = 0; c < p->K; c++) {
        size_t first = p->spans[c].first * p->d, rows = p->spans[c].count * p->d;
        memcpy(k->row, k->lazy, n * sizeof *k->row);
        for (size_t i = 0; i < p->tau; i++) {
            for (size_t j = 0; j < n; j++)
                next[j] = k->row[j] -
                          p->eta / (double) p->spans[c].count *
                              naive_dot(k->h + j * n + first, k->row + first, rows);
            memcpy(k->row, next, n * sizeof *next);
        }
        for (size_t j = 0; j < n; j++)
            sum[j] += p->weight[c] * (k->row[j] - k->lazy[j]);
    }
    for (size_t j = 0; j < n; j++)
        k->lazy[j] += p->server_step * sum[j];
    free(sum);
    free(next);
}

static void lazy(struct naive_sim *s, size_t t)
{
    struct naive_kernel *k = s->kernel;
    double norm, error;

    if (t > 0)
        frozen_round(s);
    norm = sqrt(naive_squares(k->lazy, NULL, k->n));
    error = sqrt(naive_squares(k->r, k->lazy, k->n)) / k->first;
    put(s, "lazy/predicted_norm", t, 1, &norm);
    put(s, "lazy/error", t, 1, &error);
}

void naive_kernel_tables(struct naive_sim *s, size_t t)
{
    gram(s, t);
    residual(s, t);
    lazy(s, t);
}
