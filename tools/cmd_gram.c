/* lemma gram: the tangent kernel of an experiment before any training. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/alloc.h"
#include "experiment.h"
#include "gram.h"
#include "record/record.h"
#include "run/origin.h"

enum {
    KEY_SET = 256,
    KEY_THREADS,
    KEY_SEEDS,
    KEY_WIDTHS,
    KEY_KERNEL,
    KEY_FORCE,
    KEY_JSON
};

enum { WIDTHS_MAX = 64, SEEDS_MAX = 1000000 };

struct arguments {
    struct experiment_arguments experiment;
    const char *output, *kernel;
    size_t widths[WIDTHS_MAX], width_count, seeds;
    bool force, quiet, json;
};

static const struct argp_option options[] = {
    {"seeds", KEY_SEEDS, "S", 0,
     "Draws of the weights [5]: seeds from the experiment's own on, which is the W(0) "
     "of "
     "its run; the data stay as they are",
     0},
    {"widths", KEY_WIDTHS, "M,M,...", 0,
     "Widths to go through instead of the experiment's, with the slope of the distance "
     "from the limit",
     0},
    {"kernel", KEY_KERNEL, "KIND", 0,
     "With d outputs: full, (N d, N d); mean, the (N, N) mean over them; auto [auto]: "
     "full "
     "up to N d = 4096",
     0},
    {"output", 'o', "OUT.h5", 0, "Write a record too", 0},
    {"set", KEY_SET, "KEY=VALUE", 0,
     "Override a key of the file: data.samples=64; may be repeated", 0},
    {"threads", KEY_THREADS, "N", 0, "Threads [all cores]; results do not depend on it",
     0},
    {"force", KEY_FORCE, NULL, 0, "Replace an existing record", 0},
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {"quiet", 'q', NULL, 0, "No progress", 0},
    {0}};

static const char doc[] =
    "Measures the tangent kernel of EXPERIMENT.yaml (without one: the built-in quick "
    "start) at initialisation, without training: extreme eigenvalues, condition number "
    "and "
    "trace of H(0) and of its infinite-width limit H^inf, their distance, layer by "
    "layer, "
    "and the bounds k1, k2, k3 on the limit's least eigenvalue.\v"
    "H(0) = J J^T over the trained weights, in the network's own parameterisation; "
    "H^inf "
    "at the same scale. Eigenvalues are right to about order x 2e-16 x lambda_max: a "
    "least "
    "eigenvalue below that is zero as far as can be told, and kappa is then inf."
    "\n\n"
    "Exit status: 0 fine; 2 usage or a bad input file; 3 trouble (memory, disk).\n\n"
    "Examples:\n"
    "  lemma gram                                     the quick start's kernel\n"
    "  lemma gram mine.yaml --seeds 20 -o gram.h5\n"
    "  lemma gram mine.yaml --widths 256,512,1024,2048,4096\n"
    "  lemma gram mine.yaml --set network.depth=1 --json\n";

/* A whole number of at least 1 at *text, which then stands behind it; 0: there is none.
 */
static size_t read_count(const char **text)
{
    char *end = NULL;
    unsigned long long n =
        **text >= '0' && **text <= '9' ? strtoull(*text, &end, 10) : 0;

    *text = end ? end : *text;
    return n < SIZE_MAX ? (size_t) n : 0;
}

static void parse_widths(const char *text, struct arguments *a,
                         struct argp_state *state)
{
    const char *at = text;

    do {
        size_t width = read_count(&at);

        if (width == 0 || (*at != ',' && *at != '\0'))
            argp_error(state,
                       "--widths: \"%s\" is not a list of widths like 256,512,1024",
                       text);
        if (a->width_count == WIDTHS_MAX)
            argp_error(state, "--widths: more than %d of them", WIDTHS_MAX);
        a->widths[a->width_count++] = width;
    } while (*at++ == ',');
}

static void parse_kernel(const char *text, struct arguments *a,
                         struct argp_state *state)
{
    static const char *const kinds[] = {"auto", "full", "mean"};
    char near[64];

    for (size_t i = 0; i < 3; i++)
        if (strcmp(kinds[i], text) == 0)
            a->kernel = kinds[i];
    if (!a->kernel)
        argp_error(state, "--kernel: expected auto, full or mean, got \"%s\"%s", text,
                   tool_suggestion(text, kinds, 3, near, sizeof near));
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;
    const char *rest = text;

    switch (key) {
    case 'o':
        a->output = text;
        break;
    case 'q':
        a->quiet = true;
        break;
    case KEY_SEEDS:
        a->seeds = read_count(&rest);
        if (*rest || a->seeds < 1 || a->seeds > SEEDS_MAX)
            argp_error(state, "--seeds: \"%s\" is not a number of draws, 1 to %d", text,
                       SEEDS_MAX);
        break;
    case KEY_WIDTHS:
        parse_widths(text, a, state);
        break;
    case KEY_KERNEL:
        parse_kernel(text, a, state);
        break;
    case KEY_SET:
        experiment_setting(&a->experiment, text, state);
        break;
    case KEY_THREADS:
        a->experiment.threads = experiment_threads(text, state);
        break;
    case KEY_FORCE:
        a->force = true;
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

/* One line rewritten on a terminal; elsewhere a line a width. */
static void show(const struct arguments *a, const struct gram_result *g, size_t w,
                 size_t draw)
{
    bool terminal = isatty(STDERR_FILENO);

    if (a->quiet || (!terminal && draw > 0))
        return;
    fprintf(stderr, "%swidth %zu (%zu of %zu), draw %zu of %zu%s", terminal ? "\r" : "",
            g->width[w].width, w + 1, g->widths, draw + 1, g->draws,
            terminal ? "   " : "\n");
    fflush(stderr);
}

static void end_show(const struct arguments *a)
{
    if (!a->quiet && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%60s\r", "");
}

static lemma_status new_result(struct gram_result *g)
{
    size_t parts;
    lemma_status st = LEMMA_OK;

    if (!lemma_size_mul(g->draws, g->L + 1, &parts))
        return LEMMA_EMEMORY;
    LEMMA_NEW(g->width, g->widths);
    for (size_t w = 0; w < g->widths; w++)
        LEMMA_NEW(g->width[w].part, parts);
out:
    return st;
}

static void free_result(struct gram_result *g)
{
    for (size_t w = 0; g->width && w < g->widths; w++)
        lemma_free(g->width[w].part);
    lemma_free(g->width);
}

static lemma_status declare(struct lemma_record *r, const struct lemma_experiment *x,
                            const struct lemma_study *s, const char *line,
                            const char *source, struct gram_tables *tables,
                            struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_declare_origin(r, x, line, source));
    LEMMA_TRY(lemma_declare_data(r, x, s->set, s->partition));
    LEMMA_TRY(lemma_declare_network(r, s->net));
    LEMMA_TRY(gram_declare(r, s->net->L, tables));
    LEMMA_TRY(lemma_record_attr_text(r, "initial_gram", "kernel",
                                     s->kind == LEMMA_GRAM_FULL ? "full" : "mean"));
    LEMMA_TRY(lemma_record_start(r, err));
out:
    return st;
}

/* All widths and draws; the record r (or NULL) gets a row for each. */
static lemma_status measure(const struct arguments *a, struct lemma_study *s,
                            struct gram_result *g, struct lemma_record *r,
                            const struct gram_tables *tables, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    for (size_t w = 0; w < g->widths; w++) {
        show(a, g, w, 0);
        LEMMA_TRY(lemma_study_widen(s, g->width[w].width, err));
        g->width[w].bounds = s->bounds;
        for (size_t i = 0; i < g->draws; i++) {
            if (i > 0)
                show(a, g, w, i);
            LEMMA_TRY(lemma_study_draw(s, g->seed + i, err));
            memcpy(g->width[w].part + i * (g->L + 1), s->part,
                   (g->L + 1) * sizeof *s->part);
            if (r)
                LEMMA_TRY(gram_append(r, tables, s, w * g->draws + i, g->seed + i));
        }
    }
out:
    end_show(a);
    return st;
}

/* The largest width first: what does not fit is told before the work begins. */
static lemma_status check_widths(const struct gram_result *g,
                                 struct lemma_experiment *x, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    size_t own = x->network.width;

    for (size_t w = 0; w < g->widths && st == LEMMA_OK; w++) {
        x->network.width = g->width[w].width;
        st = lemma_run_check_sizes(x, err);
    }
    x->network.width = own;
    return st;
}

static lemma_status study(const struct arguments *a, struct lemma_experiment *x,
                          const char *line, const char *source, struct lemma_error *err)
{
    struct lemma_study *s = NULL;
    struct lemma_record *r = NULL;
    char *output = NULL;
    struct gram_tables tables;
    struct gram_result g = {.widths = a->width_count ? a->width_count : 1,
                            .draws = a->seeds,
                            .L = x->network.depth,
                            .seed = x->seed};
    time_t begun = time(NULL);
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(new_result(&g));
    for (size_t w = 0; w < g.widths; w++)
        g.width[w].width = a->width_count ? a->widths[w] : x->network.width;
    LEMMA_TRY(check_widths(&g, x, err));
    if (a->output) {
        output = lemma_output_behind_links(a->output);
        st = output ? lemma_record_create(output, a->force, &r, err) : LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
    LEMMA_TRY(lemma_study_create(x, a->kernel, &s, err));
    g.study = s;
    if (r)
        LEMMA_TRY(declare(r, x, s, line, source, &tables, err));
    LEMMA_TRY(measure(a, s, &g, r, &tables, err));
    if (r) {
        double seconds = difftime(time(NULL), begun);

        LEMMA_TRY(lemma_record_overwrite(r, "provenance/seconds", &seconds));
        LEMMA_TRY(
            lemma_record_finish(r, "complete", (int64_t) (g.widths * g.draws), err));
    }
    if (a->json)
        gram_json(stdout, &g);
    else
        gram_print(stdout, &g);
out:
    if (st == LEMMA_EIO && r && !err->text[0])
        lemma_fail(err, st, "%s: %s", output, lemma_record_trouble(r));
    lemma_record_destroy(r);
    lemma_free(output);
    free_result(&g);
    lemma_study_destroy(s);
    return st;
}

static int gram_main(int argc, char **argv)
{
    struct arguments a = {.seeds = 5};
    struct lemma_experiment *x = NULL;
    struct lemma_error err = {""};
    char *source = NULL, *line = NULL;
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    a.kernel = a.kernel ? a.kernel : "auto";
    LEMMA_NEW(x, 1);
    LEMMA_TRY(experiment_read(&a.experiment, NULL, x, &source, &err));
    line = experiment_command_line(argc, argv);
    if (!line)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    LEMMA_TRY(study(&a, x, line, source, &err));
out:
    lemma_free(line);
    lemma_free(source);
    lemma_free(x);
    if (st == LEMMA_OK)
        return TOOL_FINE;
    experiment_explain(&err);
    return tool_failed(st, &err);
}

const struct lemma_command lemma_cmd_gram = {
    .name = "gram",
    .title = "the tangent kernel before training: spectrum, limit, bounds",
    .computes = true,
    .main = gram_main,
};
