#include "stat/squares.h"

#include <math.h>

#include "core/alloc.h"

/* A column this close to a combination of others is one: its logarithms' own rounding,
 * and that of means of several. */
static const double SAME = 1e-9;

static double inner(const double *a, const double *b, size_t n)
{
    double s = 0;

    for (size_t i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* Takes the components along rows [from, to) of q out of v, adding them to r. Twice is
 * enough (Giraud, Langou, Rozloznik 2005). */
static void project(lemma_cmat q, size_t from, size_t to, double *v, double *r)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = from; k < to; k++) {
            const double *row = lemma_crow(q, k).a;
            double along = inner(row, v, q.cols);

            r[k] += along;
            for (size_t i = 0; i < q.cols; i++)
                v[i] -= along * row[i];
        }
}

/* x := R^-1 x for the upper triangle of r with n columns; r[j] is column j. */
static void back(lemma_cmat r, size_t n, double *x, size_t stride)
{
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++)
            x[i * stride] -= lemma_crow(r, j).a[i] * x[j * stride];
        x[i * stride] /= lemma_crow(r, i).a[i];
    }
}

/* Modified Gram-Schmidt of the weighted columns into the rows of q (p, count); r (p, p)
 * by columns. The first dependent column, or p. */
static size_t factor(lemma_cmat design, const double *variance, lemma_mat q,
                     lemma_mat r)
{
    for (size_t j = 0; j < q.rows; j++) {
        double *v = lemma_row(q, j).a, *rj = lemma_row(r, j).a, centred, rest;

        for (size_t i = 0; i < q.cols; i++)
            v[i] = lemma_crow(design, i).a[j] / sqrt(variance[i]);
        project(lemma_const(q), 0, j > 0 ? 1 : 0, v, rj);
        centred = sqrt(inner(v, v, q.cols));
        project(lemma_const(q), j > 0 ? 1 : 0, j, v, rj);
        rest = sqrt(inner(v, v, q.cols));
        if (!(rest > SAME * centred)) {
            back(lemma_const(r), j, rj, 1);
            return j;
        }
        rj[j] = rest;
        for (size_t i = 0; i < q.cols; i++)
            v[i] /= rest;
    }
    return q.rows;
}

/* The rows of q become those of share = R^-1 Q^T W^(1/2). */
static void share_out(lemma_cmat r, const double *variance, lemma_mat q)
{
    for (size_t i = 0; i < q.cols; i++) {
        back(r, q.rows, q.a + i, q.ld);
        for (size_t j = 0; j < q.rows; j++)
            lemma_row(q, j).a[i] /= sqrt(variance[i]);
    }
}

lemma_status lemma_least_squares(lemma_cmat design, const double *variance,
                                 lemma_mat share, double *coef, size_t *dependent)
{
    lemma_mat r = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(share.rows, share.rows, &r));
    *dependent = factor(design, variance, share, r);
    if (*dependent == share.rows)
        share_out(lemma_const(r), variance, share);
    else
        for (size_t j = 0; j < *dependent; j++)
            coef[j] = lemma_row(r, *dependent).a[j];
out:
    lemma_free(r.a);
    return st;
}
