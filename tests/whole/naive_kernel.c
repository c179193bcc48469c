/* The tangent kernel's tables and those of a round as a whole, by explicit Jacobians.
 */
#include "naive_sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct naive_kernel {
    size_t n;                          /* N d: sample i, output a at row i d + a */
    double *jacobian, *other;          /* (n, P) */
    double *h, *now, *layer, *room;    /* (n, n): H(0), H(t), one layer's part */
    double *limit;                     /* (n, n) H^inf (x) I */
    double *values, *vectors;          /* (n), (n, n) of H(0) */
    double *row, *r, *lazy;            /* (n): f - y; M^t r(0) */
    double first;                      /* ||r(0)|| */
    double *start, *before, *gradient; /* (P), (n), (P) at W(r) */
    double *asymmetry;                 /* (K) */
    unsigned char *pattern, *after;    /* (N, L, m) at W(r), W(r+1) */
};

/* J(w): the rows are gradients of single outputs. */
static void form_jacobian(struct naive_sim *s, const double *w, double *jacobian)
{
    const struct naive_problem *p = s->p;
    double *unit = naive_zeros(p->d, sizeof *unit);

    memset(jacobian, 0, p->N * p->d * s->P * sizeof *jacobian);
    for (size_t i = 0; i < p->N; i++)
        for (size_t a = 0; a < p->d; a++) {
            naive_forward(p, w, p->x + i * p->d_x, p->y + i * p->d, &s->pass);
            unit[a] = 1;
            naive_pull(p, w, unit, 1, &s->pass, jacobian + (i * p->d + a) * s->P);
            unit[a] = 0;
        }
    free(unit);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t j = 0; j < n; j++)
        sum += a[j] * b[j];
    return sum;
}

/* A B^T over the weights [first, first + count). */
static void multiply(const struct naive_sim *s, const double *a, const double *b,
                     size_t first, size_t count, double *out)
{
    size_t n = s->kernel->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out[i * n + j] = dot(a + i * s->P + first, b + j * s->P + first, count);
}

static void residuals(struct naive_sim *s, const double *w, double *r)
{
    const struct naive_problem *p = s->p;

    for (size_t i = 0; i < p->N; i++) {
        naive_forward(p, w, p->x + i * p->d_x, p->y + i * p->d, &s->pass);
        memcpy(r + i * p->d, s->pass.r, p->d * sizeof *r);
    }
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
    double **rows[] = {&k->values, &k->row, &k->r, &k->lazy, &k->before};

    for (size_t i = 0; i < sizeof squares / sizeof *squares; i++)
        *squares[i] = naive_zeros(n * n, sizeof(double));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = naive_zeros(n, sizeof(double));
    k->jacobian = naive_zeros(n * s->P, sizeof(double));
    k->other = naive_zeros(n * s->P, sizeof(double));
    k->start = naive_zeros(s->P, sizeof(double));
    k->gradient = naive_zeros(s->P, sizeof(double));
    k->asymmetry = naive_zeros(p->K, sizeof(double));
    k->pattern = naive_zeros(p->N * p->L * p->m, 1);
    k->after = naive_zeros(p->N * p->L * p->m, 1);
    form_limit(p, k->limit);
    form_jacobian(s, p->w0, k->jacobian);
    multiply(s, k->jacobian, k->jacobian, 0, s->P, k->h);
    memcpy(k->room, k->h, n * n * sizeof(double));
    naive_eigen(k->room, n, k->values, k->vectors);
    residuals(s, p->w0, k->lazy);
    k->first = sqrt(naive_squares(k->lazy, NULL, n));
}

void naive_kernel_end(struct naive_sim *s)
{
    struct naive_kernel *k = s->kernel;
    void *const blocks[] = {k->jacobian, k->other,     k->h,      k->now,     k->layer,
                            k->room,     k->limit,     k->values, k->vectors, k->row,
                            k->r,        k->lazy,      k->start,  k->before,  k->after,
                            k->gradient, k->asymmetry, k->pattern};

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

/* Theory 3(c), 3(g), 3(j). */
static void gram(struct naive_sim *s, size_t t)
{
    struct naive_kernel *k = s->kernel;
    const struct naive_problem *p = s->p;
    size_t n = k->n;
    double trace;

    form_jacobian(s, s->server, k->jacobian);
    memset(k->now, 0, n * n * sizeof *k->now);
    for (size_t l = 0; l < p->L; l++) {
        multiply(s, k->jacobian, k->jacobian, naive_offset(p, l),
                 p->m * naive_inputs(p, l), k->layer);
        for (size_t i = 0; i < n * n; i++)
            k->now[i] += k->layer[i];
        s->row[l] = trace_of(k->layer, n);
        naive_eigen(k->layer, n, k->row, NULL);
        s->a[l] = k->row[0];
        s->b[l] = k->row[n - 1];
    }
    put(s, "gram/lambda_min_layer", t, p->L, s->a);
    put(s, "gram/lambda_max_layer", t, p->L, s->b);
    put(s, "gram/trace_layer", t, p->L, s->row);
    put_distance(s, t, "gram/change_frobenius", "gram/change_spectral", k->h);
    put_distance(s, t, "gram/limit_distance_frobenius", "gram/limit_distance_spectral",
                 k->limit);
    trace = trace_of(k->now, n);
    naive_eigen(k->now, n, k->row, NULL);
    put(s, "gram/eigenvalues", t, n, k->row);
    put(s, "gram/lambda_min", t, 1, k->row);
    put(s, "gram/lambda_max", t, 1, k->row + n - 1);
    put(s, "gram/trace", t, 1, &trace);
}

/* Theory 3(h); an eigenvector's largest entry, the first of equal ones, is positive:
 * with two outputs and signs +-1 they come in equal pairs. */
static void residual(struct naive_sim *s, size_t t)
{
    struct naive_kernel *k = s->kernel;
    size_t n = k->n;
    double norm;

    residuals(s, s->server, k->r);
    norm = sqrt(naive_squares(k->r, NULL, n));
    for (size_t i = 0; i < n; i++) {
        const double *v = k->vectors + i * n;
        size_t most = 0;
        for (size_t j = 1; j < n; j++)
            most = fabs(v[j]) > (1 + 1e-8) * fabs(v[most]) ? j : most;
        k->row[i] = (v[most] < 0 ? -1 : 1) * dot(v, k->r, n);
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
                next[j] =
                    k->row[j] - p->eta / (double) p->spans[c].count *
                                    dot(k->h + j * n + first, k->row + first, rows);
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

/* ---- a round as a whole ---- */

void naive_move_begin(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel;

    memcpy(k->start, s->server, s->P * sizeof *k->start);
    residuals(s, s->server, k->before);
    memset(k->gradient, 0, s->P * sizeof *k->gradient);
    for (size_t c = 0; c < p->K; c++) {
        naive_patterns(s, s->server, c, k->pattern);
        naive_gradient(p, s->server, NULL, p->spans[c].first, p->spans[c].count,
                       &s->pass, s->g_local);
        for (size_t j = 0; j < s->P; j++)
            k->gradient[j] += p->weight[c] * s->g_local[j];
    }
}

/* ||J(W(t)) (J_c(W_c^(tau-1)) - J_c(W(t)))^T||_F; theory 3(i). */
void naive_move_last_step(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel;
    size_t n = k->n;

    form_jacobian(s, k->start, k->jacobian);
    for (size_t c = 0; c < p->K; c++) {
        size_t first = p->spans[c].first * p->d, rows = p->spans[c].count * p->d;
        double sum = 0;
        form_jacobian(s, s->local + c * s->P, k->other);
        for (size_t i = 0; i < n * s->P; i++)
            k->other[i] -= k->jacobian[i];
        for (size_t i = 0; i < n; i++)
            for (size_t j = first; j < first + rows; j++) {
                double entry = dot(k->jacobian + i * s->P, k->other + j * s->P, s->P);
                sum += entry * entry;
            }
        k->asymmetry[c] = sqrt(sum);
    }
}

/* sum_c w_c (1 / n_c) sum over its samples: the weights of a mean over all samples. */
static double mean(const struct naive_problem *p, const double *a, const double *b)
{
    double sum = 0;

    for (size_t c = 0; c < p->K; c++)
        sum += p->weight[c] / (double) p->spans[c].count *
               dot(a + p->spans[c].first * p->d, b + p->spans[c].first * p->d,
                   p->spans[c].count * p->d);
    return sum;
}

static void flips(struct naive_sim *s)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel;

    for (size_t c = 0; c < p->K; c++)
        naive_patterns(s, s->server, c, k->after);
    for (size_t l = 0; l < p->L; l++) {
        s->a[l] = 0;
        for (size_t i = 0; i < p->N; i++) {
            size_t o = (i * p->L + l) * p->m, count = 0;
            for (size_t u = 0; u < p->m; u++)
                count += k->pattern[o + u] != k->after[o + u];
            s->a[l] = fmax(s->a[l], (double) count);
        }
    }
}

/* Theory 3(d): Delta = W(r+1) - W(r), e = f(W(r+1)) - f(W(r)) - J(W(r)) Delta. */
void naive_move_tables(struct naive_sim *s, size_t t)
{
    const struct naive_problem *p = s->p;
    struct naive_kernel *k = s->kernel;
    double *step = k->row, *delta = s->sum;
    double change, first, rest, second, exact = p->L == 1 ? 0 : NAN;

    for (size_t j = 0; j < s->P; j++)
        delta[j] = s->server[j] - k->start[j];
    residuals(s, s->server, k->r);
    change = (mean(p, k->r, k->r) - mean(p, k->before, k->before)) / 2;
    first = dot(k->gradient, delta, s->P);
    for (size_t i = 0; i < k->n; i++)
        step[i] = k->r[i] - k->before[i];
    second = mean(p, step, step) / 2;
    for (size_t i = 0; i < k->n; i++) /* J(W(r)) is still that of the last step */
        step[i] -= dot(k->jacobian + i * s->P, delta, s->P);
    rest = mean(p, k->before, step);
    put(s, "remainder/change", t, 1, &change);
    put(s, "remainder/first_order", t, 1, &first);
    put(s, "remainder/remainder", t, 1, &rest);
    put(s, "remainder/second_order", t, 1, &second);
    for (size_t l = 0; l < p->L; l++) {
        size_t o = naive_offset(p, l);
        s->row[l] = sqrt(naive_squares(delta + o, NULL, p->m * naive_inputs(p, l)));
    }
    put(s, "remainder/move", t, p->L, s->row);
    flips(s);
    naive_append(s->out, "remainder/flips_max", true, t, p->L, s->a);
    put(s, "remainder/identity_residual", t, 1, &exact);
    put(s, "asymmetric_gram/identity_residual", t, 1, &exact);
    put(s, "asymmetric_gram/asymmetry", t, p->K, k->asymmetry);
}
