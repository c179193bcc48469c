/*
 * Lanczos with full reorthogonalisation (Golub, Van Loan, Matrix Computations, 4th ed.,
 * 10.1 and 10.4). The start vector is a fixed draw: the same operator, the same bits.
 */
#include "core/lanczos.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/blas.h"
#include "core/rng.h"

enum { BASIS = 1000, CHECK_EVERY = 2, SWEEPS = 60 };

/* Stop where the Ritz value is right to VALUE of itself by residual^2 / gap, and the
 * residual below RESIDUAL: were two values closer than that, it could not tell them. */
static const double VALUE = 1e-13, RESIDUAL = 1e-9;

struct work {
    double floor;
    lemma_mat basis;                  /* (steps + 1, n) */
    double *h;                        /* (steps + 1) */
    double *alpha, *beta, *d, *e, *z; /* (steps + 1) */
};

static size_t steps_of(size_t n)
{
    return n < BASIS ? n : BASIS;
}

size_t lemma_lanczos_scratch(size_t n)
{
    return (steps_of(n) + 1) * (n + 6);
}

static struct work lay_out(size_t n, double floor, double *scratch)
{
    size_t steps = steps_of(n) + 1;
    struct work w = {.floor = floor, .basis = lemma_mat_of(scratch, steps, n)};

    w.h = w.basis.a + steps * n;
    w.alpha = w.h + steps;
    w.beta = w.alpha + steps;
    w.d = w.beta + steps;
    w.e = w.d + steps;
    w.z = w.e + steps;
    return w;
}

/* v loses its part in the first k basis vectors; twice is enough. */
static void orthogonalise(const struct work *w, size_t k, lemma_vec v)
{
    lemma_cmat basis = lemma_crows(lemma_const(w->basis), 0, k);

    for (size_t pass = 0; pass < 2; pass++) {
        lemma_gemv(LEMMA_N, 1, basis, (lemma_cvec){v.a, v.n}, 0, (lemma_vec){w->h, k});
        lemma_gemv(LEMMA_T, -1, basis, (lemma_cvec){w->h, k}, 1, v);
    }
}

/* One implicit QL sweep on rows l..m of the tridiagonal (d, e), carrying the row z. */
static void sweep(double *d, double *e, double *z, size_t l, size_t m)
{
    double g = (d[l + 1] - d[l]) / (2 * e[l]), s = 1, c = 1, p = 0;

    g = d[m] - d[l] + e[l] / (g + copysign(hypot(g, 1), g));
    for (size_t i = m; i-- > l;) {
        double f = s * e[i], b = c * e[i], r = hypot(f, g), t = z[i + 1];

        e[i + 1] = r;
        if (r == 0) {
            d[i + 1] -= p;
            e[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        z[i + 1] = s * z[i] + c * t;
        z[i] = c * z[i] - s * t;
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

/* Eigenvalues d and last components z of the eigenvectors of the k x k Lanczos matrix
 * (implicit QL as in EISPACK's imtql2, with one row of vectors). O(k^2). */
static void ritz(struct work *w, size_t k)
{
    memcpy(w->d, w->alpha, k * sizeof *w->d);
    memcpy(w->e, w->beta, k * sizeof *w->e);
    memset(w->z, 0, k * sizeof *w->z);
    w->z[k - 1] = 1;
    w->e[k - 1] = 0;
    for (size_t l = 0; l < k; l++)
        for (size_t tries = 0; tries < SWEEPS; tries++) {
            size_t m = l;

            while (m + 1 < k &&
                   fabs(w->e[m]) > DBL_EPSILON * (fabs(w->d[m]) + fabs(w->d[m + 1])))
                m++;
            if (m == l)
                break;
            sweep(w->d, w->e, w->z, l, m);
        }
}

/* Whether the largest of k Ritz values, put into *value, is good enough. */
static bool is_good(struct work *w, size_t k, double *value)
{
    double first = 0, second = 0, last = 0, residual, enough;

    ritz(w, k);
    for (size_t i = 0; i < k; i++)
        if (w->d[i] > first) {
            second = first;
            first = w->d[i];
            last = w->z[i];
        } else if (w->d[i] > second)
            second = w->d[i];
    *value = first;
    residual = w->beta[k - 1] * fabs(last);
    enough = fmax(VALUE, w->floor * first);
    return residual <= enough * first ||
           (residual <= RESIDUAL * first &&
            residual * residual <= enough * first * (first - second));
}

static void start(struct work *w)
{
    struct lemma_stream s = lemma_stream_at(0, LEMMA_DRAW_PROBE, 0, 0, 0);
    lemma_vec v = lemma_row(w->basis, 0);
    double norm;

    for (size_t j = 0; j < v.n; j++)
        v.a[j] = lemma_stream_normal(&s);
    norm = lemma_norm((lemma_cvec){v.a, v.n});
    for (size_t j = 0; j < v.n; j++)
        v.a[j] /= norm;
}

struct lemma_lanczos lemma_lanczos_largest(const struct lemma_operator *op,
                                           double floor, double *scratch)
{
    struct work w = lay_out(op->n, floor, scratch);
    struct lemma_lanczos result = {0};
    size_t steps = steps_of(op->n);

    start(&w);
    for (size_t k = 1; k <= steps && !result.converged; k++) {
        lemma_vec v = lemma_row(w.basis, k - 1), next = lemma_row(w.basis, k);
        double norm;

        op->apply(op->context, (lemma_cvec){v.a, v.n}, next);
        result.products++;
        w.alpha[k - 1] =
            lemma_dot((lemma_cvec){v.a, v.n}, (lemma_cvec){next.a, next.n});
        if (!isfinite(w.alpha[k - 1]))
            return (struct lemma_lanczos){NAN, false, result.products};
        orthogonalise(&w, k, next);
        w.beta[k - 1] = norm = lemma_norm((lemma_cvec){next.a, next.n});
        if (k % CHECK_EVERY == 0 || k == steps || norm <= VALUE * w.alpha[0])
            result.converged = is_good(&w, k, &result.value) || k == op->n;
        for (size_t j = 0; j < next.n && !result.converged; j++)
            next.a[j] /= norm;
    }
    return result;
}
