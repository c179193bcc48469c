/*
 * Claim: the least eigenvalue of the kernel at W(0) is not far below its limit's.
 *
 *     1 - lambda_min(H(0)) / lambda_0  <=  sqrt(2 ||X||^2 log(N / delta) / (m
 * lambda_0)), lambda_0 = lambda_min(H^inf)
 *
 * Kind: high probability, one draw a record, or a seed of a study (lemma gram).
 * Assumptions: the two-layer network, one output, unit inputs; lambda_0 > 0.
 * Source: theory 3(g), row 3; matrix Chernoff, Tropp (2012), Theorem 1.1.  Constants:
 * explicit.  Bounds of 1 and more say nothing: H(0) is positive semi-definite.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/draws.h"
#include "claim/kernel_at.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};

/* least is right to about N eps times an eigenvalue of at most N, as lambda_0 is. */
static void check(struct lemma_evidence *e, struct lemma_finding *f, double least,
                  double lambda_0, double m, double delta, size_t step)
{
    double X = lemma_evidence_number(e, "data/spectral_norm");
    double N = lemma_evidence_number(e, "data/samples");
    double bound = sqrt(2 * X * X * log(N / delta) / (m * lambda_0));

    lemma_check_at_most(f, 1 - least / lambda_0, bound >= 1 ? INFINITY : bound,
                        8 * N * DBL_EPSILON * X * X / lambda_0, step, LEMMA_NOWHERE);
}

static lemma_status judge_study(struct lemma_evidence *e, const struct lemma_series *s,
                                struct lemma_finding *f)
{
    const struct lemma_series *limit;
    struct lemma_draw *draws;
    size_t count;
    lemma_status st;

    limit = lemma_need(e, f, "initial_gram/limit_lambda_min", "", &st);
    if (!limit)
        return st;
    st = lemma_draws_of(e, f, &draws, &count);
    for (size_t i = 0; i < count; i++) {
        double lambda_0 = lemma_draw_number(&draws[i], limit);

        if (lambda_0 <= 0) {
            st = lemma_not_applicable(f, "lambda_0 is not above zero");
            break;
        }
        check(e, f, lemma_draw_number(&draws[i], s), lambda_0, draws[i].m,
              draws[i].delta, draws[i].row);
        if (draws[i].last)
            lemma_check_draw(f);
    }
    lemma_free(draws);
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const struct lemma_series *study = NULL, *gram = NULL;
    const double *start;
    struct lemma_least lambda_0, least;
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_evidence_series(e, "initial_gram/lambda_min", &study));
    if (study)
        return judge_study(e, study, f);
    LEMMA_TRY(lemma_least_of(e, f, "start/limit", &lambda_0));
    if (isnan(lambda_0.value))
        return LEMMA_OK;
    if (lambda_0.value <= lambda_0.resolution)
        return lemma_not_applicable(f, "lambda_0 is zero as far as can be told");
    LEMMA_TRY(lemma_evidence_series(e, "gram/lambda_min", &gram));
    start = gram && gram->width == 1 ? lemma_series_at(gram, 0) : NULL;
    if (start)
        least.value = *start;
    else
        LEMMA_TRY(lemma_least_of(e, f, "start/kernel", &least));
    lemma_note(f, "lambda_0", lambda_0.value);
    check(e, f, least.value, lambda_0.value, lemma_evidence_number(e, "network/m"),
          lemma_evidence_delta(e), 0);
    lemma_check_draw(f);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_gram_chernoff = {
    .name = "gram_chernoff",
    .title =
        "the least eigenvalue of the kernel at W(0) is near its limit's, two layers",
    .statement =
        "1 - lambda_min(H(0)) / lambda_0 <= sqrt(2 ||X||^2 log(N / delta) / (m "
        "lambda_0)), lambda_0 = lambda_min(H^inf)",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "W(0) as gram/lambda_min of step 0 or start/kernel, with start/limit, or "
            "initial_gram/lambda_min of a study",
    .place = "sample",
    .source = "theory 3(g), row 3; Tropp (2012), Theorem 1.1",
    .status = "derived",
    .proof = "H(0) = (1/m) sum_r D_r X X^T D_r with terms of norm ||X||^2 / m at most; "
             "matrix Chernoff: P(lambda_min <= (1 - e) lambda_0) <= N exp(-e^2 m "
             "lambda_0 / (2 ||X||^2))",
    .judge = judge,
};
