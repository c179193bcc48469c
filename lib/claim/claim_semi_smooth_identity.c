/*
 * Claim: a round's change of the loss is its three recorded parts, exactly.
 *
 *     L(W(r+1)) - L(W(r))  =  <grad L, Delta> + (1/N) <r, e> + ||f(W(r+1)) -
 * f(W(r))||^2 / (2 N)
 *
 * and with one trained layer e is what the flipped units say it is (identity_residual =
 * 0), to rounding.
 *
 * Kind: sure (an identity, to rounding).  Assumptions: none.
 * Source: theory 3(d).  Constants: outputs are sums of m numbers of size 1 / sqrt m, L
 * times over, and right to rho = 4 L eps sqrt(m). A loss, the mean of (1/2) r^2 over
 * samples, is then right to sqrt(2 L d) rho + 64 eps L, and e to 8 rho: it is the
 * difference of three outputs.
 */
#include <float.h>
#include <math.h>

#include "claim/claim.h"

static const struct lemma_claim_table tables[] = {{"remainder/first_order", ""},
                                                  {"remainder/remainder", ""},
                                                  {"remainder/second_order", ""},
                                                  {"remainder/identity_residual", ""},
                                                  {"loss/server", ""},
                                                  {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double L = lemma_evidence_number(e, "network/L");
    double d = lemma_evidence_number(e, "network/d");
    double tau = lemma_evidence_number(e, "train/tau");
    double N = lemma_evidence_number(e, "data/samples");
    double unit = 4 * L * DBL_EPSILON * sqrt(lemma_evidence_number(e, "network/m"));

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[5], *next = lemma_series_at(s[4], s[0]->step[i] + tau);
        double largest, rho;

        if (!lemma_rows_at(s, 5, s[0]->step[i], row))
            continue;
        largest = next ? fmax(row[4][0], next[0]) : row[4][0];
        /* what outputs are right to: of order 1, or of the residuals where these are
         * larger */
        rho = unit * fmax(1, sqrt(2 * N * largest));
        f->part = "outputs";
        if (L == 1)
            lemma_check_at_most(f, row[3][0], 8 * rho, 0, (size_t) s[0]->step[i],
                                LEMMA_NOWHERE);
        if (!next)
            continue;
        f->part = "loss";
        lemma_check_equal(
            f, next[0] - row[4][0], row[0][0] + row[1][0] + row[2][0],
            2 * (sqrt(2 * largest * d) * rho +
                 64 * DBL_EPSILON * (largest + fabs(row[0][0]) + row[2][0])),
            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_semi_smooth_identity = {
    .name = "semi_smooth_identity",
    .title = "a round's change of the loss is its three parts, exactly",
    .statement = "L(W(r+1)) - L(W(r)) = <grad L, Delta> + (1/N) <r, e> + ||f(W(r+1)) - "
                 "f(W(r))||^2 / (2 N), to rounding; e = (1/sqrt m) sum_{flipped} a_r "
                 "|z'_r| with one trained layer",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(d)",
    .status = "derived",
    .proof =
        "expand (1/2N) ||r + (f(W(r+1)) - f(W(r)))||^2; f(W') - f(W) = J Delta + e "
        "by the definition of e",
    .judge = judge,
};
