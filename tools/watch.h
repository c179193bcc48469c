/* One look at a running record, and the frame that shows it. */
#ifndef LEMMA_TOOLS_WATCH_H
#define LEMMA_TOOLS_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "record/reader.h"
#include "terminal.h"

/* How fast the run is: from the commits that were seen, dated by the file's own times
 * so that the viewer's clock does not count. */
struct watch_pace {
    bool started;
    double committed, time;           /* where the window of the rate begins */
    double last_committed, last_time; /* the newest commit seen */
    double rate;                      /* steps a second; NaN: not known */
};

struct watch_look {
    char *status, *preset; /* owned; NULL: the file does not say */
    double m, L, K, tau, R, eta;
    double committed, steps; /* rows with step < committed are whole; R tau */
    double quiet;            /* seconds since the file was last written */
    bool written;            /* a process held the writer's lock before this look */
    double started, changed; /* seconds since 1970: start_time, last write; NaN */
};

/* written: asked before the reader was opened, so that a run that ended since then has
 * left its status. LEMMA_EINPUT where the record is not one of a run. */
lemma_status watch_look(struct lemma_reader *reader, const char *file, bool written,
                        struct watch_look *look, struct lemma_error *err);
void watch_forget(struct watch_look *look);

/* Takes a look into account. */
void watch_time(struct watch_pace *pace, const struct watch_look *look);

/* Whether the run is over: complete, diverged, interrupted. */
bool watch_is_over(const struct watch_look *look);

/* Lines of text without movements of the cursor: what runs, how far it is, a line a
 * quantity. */
lemma_status watch_print(FILE *out, struct lemma_reader *reader, const char *file,
                         const struct watch_look *look, const struct watch_pace *pace,
                         const struct terminal *terminal);

/* The quantities: name, first value, sparkline, last value. */
lemma_status watch_quantities(FILE *out, struct lemma_reader *reader,
                              const struct terminal *terminal);

#endif
