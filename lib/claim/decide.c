/* Verdicts that rest on many draws: an exact binomial interval, a mean with Student's.
 */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "claim/claim.h"

/* What an interval may miss: chance calls a true claim violated this often. */
static const double ALPHA = 1e-4;

/* What a draw may be off in itself: draws that are all 1 have no spread. */
static const double ROUNDING = 1e-11;

/* The least failure probability that k or more of n failures do not speak against
 * (Clopper and Pearson 1934, one-sided). */
static double least_probability(size_t k, size_t n)
{
    return k == 0 ? 0 : gsl_cdf_beta_Pinv(ALPHA, (double) k, (double) (n - k + 1));
}

static void decide_likely(struct lemma_finding *f)
{
    if (f->draws == 0)
        lemma_undecided(f, "no draw of the weights could be judged");
    else if (least_probability(f->failures, f->draws) > f->delta)
        f->verdict = LEMMA_VIOLATED;
    else if ((double) f->failures > f->delta * (double) f->draws)
        lemma_undecided(f, "%zu of %zu draws fail at delta = %g: too few to tell",
                        f->failures, f->draws, f->delta);
    else
        f->verdict = LEMMA_HOLDS;
}

static void decide_mean(struct lemma_finding *f)
{
    double n = (double) f->draws, half;

    if (f->draws < 2) {
        lemma_undecided(f, "a mean needs two draws at least, there are %zu", f->draws);
        return;
    }
    half = gsl_cdf_tdist_Qinv(ALPHA, n - 1) * sqrt(f->square / (n - 1) / n);
    f->verdict = f->mean - half > 1 + ROUNDING ? LEMMA_VIOLATED : LEMMA_HOLDS;
    f->slack = f->measured = f->mean;
    f->bound = 1;
    lemma_note(f, "half width of the interval", half);
}

void lemma_claim_decide(const struct lemma_claim_type *claim, struct lemma_finding *f)
{
    if (f->verdict == LEMMA_NOT_APPLICABLE || f->verdict == LEMMA_UNDECIDED)
        return;
    if (claim->kind == LEMMA_LIKELY)
        decide_likely(f);
    else if (claim->kind == LEMMA_IN_MEAN)
        decide_mean(f);
}

void lemma_claim_pool(const struct lemma_claim_type *claim,
                      const struct lemma_finding *one, struct lemma_finding *all)
{
    double n = (double) one->draws, before = (double) all->draws;
    double off = one->mean - all->mean;

    if (one->draws == 0 || one->verdict == LEMMA_NOT_APPLICABLE)
        return;
    all->mean += off * n / (n + before);
    all->square += one->square + off * off * n * before / (n + before);
    if (all->rows == 0 || one->slack > all->slack) {
        all->slack = one->slack;
        all->measured = one->measured;
        all->bound = one->bound;
        all->tightest = one->tightest;
        all->step = one->step;
        all->place = one->place;
    }
    all->vacuous = one->vacuous && (all->rows == 0 || all->vacuous);
    all->rows += one->rows;
    all->draws += one->draws;
    all->failures += one->failures;
    all->delta = one->delta;
    all->verdict = LEMMA_HOLDS;
    all->reason[0] = '\0';
    lemma_claim_decide(claim, all);
}
