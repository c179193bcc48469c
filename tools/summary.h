/* What a run has to say when it is over. */
#ifndef LEMMA_TOOLS_SUMMARY_H
#define LEMMA_TOOLS_SUMMARY_H

#include <stdio.h>

#include "config/experiment.h"
#include "run/run.h"

/* For a person: what ran, its headlines, where the time went, what to type next. */
void summary_print(FILE *out, const char *record, const struct lemma_experiment *x,
                   struct lemma_run *run, const struct lemma_run_result *result);

/* One JSON object. */
void summary_json(FILE *out, const char *record, struct lemma_run *run,
                  const struct lemma_run_result *result);

#endif
