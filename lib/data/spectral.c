#include "data/spectral.h"

#include <float.h>
#include <math.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/rng.h"

/* The symmetric tridiagonal matrix T of k Lanczos steps: diagonal a (k), beside it b.
 */
struct tridiagonal {
    const double *a, *b;
    size_t k;
};

/* True where every eigenvalue of T is below x: all pivots of x - T are positive. */
static bool is_above(struct tridiagonal t, double x)
{
    double pivot = x - t.a[0];

    for (size_t i = 1; i < t.k && pivot > 0; i++)
        pivot = x - t.a[i] - t.b[i - 1] * t.b[i - 1] / pivot;
    return pivot > 0;
}

/* Largest eigenvalue, by bisection between T's diagonal and Gershgorin's bound. */
static double top_eigenvalue(struct tridiagonal t)
{
    double low = 0, high = 0;

    for (size_t i = 0; i < t.k; i++) {
        double reach =
            (i > 0 ? fabs(t.b[i - 1]) : 0) + (i + 1 < t.k ? fabs(t.b[i]) : 0);
        low = fmax(low, t.a[i]);
        high = fmax(high, t.a[i] + reach);
    }
    for (int i = 0; i < 200 && high - low > DBL_EPSILON * high; i++) {
        double middle = 0.5 * (low + high);
        if (is_above(t, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* |last entry| of the unit eigenvector of theta, by the recurrence from its end, where
 * it grows and is stable. */
static double last_entry(struct tridiagonal t, double theta)
{
    double y = 1, before = 0, norm2 = 1;

    for (size_t i = t.k - 1; i > 0 && norm2 < 1e200; i--) {
        double above = i + 1 < t.k ? t.b[i] * before : 0;
        double next = ((theta - t.a[i]) * y - above) / t.b[i - 1];
        before = y;
        y = next;
        norm2 += y * y;
    }
    return 1 / sqrt(norm2);
}

/* w = (smaller Gram matrix of X) v; half (larger side) is scratch. */
static void apply_gram(lemma_cmat x, lemma_cvec v, lemma_vec half, lemma_vec w)
{
    enum lemma_op first = x.cols <= x.rows ? LEMMA_N : LEMMA_T;
    enum lemma_op second = first == LEMMA_N ? LEMMA_T : LEMMA_N;

    lemma_gemv(first, 1, x, v, 0, half);
    lemma_gemv(second, 1, x, (lemma_cvec){half.a, half.n}, 0, w);
}

/* w -= Q^T (Q w), twice: once leaves rounding of the order of what it removed. */
static void orthogonalise(lemma_cmat q, lemma_vec w, double *c)
{
    for (int pass = 0; pass < 2; pass++) {
        lemma_gemv(LEMMA_N, 1, q, (lemma_cvec){w.a, w.n}, 0, (lemma_vec){c, q.rows});
        lemma_gemv(LEMMA_T, -1, q, (lemma_cvec){c, q.rows}, 1, w);
    }
}

/* Any fixed start will do that is not orthogonal to the top vector: normals. */
static void start_vector(lemma_vec v)
{
    struct lemma_stream s = lemma_stream_at(0, LEMMA_DRAW_INPUTS, 0, 0, 0);
    double norm;

    for (size_t i = 0; i < v.n; i++)
        v.a[i] = lemma_stream_normal(&s);
    norm = lemma_norm((lemma_cvec){v.a, v.n});
    for (size_t i = 0; i < v.n; i++)
        v.a[i] /= norm;
}

/* Steps of Lanczos on the rows of q; the largest eigenvalue, or NaN. */
static double lanczos(lemma_cmat x, lemma_mat q, lemma_vec half, double *a, double *b,
                      double *c)
{
    size_t side = q.cols;

    start_vector(lemma_row(q, 0));
    for (size_t k = 0; k < q.rows; k++) {
        lemma_cvec v = lemma_crow(lemma_const(q), k);
        lemma_vec w = {c + q.rows, side};
        struct tridiagonal t = {a, b, k + 1};
        double theta;
        apply_gram(x, v, half, w);
        a[k] = lemma_dot(v, (lemma_cvec){w.a, w.n});
        orthogonalise(lemma_crows(lemma_const(q), 0, k + 1), w, c);
        b[k] = lemma_norm((lemma_cvec){w.a, w.n});
        theta = top_eigenvalue(t);
        /* The residual's norm bounds the distance to an eigenvalue. */
        if (b[k] * last_entry(t, theta) <= 1e-12 * theta || k + 1 == side)
            return theta;
        if (k + 1 == q.rows)
            break;
        for (size_t j = 0; j < side; j++)
            q.a[(k + 1) * q.ld + j] = w.a[j] / b[k];
    }
    return NAN;
}

lemma_status lemma_spectral_norm(lemma_cmat x, double *norm)
{
    lemma_status st = LEMMA_OK;
    size_t side = x.cols <= x.rows ? x.cols : x.rows;
    size_t other = x.cols <= x.rows ? x.rows : x.cols, entries;
    size_t steps = side < LEMMA_LANCZOS_MAX ? side : LEMMA_LANCZOS_MAX;
    double *q = NULL, *half = NULL, *a = NULL, *b = NULL, *c = NULL;

    if (side == 0) {
        *norm = 0;
        goto out;
    }
    if (!lemma_size_mul(steps, side, &entries)) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_NEW(q, entries);
    LEMMA_NEW(half, other);
    LEMMA_NEW(a, steps);
    LEMMA_NEW(b, steps);
    LEMMA_NEW(c, steps + side);
    *norm = sqrt(
        lanczos(x, lemma_mat_of(q, steps, side), (lemma_vec){half, other}, a, b, c));
out:
    lemma_free(q);
    lemma_free(half);
    lemma_free(a);
    lemma_free(b);
    lemma_free(c);
    return st;
}
