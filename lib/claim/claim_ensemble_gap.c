/*
 * Claim: the averaged model's output is near the mean of the clients' outputs.
 *
 *     |f(Wbar, x) - sum_c w_c f(W_c, x)|  <=  disagreement / (2 sqrt m)
 *     disagreement = sum_{r: client signs disagree at x} sum_c w_c |z_cr - zbar_r|
 *                 <=  sqrt(m) sum_c w_c ||W_c - Wbar||_F
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; any weights
 * w_c = n_c / N.  Source: theory 3(f), the averaging (ensemble) gap.  Constants: 1/2.
 * Rounding: outputs are right to some eps ||W||_F, of which 1e-14 (4 sqrt(m d_x) +
 * sqrt(m) max_r ||w_r - w_r(0)||) is more.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {{"ensemble/gap", "N,d"},
                                                  {"ensemble/disagreement", "N"},
                                                  {"deviation/frobenius", "?K,L"},
                                                  {"deviation/max_neuron", "?K,L"},
                                                  {0}};

/* A client's |z_r - zbar_r| at a unit input sum to sqrt(m) ||W_c - Wbar||_F at most. */
static void check_spread(struct lemma_finding *f, const struct lemma_shares *w,
                         double m, const double *disagreement, const double *deviation,
                         size_t step)
{
    double bound = 0;

    f->part = "disagreement";
    for (size_t c = 0; c < w->K; c++)
        bound += lemma_share(w, c) * deviation[c];
    for (size_t i = 0; w->K && (double) i < w->N; i++)
        lemma_check_at_most(f, disagreement[i], sqrt(m) * bound, 1e-12 * sqrt(m), step,
                            i);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double m = lemma_evidence_number(e, "network/m");
    double start = 4 * sqrt(m * lemma_evidence_number(e, "network/d_x"));
    struct lemma_shares w = lemma_shares_of(e);

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *gap = s[0]->cells + i * s[0]->width;
        const double *disagreement = lemma_series_at(s[1], s[0]->step[i]);
        const double *neuron = lemma_row_of(s[3], s[0]->step[i]);
        double moved = 0;

        for (size_t c = 0; neuron && c < w.K; c++)
            moved = fmax(moved, neuron[c]);

        f->part = "gap";
        for (size_t k = 0; disagreement && k < s[0]->width; k++)
            lemma_check_at_most(f, fabs(gap[k]), disagreement[k] / (2 * sqrt(m)),
                                1e-14 * (start + sqrt(m) * moved),
                                (size_t) s[0]->step[i], k);
        if (disagreement && lemma_row_of(s[2], s[0]->step[i]))
            check_spread(f, &w, m, disagreement, lemma_row_of(s[2], s[0]->step[i]),
                         (size_t) s[0]->step[i]);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_ensemble_gap = {
    .name = "ensemble_gap",
    .title = "the averaged model is near the clients' ensemble, two layers",
    .statement =
        "|f(Wbar, x) - sum_c w_c f(W_c, x)| <= (1/(2 sqrt m)) sum_{r: client "
        "signs disagree at x} sum_c w_c |z_cr - zbar_r| <= (1/2) sum_c w_c ||W_c "
        "- Wbar||_F",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "sample",
    .source = "theory 3(f)",
    .status = "derived",
    .proof = "relu(z) = (z + |z|) / 2 and zbar = sum_c w_c z_c: the linear part "
             "cancels, |zbar| = sum_c w_c |z_c| where the signs agree, else | |zbar| - "
             "sum_c w_c |z_c| | <= sum_c w_c |z_c - zbar|; |a_r| = 1",
    .judge = judge,
};
