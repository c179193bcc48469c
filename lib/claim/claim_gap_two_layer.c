/*
 * Claim: local and averaged gradients stay close although the gradient is not
 * Lipschitz.
 *
 *     ||Lip_c|| <= ||W_c - Wbar||_F,   ||Pat_c|| <= sqrt(2 L_c(Wbar) max_i fl_i / m)
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(a), derived; the key lemma of Deng, Kamani, Mahdavi (AISTATS 2022)
 * in explicit form.  Constants: 1 (||X_c||^2 / n <= 1).
 */
#include <math.h>

#include "claim/claim.h"
#include "claim/assumptions.h"

static lemma_status judge(struct lemma_evidence *e, struct lemma_finding *f)
{
    static const char *const paths[] = {
        "gradient_gap/lipschitz", "gradient_gap/pattern", "deviation/frobenius",
        "local_loss/average", "activation/flips_average_max"};
    const struct lemma_series *s[5];
    double m = lemma_evidence_number(e, "network/m");
    lemma_status st = LEMMA_OK;

    if (!lemma_is_two_layer(e, f) || !lemma_need(e, f, 5, paths, s, &st))
        return st;
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[5];
        size_t step = (size_t) s[0]->step[i];

        for (size_t k = 0; k < 5; k++)
            row[k] = lemma_series_at(s[k], s[0]->step[i]);
        for (size_t c = 0; c < s[0]->width; c++) {
            if (row[2])
                lemma_check_at_most(f, row[0][c], row[2][c], 0, step, c);
            if (row[1] && row[3] && row[4])
                lemma_check_at_most(f, row[1][c], sqrt(2 * row[3][c] * row[4][c] / m),
                                    1e-15, step, c);
        }
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gap_two_layer = {
    .name = "gap_two_layer",
    .title = "local and averaged gradients stay close, two layers",
    .statement =
        "||Lip_c|| <= ||W_c - Wbar||_F and ||Pat_c|| <= sqrt(2 L_c(Wbar) max_i "
        "fl_i / m)",
    .assumptions = "two-layer-relu, one output, unit inputs",
    .source =
        "theory 3(a); the key lemma of Deng, Kamani, Mahdavi (AISTATS 2022), explicit",
    .status = "derived",
    .proof = "lambda_max(H(W)) <= ||X||^2 <= n for every W; |f(W) - f(W')| by the path "
             "integral; ||J - J'||_F^2 = sum_i fl_i / m for unit inputs",
    .judge = judge,
};
