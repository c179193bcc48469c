/* How a run gets on: one line rewritten on a terminal, a few plain lines elsewhere. */
#ifndef LEMMA_TOOLS_PROGRESS_H
#define LEMMA_TOOLS_PROGRESS_H

#include <stdbool.h>

#include "run/run.h"

struct progress {
    bool quiet, terminal;
    double shown; /* elapsed seconds when the terminal's line was last written */
    size_t next;  /* step from which the next plain line is due */
    size_t width; /* characters that stand on the terminal's line */
};

void progress_init(struct progress *p, bool quiet);
/* The callback of lemma_run_options; context is the struct progress. */
void progress_show(void *context, const struct lemma_progress *now);
/* Leaves a clean line. */
void progress_end(struct progress *p);

#endif
