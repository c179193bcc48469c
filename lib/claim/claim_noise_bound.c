/*
 * Claim: the noise of mini-batches vanishes with the loss.
 *
 *     E||g - grad L_c||^2  <=  q (1/n_c) sum_i ||grad l_i||^2  <=  q 2 h_c L_c(W_c)
 *     E||g - grad L_c||^2  =  q ((1/n_c) sum_i ||grad l_i||^2 - ||grad L_c||^2)
 *     h_c <= 1 (two-layer);  ||g - grad L_c||^2  <=  a_c E||g - grad L_c||^2
 *
 * q = 1/B with replacement, (n_c - B)/(B (n_c - 1)) without, 0 where a batch is all;
 * h_c = max_i lambda_max(J_i J_i^T); a_c = n_c/q with replacement, (n_c/q) min(1/B,
 * (n_c - B)/B^2) without: what a single batch can be off at most.
 *
 * Kind: sure.  Assumptions: mini-batches (of any sampling: each by itself is a uniform
 * draw).  Source: theory 3(m), interpolation noise.  Constants: none; 1e-11 of the
 * second moment for rounding.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"
#include "claim/noise.h"

enum { VARIANCE, SECOND, BLOCK, LOSS, SAMPLED, GRADIENT };
static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_mini_batches, &lemma_assume_clients, NULL};
static const struct lemma_claim_table tables[] = {{"noise/variance", "K"},
                                                  {"noise/second_moment", "K"},
                                                  {"noise/largest_block", "K"},
                                                  {"local_loss/local", "K"},
                                                  {"noise/sampled", "?K"},
                                                  {"gradient_gap/local", "?K"},
                                                  {0}};

static void check_client(struct lemma_finding *f, const struct lemma_batches *b,
                         const double *const *row, size_t c, size_t step)
{
    double variance = row[VARIANCE][c], second = row[SECOND][c];
    double rounding = 1e-11 * second;

    f->part = "E||g - grad L_c||^2 <= q second moment";
    lemma_check_at_most(f, variance, b->q * second, rounding, step, c);
    f->part = "second moment <= 2 h L_c";
    lemma_check_at_most(f, second, 2 * row[BLOCK][c] * row[LOSS][c], rounding, step, c);
    f->part = "E||g - grad L_c||^2 = q (second moment - ||grad L_c||^2)";
    if (row[GRADIENT])
        lemma_check_same(f, variance, b->q * (second - pow(row[GRADIENT][c], 2)),
                         rounding, step, c);
    f->part = "||g - grad L_c||^2 of one batch";
    if (row[SAMPLED])
        lemma_check_at_most(f, row[SAMPLED][c], b->at_most * variance, rounding, step,
                            c);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_shares w = lemma_shares_of(e);
    struct lemma_finding two = LEMMA_FINDING_NONE;
    lemma_status st = lemma_assume_two_layer.check(e, &two);

    if (w.K == 0)
        lemma_undecided(f, "the clients' samples do not add up to N");
    for (size_t i = 0; i < s[VARIANCE]->rows; i++) {
        const double *row[GRADIENT + 1];
        double step = s[VARIANCE]->step[i];

        if (!lemma_rows_at(s, SAMPLED, step, row))
            continue;
        row[SAMPLED] = lemma_row_of(s[SAMPLED], step);
        row[GRADIENT] = lemma_row_of(s[GRADIENT], step);
        for (size_t c = 0; c < w.K; c++) {
            struct lemma_batches b = lemma_batches_of(e, w.counts[c]);

            check_client(f, &b, row, c, (size_t) step);
            f->part = "h <= 1";
            if (two.verdict == LEMMA_HOLDS)
                lemma_check_at_most(f, row[BLOCK][c], 1, 0, (size_t) step, c);
        }
    }
    return st;
}

const struct lemma_claim_type lemma_claim_noise_bound = {
    .name = "noise_bound",
    .title = "the noise of mini-batches vanishes with the loss",
    .statement =
        "E||g - grad L_c||^2 = q ((1/n_c) sum_i ||grad l_i||^2 - ||grad L_c||^2) <= q "
        "(1/n_c) sum_i ||grad l_i||^2 <= 2 q h_c L_c, h_c <= 1 (two-layer), ||g - grad "
        "L_c||^2 <= a_c E||g - grad L_c||^2; q = 1/B with replacement, (n_c - B)/(B "
        "(n_c - 1)) without",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(m)",
    .status = "derived",
    .proof = "variance of a mean of B draws; grad l_i = J_i^T r_i, ||J_i^T r_i||^2 <= "
             "lambda_max(J_i J_i^T) ||r_i||^2; a_c by Cauchy-Schwarz over the batch or "
             "what it leaves out",
    .judge = judge,
};
