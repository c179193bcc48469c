/*
 * Claim: the kernel changes only by units that the neurons' moves can flip.
 *
 *     ||H(t) - H(0)||_F  <=  2 N max_i A_i(R) / m
 *     ||H(t) - H(0)||_F  <=  sqrt(sum_ij (x_i.x_j)^2 min(A_i(R) + A_j(R), m)^2) / m
 *     A_i(R) = #{r : |w_r(0).x_i| <= R},   R = max_r ||w_r(t) - w_r(0)||
 *
 * and the second for the spectral norm.
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs.
 * Source: theory 3(g), row 4.  Constants: explicit.  Bounds of N, or of ||X X^T||_F,
 * and more say nothing: |H_ij| is between 0 and |x_i.x_j|.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/kernel_at.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"gram/change_frobenius", ""}, {"gram/change_spectral", ""},
    {"distance/max_neuron", "L"},  {"start/z1", NULL},
    {"data/inputs", NULL},         {0}};

/* ||X X^T||_F: no kernel is further from another. */
static double furthest(lemma_cmat products)
{
    double sum = 0;

    for (size_t i = 0; i < products.rows; i++)
        for (size_t j = 0; j < products.cols; j++)
            sum += lemma_crow(products, i).a[j] * lemma_crow(products, i).a[j];
    return sqrt(sum);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_ball *ball = NULL;
    lemma_mat products = {0};
    double *room = NULL, N, most;
    const double *row[3];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_ball_create(e, f, 1, &ball));
    if (ball)
        LEMMA_TRY(lemma_input_products(e, f, &products));
    if (!products.a)
        goto out;
    LEMMA_NEW(room, ball->N);
    N = (double) ball->N;
    most = furthest(lemma_const(products));
    for (size_t i = 0; i < s[0]->rows; i++) {
        struct lemma_kernel_move move;
        size_t step = (size_t) s[0]->step[i];

        if (!lemma_rows_at(s, 3, s[0]->step[i], row))
            continue;
        move = lemma_kernel_move(ball, lemma_const(products), row[2][0], room);
        f->part = "uniform";
        lemma_check_at_most(f, row[0][0], lemma_bound_under(N, move.uniform), 1e-13 * N,
                            step, LEMMA_NOWHERE);
        f->part = "entrywise";
        lemma_check_at_most(f, row[0][0], lemma_bound_under(most, move.entrywise),
                            1e-13 * N, step, LEMMA_NOWHERE);
        f->part = "entrywise, spectral norm";
        lemma_check_at_most(f, row[1][0], lemma_bound_under(most, move.entrywise),
                            1e-13 * N, step, LEMMA_NOWHERE);
    }
out:
    lemma_free(room);
    lemma_free(products.a);
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_gram_ball = {
    .name = "gram_ball",
    .title = "the kernel changes only by units that can flip, two layers",
    .statement = "||H(t) - H(0)||_F <= 2 N max_i A_i(R) / m and <= sqrt(sum_ij "
                 "(x_i.x_j)^2 min(A_i + A_j, m)^2) / m, A_i(R) = #{r : |w_r(0).x_i| <= "
                 "R}, R = max_r ||w_r(t) - w_r(0)||",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "steps where a round starts",
    .tables = tables,
    .place = "sample",
    .source = "theory 3(g), row 4",
    .status = "derived",
    .proof = "m H_ij / x_i.x_j counts units on at both inputs; it changes by at most "
             "those that flip at x_i or at x_j, which have |w_r(0).x| <= R",
    .judge = judge,
};
