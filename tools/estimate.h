/* What `lemma run --estimate` prints. */
#ifndef LEMMA_TOOLS_ESTIMATE_H
#define LEMMA_TOOLS_ESTIMATE_H

#include <stdio.h>

#include "run/estimate.h"

void estimate_print(FILE *out, const char *record, const struct lemma_experiment *x,
                    const struct lemma_estimate *e);
void estimate_json(FILE *out, const char *record, const struct lemma_experiment *x,
                   const struct lemma_estimate *e);

#endif
