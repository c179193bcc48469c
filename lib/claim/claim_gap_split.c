/*
 * Claim: the gap of gradients lies between the difference and the sum of its two parts.
 *
 *     | ||Lip_c|| - ||Pat_c|| |  <=  ||grad L_c(W_c) - grad L_c(Wbar)||  <=  ||Lip_c||
 * + ||Pat_c||
 *
 * Kind: sure.  Assumptions: none.  Source: theory 3(a), the exact split; triangle
 * inequality.  Constants: none.
 */
#include <math.h>

#include "claim/claim.h"

static const struct lemma_claim_table tables[] = {
    {"gradient_gap/gap", "K"},     {"gradient_gap/lipschitz", "K"},
    {"gradient_gap/pattern", "K"}, {"gradient_gap/local", "K"},
    {"gradient_gap/average", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    (void) e;
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[5];
        size_t step = (size_t) s[0]->step[i];

        if (!lemma_rows_at(s, 5, s[0]->step[i], row))
            continue;
        for (size_t c = 0; c < s[0]->width; c++) {
            /* each norm is right to about 1e-15 of the gradients it is made of */
            double rounding = 1e-13 * (row[3][c] + row[4][c]);

            f->part = "upper";
            lemma_check_at_most(f, row[0][c], row[1][c] + row[2][c], rounding, step, c);
            f->part = "lower";
            lemma_check_at_most(f, fabs(row[1][c] - row[2][c]), row[0][c], rounding,
                                step, c);
        }
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gap_split = {
    .name = "gap_split",
    .title = "the gap of gradients is made of its Lipschitz and its pattern part",
    .statement = "| ||Lip_c|| - ||Pat_c|| | <= ||grad L_c(W_c) - grad L_c(Wbar)|| <= "
                 "||Lip_c|| + ||Pat_c||",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(a)",
    .status = "derived",
    .proof =
        "grad L_c(W_c) - grad L_c(Wbar) = Lip_c + Pat_c exactly; triangle inequality",
    .judge = judge,
};
