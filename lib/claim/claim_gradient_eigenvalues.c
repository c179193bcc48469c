/*
 * Claim: the gradient is as large as the tangent kernel makes it.
 *
 *     (2 lambda_min(H) / N) L  <=  ||grad L||_F^2  <=  (2 lambda_max(H) / N) L
 *
 * Kind: sure.  Assumptions: the full Gram matrix (kernel: full, or one output).
 * Source: theory 3(c), ||grad L||^2 = N^-2 r^T H r.  Constants: none.
 */
#include <math.h>

#include "claim/claim.h"

#include <float.h>
#include <string.h>

static lemma_status judge(struct lemma_evidence *e, struct lemma_finding *f)
{
    static const char *const paths[] = {"gradient/norm", "loss/server",
                                        "gram/lambda_min", "gram/lambda_max"};
    const struct lemma_series *s[4];
    double N = lemma_evidence_number(e, "data/samples");
    double d = lemma_evidence_number(e, "network/d");
    lemma_status st;

    if (!lemma_need(e, f, 4, paths, s, &st))
        return st;
    if (d > 1 && strcmp(lemma_evidence_word(e, "gram/kernel"), "full") != 0)
        return lemma_not_applicable(f,
                                    "the recorded Gram matrix is the mean over %.0f "
                                    "outputs, not the full one",
                                    d);
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *norm = s[0]->cells + i * s[0]->width, *row[4];
        double square = 0, scale;
        size_t step = (size_t) s[0]->step[i];

        for (size_t k = 1; k < 4; k++)
            row[k] = lemma_series_at(s[k], s[0]->step[i]);
        if (!row[1] || !row[2] || !row[3])
            continue;
        for (size_t l = 0; l < s[0]->width; l++)
            square += norm[l] * norm[l];
        scale = 2 * row[1][0] / N;
        /* eigenvalues are right to about N d eps lambda_max */
        lemma_check_at_most(f, scale * row[2][0], square,
                            8 * N * d * DBL_EPSILON * scale * row[3][0], step,
                            LEMMA_NOWHERE);
        lemma_check_at_most(f, square, scale * row[3][0], 0, step, LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gradient_eigenvalues = {
    .name = "gradient_eigenvalues",
    .title = "the gradient is as large as the tangent kernel makes it",
    .statement = "(2 lambda_min(H) / N) L <= ||grad L||_F^2 <= (2 lambda_max(H) / N) L",
    .assumptions = "the full Gram matrix is recorded",
    .source = "theory 3(c)",
    .status = "derived",
    .proof = "||grad L||^2 = N^-2 r^T H r and ||r||^2 = 2 N L",
    .judge = judge,
};
