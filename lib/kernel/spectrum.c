#include "kernel/spectrum.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/cholesky.h"
#include "core/eigen.h"
#include "core/lanczos.h"

enum { TILE = 64, ROWS = 128, SHIFTS = 24 };

/* Of the resolution: below it lambda_min + shift need not be told. */
static const double SLACK = 0.1;

struct lemma_spectrum {
    size_t n;
    enum lemma_spectrum_kind kind;
    struct lemma_eigen *eigen; /* FULL */
    double *scratch;           /* EXTREMES: Lanczos */
    double *diagonal;          /* (n) while k is room */
};

lemma_status lemma_spectrum_create(size_t n, enum lemma_spectrum_kind kind,
                                   struct lemma_spectrum **spectrum)
{
    struct lemma_spectrum *s = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s, 1);
    *s = (struct lemma_spectrum){.n = n, .kind = kind};
    LEMMA_NEW(s->diagonal, n);
    if (kind == LEMMA_SPECTRUM_FULL)
        LEMMA_TRY(lemma_eigen_create(n, &s->eigen));
    else
        LEMMA_NEW(s->scratch, lemma_lanczos_scratch(n));
    *spectrum = s;
    s = NULL;
out:
    lemma_spectrum_destroy(s);
    return st;
}

void lemma_spectrum_destroy(struct lemma_spectrum *s)
{
    if (s) {
        lemma_eigen_destroy(s->eigen);
        lemma_free(s->scratch);
        lemma_free(s->diagonal);
    }
    lemma_free(s);
}

/* A maximum that keeps NaN. */
static double larger(double a, double b)
{
    return isnan(a) || b <= a ? a : b;
}

/* max |k_ij - k_ji| and max |k_ij|; the latter not finite where an entry is not. */
static void look(lemma_cmat k, double *gap, double *most)
{
    *gap = *most = 0;
    for (size_t i = 0; i < k.rows; i += TILE)
        for (size_t j = 0; j <= i; j += TILE)
            for (size_t r = i; r < i + TILE && r < k.rows; r++)
                for (size_t c = j; c < j + TILE && c <= r; c++) {
                    double a = k.a[r * k.ld + c], b = k.a[c * k.ld + r];

                    *gap = larger(*gap, fabs(a - b));
                    *most = larger(*most, larger(fabs(a), fabs(b)));
                }
}

/* The triangle j <= i becomes that above, the diagonal what it was (+ shift). */
static void restore(const struct lemma_spectrum *s, double shift, lemma_mat k)
{
#pragma omp parallel for schedule(dynamic) if (k.rows * k.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < k.rows; i += TILE)
        for (size_t j = 0; j <= i; j += TILE)
            for (size_t r = i; r < i + TILE && r < k.rows; r++)
                for (size_t c = j; c < j + TILE && c < r; c++)
                    k.a[r * k.ld + c] = k.a[c * k.ld + r];
    for (size_t i = 0; i < k.rows; i++)
        k.a[i * k.ld + i] = s->diagonal[i] + shift;
}

/* out = K v in slabs of rows. */
static void times(void *context, lemma_cvec v, lemma_vec out)
{
    const lemma_mat *k = context;

#pragma omp parallel for if (k->rows * k->cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < k->rows; i += ROWS) {
        size_t count = k->rows - i < ROWS ? k->rows - i : ROWS;

        lemma_gemv(LEMMA_N, 1, lemma_crows(lemma_const(*k), i, count), v, 0,
                   (lemma_vec){out.a + i, count});
    }
}

static void solve(void *context, lemma_cvec v, lemma_vec out)
{
    const lemma_mat *k = context;

    memcpy(out.a, v.a, v.n * sizeof *out.a);
    lemma_cholesky_solve(lemma_const(*k), out);
}

/* The shift makes K positive definite: from rounding's size up, until it does. */
static lemma_status extremes(struct lemma_spectrum *s, lemma_mat k,
                             struct lemma_spectrum_result *r)
{
    struct lemma_operator op = {s->n, times, &k};
    struct lemma_lanczos top = lemma_lanczos_largest(&op, 0, s->scratch), bottom;
    double resolution = (double) s->n * DBL_EPSILON * top.value, shift = resolution;

    r->lambda_max = top.value;
    r->lambda_min = 0;
    r->converged = top.converged;
    if (top.value == 0)
        return LEMMA_OK;
    for (size_t i = 0; i < SHIFTS; i++, shift *= 8) {
        restore(s, shift, k);
        if (!lemma_cholesky(k))
            continue;
        op.apply = solve;
        bottom = lemma_lanczos_largest(&op, SLACK * resolution, s->scratch);
        r->lambda_min = 1 / bottom.value - shift;
        r->converged = top.converged && bottom.converged;
        return LEMMA_OK;
    }
    return LEMMA_ENUMERIC;
}

static lemma_status full(struct lemma_spectrum *s, lemma_mat k, double *values,
                         lemma_mat vectors, struct lemma_spectrum_result *r)
{
    lemma_status st = lemma_eigen_solve(s->eigen, k, values, vectors);

    r->lambda_min = values[0];
    r->lambda_max = values[s->n - 1];
    r->converged = true;
    return st;
}

static void judge(size_t n, struct lemma_spectrum_result *r)
{
    r->resolution =
        (double) n * DBL_EPSILON * fmax(fabs(r->lambda_min), fabs(r->lambda_max));
    r->condition =
        r->lambda_min > r->resolution ? r->lambda_max / r->lambda_min : INFINITY;
    r->positive = r->lambda_min >= -8 * r->resolution;
}

static void nothing(size_t n, double *values, lemma_mat vectors,
                    struct lemma_spectrum_result *r)
{
    *r = (struct lemma_spectrum_result){NAN, NAN, NAN, NAN, NAN, NAN, false, false};
    for (size_t i = 0; i < n && values; i++)
        values[i] = NAN;
    for (size_t i = 0; i < n && vectors.a; i++)
        for (size_t j = 0; j < n; j++)
            lemma_row(vectors, i).a[j] = NAN;
}

lemma_status lemma_spectrum_measure(struct lemma_spectrum *s, lemma_mat k,
                                    double *values, lemma_mat vectors,
                                    struct lemma_spectrum_result *result)
{
    struct lemma_spectrum_result r = {0};
    bool all = s->kind == LEMMA_SPECTRUM_FULL;
    double gap, most;
    lemma_status st;

    LEMMA_REQUIRE(k.rows == s->n && k.cols == s->n);
    LEMMA_REQUIRE(all ? values != NULL : !values && !vectors.a);
    look(lemma_const(k), &gap, &most);
    if (!isfinite(most)) {
        nothing(s->n, values, vectors, result);
        return LEMMA_OK;
    }
    for (size_t i = 0; i < s->n; i++) {
        s->diagonal[i] = k.a[i * k.ld + i];
        r.trace += s->diagonal[i];
    }
    r.asymmetry = most > 0 ? gap / most : 0;
    restore(s, 0, k); /* both routes then see one matrix */
    st = all ? full(s, k, values, vectors, &r) : extremes(s, k, &r);
    restore(s, 0, k);
    judge(s->n, &r);
    if (st == LEMMA_OK)
        *result = r;
    return st;
}
