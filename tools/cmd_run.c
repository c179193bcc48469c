/* lemma run: an experiment file in, a record out. */
#include "tool.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "experiment.h"
#include "progress.h"
#include "ranks.h"
#include "run/run.h"
#include "summary.h"

enum { KEY_SET = 256, KEY_THREADS, KEY_OBSERVE, KEY_FORCE, KEY_PRINT, KEY_JSON };

struct arguments {
    struct experiment_arguments experiment;
    const char *output, *observe;
    bool force, quiet, print, json;
};

static const struct argp_option options[] = {
    {"output", 'o', "OUT.h5", 0, "Record to write [EXPERIMENT.h5 in this folder]", 0},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Override a key of the file: network.width=2048, probes.gradient_gap={}, "
     "probes.activation=off; may be repeated",
     0},
    {"observe", KEY_OBSERVE, "SET", 0,
     "Probes to run instead of the file's: economy (a few % on top of training), "
     "standard (30 %) or full (170 %), as measured on the quick start at full batch, "
     "width "
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
    "  mpirun -n 4 lemma run mine.yaml            the same, spread over 4 processes\n"
    "  lemma info wide.h5                         what the record holds\n"
    "  lemma explain network.width                what a key means\n";

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
        experiment_setting(&a->experiment, text, state);
        break;
    case KEY_THREADS:
        a->experiment.threads = experiment_threads(text, state);
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
        experiment_file(&a->experiment, text, state);
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

/* What came of it, by the one rank that talks. */
static void tell(const struct arguments *a, const struct lemma_experiment *x,
                 const char *output, struct lemma_run *run,
                 const struct lemma_run_result *result)
{
    if (result->outcome == LEMMA_DIVERGED)
        tool_say(
            "DIVERGED: the loss stopped being finite after %zu local steps; %s holds "
            "every row up to there",
            result->steps, output);
    if (result->outcome == LEMMA_INTERRUPTED)
        tool_say("interrupted after %zu local steps; %s is whole up to there",
                 result->steps, output);
    if (a->json)
        summary_json(stdout, output, run, result);
    else if (!a->quiet)
        summary_print(stdout, output, x, run, result);
}

struct watched_run {
    struct lemma_run *run;
    const char *output;
};

/* The last that this process does. */
static void on_lost(void *context, size_t rank)
{
    struct watched_run *w = context;

    lemma_run_abandon(w->run);
    tool_say("rank %zu has died; %s holds what was flushed before", rank, w->output);
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
    struct watched_run watched;
    struct lemma_run_options mine = *o;
    bool talks = lemma_comm_rank(o->comm) == 0;

    progress_init(&progress, a->quiet || !talks);
    mine.progress = progress_show;
    mine.context = &progress;
    mine.stop = &stop;
    LEMMA_TRY(lemma_run_create(x, &mine, &run, err));
    catch_signals(); /* from here on there is something to end well */
    if (talks)
        say_warnings(x, lemma_run_warnings(run));
    if (o->comm) {
        watched = (struct watched_run){run, o->output};
        o->comm->lost = on_lost;
        o->comm->context = &watched;
    }
    st = lemma_run_go(run, &result, err);
    if (o->comm)
        o->comm->lost = NULL;
    progress_end(&progress);
    LEMMA_TRY(st);

    *interrupted = result.outcome == LEMMA_INTERRUPTED;
    if (talks)
        tell(a, x, o->output, run, &result);
out:
    lemma_run_destroy(run);
    return st;
}

static lemma_status read_experiment(const struct arguments *a,
                                    struct lemma_experiment **x, char **source,
                                    struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*x, 1);
    LEMMA_TRY(experiment_read(&a->experiment, a->observe, *x, source, err));
out:
    return st;
}

/* Of a failure that all ranks share, one speaks. */
static int failed(const struct lemma_comm *comm, lemma_status st,
                  struct lemma_error *err)
{
    size_t rank = ranks_rank();
    struct lemma_error named;

    experiment_explain(err);
    if (comm ? comm->speaker != rank : rank > 0)
        return st == LEMMA_EINPUT ? TOOL_USAGE : TOOL_TROUBLE;
    if (rank == 0)
        return tool_failed(st, err);
    lemma_fail(&named, st, "rank %zu: %s", rank,
               err->text[0] ? err->text : lemma_status_text(st));
    return tool_failed(st, &named);
}

static int run_main(int argc, char **argv)
{
    lemma_status st = LEMMA_OK;
    struct arguments a = {0};
    struct lemma_experiment *x = NULL;
    struct lemma_error err = {""};
    struct lemma_run_options o = {0};
    struct lemma_comm *comm = NULL;
    int status = TOOL_FINE;
    char *source = NULL, *line = NULL, *output = NULL;
    bool interrupted = false;

    tool_parse(&argp, argc, argv, &a);
    LEMMA_TRY(ranks_begin(&comm, &err));
    st = read_experiment(&a, &x, &source, &err);
    LEMMA_TRY(lemma_comm_agree(comm, st));
    if (a.print) {
        if (lemma_comm_rank(comm) == 0)
            LEMMA_TRY(print_experiment(x));
        goto out;
    }
    line = experiment_command_line(argc, argv);
    output = a.output ? lemma_strdup(a.output) : experiment_output(&a.experiment);
    if (!line || !output)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    o = (struct lemma_run_options){.output = output,
                                   .force = a.force,
                                   .command_line = line,
                                   .config_source = source,
                                   .comm = comm};
    LEMMA_TRY(go(&a, x, &o, &interrupted, &err));
out:
    lemma_free(output);
    lemma_free(line);
    lemma_free(source);
    lemma_free(x);
    if (st != LEMMA_OK)
        status = failed(comm, st, &err);
    else if (interrupted)
        status = TOOL_TROUBLE;
    lemma_comm_destroy(comm); /* not come back from where this rank left the others */
    return status;
}

const struct lemma_command lemma_cmd_run = {
    .name = "run",
    .title = "train, watch, and record an experiment",
    .computes = true,
    .shares = true,
    .main = run_main,
};
