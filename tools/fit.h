/* What `lemma fit` prints: the points, the exponents, and whether they mean anything.
 */
#ifndef LEMMA_TOOLS_FIT_H
#define LEMMA_TOOLS_FIT_H

#include <stdio.h>

#include "sweep/fit.h"

struct fit_report {
    const char *sweep, *reduce; /* as they were typed */
    const struct lemma_fit_request *request;
    const struct lemma_sweep_fit *fit;
};

void fit_print(FILE *out, const struct fit_report *r);
void fit_json(FILE *out, const struct fit_report *r);

#endif
