#include "claim/noise.h"

#include <math.h>
#include <string.h>

static lemma_status check_mini(struct lemma_evidence *e, struct lemma_finding *f)
{
    if (!(lemma_evidence_number(e, "train/batch") >= 1))
        lemma_not_applicable(f, "steps take all samples, not mini-batches");
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_mini_batches = {"mini-batches", check_mini};

static lemma_status check_fresh(struct lemma_evidence *e, struct lemma_finding *f)
{
    if (strcmp(lemma_evidence_word(e, "train/sampling"), "epoch") == 0)
        lemma_not_applicable(f,
                             "batches walk through an epoch, they are not drawn anew");
    return LEMMA_OK;
}

const struct lemma_assumption lemma_assume_fresh_batches = {
    "batches drawn anew at every step", check_fresh};

/*
 * at_most: g - G is the mean of G_i - G over the batch. With replacement one sample may
 * fill it, ||g - G||^2 <= sum_i ||G_i - G||^2 = n spread. Without, by Cauchy-Schwarz
 * over the batch or, its complement summing to the negative, over the rest:
 * n spread min(1/B, (n - B)/B^2).
 */
struct lemma_batches lemma_batches_of(struct lemma_evidence *e, double n)
{
    double B = lemma_evidence_number(e, "train/batch");
    bool again = strcmp(lemma_evidence_word(e, "train/sampling"), "replacement") == 0;
    struct lemma_batches b = {fmin(B, n), 0, 0};

    if (B > n || (!again && B == n)) /* all of them, each once */
        return b;
    b.q = again ? 1 / B : (n - B) / (B * (n - 1));
    b.at_most = n * (again ? 1 : fmin(1 / B, (n - B) / (B * B))) / b.q;
    return b;
}
