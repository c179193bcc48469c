/*
 * Claim: the asymmetric Gram matrices account for a round's change of the outputs.
 *
 *     f(W(t+1)) - f(W(t)) = - server_step sum_c w_c sum_s (eta/n_c) H(t,s,c) r_c^(s) +
 * e
 *
 * Kind: sure (an identity, to rounding).  Assumptions: one trained layer.
 * Source: theory 3(i); Huang, Li, Song, Yang (ICML 2021).  Constants: 1e-12 of the
 * residuals' norm, before or after, or of 1 where that is less: outputs are of order 1
 * and right to eps.
 */
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_one_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"asymmetric_gram/identity_residual", ""}, {"loss/server", ""}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    double tau = lemma_evidence_number(e, "train/tau");

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *loss = lemma_series_at(s[1], s[0]->step[i]);
        const double *next = lemma_series_at(s[1], s[0]->step[i] + tau);
        double largest = loss ? fmax(loss[0], next ? next[0] : 0) : NAN;

        if (loss)
            lemma_check_at_most(f, s[0]->cells[i],
                                1e-12 * fmax(1, sqrt(2 * N * largest)), 0,
                                (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_fl_ntk_identity = {
    .name = "fl_ntk_identity",
    .title = "asymmetric Gram matrices account for a round's change of the outputs",
    .statement =
        "r(t+1) - r(t) = - server_step sum_c w_c sum_s (eta/n_c) H(t,s,c) r_c^(s) + "
        "e, to 1e-12",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(i); Huang, Li, Song, Yang (ICML 2021), arXiv:2105.05001",
    .status = "derived",
    .proof = "f is linear in W where no unit flips; e collects those that do",
    .judge = judge,
};
