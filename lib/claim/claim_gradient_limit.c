/*
 * Claim: the gradient is at most what the infinite-width kernel allows, whose constant
 * in O(m/d) is 1 per layer; exact at any width.
 *
 *     ||grad L||_F^2  <=  (2/N) (lambda_max(H^inf) + ||H(t) - H^inf||_2) L
 *     lambda_max(H^inf)  <=  tr(H^inf) = N L m / (2 d)   (N / 2: two-layer-relu)
 *
 * so that ||grad L||_F^2 <= (L m/d + (2/N) ||H(t) - H^inf||_2) L, L layers.
 *
 * Kind: sure.  Assumptions: the full Gram matrix is recorded.
 * Source: theory 3(c).  Constants: 1.
 */
#include <math.h>
#include <string.h>

#include "claim/assumptions.h"
#include "claim/matrices.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_full_gram,
                                                             NULL};
static const struct lemma_claim_table tables[] = {{"gradient/norm", "L"},
                                                  {"loss/server", ""},
                                                  {"gram/limit_distance_spectral", ""},
                                                  {"start/limit", NULL},
                                                  {0}};

/* tr(H^inf) of one output. */
static double trace(struct lemma_evidence *e, double N)
{
    if (strcmp(lemma_evidence_word(e, "network/preset"), "two-layer-relu") == 0)
        return N / 2;
    return N * lemma_evidence_number(e, "network/L") *
           lemma_evidence_number(e, "network/m") /
           (2 * lemma_evidence_number(e, "network/d"));
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    const struct lemma_series *limit;
    struct lemma_extremes ends;
    lemma_status st = LEMMA_OK;

    limit = lemma_need_matrix(e, f, "start/limit", N, N, &st);
    if (!limit)
        return st;
    LEMMA_TRY(lemma_matrix_extremes(limit, &ends));
    lemma_note(f, "lambda_max(H^inf)", ends.most);
    lemma_note(f, "tr(H^inf)", trace(e, N));
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *row[3];
        double square = 0;

        if (!lemma_rows_at(s, 3, s[0]->step[i], row))
            continue;
        for (size_t l = 0; l < s[0]->width; l++)
            square += row[0][l] * row[0][l];
        f->part = "gradient";
        lemma_check_at_most(f, square, 2 / N * (ends.most + row[2][0]) * row[1][0], 0,
                            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    if (f->rows == 0)
        return LEMMA_OK; /* the limit alone says nothing of the gradient */
    f->part = "largest eigenvalue";
    lemma_check_at_most(f, ends.most, trace(e, N),
                        lemma_eigenvalue_rounding(N, ends.most), 0, LEMMA_NOWHERE);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_gradient_limit = {
    .name = "gradient_limit",
    .title = "the gradient is at most what the infinite-width kernel allows",
    .statement =
        "||grad L||_F^2 <= (2/N) (lambda_max(H^inf) + ||H(t) - H^inf||_2) L, "
        "lambda_max(H^inf) <= tr(H^inf) = N L m / (2 d) (two-layer-relu: N / 2)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "layer",
    .source = "theory 3(c)",
    .status = "derived",
    .proof =
        "||grad L||^2 = N^-2 r^T H r <= N^-2 lambda_max(H) ||r||^2, ||r||^2 = 2 N L; "
        "Weyl; H^inf is positive semi-definite with diagonal L m / (2 d)",
    .judge = judge,
};
