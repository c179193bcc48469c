#include "naive.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Zeroed doubles; a test without memory has nothing to say. */
static double *doubles(size_t n)
{
    double *a = calloc(n ? n : 1, sizeof *a);

    assert(a);
    return a;
}

/* ---- tables ---- */

const struct naive_table *naive_find(const struct naive_tables *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->table[i].name, name) == 0)
            return &t->table[i];
    return NULL;
}

static struct naive_table *table_of(struct naive_tables *t, const char *name,
                                    bool integer, size_t count)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->table[i].name, name) == 0)
            return &t->table[i];
    assert(t->count < NAIVE_TABLES);
    struct naive_table *new = &t->table[t->count++];
    snprintf(new->name, sizeof new->name, "%s", name);
    new->integer = integer;
    new->count = count;
    return new;
}

void naive_append(struct naive_tables *t, const char *name, bool integer, size_t step,
                  size_t count, const double *cells)
{
    struct naive_table *a = table_of(t, name, integer, count);

    assert(a->count == count && a->integer == integer);
    if (a->rows == a->room) {
        a->room = a->room ? 2 * a->room : 16;
        a->cells = realloc(a->cells, a->room * count * sizeof *a->cells);
        a->steps = realloc(a->steps, a->room * sizeof *a->steps);
        assert(a->cells && a->steps);
    }
    memcpy(a->cells + a->rows * count, cells, count * sizeof *cells);
    a->steps[a->rows++] = step;
}

void naive_tables_free(struct naive_tables *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->table[i].cells);
        free(t->table[i].steps);
    }
    *t = (struct naive_tables){0};
}

/* ---- one sample through the network: theory, 1.1 ---- */

size_t naive_inputs(const struct naive_problem *p, size_t l)
{
    return l ? p->m : p->a ? p->a_rows : p->d_x;
}

size_t naive_offset(const struct naive_problem *p, size_t l)
{
    return l ? p->m * naive_inputs(p, 0) + (l - 1) * p->m * p->m : 0;
}

size_t naive_parameters(const struct naive_problem *p)
{
    return naive_offset(p, p->L);
}

void naive_pass_init(const struct naive_problem *p, struct naive_pass *pass)
{
    pass->h0 = doubles(naive_inputs(p, 0));
    pass->z = doubles(p->L * p->m);
    pass->h = doubles(p->L * p->m);
    pass->delta = doubles(p->L * p->m);
    pass->f = doubles(p->d);
    pass->r = doubles(p->d);
    pass->margin = INFINITY;
}

void naive_pass_fini(struct naive_pass *pass)
{
    free(pass->h0);
    free(pass->z);
    free(pass->h);
    free(pass->delta);
    free(pass->f);
    free(pass->r);
}

double naive_dot(const double *a, const double *b, size_t n)
{
    double s = 0;

    for (size_t j = 0; j < n; j++)
        s += a[j] * b[j];
    return s;
}

void naive_forward(const struct naive_problem *p, const double *w, const double *x,
                   const double *y, struct naive_pass *pass)
{
    const double *h = pass->h0;

    for (size_t j = 0; j < naive_inputs(p, 0); j++)
        pass->h0[j] = p->a ? fmax(0, naive_dot(p->a + j * p->d_x, x, p->d_x)) : x[j];
    for (size_t l = 0; l < p->L; l++) {
        size_t in = naive_inputs(p, l);
        for (size_t i = 0; i < p->m; i++) {
            double z = naive_dot(w + naive_offset(p, l) + i * in, h, in);
            pass->z[l * p->m + i] = z;
            pass->h[l * p->m + i] = z >= 0 ? z : 0;
            pass->margin = fmin(pass->margin, fabs(z));
        }
        h = pass->h + l * p->m;
    }
    for (size_t k = 0; k < p->d; k++) {
        pass->f[k] = naive_dot(p->v + k * p->m, h, p->m);
        pass->r[k] = pass->f[k] - y[k];
    }
}

void naive_pull(const struct naive_problem *p, const double *w, const double *residual,
                double scale, struct naive_pass *pass, double *gradient)
{
    for (size_t l = p->L; l-- > 0;) {
        double *delta = pass->delta + l * p->m;
        const double *h = l ? pass->h + (l - 1) * p->m : pass->h0;
        size_t in = naive_inputs(p, l);
        for (size_t i = 0; i < p->m; i++) {
            delta[i] = 0;
            if (!(pass->z[l * p->m + i] >= 0))
                continue;
            if (l + 1 == p->L)
                for (size_t k = 0; k < p->d; k++)
                    delta[i] += p->v[k * p->m + i] * residual[k];
            else
                for (size_t k = 0; k < p->m; k++)
                    delta[i] +=
                        w[naive_offset(p, l + 1) + k * p->m + i] * delta[p->m + k];
        }
        for (size_t i = 0; i < p->m; i++)
            for (size_t j = 0; j < in; j++)
                gradient[naive_offset(p, l) + i * in + j] += scale * delta[i] * h[j];
    }
}

void naive_gradient(const struct naive_problem *p, const double *w,
                    const int32_t *sample, size_t first, size_t count,
                    struct naive_pass *pass, double *gradient)
{
    memset(gradient, 0, naive_parameters(p) * sizeof *gradient);
    for (size_t b = 0; b < count; b++) {
        size_t i = sample ? (size_t) sample[b] : first + b;
        naive_forward(p, w, p->x + i * p->d_x, p->y + i * p->d, pass);
        naive_pull(p, w, pass->r, 1 / (double) count, pass, gradient);
    }
}

/* ---- norms ---- */

/* Gram matrix of the shorter side, (n, n). */
static double *gram_of(const double *a, size_t rows, size_t cols, size_t n)
{
    double *g = doubles(n * n);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < (rows <= cols ? cols : rows); k++)
                g[i * n + j] += rows <= cols ? a[i * cols + k] * a[j * cols + k]
                                             : a[k * cols + i] * a[k * cols + j];
    return g;
}

/* Annihilates g[p][q] of a symmetric matrix (Golub & Van Loan, Matrix Computations,
 * section 8.5). */
static void rotate(double *g, size_t n, size_t p, size_t q, double *vectors)
{
    if (g[p * n + q] == 0)
        return;
    double theta = (g[q * n + q] - g[p * n + p]) / (2 * g[p * n + q]);
    double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(1 + theta * theta));
    double c = 1 / sqrt(1 + t * t), s = t * c;

    for (size_t k = 0; k < n; k++) {
        double kp = g[k * n + p], kq = g[k * n + q];
        g[k * n + p] = c * kp - s * kq;
        g[k * n + q] = s * kp + c * kq;
    }
    for (size_t k = 0; k < n; k++) {
        double pk = g[p * n + k], qk = g[q * n + k];
        g[p * n + k] = c * pk - s * qk;
        g[q * n + k] = s * pk + c * qk;
    }
    for (size_t k = 0; vectors && k < n; k++) {
        double vp = vectors[p * n + k], vq = vectors[q * n + k];
        vectors[p * n + k] = c * vp - s * vq;
        vectors[q * n + k] = s * vp + c * vq;
    }
}

/* Whether what is off the diagonal is nothing beside it. */
static bool is_diagonal(const double *g, size_t n)
{
    double on = 0, off = 0;

    for (size_t i = 0; i < n * n; i++)
        *(i % (n + 1) ? &off : &on) += g[i] * g[i];
    return off <= 1e-36 * on;
}

static void swap_rows(double *a, size_t n, size_t i, size_t j)
{
    for (size_t k = 0; k < n; k++) {
        double x = a[i * n + k];
        a[i * n + k] = a[j * n + k];
        a[j * n + k] = x;
    }
}

void naive_eigen(double *g, size_t n, double *values, double *vectors)
{
    for (size_t i = 0; vectors && i < n * n; i++)
        vectors[i] = i % (n + 1) == 0;
    /* Quadratic convergence: a dozen sweeps is twice what any small matrix needs. */
    for (int sweep = 0; sweep < 12 && !is_diagonal(g, n); sweep++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++)
                rotate(g, n, i, j, vectors);
    for (size_t i = 0; i < n; i++)
        values[i] = g[i * n + i];
    for (size_t i = 0; i < n; i++) {
        size_t least = i;
        for (size_t j = i + 1; j < n; j++)
            least = values[j] < values[least] ? j : least;
        swap_rows(values, 1, i, least);
        if (vectors)
            swap_rows(vectors, n, i, least);
    }
}

double naive_spectral(const double *a, size_t rows, size_t cols)
{
    size_t n = rows <= cols ? rows : cols;
    double *g = gram_of(a, rows, cols, n), *values = doubles(n), largest;

    naive_eigen(g, n, values, NULL);
    largest = fmax(0, values[n - 1]);
    free(g);
    free(values);
    return sqrt(largest);
}
