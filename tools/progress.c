#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"

enum { PLAIN_LINES = 10 };
static const double TERMINAL_EVERY = 0.1; /* seconds */

void progress_init(struct progress *p, bool quiet)
{
    const char *term = getenv("TERM");

    *p = (struct progress){.quiet = quiet, .shown = -INFINITY};
    p->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static size_t describe(const struct lemma_progress *now, char *line, size_t size)
{
    char loss[NUMBER_ROOM], left[NUMBER_ROOM];
    double rate =
        now->elapsed > 0 ? (double) (now->step - now->first) / now->elapsed : 0;
    int n = snprintf(line, size, "round %zu/%zu  loss %s", now->round, now->rounds,
                     number_real(now->loss, loss));

    if (rate > 0 && n > 0 && (size_t) n < size)
        n += snprintf(line + n, size - (size_t) n, "  %.3g steps/s  %s left", rate,
                      number_duration((double) (now->steps - now->step) / rate, left));
    return n > 0 ? (size_t) n : 0;
}

static void show_terminal(struct progress *p, const struct lemma_progress *now)
{
    char line[160];
    size_t n = 0;

    if (now->elapsed < p->shown + TERMINAL_EVERY && now->step < now->steps)
        return;
    n = describe(now, line, sizeof line);
    fprintf(stderr, "\r%s%*s", line, n < p->width ? (int) (p->width - n) : 0, "");
    fflush(stderr);
    p->width = n;
    p->shown = now->elapsed;
}

/* A log keeps every line, so that their number is bounded however long the run. */
static void show_plain(struct progress *p, const struct lemma_progress *now)
{
    char line[160];
    size_t part = now->steps / PLAIN_LINES + (now->steps % PLAIN_LINES != 0);

    if (now->step < p->next || part == 0)
        return;
    describe(now, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    p->next = (now->step / part + 1) * part;
}

void progress_show(void *context, const struct lemma_progress *now)
{
    struct progress *p = context;

    if (p->quiet)
        return;
    if (p->terminal)
        show_terminal(p, now);
    else
        show_plain(p, now);
}

void progress_end(struct progress *p)
{
    if (p->terminal && p->width > 0)
        fprintf(stderr, "\r%*s\r", (int) p->width, "");
    p->width = 0;
}
