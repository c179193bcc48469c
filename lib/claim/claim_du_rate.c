/*
 * Claim: gradient descent on a wide two-layer network converges at the rate of Du,
 * Zhai, Poczos, Singh (2019), Theorem 4.1, at eta / N in place of its eta.
 *
 *     ||r(k)||^2  <=  (1 - eta lambda_0 / (2 N))^k ||r(0)||^2
 *
 * lambda_0 = lambda_min(H^inf).
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; gradient
 * descent of one machine. The theorem's width Omega(N^6 / (lambda_0^4 delta^3)) and
 * step O(lambda_0 / N) have unknown constants. Taken to be met: the width where
 * lambda_min(H(0)) >= (3/4) lambda_0, the step where the bound is true of the frozen
 * kernel I - eta H^inf / N (rate.h).
 * Source: theory 2.2 and 3(g), recalled.  Constants: the factor 1/2.
 */
#include "claim/assumptions.h"
#include "claim/rate.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             &lemma_assume_gd, NULL};
static const struct lemma_claim_table tables[] = {{"loss/server", ""},
                                                  {"start/limit", NULL},
                                                  {"start/kernel", NULL},
                                                  {"start/residual", NULL},
                                                  {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_rate rate;
    lemma_status st = lemma_rate_read(e, f, &rate);

    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS)
        st = lemma_rate_gd(e, f, &rate);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS)
        lemma_rate_check(f, &rate, s[0]);
    return st;
}

const struct lemma_claim_type lemma_claim_du_rate = {
    .name = "du_rate",
    .title = "gradient descent converges at the rate of Du et al., two layers",
    .statement = "||r(k)||^2 <= (1 - eta lambda_0 / (2 N))^k ||r(0)||^2, lambda_0 = "
                 "lambda_min(H^inf)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows =
        "width and step, of unknown constants, taken to be met where lambda_min(H(0)) "
        ">= (3/4) lambda_0 and the frozen kernel I - eta H^inf/N meets the bound",
    .tables = tables,
    .place = "client",
    .source = "theory 2.2, 3(g); Du, Zhai, Poczos, Singh (ICLR 2019), Theorem 4.1",
    .status = "recalled",
    .proof = "lambda_min(H(k)) >= lambda_0 / 2 while no neuron leaves a ball that the "
             "rate itself keeps it in; the lazy limit is 4 times as fast",
    .judge = judge,
};
