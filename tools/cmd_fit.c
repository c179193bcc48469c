/* lemma fit: exponents of a sweep, and whether it is a power law at all. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "config/value.h"
#include "core/alloc.h"
#include "experiment.h"
#include "fit.h"

enum {
    KEY_OF = 256,
    KEY_AGAINST,
    KEY_REDUCE,
    KEY_LAYER,
    KEY_WHERE,
    KEY_POOL,
    KEY_RANGE,
    KEY_LEVEL,
    KEY_FORCE,
    KEY_JSON,
    WORDS_MAX = 64
};

struct arguments {
    const char *sweep, *reduce, *output;
    const char *against[LEMMA_AXES_MAX], *where[WORDS_MAX], *pool[WORDS_MAX];
    struct lemma_fit_request request;
    bool force, json;
};

static const struct argp_option options[] = {
    {"of", KEY_OF, "TABLE", 0,
     "What is fitted: activation/flips_initial_max; of a search: sweep/m, the least "
     "width",
     0},
    {"against", KEY_AGAINST, "KEY", 0,
     "What it is a power of: a key that changes, or a constant (m, K, phi, ...); "
     "repeated: a product of powers, an exponent each",
     0},
    {"reduce", KEY_REDUCE, "HOW", 0,
     "One number of a point's rows: first, round0, final, max, min, mean, first-step, "
     "rounds-to<=F, rate [final]",
     0},
    {"layer", KEY_LAYER, "L", 0,
     "Of a table with a number a layer: 1, 2, ..., or largest", 0},
    {"where", KEY_WHERE, "KEY=VALUE", 0,
     "Only points with this value of a key; may be repeated", 0},
    {"pool", KEY_POOL, "KEY", 0,
     "Let a key vary: points that differ in it are replicates; may be repeated", 0},
    {"range", KEY_RANGE, "RANGE", 0,
     "all points, or straight: the longest range of at least four x that shows no "
     "curvature [all]",
     0},
    {"level", KEY_LEVEL, "P", 0, "Confidence of the intervals [0.95]", 0},
    {"output", 'o', "OUT.h5", 0, "Write a record of the fit too", 0},
    {"force", KEY_FORCE, NULL, 0, "Replace an existing record", 0},
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {0}};

static const char doc[] =
    "Fits y = C x^a to the points of a sweep (its folder, or its sweep.h5) by weighted "
    "least squares of log y on log x, seeds being replicates, with an interval for a "
    "and a test whether it is a power law at all.\v"
    "Rows of clients count as their largest number. Reductions: first, final, max, "
    "min, mean over the rows; round0, the largest row of round 0; first-step, the row "
    "after one local step; rounds-to<=F, the first round whose value is at most F "
    "times the first row's (0 < F < 1; \"rounds-to loss<=1e-3*initial\" says the "
    "same); rate, minus the slope of the value's logarithm over the round, by least "
    "squares from the first row to 1e-10 of it or the end. The last three are read "
    "from the points' records.\n\n"
    "Points that diverged, whose updates vanished in rounding or whose loss grew past "
    "1/epsilon times its first, searches that ended at one of their bounds, values "
    "that are "
    "missing or not positive, are left out and counted. A key that changes without "
    "being named must be held (--where) or pooled "
    "(--pool), unless it goes with those that are named, as in a zip.\n\n"
    "The interval is Student's t; curvature is the quadratic term in log x, and p < "
    "0.05 says that it is no power law. The means are tested for lack of fit too, "
    "against the spread of their seeds. A record (-o) has a row each different x in "
    "/run/fit, with the request, curvature and tests as its attributes, and the "
    "exponents in /run/exponents.\n\n"
    "Exit status: 0 fine, whatever the verdict; 2 usage or a bad file; 3 trouble "
    "(memory, disk).\n\n"
    "Examples:\n"
    "  lemma fit width --of activation/flips_initial_max --against network.width\n"
    "  lemma fit width --of loss/server --reduce 'rounds-to<=1e-3' --against m\n"
    "  lemma fit least --of sweep/m --against N\n"
    "  lemma fit grid/sweep.h5 --of deviation/max --reduce max \\\n"
    "      --against network.width --against train.local_steps\n"
    "  lemma fit grid --of loss/server --reduce rate --against network.width \\\n"
    "      --where train.local_steps=10 --range straight --json\n";

static void add(const char **list, size_t *count, size_t most, const char *text,
                const char *option, struct argp_state *state)
{
    if (*count == most)
        argp_error(state, "%s: more than %zu of them", option, most);
    list[(*count)++] = text;
}

static int parse_layer(const char *text, struct argp_state *state)
{
    size_t layer = 0;

    if (strcmp(text, "largest") == 0)
        return LEMMA_LARGEST_LAYER;
    if (lemma_value_size(text, &layer) || layer < 1 || layer > 1000000)
        argp_error(state, "--layer: expected 1, 2, ... or largest, got \"%s\"", text);
    return (int) layer;
}

static enum lemma_range parse_range(const char *text, struct argp_state *state)
{
    static const char *const words[] = {"all", "straight"};
    char near[64];

    if (strcmp(text, words[0]) != 0 && strcmp(text, words[1]) != 0)
        argp_error(state, "--range: expected all or straight, got \"%s\"%s", text,
                   tool_suggestion(text, words, 2, near, sizeof near));
    return strcmp(text, words[0]) == 0 ? LEMMA_RANGE_ALL : LEMMA_RANGE_STRAIGHT;
}

static void check_complete(const struct arguments *a, struct argp_state *state)
{
    if (!a->sweep)
        argp_error(state, "name a sweep: its folder, or its sweep.h5");
    if (!a->request.of)
        argp_error(state, "name a table with --of, as activation/flips_initial_max; "
                          "lemma info SWEEP lists them");
    if (a->request.axes == 0)
        argp_error(state, "name a key with --against, as network.width; lemma info "
                          "SWEEP says which change");
    if (a->request.axes > 1 && a->request.options.range != LEMMA_RANGE_ALL)
        argp_error(state, "--range straight: of one --against alone");
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;
    struct lemma_fit_request *q = &a->request;

    switch (key) {
    case KEY_OF:
        q->of = text;
        break;
    case KEY_AGAINST:
        add(a->against, &q->axes, LEMMA_AXES_MAX, text, "--against", state);
        break;
    case KEY_REDUCE:
        a->reduce = text;
        break;
    case KEY_LAYER:
        q->layer = parse_layer(text, state);
        break;
    case KEY_WHERE:
        add(a->where, &q->where_count, WORDS_MAX, text, "--where", state);
        break;
    case KEY_POOL:
        add(a->pool, &q->pool_count, WORDS_MAX, text, "--pool", state);
        break;
    case KEY_RANGE:
        q->options.range = parse_range(text, state);
        break;
    case KEY_LEVEL:
        if (lemma_value_real(text, &q->options.level) ||
            !(q->options.level > 0 && q->options.level < 1))
            argp_error(state, "--level: expected a number between 0 and 1, got \"%s\"",
                       text);
        break;
    case 'o':
        a->output = text;
        break;
    case KEY_FORCE:
        a->force = true;
        break;
    case KEY_JSON:
        a->json = true;
        break;
    case ARGP_KEY_ARG:
        if (a->sweep)
            argp_error(state, "one sweep at a time: \"%s\" is a second one", text);
        a->sweep = text;
        break;
    case ARGP_KEY_END:
        check_complete(a, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp argp = {options, parse, "SWEEP", doc, NULL, NULL, NULL};

static int fit_main(int argc, char **argv)
{
    struct arguments a = {.reduce = "final"};
    struct lemma_sweep_index *index = NULL;
    struct lemma_sweep_fit fit = {0};
    struct fit_report report = {NULL, NULL, &a.request, &fit};
    struct lemma_error err = {""};
    char *line = NULL;
    lemma_status st = LEMMA_OK;

    a.request.against = a.against;
    a.request.where = a.where;
    a.request.pool = a.pool;
    tool_parse(&argp, argc, argv, &a);
    report.sweep = a.sweep;
    report.reduce = a.reduce;
    LEMMA_TRY(lemma_measure_parse(a.reduce, a.request.of, &a.request.measure, &err));
    LEMMA_TRY(lemma_sweep_index_open(a.sweep, &index, &err));
    LEMMA_TRY(lemma_sweep_fit(index, &a.request, &fit, &err));
    line = experiment_command_line(argc, argv);
    if (!line)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    if (a.output)
        LEMMA_TRY(fit_record(a.output, a.force, line, index, &report, &err));
    if (a.json)
        fit_json(stdout, &report);
    else
        fit_print(stdout, &report);
out:
    lemma_free(line);
    lemma_sweep_fit_fini(&fit);
    lemma_sweep_index_close(index);
    return st == LEMMA_OK ? TOOL_FINE : tool_failed(st, &err);
}

const struct lemma_command lemma_cmd_fit = {
    .name = "fit",
    .title = "exponents of a sweep, and whether it is a power law at all",
    .reads = true,
    .main = fit_main,
};
