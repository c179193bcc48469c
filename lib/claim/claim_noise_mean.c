/*
 * Claim: batches are as noisy as their draw says.
 *
 *     E[ ||g - grad L_c||^2 / E_t||g - grad L_c||^2 ]  <=  1     (it is 1)
 *
 * E_t: over the draw of the step's batch, given all before. The draws, one a step and
 * client, are differences of a martingale from 1: each has mean 1 given the past, and
 * none needs to be independent of the others. The interval is Student's all the same:
 * it is right where the differences' variances settle, in the limit of many draws.
 *
 * Kind: in mean.  Assumptions: mini-batches drawn anew at every step; clients whose
 * batch is all their samples, and rows without any noise, do not count.
 * Source: theory 3(m).  Constants: 1.
 */
#include "claim/assumptions.h"
#include "claim/noise.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_mini_batches, &lemma_assume_fresh_batches, NULL};
static const struct lemma_claim_table tables[] = {
    {"noise/variance", "K"}, {"noise/sampled", "K"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    (void) e;
    for (size_t i = 0; i < s[0]->rows; i++) {
        const double *variance = s[0]->cells + i * s[0]->width;
        const double *sampled = lemma_series_at(s[1], s[0]->step[i]);

        for (size_t c = 0; sampled && c < s[0]->width; c++)
            if (variance[c] != 0)
                lemma_check_mean(f, sampled[c] / variance[c]);
    }
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_noise_mean = {
    .name = "noise_mean",
    .title = "mini-batches are as noisy as their draw says, in the mean",
    .statement =
        "the mean over steps and clients of ||g - grad L_c||^2 / E_t||g - grad "
        "L_c||^2 is at most 1",
    .kind = LEMMA_IN_MEAN,
    .assumptions = assumptions,
    .rows = "steps and clients with noise",
    .tables = tables,
    .place = "client",
    .source = "theory 3(m)",
    .status = "derived",
    .proof = "given the past each draw has mean 1: differences of a martingale",
    .judge = judge,
};
