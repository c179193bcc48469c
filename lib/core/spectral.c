/*
 * Lanczos on D^T D, D = A - B, with full reorthogonalisation (Golub, Van Loan, Matrix
 * Computations, 4th ed., 10.1 and 10.4): the largest Ritz value is the square of the
 * norm. Squaring costs nothing here, for the error is relative to the largest value. D
 * is made row by row, and each row serves D v and D^T (D v) while it is in cache.
 */
#include "core/spectral.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/blas.h"
#include "core/rng.h"

enum { CHUNKS = 32, BASIS = 400, CHECK_EVERY = 2, SWEEPS = 60 };

/* Stop where the Ritz value is right to VALUE of itself by residual^2 / gap, and the
 * residual below RESIDUAL: were two values closer than that, it could not tell them. */
static const double VALUE = 1e-13, RESIDUAL = 1e-9;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct work {
    lemma_cmat a, b;
    double scale;                     /* the largest |d_ij| */
    double *rows;                     /* (CHUNKS, cols) a row of D / scale */
    double *parts;                    /* (CHUNKS, cols) each chunk's share of D^T D v */
    lemma_mat basis;                  /* (steps + 1, cols) */
    double *h;                        /* (steps + 1) */
    double *alpha, *beta, *d, *e, *z; /* (steps + 1) */
};

static size_t steps_of(size_t cols)
{
    return least(cols, BASIS);
}

size_t lemma_spectral_scratch(size_t rows, size_t cols)
{
    (void) rows;
    return 2 * CHUNKS * cols + (steps_of(cols) + 1) * (cols + 6);
}

static struct work lay_out(lemma_cmat a, lemma_cmat b, double *scratch)
{
    size_t cols = a.cols, steps = steps_of(cols) + 1;
    struct work w = {.a = a, .b = b, .rows = scratch};

    w.parts = w.rows + CHUNKS * cols;
    w.basis = lemma_mat_of(w.parts + CHUNKS * cols, steps, cols);
    w.h = w.basis.a + steps * cols;
    w.alpha = w.h + steps;
    w.beta = w.alpha + steps;
    w.d = w.beta + steps;
    w.e = w.d + steps;
    w.z = w.e + steps;
    return w;
}

/* Row i of A - B. */
static void difference(const struct work *w, size_t i, double *out)
{
    const double *a = lemma_crow(w->a, i).a;

    if (!w->b.a) {
        memcpy(out, a, w->a.cols * sizeof *out);
        return;
    }
    const double *b = lemma_crow(w->b, i).a;
    for (size_t j = 0; j < w->a.cols; j++)
        out[j] = a[j] - b[j];
}

/* The largest |d_ij|; NaN or infinite where an entry is. */
static double largest(const struct work *w)
{
    size_t per = (w->a.rows + CHUNKS - 1) / CHUNKS, cols = w->a.cols;
    double most[CHUNKS] = {0}, all = 0;

#pragma omp parallel for schedule(static)
    for (size_t k = 0; k < CHUNKS; k++) {
        double *row = w->rows + k * cols;

        for (size_t i = k * per; i < least((k + 1) * per, w->a.rows); i++) {
            difference(w, i, row);
            for (size_t j = 0; j < cols; j++)
                if (!(fabs(row[j]) <= most[k]))
                    most[k] = isnan(most[k]) ? most[k] : fabs(row[j]);
        }
    }
    for (size_t k = 0; k < CHUNKS; k++)
        if (!(most[k] <= all))
            all = isnan(all) ? all : most[k];
    return all;
}

/* out = D^T D v / scale^2. 4 rows cols flops; chunks are summed in order. */
static void apply(const struct work *w, lemma_cvec v, lemma_vec out)
{
    size_t per = (w->a.rows + CHUNKS - 1) / CHUNKS, cols = w->a.cols;

#pragma omp parallel for schedule(static)
    for (size_t k = 0; k < CHUNKS; k++) {
        double *row = w->rows + k * cols, *part = w->parts + k * cols;

        memset(part, 0, cols * sizeof *part);
        for (size_t i = k * per; i < least((k + 1) * per, w->a.rows); i++) {
            double y;

            difference(w, i, row);
            for (size_t j = 0; j < cols; j++)
                row[j] /= w->scale;
            y = lemma_dot((lemma_cvec){row, cols}, v);
            for (size_t j = 0; j < cols; j++)
                part[j] += y * row[j];
        }
    }
    memcpy(out.a, w->parts, cols * sizeof *out.a);
    for (size_t k = 1; k < CHUNKS; k++)
        for (size_t j = 0; j < cols; j++)
            out.a[j] += w->parts[k * cols + j];
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
    double first = 0, second = 0, last = 0, residual;

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
    return residual <= VALUE * first ||
           (residual <= RESIDUAL * first &&
            residual * residual <= VALUE * first * (first - second));
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

static struct lemma_spectral iterate(struct work *w)
{
    struct lemma_spectral result = {.products = 1};
    size_t steps = steps_of(w->a.cols);
    double value = 0;

    start(w);
    for (size_t k = 1; k <= steps && !result.converged; k++) {
        lemma_vec v = lemma_row(w->basis, k - 1), next = lemma_row(w->basis, k);
        double norm;

        apply(w, (lemma_cvec){v.a, v.n}, next);
        result.products++;
        w->alpha[k - 1] =
            lemma_dot((lemma_cvec){v.a, v.n}, (lemma_cvec){next.a, next.n});
        orthogonalise(w, k, next);
        w->beta[k - 1] = norm = lemma_norm((lemma_cvec){next.a, next.n});
        if (k % CHECK_EVERY == 0 || k == steps || norm <= VALUE * w->alpha[0])
            result.converged = is_good(w, k, &value) || k == w->a.cols;
        for (size_t j = 0; j < next.n && !result.converged; j++)
            next.a[j] /= norm;
    }
    result.norm = w->scale * sqrt(value);
    return result;
}

struct lemma_spectral lemma_spectral_norm(lemma_cmat a, lemma_cmat b, double *scratch)
{
    struct work w = lay_out(a, b, scratch);

    LEMMA_REQUIRE(!b.a || (a.rows == b.rows && a.cols == b.cols));
    w.scale = a.rows && a.cols ? largest(&w) : 0;
    if (!isfinite(w.scale))
        return (struct lemma_spectral){NAN, true, 1};
    if (w.scale == 0)
        return (struct lemma_spectral){0, true, 1};
    return iterate(&w);
}
