/* lemma sweep: one experiment at many points. */
#include "tool.h"

#include <string.h>
#include <unistd.h>

#include <omp.h>

#include "core/alloc.h"
#include "experiment.h"
#include "shown.h"
#include "sweep.h"
#include "sweep/collect.h"

enum {
    KEY_SET = 256,
    KEY_THREADS,
    KEY_INDEX,
    KEY_COLLECT,
    KEY_DRY,
    KEY_SLURM,
    KEY_PAPER,
    KEY_FORCE,
    KEY_JSON,
    JOBS_MAX = 4096
};

struct arguments {
    struct experiment_arguments experiment; /* file: the sweep's */
    const char *output;
    size_t jobs, index;
    bool one, collect, dry, slurm, paper, force, quiet, json;
};

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "Folder of the sweep [SWEEP in this folder]", 0},
    {"jobs", 'j', "JOBS", 0,
     "Points that run at once [1], as processes that share the threads; results do not "
     "depend on it",
     0},
    {"threads", KEY_THREADS, "N", 0, "Threads of all jobs together [all cores]", 0},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Override a key of the base: train.rounds=10; may be repeated", 0},
    {"paper", KEY_PAPER, NULL, 0,
     "The sizes of the file's map paper, meant for a cluster; folder SWEEP-paper", 0},
    {"force", KEY_FORCE, NULL, 0,
     "Replace records of other experiments that have the points' names; whether the "
     "disk has room for these is not checked",
     0},
    {"dry-run", KEY_DRY, NULL, 0,
     "Check all points, list them with what is there, and stop", 0},
    {"index", KEY_INDEX, "I", 0, "Run point I alone, and write no sweep.h5", 0},
    {"collect", KEY_COLLECT, NULL, 0, "Run nothing: write sweep.h5 of what is finished",
     0},
    {"slurm", KEY_SLURM, NULL, 0,
     "Print a Slurm job array for sbatch, JOBS tasks at once, and stop", 0},
    {"json", KEY_JSON, NULL, 0, "Print the points as JSON", 0},
    {"quiet", 'q', NULL, 0, "No progress and no summary; failures only", 0},
    {0}};

static const char doc[] =
    "Runs the experiments of SWEEP.yaml, one record a point: DIR/points/0000.h5 and so "
    "on, and sums them up in DIR/sweep.h5.\v"
    "A sweep file, whole:\n\n"
    "  base: two-layer.yaml       # relative to this file; or the map itself\n"
    "  axes:                      # a product, the first changes slowest\n"
    "    - network.width: {geometric: {from: 256, to: 16384, points: 7}}\n"
    "    - zip:                   # keys that move together\n"
    "        train.local_steps: [5, 10, 20]\n"
    "        train.rounds: [80, 40, 20]\n"
    "    - train.step_size: {linear: {from: 0.5, to: 1, points: 3}}\n"
    "  seeds: 5                   # from the base's on, or a list; changes fastest\n\n"
    "With a search every point is a bisection for the least value of a whole-number "
    "key, in its logarithm:\n\n"
    "  search:\n"
    "    network.width: {from: 4, to: 4096}\n"
    "    until: \"loss/server rounds-to<=1e-2\"  # of its start, within train.rounds\n"
    "    ratio: 1.1          # of the last two values; 1: to the last whole number\n\n"
    "It tries to (which may fail: the point has no such value, a finding), from (which "
    "may do already: the least may lie below), then geometric means. What fails at a "
    "value is taken to fail below it, for each seed; what diverges has failed. The "
    "point's record is the run of the least value, so that `lemma fit DIR --of sweep/m "
    "--against N` fits least widths; its .log has the tries, from where the search "
    "goes "
    "on after an interruption, or with a smaller ratio.\n\n"
    "A map paper may hold other axes, seeds and search, and a base of keys to "
    "override, "
    "which --paper puts in their place:\n\n"
    "  paper:\n"
    "    base: {train: {rounds: 500}}\n"
    "    seeds: 20\n\n"
    "At most 10000 points; all are checked before the first runs. Run it again to go "
    "on: points whose record holds their experiment, and came to its end, are passed "
    "over; unfinished ones go on as `lemma run --resume` does. Where records of other "
    "experiments have the points' names, as after a value was put in front of others, "
    "or with the -o of another sweep, nothing is started without --force. "
    "Points that are no longer in the file are left alone. "
    "Ctrl-C ends the running ones after their local step.\n\n"
    "Exit status: 0 every point finished, diverged, or has no least value (findings); "
    "2 "
    "usage or a bad "
    "file; 3 trouble, an interruption, or points that failed: each is named with its "
    "reason, and the rest is finished.\n\n"
    "Examples:\n"
    "  lemma sweep width.yaml --dry-run\n"
    "  lemma sweep width.yaml -o width -j 2\n"
    "  lemma info width/sweep.h5 activation/flips_initial_max.final\n"
    "  lemma sweep width.yaml --paper --slurm -j 50 > sweep.sh; sbatch sweep.sh\n";

/* A whole number of at most `most`. */
static size_t read_count(const char *option, const char *text, size_t least,
                         size_t most, struct argp_state *state)
{
    char *end = NULL;
    unsigned long n = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;

    if (!end || *end || n < least || n > most)
        argp_error(state, "%s: expected a whole number from %zu to %zu, got \"%s\"",
                   option, least, most, text);
    return n;
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
    case 'j':
        a->jobs = read_count("--jobs", text, 1, JOBS_MAX, state);
        break;
    case KEY_THREADS:
        a->experiment.threads = experiment_threads(text, state);
        break;
    case KEY_SET:
        experiment_setting(&a->experiment, text, state);
        break;
    case KEY_INDEX:
        a->one = true;
        a->index = read_count("--index", text, 0, LEMMA_SWEEP_POINTS - 1, state);
        break;
    case KEY_COLLECT:
        a->collect = true;
        break;
    case KEY_DRY:
        a->dry = true;
        break;
    case KEY_PAPER:
        a->paper = true;
        break;
    case KEY_FORCE:
        a->force = true;
        break;
    case KEY_SLURM:
        a->slurm = true;
        break;
    case KEY_JSON:
        a->json = true;
        break;
    case ARGP_KEY_ARG:
        if (a->experiment.file)
            argp_error(state, "one sweep at a time: \"%s\" is a second one", text);
        a->experiment.file = text;
        break;
    case ARGP_KEY_END:
        if (!a->experiment.file)
            argp_error(state, "name a sweep file");
        if (a->one + a->collect + a->dry + a->slurm > 1)
            argp_error(state, "--index, --collect, --dry-run, --slurm: one of them");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "SWEEP.yaml", doc, NULL, NULL, NULL};

/* All that one call holds. */
struct session {
    const struct arguments *a;
    struct lemma_sweep *s;
    struct sweep_plan plan;
    char *dir, *line;
    size_t *todo, count, threads;
    int lock;
    bool interrupted;
};

/* Points that are not finished, in order; each but for its seed is checked. */
static lemma_status choose(struct session *o, struct lemma_error *err)
{
    size_t first = o->a->one ? o->a->index : 0;
    size_t last = o->a->one ? first + 1 : o->s->points, checked = SIZE_MAX;
    lemma_status st = LEMMA_OK;

    if (last > o->s->points)
        return lemma_fail(err, LEMMA_EINPUT,
                          "--index: expected a point of %s, 0 to %zu, got %zu",
                          o->s->file, o->s->points - 1, first);
    LEMMA_TRY(sweep_look(&o->plan, first, last));
    if (!o->a->force && !o->a->collect && !o->a->dry)
        LEMMA_TRY(sweep_check_others(&o->plan, err));
    for (size_t i = first; i < last && !o->a->collect; i++) {
        if (lemma_point_is_finished(o->plan.state[i]))
            continue;
        o->todo[o->count++] = i;
        if (checked < o->s->points && lemma_sweep_is_reseeded(o->s, checked, i))
            continue;
        LEMMA_TRY(lemma_sweep_check(o->s, i, err));
        checked = i;
    }
out:
    return st;
}

static lemma_status begin(struct session *o, int argc, char **argv,
                          struct lemma_error *err)
{
    const struct experiment_arguments *x = &o->a->experiment;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(o->a->paper ? lemma_sweep_load_paper(x->file, &o->s, err)
                          : lemma_sweep_load(x->file, &o->s, err));
    for (size_t i = 0; i < x->setting_count; i++)
        LEMMA_TRY(lemma_sweep_set(o->s, x->settings[i], err));
    o->dir = sweep_folder(o->a->output, o->a->paper, x);
    o->line = experiment_command_line(argc, argv);
    if (!o->dir || !o->line)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    o->threads = x->threads ? (size_t) x->threads : (size_t) omp_get_max_threads();
    o->plan = (struct sweep_plan){.s = o->s, .dir = o->dir};
    LEMMA_NEW(o->plan.state, o->s->points);
    LEMMA_NEW(o->plan.failed, o->s->points);
    LEMMA_NEW(o->todo, o->s->points);
    if (!o->a->dry && !o->a->slurm)
        LEMMA_TRY(sweep_make_folder(o->dir, o->a->one ? NULL : &o->lock, err));
    LEMMA_TRY(choose(o, err));
out:
    return st;
}

static void summarise(const struct session *o, size_t finished)
{
    size_t failed = 0, diverged = 0, censored = 0, unreached = 0;
    char dir[SHOWN_ROOM];

    for (size_t i = 0; i < o->s->points; i++) {
        failed += o->plan.failed[i];
        diverged += o->plan.state[i] == LEMMA_POINT_DIVERGED;
        censored += o->plan.state[i] == LEMMA_POINT_CENSORED;
        unreached += o->plan.state[i] == LEMMA_POINT_UNREACHED;
    }
    printf("%zu of %zu points finished", finished, o->s->points);
    if (diverged > 0)
        printf(", %zu of them diverged", diverged);
    if (unreached > 0)
        printf(", %zu of them without a least %s up to %zu", unreached,
               o->s->search.key, o->s->search.to);
    if (censored > 0)
        printf(", %zu of them do at %zu already", censored, o->s->search.from);
    if (failed > 0)
        printf(", %zu failed", failed);
    printf("; %zu were run now\n", o->count);
    if (finished > 0)
        printf("Sweep: %s/sweep.h5. Next: lemma info %s/sweep.h5\n", shown(o->dir, dir),
               dir);
}

static struct sweep_jobs jobs_of(const struct session *o)
{
    return (struct sweep_jobs){o->a->jobs, o->threads, o->a->quiet, o->a->paper,
                               o->a->force};
}

/* Runs what is to be run, and sums up what is there. *fine: nothing is missing. */
static lemma_status go(struct session *o, bool *fine, struct lemma_error *err)
{
    struct sweep_jobs how = jobs_of(o);
    size_t finished = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(sweep_run(&o->plan, o->todo, o->count, &how, &o->interrupted, err));
    if (o->a->one) {
        *fine = lemma_point_is_finished(o->plan.state[o->a->index]);
        goto out;
    }
    LEMMA_TRY(lemma_sweep_collect(o->s, o->dir, o->line, &finished, err));
    *fine = finished == o->s->points;
    if (o->a->json)
        sweep_json(stdout, &o->plan);
    else if (!o->a->quiet)
        summarise(o, finished);
out:
    if (o->interrupted)
        tool_say("interrupted: %zu of %zu points are finished; run it again to go on",
                 sweep_finished(&o->plan), o->s->points);
    return st;
}

/* What there is, and on standard error that a sweep of it would be refused. */
static void list(const struct session *o)
{
    struct lemma_error why = {""};

    if (o->a->json)
        sweep_json(stdout, &o->plan);
    else
        sweep_list(stdout, &o->plan);
    if (!o->a->force && sweep_check_others(&o->plan, &why) != LEMMA_OK)
        tool_say("without --dry-run this is refused: %s", why.text);
}

static int sweep_main(int argc, char **argv)
{
    struct arguments a = {.jobs = 1};
    struct session o = {.a = &a, .lock = -1};
    struct sweep_jobs how;
    struct lemma_error err = {""};
    bool fine = true;
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    LEMMA_TRY(begin(&o, argc, argv, &err));
    how = jobs_of(&o);
    if (a.slurm)
        sweep_slurm(stdout, &o.plan, &a.experiment, &how);
    else if (a.dry)
        list(&o);
    else
        LEMMA_TRY(go(&o, &fine, &err));
out:
    if (o.lock >= 0)
        close(o.lock);
    lemma_free(o.plan.state);
    lemma_free(o.plan.failed);
    lemma_free(o.todo);
    lemma_free(o.dir);
    lemma_free(o.line);
    lemma_sweep_destroy(o.s);
    if (st != LEMMA_OK)
        return tool_failed(st, &err);
    return fine ? TOOL_FINE : TOOL_TROUBLE;
}

const struct lemma_command lemma_cmd_sweep = {
    .name = "sweep",
    .title = "one experiment at many points: widths, steps, seeds",
    .computes = true,
    .main = sweep_main,
};
