/*
 * Lanczos on D^T D, D = A - B: its largest eigenvalue is the square of the norm.
 * Squaring costs nothing here, for the error is relative to the largest value. D is
 * made row by row, and each row serves D v and D^T (D v) while it is in cache.
 */
#include "core/spectral.h"

#include <math.h>
#include <string.h>

#include "core/blas.h"
#include "core/lanczos.h"

enum { CHUNKS = 32 };

/* Where a sum of squares has lost nothing that counts below DBL_MIN. */
static const double SAFE = 1e-280;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct work {
    lemma_cmat a, b;
    double scale;  /* the largest |d_ij| */
    double *rows;  /* (CHUNKS, cols) a row of D / scale */
    double *parts; /* (CHUNKS, cols) each chunk's share of D^T D v */
};

size_t lemma_spectral_scratch(size_t rows, size_t cols)
{
    (void) rows;
    return (size_t) 2 * CHUNKS * cols + lemma_lanczos_scratch(cols);
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

#pragma omp parallel for schedule(static) if (w->a.rows * w->a.cols > LEMMA_PARALLEL)
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
static void apply(void *context, lemma_cvec v, lemma_vec out)
{
    const struct work *w = context;
    size_t per = (w->a.rows + CHUNKS - 1) / CHUNKS, cols = w->a.cols;

#pragma omp parallel for schedule(static) if (w->a.rows * w->a.cols > LEMMA_PARALLEL)
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

struct lemma_spectral lemma_spectral_norm(lemma_cmat a, lemma_cmat b, double *scratch)
{
    struct work w = {a, b, 0, scratch, scratch + CHUNKS * a.cols};
    struct lemma_operator square = {a.cols, apply, &w};
    struct lemma_lanczos top;

    LEMMA_REQUIRE(!b.a || (a.rows == b.rows && a.cols == b.cols));
    w.scale = a.rows && a.cols ? largest(&w) : 0;
    if (!isfinite(w.scale))
        return (struct lemma_spectral){NAN, true, 1};
    if (w.scale == 0)
        return (struct lemma_spectral){0, true, 1};
    top = lemma_lanczos_largest(&square, 0, scratch + (size_t) 2 * CHUNKS * a.cols);
    return (struct lemma_spectral){w.scale * sqrt(top.value), top.converged,
                                   1 + top.products};
}

/* sum ((a_ij - b_ij) / scale)^2, rows in order. */
static double squares(lemma_cmat a, lemma_cmat b, double scale, double *scratch)
{
    double sum = 0;

#pragma omp parallel for if (a.rows * a.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < a.rows; i++) {
        const double *x = lemma_crow(a, i).a, *y = b.a ? lemma_crow(b, i).a : NULL;
        double square = 0;

        for (size_t j = 0; j < a.cols; j++) {
            double gap = (y ? x[j] - y[j] : x[j]) / scale;

            square += gap * gap;
        }
        scratch[i] = square;
    }
    for (size_t i = 0; i < a.rows; i++)
        sum += scratch[i];
    return sum;
}

double lemma_frobenius_norm(lemma_cmat a, lemma_cmat b, double *scratch)
{
    double sum = squares(a, b, 1, scratch), most = 0;

    if (isnan(sum) || (sum > SAFE && isfinite(sum)))
        return sqrt(sum);
    for (size_t i = 0; i < a.rows; i++) /* squares overflow, or vanish */
        for (size_t j = 0; j < a.cols; j++) {
            double gap = lemma_crow(a, i).a[j] - (b.a ? lemma_crow(b, i).a[j] : 0);

            most = fmax(most, fabs(gap));
        }
    if (!isfinite(most))
        return NAN;
    return most > 0 ? most * sqrt(squares(a, b, most, scratch)) : 0;
}
