/*
 * Claim: a round's change of the loss is what semi-smoothness allows.
 *
 *     (1/N) <r, e>  <=  sqrt(2 L(W) max_i fl_i / m) ||Delta||_F
 *     ||f(W + Delta) - f(W)||^2 / (2 N)  <=  ||X||^2 ||Delta||_F^2 / (2 N)
 *
 * Kind: sure.  Assumptions: the two-layer network, one output.
 * Source: theory 3(d), derived.  Constants: none.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"remainder/remainder", ""}, {"remainder/second_order", ""},
    {"remainder/move", "L"},     {"remainder/flips_max", "L"},
    {"loss/server", ""},         {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double m = lemma_evidence_number(e, "network/m");
    double N = lemma_evidence_number(e, "data/samples");
    double X = lemma_evidence_number(e, "data/spectral_norm");
    double tau = lemma_evidence_number(e, "train/tau");

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[5];
        const double *next = lemma_series_at(s[4], s[0]->step[i] + tau);
        size_t step = (size_t) s[0]->step[i];
        double largest, rho;

        if (!lemma_rows_at(s, 5, s[0]->step[i], row))
            continue;
        /* outputs, m terms of order 1 / sqrt m, are right to rho: or as much of the
         * residuals, where these are larger */
        largest = fmax(row[4][0], next ? next[0] : 0);
        rho = 8 * DBL_EPSILON * sqrt(m) * fmax(1, sqrt(2 * N * largest));
        f->part = "first order";
        lemma_check_at_most(f, row[0][0],
                            sqrt(2 * row[4][0] * row[3][0] / m) * row[2][0],
                            rho * sqrt(2 * row[4][0]), step, LEMMA_NOWHERE);
        f->part = "second order";
        lemma_check_at_most(f, row[1][0], X * X * row[2][0] * row[2][0] / (2 * N),
                            rho * rho + rho * sqrt(2 * row[1][0]), step, LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_semi_smooth = {
    .name = "semi_smooth",
    .title = "a round's change of the loss is what semi-smoothness allows, two layers",
    .statement =
        "(1/N) <r, e> <= sqrt(2 L max_i fl_i / m) ||Delta||_F and ||f(W + Delta) - "
        "f(W)||^2 <= ||X||^2 ||Delta||_F^2",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(d)",
    .status = "derived",
    .proof =
        "e_i sums |z'_ri| <= |Delta_r . x_i| over the units that flip; Cauchy-Schwarz "
        "over units and samples; lambda_max(H) <= ||X||^2 along the segment",
    .judge = judge,
};
