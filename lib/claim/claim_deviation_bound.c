/*
 * Claim: clients deviate no more than their gradients drive them apart.
 *
 *     V(t) = sum_c w_c ||W_c - Wbar||_F^2  <=  eta^2 s sum_{s' < s} sum_c w_c ||grad
 * L_c(W_c^(s'))||_F^2
 *
 * Kind: sure.  Assumptions: Local GD; gradients at every step of the round.
 * Source: theory 3(f): V = sum_c w_c ||Delta_c||^2 - ||mean Delta||^2; Cauchy-Schwarz.
 * Constants: none.
 */
#include <math.h>

#include "claim/assumptions.h"

/* sum_c w_c ||g_c||^2 over the steps before s of a round; NaN where one is missing. */
static double energy(const struct lemma_series *g, const double *counts, double N,
                     double begin, double s)
{
    double sum = 0;

    if (!(s >= 0 && s <= (double) g->rows))
        return NAN;
    for (size_t k = 0; k < (size_t) s; k++) {
        const double *row = lemma_series_at(g, begin + (double) k);

        for (size_t c = 0; c < g->width; c++)
            sum += row ? counts[c] / N * row[c] * row[c] : NAN;
    }
    return sum;
}

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_clients, NULL};
static const struct lemma_claim_table tables[] = {
    {"deviation/frobenius", "K,L"}, {"gradient_gap/local", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *counts = lemma_client_counts(e);
    double N = lemma_evidence_number(e, "data/samples");
    double tau = lemma_evidence_number(e, "train/tau");
    double eta = lemma_evidence_number(e, "train/eta");

    for (size_t i = 0; i < s[0]->rows; i++) {
        size_t K = s[1]->width, L = K ? s[0]->width / K : 0;
        double within = fmod(s[0]->step[i], tau), V = 0, bound;

        for (size_t c = 0; c < K; c++)
            for (size_t l = 0; l < L; l++)
                V += counts[c] / N * pow(s[0]->cells[i * s[0]->width + c * L + l], 2);
        bound = eta * eta * within *
                energy(s[1], counts, N, s[0]->step[i] - within, within);
        if (isnan(bound) && !isnan(V))
            continue; /* steps of this round are not recorded */
        lemma_check_at_most(f, V, bound, 0, (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    if (f->rows == 0 && f->verdict == LEMMA_HOLDS)
        lemma_undecided(f, "gradient_gap/local is not there at every step of a round "
                           "(probes.gradient_gap.every=1 steps)");
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_deviation_bound = {
    .name = "deviation_bound",
    .title = "clients deviate no more than their gradients drive them apart",
    .statement =
        "V = sum_c w_c ||W_c - Wbar||_F^2 <= eta^2 s sum_{s'<s} sum_c w_c ||grad "
        "L_c(W_c^(s'))||_F^2",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "rounds whose gradients are recorded at every step",
    .tables = tables,
    .place = "client",
    .source = "theory 3(f)",
    .status = "derived",
    .proof =
        "V = sum_c w_c ||Delta_c||^2 - ||mean Delta||^2, Delta_c a sum of s terms: "
        "Cauchy-Schwarz",
    .judge = judge,
};
