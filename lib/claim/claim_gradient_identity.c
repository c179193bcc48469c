/*
 * Claim: the gradient's square is the tangent kernel's quadratic form of the residuals,
 * layer by layer.
 *
 *     sum_l ||grad_{W_l} L||_F^2 = r^T H r / N^2,  ||grad_{W_l} L||_F^2 = r^T K^(l) r /
 * N^2
 *
 * from the recorded forms at every row, and at the start from the kernel and residuals
 * of W(0) themselves.
 *
 * Kind: sure (an identity, to rounding).  Assumptions: none.
 * Source: theory 3(c).  Constants: rounding is 64 eps tr(H) ||r||^2 / N^2 at most: an
 * entry ij of H is right to some eps sqrt(H_ii H_jj), and sum_ij |r_i| sqrt(H_ii H_jj)
 * |r_j| <= tr(H) ||r||^2. At the start r is computed anew, itself right to 8 eps
 * sqrt(N d m).
 */
#include <float.h>
#include <math.h>

#include "claim/claim.h"
#include "claim/matrices.h"

static const struct lemma_claim_table tables[] = {
    {"gradient/norm", "L"}, {"loss/server", ""}, {0}};

/* What r^T K r / N^2 is right to, residuals to `off` each. */
static double rounding(double trace, double loss, double N, double off)
{
    double r = sqrt(2 * N * loss);

    return trace * (64 * DBL_EPSILON * r * r + 2 * r * off + off * off) / (N * N);
}

/* Outputs are sums of m terms: of all N d together. */
static double off_of(struct lemma_evidence *e)
{
    return 8 * DBL_EPSILON *
           sqrt(lemma_evidence_number(e, "data/samples") *
                lemma_evidence_number(e, "network/d") *
                lemma_evidence_number(e, "network/m"));
}

static double squares(const double *norm, size_t count)
{
    double sum = 0;

    for (size_t l = 0; l < count; l++)
        sum += norm[l] * norm[l];
    return sum;
}

/* The recorded forms, of the sum (by_layer false) or of each layer. */
static lemma_status recorded(struct lemma_evidence *e, struct lemma_finding *f,
                             const struct lemma_series *const *s, bool by_layer)
{
    const struct lemma_series *t[4] = {s[0], s[1]};
    double N = lemma_evidence_number(e, "data/samples"), off = off_of(e);
    size_t L = s[0]->width;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(
        e, by_layer ? "gram/quadratic_form_layer" : "gram/quadratic_form", &t[2]));
    if (!t[2])
        return LEMMA_OK;
    t[2] = lemma_need(e, f, t[2]->path, by_layer ? "L" : "", &st);
    t[3] = t[2] ? lemma_need(e, f, by_layer ? "gram/trace_layer" : "gram/trace",
                             by_layer ? "L" : "", &st)
                : NULL;
    f->part = by_layer ? "layer" : "sum";
    for (size_t i = 0; t[3] && i < t[2]->rows; i++) {
        const double *row[4];

        if (!lemma_rows_at(t, 4, t[2]->step[i], row))
            continue;
        for (size_t k = 0; k < t[2]->width; k++)
            lemma_check_equal(f, by_layer ? row[0][k] * row[0][k] : squares(row[0], L),
                              row[2][k], rounding(row[3][k], row[1][0], N, off),
                              (size_t) t[2]->step[i], by_layer ? k : LEMMA_NOWHERE);
    }
out:
    return st;
}

/* The forms again, from W(0) and the data. */
static lemma_status at_start(struct lemma_evidence *e, struct lemma_finding *f,
                             const struct lemma_series *const *s)
{
    double N = lemma_evidence_number(e, "data/samples");
    double d = lemma_evidence_number(e, "network/d"), form, trace;
    const double *norm = lemma_series_at(s[0], 0), *loss = lemma_series_at(s[1], 0);
    const struct lemma_series *kernel, *residual;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "start/kernel", &kernel));
    if (!kernel || !norm || !loss)
        return LEMMA_OK;
    kernel = lemma_need_matrix(e, f, "start/kernel", N * d, N * d, &st);
    residual = kernel ? lemma_need_matrix(e, f, "start/residual", N, d, &st) : NULL;
    if (!residual)
        return st;
    form = lemma_matrix_form(kernel, residual->cells) / (N * N);
    trace = lemma_matrix_trace(kernel);
    f->part = "start";
    lemma_check_equal(f, squares(norm, s[0]->width), form,
                      rounding(trace, loss[0], N, off_of(e)), 0, LEMMA_NOWHERE);
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    lemma_status st = recorded(e, f, s, false);

    if (st == LEMMA_OK && f->verdict != LEMMA_UNDECIDED)
        st = recorded(e, f, s, true);
    if (st == LEMMA_OK && f->verdict != LEMMA_UNDECIDED)
        st = at_start(e, f, s);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS && f->rows == 0)
        lemma_undecided(f, "neither gram/quadratic_form nor start/kernel is there: %s",
                        lemma_evidence_why(e, "start/kernel"));
    return st;
}

const struct lemma_claim_type lemma_claim_gradient_identity = {
    .name = "gradient_identity",
    .title = "the gradient's square is the tangent kernel's form of the residuals",
    .statement =
        "sum_l ||grad_{W_l} L||_F^2 = r^T H r / N^2 and ||grad_{W_l} L||_F^2 = "
        "r^T K^(l) r / N^2, to 64 eps tr(H) ||r||^2 / N^2",
    .kind = LEMMA_SURE,
    .rows = "rows with gram/quadratic_form, and the start where W(0) is recorded",
    .tables = tables,
    .place = "layer",
    .source = "theory 3(c)",
    .status = "derived",
    .proof = "grad L = J^T r / N and H = J J^T, a sum over the layers of J",
    .judge = judge,
};
