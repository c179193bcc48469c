/* Theorems of linear convergence: ||r||^2 shrinks by a factor per step or round. */
#ifndef LEMMA_CLAIM_RATE_H
#define LEMMA_CLAIM_RATE_H

#include "claim/matrices.h"

struct lemma_rate {
    struct lemma_extremes ends;       /* of H^inf: lambda_0 is the least */
    double start;                     /* ||r(0)||^2, of W(0) and the data */
    double N, unit;                   /* steps that the factor is for: 1, or tau */
    double factor;                    /* the theorem's, of ||r||^2 */
    double rounding;                  /* what ||r|| is right to */
    const struct lemma_series *limit; /* H^inf (N, N), borrowed */
};

/*
 * Fills all but unit and factor from start/limit, start/kernel and start/residual;
 * undecided where they are not there. Of one output. The theorems' widths have unknown
 * constants: taken to be met where lambda_min(H(0)) >= (3/4) lambda_0 > 0, the first
 * thing that they are for, else not applicable.
 */
lemma_status lemma_rate_read(struct lemma_evidence *e, struct lemma_finding *f,
                             struct lemma_rate *rate);

/*
 * Gradient descent, after lemma_rate_read: unit 1 and the factor 1 - eta lambda_0 / (2
 * N) of Du et al. The step has an unknown constant too: taken to be met where the
 * frozen kernel I - eta H^inf / N keeps to the factor, which is the least that a
 * theorem of all large widths can ask, else not applicable.
 */
lemma_status lemma_rate_gd(struct lemma_evidence *e, struct lemma_finding *f,
                           struct lemma_rate *rate);

/*
 * 2 N L  <=  factor^(step / unit) ||r(0)||^2 at every row of loss/server. Notes the
 * measured rate over the theorem's, from the first row to the last that rounding leaves
 * alone, and between its last two rows: 4 in the lazy limit at small steps, late.
 */
void lemma_rate_check(struct lemma_finding *f, const struct lemma_rate *rate,
                      const struct lemma_series *loss);

#endif
