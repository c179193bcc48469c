/* What `lemma fit` tells: the points, the exponents, and whether they mean anything. */
#ifndef LEMMA_TOOLS_FIT_H
#define LEMMA_TOOLS_FIT_H

#include <stdio.h>

#include "core/status.h"
#include "sweep/fit.h"

struct fit_report {
    const char *sweep, *reduce; /* as they were typed */
    const struct lemma_fit_request *request;
    const struct lemma_sweep_fit *fit;
};

enum { FIT_SENTENCE = 512 };

/* Whether it is a power law at all, in text, which is returned; where the errors come
 * from. */
const char *fit_verdict(const struct lemma_sweep_fit *f, char text[FIT_SENTENCE]);
const char *fit_errors_from(const struct lemma_sweep_fit *f);

/* A record of the fit: groups /run/fit, a row each different x, and /run/exponents. */
lemma_status fit_record(const char *path, bool force, const char *line,
                        const struct lemma_sweep_index *sweep,
                        const struct fit_report *f, struct lemma_error *err);

void fit_print(FILE *out, const struct fit_report *r);
void fit_json(FILE *out, const struct fit_report *r);

#endif
