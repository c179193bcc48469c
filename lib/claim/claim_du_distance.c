/*
 * Claim: under gradient descent no neuron leaves the ball of Du, Zhai, Poczos, Singh
 * (2019), Corollary 4.1.
 *
 *     max_r ||w_r(k) - w_r(0)||  <=  4 sqrt(N) ||r(0)|| / (sqrt(m) lambda_0)
 *
 * lambda_0 = lambda_min(H^inf). It follows from the rate of their Theorem 4.1
 * (claim_du_rate.c), whose width and step it takes to be met in the same cases.
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; gradient
 * descent of one machine; width and step as in du_rate.
 * Source: theory 3(e), recalled.  Constants: 4.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/certificate.h"
#include "claim/rate.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             &lemma_assume_gd, NULL};
static const struct lemma_claim_table tables[] = {{"distance/max_neuron", "L"},
                                                  {"start/limit", NULL},
                                                  {"start/kernel", NULL},
                                                  {"start/residual", NULL},
                                                  {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double m = lemma_evidence_number(e, "network/m");
    struct lemma_rate rate;
    lemma_status st = lemma_rate_read(e, f, &rate);

    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS)
        st = lemma_rate_gd(e, f, &rate);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS)
        lemma_check_within(
            f, s[0], 4 * sqrt(rate.N) * sqrt(rate.start) / (sqrt(m) * rate.ends.least),
            false);
    return st;
}

const struct lemma_claim_type lemma_claim_du_distance = {
    .name = "du_distance",
    .title = "no neuron leaves the ball of Du et al., two layers",
    .statement =
        "max_r ||w_r(k) - w_r(0)|| <= 4 sqrt(N) ||r(0)|| / (sqrt(m) lambda_0), "
        "lambda_0 = lambda_min(H^inf)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows =
        "width and step, of unknown constants, taken to be met where lambda_min(H(0)) "
        ">= (3/4) lambda_0 and the frozen kernel I - eta H^inf/N meets du_rate's bound",
    .tables = tables,
    .place = "client",
    .source = "theory 3(e); Du, Zhai, Poczos, Singh (ICLR 2019), Corollary 4.1",
    .status = "recalled",
    .proof =
        "a step moves a neuron by at most (eta / N) sqrt(N/m) ||r(k)||; the sum of "
        "the rate's bounds is at most 4 / (eta lambda_0 / N)",
    .judge = judge,
};
