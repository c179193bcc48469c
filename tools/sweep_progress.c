#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers.h"
#include "sweep.h"

enum { PLAIN_LINES = 50 };

void sweep_progress_init(struct sweep_progress *p, bool quiet, size_t total)
{
    const char *term = getenv("TERM");

    *p = (struct sweep_progress){.quiet = quiet, .total = total, .next = 1};
    p->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

/* By what a unit of cost took so far; 0: who knows. */
static double seconds_left(const struct sweep_progress *p)
{
    double rate = p->cost_done / p->spent;
    double running = fmin(p->cost_running, p->spent_now * rate);
    double left = fmax(p->cost - p->cost_done - running, 0);

    return p->cost_done > 0 && p->spent > 0 ? left / rate / (double) p->jobs : 0;
}

void sweep_progress_show(struct sweep_progress *p, const char *news)
{
    char line[512], left[NUMBER_ROOM];
    size_t n;
    int used;

    if (p->quiet || (!p->terminal && (!news || p->done < p->next)))
        return;
    used = snprintf(line, sizeof line, "%zu/%zu points", p->done, p->total);
    if (p->terminal)
        used += snprintf(line + used, sizeof line - (size_t) used, "  %zu running",
                         p->running);
    if (p->failed > 0)
        used += snprintf(line + used, sizeof line - (size_t) used, "  %zu failed",
                         p->failed);
    if (p->done < p->total && seconds_left(p) > 0)
        used += snprintf(line + used, sizeof line - (size_t) used, "  %s left",
                         number_duration(seconds_left(p), left));
    if (!p->terminal) {
        fprintf(stderr, "%s  %s\n", line, news);
        p->next = p->done + 1 + p->total / PLAIN_LINES;
        return;
    }
    n = (size_t) used;
    fprintf(stderr, "\r%s%*s", line, n < p->width ? (int) (p->width - n) : 0, "");
    fflush(stderr);
    p->width = n;
}

void sweep_progress_clear(struct sweep_progress *p)
{
    if (p->terminal && p->width > 0)
        fprintf(stderr, "\r%*s\r", (int) p->width, "");
    p->width = 0;
}
