/* What a running record says of itself, and how fast it grows. */
#define _GNU_SOURCE /* strptime, timegm */
#include "watch.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/alloc.h"
#include "numbers.h"
#include "shown.h"

static const double WINDOW = 60; /* seconds over which the rate is measured */
static const double SHORTEST =
    1; /* seconds that make a rate: start_time has whole ones */
static const double QUIET_FROM = 10; /* seconds without a write that are worth a word */

static double attr_real(struct lemma_reader *reader, const char *path, const char *name)
{
    double x = NAN;

    return lemma_reader_attr_f64(reader, path, name, &x) == LEMMA_OK ? x : NAN;
}

static double start_time(struct lemma_reader *reader)
{
    char *text = NULL;
    struct tm tm = {0};
    double seconds = NAN;

    if (lemma_reader_text(reader, "start_time", &text) == LEMMA_OK &&
        strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
        seconds = (double) timegm(&tm);
    lemma_free(text);
    return seconds;
}

static double last_write(const char *file)
{
    struct stat info;

    if (stat(file, &info) != 0)
        return NAN;
    return (double) info.st_mtim.tv_sec + 1e-9 * (double) info.st_mtim.tv_nsec;
}

lemma_status watch_look(struct lemma_reader *reader, const char *file, bool written,
                        struct watch_look *look, struct lemma_error *err)
{
    struct watch_look found = {.written = written};
    struct timespec now;
    lemma_status st = LEMMA_OK;

    found.tau = attr_real(reader, "train", "tau");
    found.R = attr_real(reader, "train", "R");
    found.steps = found.tau * found.R;
    st = lemma_reader_text(reader, "status", &found.status);
    if (st == LEMMA_EINPUT)
        st = lemma_reader_no_text(reader, file, "status", err);
    LEMMA_TRY(st);
    if (lemma_reader_number(reader, "committed", 0, &found.committed) != LEMMA_OK ||
        !(found.steps > 0)) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: expected the record of a run, which has rounds to watch",
                        file);
        goto out;
    }
    if (lemma_reader_attr_text(reader, "network", "preset", &found.preset) != LEMMA_OK)
        found.preset = NULL;
    found.m = attr_real(reader, "network", "m");
    found.L = attr_real(reader, "network", "L");
    found.K = attr_real(reader, "train", "K");
    found.eta = attr_real(reader, "train", "eta");
    found.started = start_time(reader);
    found.changed = last_write(file);
    clock_gettime(CLOCK_REALTIME, &now);
    found.quiet = (double) now.tv_sec + 1e-9 * (double) now.tv_nsec - found.changed;
    *look = found;
    found = (struct watch_look){0};
out:
    watch_forget(&found);
    return st;
}

void watch_forget(struct watch_look *look)
{
    lemma_free(look->status);
    lemma_free(look->preset);
    look->status = look->preset = NULL;
}

/* A run goes on with it, and has not come as far yet. */
static bool is_redone(const struct watch_look *look)
{
    return look->written && strcmp(look->status, "interrupted") == 0;
}

bool watch_is_over(const struct watch_look *look)
{
    return strcmp(look->status, "running") != 0 && !is_redone(look);
}

/* Steps that are whole: committed counts one more once the last model is there. */
static double steps_done(const struct watch_look *look)
{
    return fmin(look->committed, look->steps);
}

/* Until two commits were seen, the average since the start stands in. */
void watch_time(struct watch_pace *p, const struct watch_look *look)
{
    double done = steps_done(look), seconds;

    if (!p->started || done < p->last_committed) /* or the file is another one now */
        *p = (struct watch_pace){.started = true,
                                 .committed = done,
                                 .time = look->changed,
                                 .last_committed = done,
                                 .last_time = look->changed,
                                 .rate = NAN};
    if (done > p->last_committed) {
        p->last_committed = done;
        p->last_time = look->changed;
    }
    seconds = p->last_time - p->time;
    if (seconds > 0.1 && p->last_committed > p->committed) {
        p->rate = (p->last_committed - p->committed) / seconds;
    } else {
        seconds = look->changed - look->started;
        p->rate = seconds >= SHORTEST ? done / seconds : NAN;
    }
    if (p->last_time - p->time > WINDOW) {
        p->committed = p->last_committed;
        p->time = p->last_time;
    }
}

static void print_pace(FILE *out, const struct watch_look *look,
                       const struct watch_pace *pace)
{
    char left[NUMBER_ROOM];

    if (watch_is_over(look) || !(pace->rate > 0))
        return;
    fprintf(out, "  %.3g steps/s  %s left", pace->rate,
            number_duration((look->steps - steps_done(look)) / pace->rate, left));
}

static void print_state(FILE *out, const char *file, const struct watch_look *look,
                        const struct watch_pace *pace)
{
    char quiet[NUMBER_ROOM], name[SHOWN_ROOM], status[SHOWN_ROOM];

    fprintf(out, "%s: %s, round %.0f of %.0f", shown(file, name),
            shown(look->status, status), floor(steps_done(look) / look->tau), look->R);
    print_pace(out, look, pace);
    fputc('\n', out);
    if (watch_is_over(look))
        return;
    if (is_redone(look)) {
        fprintf(out, "a run goes on with it, and has not come as far yet\n");
        return;
    }
    if (!look->written)
        fprintf(out, "no process here is writing it: the run was killed, or runs where "
                     "its lock is not seen\n");
    if (look->quiet >= QUIET_FROM)
        fprintf(out, "no new rows for %s\n", number_duration(look->quiet, quiet));
}

lemma_status watch_print(FILE *out, struct lemma_reader *reader, const char *file,
                         const struct watch_look *look, const struct watch_pace *pace,
                         const struct terminal *terminal)
{
    char preset[SHOWN_ROOM];

    print_state(out, file, look, pace);
    fprintf(out, "%s: m = %.0f, L = %.0f, K = %.0f, tau = %.0f, eta = %.4g\n\n",
            shown(look->preset ? look->preset : "unknown network", preset), look->m,
            look->L, look->K, look->tau, look->eta);
    return watch_quantities(out, reader, terminal);
}
