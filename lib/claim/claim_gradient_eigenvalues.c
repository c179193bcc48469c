/*
 * Claim: the gradient is as large as the tangent kernel makes it.
 *
 *     (2 lambda_min(H) / N) L  <=  ||grad L||_F^2  <=  (2 lambda_max(H) / N) L
 *
 * Kind: sure.  Assumptions: the full Gram matrix (kernel: full, or one output).
 * Source: theory 3(c), ||grad L||^2 = N^-2 r^T H r.  Constants: none.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_full_gram,
                                                             NULL};
static const struct lemma_claim_table tables[] = {{"gradient/norm", "L"},
                                                  {"loss/server", ""},
                                                  {"gram/lambda_min", ""},
                                                  {"gram/lambda_max", ""},
                                                  {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    double d = lemma_evidence_number(e, "network/d");

    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[4];
        double square = 0, scale;
        size_t step = (size_t) s[0]->step[i];

        if (!lemma_rows_at(s, 4, s[0]->step[i], row))
            continue;
        for (size_t l = 0; l < s[0]->width; l++)
            square += row[0][l] * row[0][l];
        scale = 2 * row[1][0] / N;
        f->part = "lower";
        /* eigenvalues are right to about N d eps lambda_max */
        lemma_check_at_most(f, scale * row[2][0], square,
                            8 * N * d * DBL_EPSILON * scale * row[3][0], step,
                            LEMMA_NOWHERE);
        f->part = "upper";
        lemma_check_at_most(f, square, scale * row[3][0], 0, step, LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gradient_eigenvalues = {
    .name = "gradient_eigenvalues",
    .title = "the gradient is as large as the tangent kernel makes it",
    .statement = "(2 lambda_min(H) / N) L <= ||grad L||_F^2 <= (2 lambda_max(H) / N) L",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(c)",
    .status = "derived",
    .proof = "||grad L||^2 = N^-2 r^T H r and ||r||^2 = 2 N L",
    .judge = judge,
};
