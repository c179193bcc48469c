/* Sizes in logarithms: N^24 L^12 / phi^8 need not fit a double. For the theorems'
 * files.
 */
#ifndef LEMMA_CLAIM_THEOREM_LOGS_H
#define LEMMA_CLAIM_THEOREM_LOGS_H

#include <math.h>

#include "claim/theorems.h"

/* ln x; -infinity for x <= 0 too, so that what divides by x grows without bound. */
static inline double ln(double x)
{
    return x <= 0 ? -INFINITY : log(x);
}

/* ln n, samples of a client. */
static inline double ln_n(const struct lemma_facts *f)
{
    return ln(f->N) - ln(f->K);
}

/* ln of max(1, log x). */
static inline double ln_log(double x)
{
    return x <= M_E ? 0 : log(log(x));
}

#endif
