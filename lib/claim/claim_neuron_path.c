/*
 * Claim: no neuron of the server model is further from its start than the losses allow.
 *
 *     max_r ||w_r(r) - w_r(0)||  <=  server_step eta sum_{t < r tau} sum_c w_c sqrt(2
 * L_c(W_c(t)) / m)
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; Local GD;
 * the local losses of every step are recorded. Source: theory 3(e), per neuron.
 * Constants: 1.
 */
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, &lemma_assume_clients, NULL};
static const struct lemma_claim_table tables[] = {
    {"distance/max_neuron", "L"}, {"local_loss/local", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *counts = lemma_client_counts(e);
    double N = lemma_evidence_number(e, "data/samples"), path = 0;
    double m = lemma_evidence_number(e, "network/m");
    double eta = lemma_evidence_number(e, "train/eta") *
                 lemma_evidence_number(e, "train/server_step");
    size_t next = 0;

    for (size_t i = 0; i < s[0]->rows; i++) {
        for (; next < s[1]->rows && s[1]->step[next] < s[0]->step[i]; next++) {
            if (s[1]->step[next] != (double) next)
                return lemma_undecided(f, "local_loss/local is not there at every step "
                                          "(probes.local_loss.every=1 steps)");
            for (size_t c = 0; c < s[1]->width; c++)
                path += eta * counts[c] / N *
                        sqrt(2 * s[1]->cells[next * s[1]->width + c] / m);
        }
        if ((double) next < s[0]->step[i])
            return lemma_undecided(f, "local_loss/local ends before step %.0f",
                                   s[0]->step[i]);
        /* every step rounds the weights */
        lemma_check_at_most(f, s[0]->cells[i * s[0]->width], path,
                            1e-13 * path + (double) next * lemma_step_rounding(e),
                            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_neuron_path = {
    .name = "neuron_path",
    .title = "no neuron is further from its start than the losses allow, two layers",
    .statement = "max_r ||w_r(r) - w_r(0)|| <= server_step eta sum_t sum_c w_c sqrt(2 "
                 "L_c(W_c(t)) / m)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "local losses recorded at every step",
    .tables = tables,
    .place = "client",
    .source = "theory 3(e)",
    .status = "derived",
    .proof = "a step moves a neuron by at most (eta / (n sqrt m)) ||r_c||_1 <= eta "
             "||r_c|| / "
             "sqrt(n m) = eta sqrt(2 L_c / m)",
    .judge = judge,
};
