/*
 * Claim: the two-layer gradient is at most the root of twice the loss.
 *
 *     ||grad L_c(W)||_F^2  <=  2 L_c(W)      at W_c and at Wbar
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(c), ||X_c||^2 <= n.  Constants: 1.
 */
#include <math.h>

#include "claim/claim.h"
#include "claim/assumptions.h"

static lemma_status judge(struct lemma_evidence *e, struct lemma_finding *f)
{
    static const char *const paths[] = {"gradient_gap/local", "local_loss/local",
                                        "gradient_gap/average", "local_loss/average"};
    const struct lemma_series *s[4];
    lemma_status st = LEMMA_OK;

    if (!lemma_is_two_layer(e, f) || !lemma_need(e, f, 4, paths, s, &st))
        return st;
    for (size_t i = 0; i < s[0]->rows; i++)
        for (size_t k = 0; k < 4; k += 2) {
            const double *g = lemma_series_at(s[k], s[0]->step[i]);
            const double *loss = lemma_series_at(s[k + 1], s[0]->step[i]);

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
    .assumptions = "two-layer-relu, one output, unit inputs",
    .source = "theory 3(c)",
    .status = "derived",
    .proof = "||grad L_c||^2 = n^-2 r^T H_cc r <= n^-2 ||X_c||^2 ||r||^2 <= 2 L_c",
    .judge = judge,
};
