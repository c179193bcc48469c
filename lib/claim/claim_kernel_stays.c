/*
 * Claim: while the neurons stay in a small ball the kernel stays positive definite.
 *
 *     lambda_min(H(t))  >=  lambda_0 / 2
 *     where  max_r ||w_r(t) - w_r(0)||  <=  sqrt(2 pi) delta lambda_0 / (16 N^2)
 *
 * Kind: high probability, one draw a record.  Assumptions: the two-layer network, one
 * output, unit inputs; lambda_min(H(0)) >= (3/4) lambda_0 > 0.
 * Source: theory 3(g), row 7; Du et al. (2019), Lemma 3.2.  Constants: explicit.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/kernel_at.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {{"gram/lambda_min", ""},
                                                  {"gram/lambda_max", ""},
                                                  {"distance/max_neuron", "L"},
                                                  {"start/limit", NULL},
                                                  {0}};

/* Rows within the radius; *largest becomes the largest move of any. */
static void see(const struct lemma_series *const *s, double lambda_0, double radius,
                double N, double *largest, struct lemma_finding *f)
{
    const double *row[3];

    for (size_t i = 0; i < s[0]->rows; i++) {
        size_t step = (size_t) s[0]->step[i];

        if (step == 0 || !lemma_rows_at(s, 3, s[0]->step[i], row))
            continue;
        if (isnan(row[2][0]))
            lemma_undecided(f, "distance/max_neuron at step %zu is missing", step);
        *largest = fmax(*largest, row[2][0]);
        if (row[2][0] <= radius)
            lemma_check_at_most(f, lambda_0 / 2, row[0][0],
                                16 * N * DBL_EPSILON * row[1][0], step, LEMMA_NOWHERE);
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *start = lemma_series_at(s[0], 0);
    double N = lemma_evidence_number(e, "data/samples"), radius, largest = 0;
    struct lemma_least lambda_0;
    lemma_status st = lemma_least_of(e, f, "start/limit", &lambda_0);

    if (st != LEMMA_OK || isnan(lambda_0.value))
        return st;
    if (!start || isnan(*start))
        return lemma_undecided(f, "gram/lambda_min has no row at step 0");
    if (lambda_0.value <= lambda_0.resolution)
        return lemma_not_applicable(f, "lambda_0 is zero as far as can be told");
    if (*start < 0.75 * lambda_0.value)
        return lemma_not_applicable(f,
                                    "lambda_min(H(0)) = %.4g, below (3/4) lambda_0 = "
                                    "%.4g",
                                    *start, 0.75 * lambda_0.value);
    radius = sqrt(2 * M_PI) * lemma_evidence_delta(e) * lambda_0.value / (16 * N * N);
    see(s, lambda_0.value, radius, N, &largest, f);
    lemma_note(f, "lambda_0", lambda_0.value);
    lemma_note(f, "largest R", largest);
    lemma_note(f, "allowed R", radius);
    if (f->verdict == LEMMA_HOLDS && f->rows == 0)
        return lemma_not_applicable(f,
                                    "no row after the first has R <= %.4g; the "
                                    "largest has R = %.4g",
                                    radius, largest);
    lemma_check_draw(f);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_kernel_stays = {
    .name = "kernel_stays",
    .title = "the kernel stays positive definite in a small ball, two layers",
    .statement = "lambda_min(H(t)) >= lambda_0 / 2 where max_r ||w_r(t) - w_r(0)|| <= "
                 "sqrt(2 pi) delta lambda_0 / (16 N^2)",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "lambda_min(H(0)) >= (3/4) lambda_0; steps where a round starts, after the "
            "first, with moves up to that",
    .tables = tables,
    .place = "sample",
    .source = "theory 3(g), row 7; Du et al. (2019), Lemma 3.2",
    .status = "derived",
    .proof = "E sup over the ball of ||H(W) - H(0)|| <= 4 N^2 R / sqrt(2 pi); Markov: "
             "with probability 1 - delta it is at most lambda_0 / 4",
    .judge = judge,
};
