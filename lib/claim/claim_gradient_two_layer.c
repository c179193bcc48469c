/*
 * Claim: the two-layer gradient is at most the root of twice the loss.
 *
 *     ||grad L_c(W)||_F^2  <=  2 L_c(W)      at W_c and at Wbar
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(c), ||X_c||^2 <= n.  Constants: 1.
 */
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {{"gradient_gap/local", "K"},
                                                  {"local_loss/local", "K"},
                                                  {"gradient_gap/average", "K"},
                                                  {"local_loss/average", "K"},
                                                  {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    (void) e;
    for (size_t i = 0; i < s[0]->rows; i++)
        for (size_t k = 0; k < 4; k += 2) {
            const double *g = lemma_series_at(s[k], s[0]->step[i]);
            const double *loss = lemma_series_at(s[k + 1], s[0]->step[i]);

            f->part = k == 0 ? "at W_c" : "at Wbar";
            for (size_t c = 0; g && loss && c < s[k]->width; c++)
                lemma_check_at_most(f, g[c] * g[c], 2 * loss[c], 0,
                                    (size_t) s[0]->step[i], c);
        }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gradient_two_layer = {
    .name = "gradient_two_layer",
    .title = "the gradient is at most the root of twice the loss, two layers",
    .statement = "||grad L_c(W)||_F^2 <= 2 L_c(W) at W_c and at Wbar",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(c)",
    .status = "derived",
    .proof = "||grad L_c||^2 = n^-2 r^T H_cc r <= n^-2 ||X_c||^2 ||r||^2 <= 2 L_c",
    .judge = judge,
};
