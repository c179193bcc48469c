/*
 * Claim: the server model is no further from its start than the steps it took.
 *
 *     ||W(r) - W(0)||_F  <=  server_step eta sum_{t < r tau} sum_c w_c ||grad
 * L_c(W_c(t))||_F
 *
 * Kind: sure.  Assumptions: Local GD; the gradients of every step are recorded.
 * Source: theory 3(e), triangle inequality.  Constants: none.
 */
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_clients, NULL};
static const struct lemma_claim_table tables[] = {
    {"distance/frobenius", "L"}, {"gradient_gap/local", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *counts = lemma_client_counts(e);
    double N = lemma_evidence_number(e, "data/samples"), path = 0;
    double eta = lemma_evidence_number(e, "train/eta") *
                 lemma_evidence_number(e, "train/server_step");
    size_t next = 0;

    for (size_t i = 0; i < s[0]->rows; i++) {
        double square = 0;

        for (; next < s[1]->rows && s[1]->step[next] < s[0]->step[i]; next++) {
            if (s[1]->step[next] != (double) next)
                return lemma_undecided(f,
                                       "gradient_gap/local is not there at every step "
                                       "(probes.gradient_gap.every=1 steps)");
            for (size_t c = 0; c < s[1]->width; c++)
                path += eta * counts[c] / N * s[1]->cells[next * s[1]->width + c];
        }
        if ((double) next < s[0]->step[i])
            return lemma_undecided(f, "gradient_gap/local ends before step %.0f",
                                   s[0]->step[i]);
        for (size_t l = 0; l < s[0]->width; l++)
            square += pow(s[0]->cells[i * s[0]->width + l], 2);
        /* every step rounds the weights */
        lemma_check_at_most(f, sqrt(square), path,
                            1e-13 * path + (double) next * lemma_step_rounding(e),
                            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_path_length = {
    .name = "path_length",
    .title = "the server model is no further from its start than its steps",
    .statement = "||W(r) - W(0)||_F <= server_step eta sum_t sum_c w_c ||grad "
                 "L_c(W_c(t))||_F",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "gradients recorded at every step",
    .tables = tables,
    .place = "client",
    .source = "theory 3(e)",
    .status = "derived",
    .proof =
        "each round moves the server by server_step times the mean of the clients' "
        "moves, each a sum of eta grad L_c; triangle inequality",
    .judge = judge,
};
