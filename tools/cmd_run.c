/* lemma run: an experiment file in, a record out. */
#include "tool.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <omp.h>

#include "config/experiment.h"
#include "core/alloc.h"
#include "probe/probe.h"
#include "progress.h"
#include "quickstart.h"
#include "run/run.h"
#include "summary.h"

enum { KEY_SET = 256, KEY_THREADS, KEY_OBSERVE, KEY_FORCE, KEY_PRINT, KEY_JSON };

enum { SETTINGS_MAX = 256, THREADS_MAX = 4096 };

struct arguments {
    const char *file, *output, *observe;
    const char *settings[SETTINGS_MAX];
    size_t setting_count;
    int threads;
    bool force, quiet, print, json;
};

static const struct argp_option options[] = {
    {"output", 'o', "OUT.h5", 0, "Record to write [EXPERIMENT.h5 in this folder]", 0},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Override a key of the file: network.width=2048, probes.gradient_gap={}, "
     "probes.activation=off; may be repeated",
     0},
    {"observe", KEY_OBSERVE, "SET", 0,
     "Probes to run instead of the file's: economy (about 4 % on top of training), "
     "standard (30 %) or full (150 %), as measured on the quick start at full batch, width "
     "512 and 1024; every run prints what its own probes took",
     0},
    {"threads", KEY_THREADS, "N", 0, "Threads [all cores]; results do not depend on it",
     0},
    {"force", KEY_FORCE, NULL, 0, "Replace an existing record", 0},
    {"print-config", KEY_PRINT, NULL, 0, "Print the resolved experiment and stop", 0},
    {"json", KEY_JSON, NULL, 0, "Print the summary as JSON", 0},
    {"quiet", 'q', NULL, 0, "No progress and no summary; warnings and errors only", 0},
    {0}};

static const char doc[] =
    "Trains the networks of EXPERIMENT.yaml (without one: the built-in quick start), "
    "watches them with the probes it names, and writes an HDF5 record.\v"
    "Ctrl-C ends the run after the current local step: the record is whole and its "
    "status is \"interrupted\". A second Ctrl-C kills it.\n\n"
    "Exit status: 0 the run came to its end, or diverged (a finding, said loudly and "
    "recorded as the status); 2 usage or a bad input file; 3 trouble (memory, disk) or "
    "interrupted.\n\n"
    "Examples:\n"
    "  lemma run                                  the quick start\n"
    "  lemma run --print-config > mine.yaml       its experiment file, to edit\n"
    "  lemma run mine.yaml -o wide.h5 --set network.width=4096\n"
    "  lemma run mine.yaml --observe full --threads 2\n"
    "  lemma info wide.h5                         what the record holds\n"
    "  lemma explain network.width                what a key means\n";

static void parse_threads(const char *text, struct arguments *a,
                          struct argp_state *state)
{
    char *end = NULL;
    long n = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || n < 1 || n > THREADS_MAX)
        argp_error(state, "--threads: \"%s\" is not a number of threads, 1 to %d", text,
                   THREADS_MAX);
    a->threads = (int) n;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'o':
        a->output = text;
        break;
    case 'q':
        a->quiet = true;
        break;
    case KEY_SET:
        if (a->setting_count == SETTINGS_MAX)
            argp_error(state, "--set is given more than %d times", SETTINGS_MAX);
        a->settings[a->setting_count++] = text;
        break;
    case KEY_THREADS:
        parse_threads(text, a, state);
        break;
    case KEY_OBSERVE:
        a->observe = text;
        break;
    case KEY_FORCE:
        a->force = true;
        break;
    case KEY_PRINT:
        a->print = true;
        break;
    case KEY_JSON:
        a->json = true;
        break;
    case ARGP_KEY_ARG:
        if (a->file)
            argp_error(state, "one experiment at a time: \"%s\" is a second one", text);
        a->file = text;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "[EXPERIMENT.yaml]", doc, NULL,
                                 NULL,    NULL};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    if (stop) { /* asked twice: end as the signal would have */
        signal(number, SIG_DFL);
        raise(number);
    }
    stop = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a reader of the progress that leaves ends no run */
}

/* "dir/deep.yaml" -> "deep.h5"; owned by the caller, NULL without memory. */
static char *default_output(const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot != base ? (size_t) (dot - base) : strlen(base);
    char *name = lemma_alloc(n + sizeof ".h5", 1);

    if (name) {
        memcpy(name, base, n);
        memcpy(name + n, ".h5", sizeof ".h5");
    }
    return name;
}

/* The words of the command, joined by spaces; owned by the caller. */
static char *join(int argc, char **argv)
{
    size_t n = 1;
    char *line = NULL, *end = NULL;

    for (int i = 0; i < argc; i++)
        n += strlen(argv[i]) + 1;
    line = end = lemma_alloc(n, 1);
    for (int i = 0; line && i < argc; i++) {
        end = stpcpy(end, argv[i]);
        *end++ = ' ';
    }
    if (line && argc > 0)
        end[-1] = '\0';
    return line;
}

/* The --set that are about probes, or all the others. */
static lemma_status apply_settings(struct lemma_experiment *x,
                                   const struct arguments *a, bool probes,
                                   struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < a->setting_count && st == LEMMA_OK; i++)
        if ((strncmp(a->settings[i], "probes", strlen("probes")) == 0) == probes)
            st = lemma_experiment_set(x, a->settings[i], err);
    return st;
}

/* File, then --observe, then --set in order: later wins. *source gets the file's text.
 */
static lemma_status read_experiment(const struct arguments *a,
                                    struct lemma_experiment *x, char **source,
                                    struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    lemma_experiment_init(x);
    if (a->file) {
        LEMMA_TRY(lemma_experiment_load(x, a->file, source, err));
    } else {
        LEMMA_TRY(lemma_experiment_parse(x, lemma_quickstart, strlen(lemma_quickstart),
                                         LEMMA_QUICKSTART_TITLE, err));
        *source = lemma_strdup(lemma_quickstart);
        if (!*source)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
    /* --observe reads the settings of training and is itself adjusted by probes.* */
    LEMMA_TRY(apply_settings(x, a, false, err));
    if (a->observe)
        LEMMA_TRY(lemma_probes_preset(x, a->observe, err));
    LEMMA_TRY(apply_settings(x, a, true, err));
out:
    return st;
}

/* "built-in quick start:17: data.kind: expected ...": nobody wrote that line, so the
 * sentence ends with what to type. */
static void explain_quickstart(struct lemma_error *err)
{
    static const char title[] = LEMMA_QUICKSTART_TITLE ":";
    size_t n = strlen(title), used = strlen(err->text);
    const char *key =
        strncmp(err->text, title, n) == 0 ? strchr(err->text + n, ' ') : NULL;

    if (key)
        snprintf(err->text + used, sizeof err->text - used,
                 "; override it with --set %.*s=VALUE", (int) strcspn(key + 1, ": "),
                 key + 1);
}

static lemma_status print_experiment(const struct lemma_experiment *x)
{
    char *text = NULL;
    lemma_status st = lemma_experiment_print(x, &text);

    if (st == LEMMA_OK)
        fputs(text, stdout);
    lemma_free(text);
    return st;
}

static void say_warnings(const struct lemma_experiment *x, const char *warnings)
{
    if (x->probe_count == 0)
        tool_say(
            "warning: the experiment names no probes, so nothing is recorded but the "
            "weights; --observe standard adds the usual ones");
    while (warnings && *warnings) {
        size_t n = strcspn(warnings, "\n");
        tool_say("warning: %.*s", (int) n, warnings);
        warnings += n + (warnings[n] == '\n');
    }
}

/* Trains and records; *interrupted tells Ctrl-C from an end. */
static lemma_status go(const struct arguments *a, const struct lemma_experiment *x,
                       const struct lemma_run_options *o, bool *interrupted,
                       struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct lemma_run *run = NULL;
    struct lemma_run_result result = {0};
    struct progress progress;
    struct lemma_run_options mine = *o;

    progress_init(&progress, a->quiet);
    mine.progress = progress_show;
    mine.context = &progress;
    mine.stop = &stop;
    LEMMA_TRY(lemma_run_create(x, &mine, &run, err));
    catch_signals(); /* from here on there is something to end well */
    say_warnings(x, lemma_run_warnings(run));
    st = lemma_run_go(run, &result, err);
    progress_end(&progress);
    LEMMA_TRY(st);

    *interrupted = result.outcome == LEMMA_INTERRUPTED;
    if (result.outcome == LEMMA_DIVERGED)
        tool_say(
            "DIVERGED: the loss stopped being finite after %zu local steps; %s holds "
            "every row up to there",
            result.steps, o->output);
    if (*interrupted)
        tool_say("interrupted after %zu local steps; %s is whole up to there",
                 result.steps, o->output);
    if (a->json)
        summary_json(stdout, o->output, run, &result);
    else if (!a->quiet)
        summary_print(stdout, o->output, x, run, &result);
out:
    lemma_run_destroy(run);
    return st;
}

static int run_main(int argc, char **argv)
{
    lemma_status st = LEMMA_OK;
    struct arguments a = {0};
    struct lemma_experiment *x = NULL;
    struct lemma_error err = {""};
    struct lemma_run_options o = {0};
    char *source = NULL, *line = NULL, *output = NULL;
    bool interrupted = false;

    tool_parse(&argp, argc, argv, &a);
    LEMMA_NEW(x, 1);
    LEMMA_TRY(read_experiment(&a, x, &source, &err));
    if (a.print) {
        LEMMA_TRY(print_experiment(x));
        goto out;
    }
    line = join(argc, argv);
    output = a.output ? lemma_strdup(a.output)
                      : default_output(a.file ? a.file : LEMMA_QUICKSTART_NAME);
    if (!line || !output)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    o = (struct lemma_run_options){.output = output,
                                   .force = a.force,
                                   .command_line = line,
                                   .config_source = source};
    if (a.threads > 0)
        omp_set_num_threads(a.threads);
    LEMMA_TRY(go(&a, x, &o, &interrupted, &err));
out:
    lemma_free(output);
    lemma_free(line);
    lemma_free(source);
    lemma_free(x);
    if (st != LEMMA_OK) {
        explain_quickstart(&err);
        return tool_failed(st, &err);
    }
    return interrupted ? TOOL_TROUBLE : TOOL_FINE;
}

const struct lemma_command lemma_cmd_run = {
    .name = "run",
    .title = "train, watch, and record an experiment",
    .computes = true,
    .main = run_main,
};
