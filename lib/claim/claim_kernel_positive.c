/*
 * Claim: the kernel's least eigenvalue falls by no more than the units that can flip.
 *
 *     lambda_min(H(0)) - lambda_min(H(t))  <=  2 N max_i A_i(R) / m
 *     and  <=  sqrt(sum_ij (x_i.x_j)^2 min(A_i(R) + A_j(R), m)^2) / m
 *     A_i(R) = #{r : |w_r(0).x_i| <= R},   R = max_r ||w_r(t) - w_r(0)||
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(g), row 4, and Weyl's inequality.  Constants: explicit.  Bounds of
 * lambda_min(H(0)) and more say nothing: H(t) is positive semi-definite.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/kernel_at.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"gram/lambda_min", ""}, {"gram/lambda_max", ""}, {"distance/max_neuron", "L"},
    {"start/z1", NULL},      {"data/inputs", NULL},   {0}};

/* row: the least and the largest eigenvalue, the largest move. */
static void check(struct lemma_finding *f, double start, const double *const *row,
                  struct lemma_kernel_move move, double N, size_t step)
{
    double fall = start - row[0][0], rounding = 16 * N * DBL_EPSILON * row[1][0];

    f->part = "uniform";
    lemma_check_at_most(f, fall, lemma_bound_under(start, move.uniform), rounding, step,
                        LEMMA_NOWHERE);
    f->part = "entrywise";
    lemma_check_at_most(f, fall, lemma_bound_under(start, move.entrywise), rounding,
                        step, LEMMA_NOWHERE);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double *start = lemma_series_at(s[0], 0), *row[3];
    struct lemma_ball *ball = NULL;
    lemma_mat products = {0};
    double *room = NULL;
    lemma_status st = LEMMA_OK;

    if (!start)
        return lemma_undecided(f, "gram/lambda_min has no row at step 0");
    LEMMA_TRY(lemma_ball_create(e, f, 1, &ball));
    if (ball)
        LEMMA_TRY(lemma_input_products(e, f, &products));
    if (!products.a)
        goto out;
    LEMMA_NEW(room, ball->N);
    for (size_t i = 0; i < s[0]->rows; i++)
        if (s[0]->step[i] != 0 && lemma_rows_at(s, 3, s[0]->step[i], row))
            check(f, *start, row,
                  lemma_kernel_move(ball, lemma_const(products), row[2][0], room),
                  (double) ball->N, (size_t) s[0]->step[i]);
out:
    lemma_free(room);
    lemma_free(products.a);
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_kernel_positive = {
    .name = "kernel_positive",
    .title = "the kernel's least eigenvalue falls by what can flip, two layers",
    .statement =
        "lambda_min(H(0)) - lambda_min(H(t)) <= 2 N max_i A_i(R) / m, A_i(R) = "
        "#{r : |w_r(0).x_i| <= R}, R = max_r ||w_r(t) - w_r(0)||",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "steps where a round starts, after the first",
    .tables = tables,
    .place = "sample",
    .source = "theory 3(g), row 4",
    .status = "derived",
    .proof = "Weyl: eigenvalues move by at most ||H(t) - H(0)||_2, which the claim "
             "gram_ball bounds",
    .judge = judge,
};
