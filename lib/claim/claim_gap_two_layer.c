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

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"gradient_gap/lipschitz", "K"},         {"gradient_gap/pattern", "K"},
    {"deviation/frobenius", "K,L"},          {"local_loss/average", "K"},
    {"activation/flips_average_max", "K,L"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double m = lemma_evidence_number(e, "network/m");

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[5];
        size_t step = (size_t) s[0]->step[i];

        for (size_t k = 0; k < 5; k++)
            row[k] = lemma_series_at(s[k], s[0]->step[i]);
        for (size_t c = 0; c < s[0]->width; c++) {
            f->part = "Lip";
            /* outputs, whose differences Lip_c weighs, are right to about 1e-15 */
            if (row[2])
                lemma_check_at_most(f, row[0][c], row[2][c],
                                    1e-14 * (1 + (row[3] ? sqrt(row[3][c]) : 0)), step,
                                    c);
            f->part = "Pat";
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
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source =
        "theory 3(a); the key lemma of Deng, Kamani, Mahdavi (AISTATS 2022), explicit",
    .status = "derived",
    .proof = "lambda_max(H(W)) <= ||X||^2 <= n for every W; |f(W) - f(W')| by the path "
             "integral; ||J - J'||_F^2 = sum_i fl_i / m for unit inputs",
    .judge = judge,
};
