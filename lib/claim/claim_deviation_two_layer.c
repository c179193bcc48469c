/*
 * Claim: clients deviate no more than the round's first loss allows.
 *
 *     sqrt V(t)  <=  eta s sqrt(2 L(W(r)))      s local steps into round r
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; Local GD;
 * within the round the local losses have not grown above the round's first.
 * Source: theory 3(f), explicit.  Constants: 1.
 */
#include <math.h>

#include "claim/assumptions.h"

/* Whether no client's loss, in the steps before s of a round, is above its first; NaN
 * and missing steps count as above. */
static bool losses_fall(const struct lemma_series *loss, double begin, double s)
{
    const double *first = lemma_series_at(loss, begin);

    if (!first || !(s >= 0 && s <= (double) loss->rows))
        return false;
    for (size_t k = 0; k < (size_t) s; k++) {
        const double *row = lemma_series_at(loss, begin + (double) k);

        for (size_t c = 0; c < loss->width; c++)
            if (!row || !(row[c] <= first[c]))
                return false;
    }
    return true;
}

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, &lemma_assume_clients, NULL};
static const struct lemma_claim_table tables[] = {
    {"deviation/frobenius", "K,L"}, {"local_loss/local", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *counts = lemma_client_counts(e);
    double N = lemma_evidence_number(e, "data/samples");
    double tau = lemma_evidence_number(e, "train/tau");
    double eta = lemma_evidence_number(e, "train/eta");

    for (size_t i = 0; i < s[0]->rows; i++) {
        double within = fmod(s[0]->step[i], tau), V = 0, L = 0;
        const double *first = lemma_series_at(s[1], s[0]->step[i] - within);

        if (!losses_fall(s[1], s[0]->step[i] - within, within))
            continue;
        for (size_t c = 0; c < s[1]->width; c++) {
            V += counts[c] / N * pow(s[0]->cells[i * s[0]->width + c], 2);
            L += counts[c] / N * first[c];
        }
        lemma_check_at_most(f, sqrt(V), eta * within * sqrt(2 * L), 0,
                            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    if (f->rows == 0 && f->verdict == LEMMA_HOLDS)
        lemma_undecided(f, "no step follows local losses that are recorded and fall "
                           "(probes.local_loss.every=1 steps)");
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_deviation_two_layer = {
    .name = "deviation_two_layer",
    .title = "clients deviate no more than the round's first loss allows, two layers",
    .statement = "sqrt(sum_c w_c ||W_c - Wbar||_F^2) <= eta s sqrt(2 L(W(r)))",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "rows where the local losses have not grown within the round",
    .tables = tables,
    .place = "client",
    .source = "theory 3(f)",
    .status = "derived",
    .proof = "||Delta_c|| <= eta sum_{s'<s} ||grad L_c|| <= eta s sqrt(2 L_c(W(r))), "
             "then the "
             "mean of squares over clients; V leaves out the mean's own square",
    .judge = judge,
};
