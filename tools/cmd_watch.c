/* lemma watch: a running record, redrawn in place; or one frame of it. */
#define _GNU_SOURCE /* open_memstream, pselect */
#include "tool.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "shown.h"
#include "watch.h"

enum { KEY_ONCE = 256, KEY_INTERVAL, ATTEMPTS = 3, PATH = 4096 };
static const double SHORTEST = 0.2, LONGEST = 3600; /* seconds between two frames */

struct watch_arguments {
    char *file;
    bool once;
    double interval;
};

static const struct argp_option options[] = {
    {"once", KEY_ONCE, NULL, 0, "Print one frame and end", 0},
    {"interval", KEY_INTERVAL, "SECONDS", 0, "Time between two looks, 0.2 to 3600 [1]",
     0},
    {0}};

static const char doc[] =
    "Shows a run while it is going on: how far it is, when it will be over, and the "
    "course of what its record holds, a line each: name, first value, course, last "
    "value. Ends by itself with the run, or by Ctrl-C, which leaves the run alone. "
    "Where standard output is no terminal, one frame is printed, as by --once.\v"
    "Loss, gradient norm, gap and deviation are drawn on log scales. A quantity that "
    "has a number a client or layer is shown by its largest (distance from W(0) and "
    "gradient norm: by the norm over layers); a character of the course is the largest "
    "of its part of the rows. Values that stop changing tell nothing of the run "
    "itself: what is known of it (who writes the file, when it was last written) is "
    "said above them.\n\n"
    "Examples:\n"
    "  lemma watch quickstart.h5\n"
    "  lemma watch --once wide.h5\n"
    "  ssh -t cluster lemma watch --interval 5 wide.h5\n";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct watch_arguments *a = state->input;
    char *end = NULL;

    switch (key) {
    case KEY_ONCE:
        a->once = true;
        return 0;
    case KEY_INTERVAL:
        a->interval = strtod(text, &end);
        if (*text == '\0' || *end != '\0' ||
            !(a->interval >= SHORTEST && a->interval <= LONGEST))
            argp_error(state, "--interval: expected 0.2 to 3600 seconds, got \"%s\"",
                       text);
        return 0;
    case ARGP_KEY_ARG:
        if (a->file)
            argp_error(state, "one record at a time: \"%s\" is a second one", text);
        a->file = text;
        return 0;
    case ARGP_KEY_END:
        if (!a->file)
            argp_error(state, "name a record");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE", doc, NULL, NULL, NULL};

/* What arrived since the last look; signals are let in while the program waits. */
static volatile sig_atomic_t asked_to_end, asked_to_stop;

static void on_signal(int number)
{
    if (number == SIGINT || number == SIGTERM)
        asked_to_end = 1;
    else if (number == SIGTSTP)
        asked_to_stop = 1;
    /* SIGWINCH, SIGCONT: waiting is over, the next frame looks at the terminal */
}

static void catch_signals(sigset_t *outside)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGCONT};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t inside;

    sigemptyset(&inside);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaddset(&inside, numbers[i]);
        sigaction(numbers[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &inside, outside);
}

/* A frame as it was composed, and whether it is the last. */
struct frame {
    char *text; /* owned */
    bool missing, written, over;
    char status[32];
};

static bool exists(const char *file, const char *suffix)
{
    char path[PATH];
    struct stat info;
    int n = snprintf(path, sizeof path, "%s%s", file, suffix);

    return n > 0 && (size_t) n < sizeof path && stat(path, &info) == 0;
}

/* What to say of a file that is not there (yet). */
static const char *why_missing(const char *file)
{
    return exists(file, ".part") ? "a run is being set up (its .part is there)"
                                 : "there is no such file yet";
}

static lemma_status compose(const char *file, const struct terminal *terminal,
                            struct watch_pace *pace, struct frame *f,
                            struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct watch_look look = {0};
    size_t size = 0;
    FILE *out = NULL;
    lemma_status st = LEMMA_OK;

    f->written = lemma_record_has_writer(file);
    LEMMA_TRY(lemma_reader_open(file, &reader, err));
    LEMMA_TRY(watch_look(reader, file, f->written, &look, err));
    watch_time(pace, &look);
    free(f->text);
    f->text = NULL;
    out = open_memstream(&f->text, &size);
    if (!out) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(watch_print(out, reader, file, &look, pace, terminal));
    f->over = watch_is_over(&look);
    snprintf(f->status, sizeof f->status, "%s", look.status);
out:
    if (out && fclose(out) != 0 && st == LEMMA_OK)
        st = LEMMA_EMEMORY;
    watch_forget(&look);
    lemma_reader_close(reader);
    return st;
}

/* A file that is being written may be met between two of its writes. */
static lemma_status look(const char *file, const struct terminal *terminal,
                         struct watch_pace *pace, struct frame *f,
                         struct lemma_error *err)
{
    lemma_status st = LEMMA_EINPUT;

    f->missing = !exists(file, "");
    if (f->missing)
        return lemma_fail(err, st, "%s: %s", file, why_missing(file));
    for (size_t i = 0; i < ATTEMPTS && st != LEMMA_OK; i++) {
        err->text[0] = '\0';
        st = compose(file, terminal, pace, f, err);
        if (st == LEMMA_EINPUT && err->text[0] == '\0')
            lemma_fail(err, st, "%s: a table could not be read", file);
        if (!f->written)
            break;
    }
    return st;
}

/* The lines of a text, at most so many (0: all); their number. ending: after each. */
static size_t print_lines(const char *text, size_t columns, size_t most,
                          const char *ending)
{
    size_t lines = 0;

    for (; *text && (most == 0 || lines < most); lines++) {
        size_t n = strcspn(text, "\n");

        terminal_line(text, n, columns);
        fputs(ending, stdout);
        text += n + (text[n] == '\n');
    }
    return lines;
}

/* In the place of the frame before, which had `drawn` lines. */
static void draw(const char *text, const struct terminal *t, size_t *drawn)
{
    if (*drawn)
        printf("\033[%zuA", *drawn);
    fputs("\r", stdout);
    *drawn = print_lines(text, t->width > 1 ? t->width - 1 : 1,
                         t->height > 1 ? t->height - 1 : 1, "\033[K\n");
    fputs("\033[J", stdout);
    fflush(stdout);
}

static void show_cursor(bool yes)
{
    fputs(yes ? "\033[?25h" : "\033[?25l", stdout);
    fflush(stdout);
}

/* Ctrl-Z: the shell gets its cursor back; the next frame starts where the shell left
 * off. */
static void stop(size_t *drawn)
{
    asked_to_stop = 0;
    show_cursor(true);
    raise(SIGSTOP);
    show_cursor(false);
    *drawn = 0;
}

/* Until the time has passed or something happened. */
static void wait_for(double seconds, const sigset_t *outside)
{
    struct timespec time = {.tv_sec = (time_t) seconds};

    time.tv_nsec = (long) (1e9 * (seconds - floor(seconds)));
    pselect(0, NULL, NULL, NULL, &time, outside);
}

static void say_missing(const struct watch_arguments *a, const struct terminal *t,
                        size_t *drawn)
{
    char text[SHOWN_ROOM + 128], name[SHOWN_ROOM];

    snprintf(text, sizeof text, "waiting for %s: %s; Ctrl-C ends\n",
             shown(a->file, name), why_missing(a->file));
    draw(text, t, drawn);
}

/* Frames until the run or the user ends it. */
static lemma_status follow(const struct watch_arguments *a, struct lemma_error *err)
{
    struct terminal t;
    struct watch_pace pace = {0};
    struct frame f = {0};
    char status[SHOWN_ROOM], name[SHOWN_ROOM];
    sigset_t outside;
    size_t drawn = 0;
    lemma_status st = LEMMA_OK;

    catch_signals(&outside);
    show_cursor(false);
    while (!asked_to_end && !f.over) {
        terminal_look(&t);
        st = look(a->file, &t, &pace, &f, err);
        if (st == LEMMA_OK && f.text)
            draw(f.text, &t, &drawn);
        else if (f.missing)
            say_missing(a, &t, &drawn);
        else if (!f.written) /* else the next look may find it whole */
            break;
        st = LEMMA_OK;
        if (!f.over)
            wait_for(a->interval, &outside);
        if (asked_to_stop)
            stop(&drawn);
    }
    show_cursor(true);
    if (st == LEMMA_OK && f.over)
        printf("\nThe run is over: %s. Next: lemma info %s\n", shown(f.status, status),
               shown(a->file, name));
    free(f.text);
    return st;
}

static lemma_status print_once(const char *file, const struct terminal *t,
                               struct lemma_error *err)
{
    struct watch_pace pace = {0};
    struct frame f = {0};
    lemma_status st = look(file, t, &pace, &f, err);

    if (st == LEMMA_OK && f.text)
        print_lines(f.text, 0, 0, "\n");
    free(f.text);
    return st;
}

static int watch_main(int argc, char **argv)
{
    struct watch_arguments a = {.interval = 1};
    struct terminal t;
    struct lemma_error err = {""};
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    terminal_look(&t);
    st = a.once || !t.moves ? print_once(a.file, &t, &err) : follow(&a, &err);
    return st == LEMMA_OK ? TOOL_FINE : tool_failed(st, &err);
}

const struct lemma_command lemma_cmd_watch = {
    .name = "watch",
    .title = "a running record on the terminal: how far it is, its quantities, live",
    .reads = true,
    .main = watch_main,
};
