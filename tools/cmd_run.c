/* lemma run: an experiment file in, a record out. */
#include "tool.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "estimate.h"
#include "experiment.h"
#include "progress.h"
#include "ranks.h"
#include "record/checkpoint.h"
#include "record/record.h"
#include "run/origin.h"
#include "run/run.h"
#include "summary.h"

enum {
    KEY_SET = 256,
    KEY_THREADS,
    KEY_OBSERVE,
    KEY_FORCE,
    KEY_PRINT,
    KEY_JSON,
    KEY_RESUME,
    KEY_ESTIMATE
};

struct arguments {
    struct experiment_arguments experiment;
    const char *output, *observe, *resume;
    bool force, quiet, print, json, estimate;
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
    {"force", KEY_FORCE, NULL, 0,
     "Replace an existing record; start also what does not fit memory or disk", 0},
    {"resume", KEY_RESUME, "FILE", 0,
     "Go on with the run of a record that was interrupted or killed, from its last "
     "checkpoint (FILE.checkpoint; key run.checkpoint), else from the beginning: to "
     "the "
     "bytes of a run that was not",
     0},
    {"print-config", KEY_PRINT, NULL, 0, "Print the resolved experiment and stop", 0},
    {"estimate", KEY_ESTIMATE, NULL, 0,
     "Print what the run would take (memory, operations, bytes on disk, a guess of the "
     "time) and stop; status 3 where it does not fit",
     0},
    {"json", KEY_JSON, NULL, 0, "Print the summary, or the estimate, as JSON", 0},
    {"quiet", 'q', NULL, 0, "No progress and no summary; warnings and errors only", 0},
    {0}};

static const char doc[] =
    "Trains the networks of EXPERIMENT.yaml (without one: the built-in quick start), "
    "watches them with the probes it names, and writes an HDF5 record.\v"
    "Ctrl-C ends the run after the current local step: the record is whole and its "
    "status is \"interrupted\". A second Ctrl-C kills it. --resume goes on.\n\n"
    "Exit status: 0 the run came to its end, or diverged (a finding, said loudly and "
    "recorded as the status); 2 usage or a bad input file; 3 trouble (memory, disk) or "
    "interrupted.\n\n"
    "Examples:\n"
    "  lemma run                                  the quick start\n"
    "  lemma run --print-config > mine.yaml       its experiment file, to edit\n"
    "  lemma run mine.yaml -o wide.h5 --set network.width=4096\n"
    "  lemma run mine.yaml --observe full --threads 2\n"
    "  lemma run mine.yaml --estimate             what that would take\n"
    "  mpirun -n 4 lemma run mine.yaml            the same, spread over 4 processes\n"
    "  lemma run --resume wide.h5                 goes on after Ctrl-C, kill or crash\n"
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
    case KEY_RESUME:
        a->resume = text;
        break;
    case KEY_PRINT:
        a->print = true;
        break;
    case KEY_ESTIMATE:
        a->estimate = true;
        break;
    case KEY_JSON:
        a->json = true;
        break;
    case ARGP_KEY_ARG:
        experiment_file(&a->experiment, text, state);
        break;
    case ARGP_KEY_END:
        if (a->estimate && a->resume)
            argp_error(state, "--estimate is of a run from its beginning: expected no "
                              "--resume beside it");
        if (a->resume && (a->experiment.file || a->experiment.setting_count > 0 ||
                          a->output || a->observe))
            argp_error(state, "--resume goes on with the record's own experiment: "
                              "expected no file, --set, --observe or --output beside "
                              "it");
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

/* Prints, and refuses what the run would refuse; --force, too, as the run would. */
static lemma_status estimate(const struct arguments *a,
                             const struct lemma_experiment *x,
                             const struct lemma_run_options *o, struct lemma_error *err)
{
    struct lemma_estimate e;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_run_estimate(x, o, &e, err));
    if (a->json)
        estimate_json(stdout, o->output, x, &e);
    else
        estimate_print(stdout, o->output, x, &e);
    LEMMA_TRY(lemma_run_check_sizes(x, err));
    LEMMA_TRY(lemma_estimate_check_memory(x, &e, err));
    LEMMA_TRY(lemma_estimate_check_disk(&e, err));
out:
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
        tool_say("DIVERGED: the loss or a weight stopped being finite after %zu local "
                 "steps; %s holds every row up to there",
                 result->steps, output);
    if (result->outcome == LEMMA_INTERRUPTED && result->behind)
        tool_say("interrupted after %zu local steps, before it had come as far as %s, "
                 "which stays as it was",
                 result->steps, output);
    else if (result->outcome == LEMMA_INTERRUPTED)
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
    catch_signals(); /* what is made from here on is to end well */
    LEMMA_TRY(lemma_run_create(x, &mine, &run, err));
    if (talks && o->resume && !a->quiet)
        tool_say("going on with %s from round %zu", o->output,
                 lemma_run_first_round(run));
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

/* *status: of the record to go on with. */
static lemma_status read_experiment(const struct arguments *a,
                                    struct lemma_experiment **x, char **source,
                                    char **status, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*x, 1);
    if (a->resume) {
        experiment_use_threads(&a->experiment);
        LEMMA_TRY(lemma_run_look(a->resume, *x, status, source, err));
    } else {
        LEMMA_TRY(experiment_read(&a->experiment, a->observe, *x, source, err));
    }
out:
    return st;
}

/* Whether the record to go on with has come to its end, and says so. What a run killed
 * at the very end has left of its checkpoint is of no use any more. */
static lemma_status check_over(const struct arguments *a, const char *status,
                               bool talks, bool *over, struct lemma_error *err)
{
    char *checkpoint = NULL;
    lemma_status st = LEMMA_OK;

    *over =
        status && (strcmp(status, "complete") == 0 || strcmp(status, "diverged") == 0);
    if (!*over || !talks)
        return LEMMA_OK;
    if (!a->quiet)
        tool_say("%s is %s: there is nothing to go on with", a->resume, status);
    checkpoint = lemma_checkpoint_path(a->resume);
    st = checkpoint ? lemma_checkpoint_remove(checkpoint, err) : LEMMA_EMEMORY;
    lemma_free(checkpoint);
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
    char *source = NULL, *line = NULL, *output = NULL, *found = NULL;
    bool interrupted = false, over = false;

    tool_parse(&argp, argc, argv, &a);
    if (a.resume || a.output) {
        output = lemma_output_behind_links(a.resume ? a.resume : a.output);
        if (!output)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
    a.resume = a.resume ? output : NULL;
    LEMMA_TRY(ranks_begin(&comm, &err));
    st = read_experiment(&a, &x, &source, &found, &err);
    LEMMA_TRY(lemma_comm_agree(comm, st));
    if (a.print) {
        if (lemma_comm_rank(comm) == 0)
            LEMMA_TRY(print_experiment(x));
        goto out;
    }
    st = check_over(&a, found, lemma_comm_rank(comm) == 0, &over, &err);
    LEMMA_TRY(lemma_comm_agree(comm, st));
    if (over)
        goto out;
    line = experiment_command_line(argc, argv);
    if (!output)
        output = experiment_output(&a.experiment);
    if (!line || !output)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    o = (struct lemma_run_options){.output = output,
                                   .force = a.force,
                                   .oversize = a.force,
                                   .resume = a.resume != NULL,
                                   .command_line = line,
                                   .config_source = source,
                                   .comm = comm};
    if (a.estimate) {
        if (lemma_comm_rank(comm) == 0)
            st = estimate(&a, x, &o, &err);
        goto out;
    }
    LEMMA_TRY(go(&a, x, &o, &interrupted, &err));
out:
    lemma_free(output);
    lemma_free(line);
    lemma_free(source);
    lemma_free(found);
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
