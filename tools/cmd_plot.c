/* lemma plot: a table as a chart on the terminal, or as a picture by Python. */
#include "tool.h"

#include <string.h>

#include "info.h"
#include "plot.h"
#include "python.h"

enum { KEY_CLIENT = 256, KEY_LAYER, KEY_LOG, KEY_AGAINST, KEY_LINES };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write a picture: .png, .svg or .pdf (needs Python)", 0},
    {"client", KEY_CLIENT, "C", 0, "One client, from 0 [all]", 0},
    {"layer", KEY_LAYER, "L", 0, "One layer: 1, 2, ... [all]", 0},
    {"log", KEY_LOG, "AXES", 0, "Logarithmic axes: x, y, xy or none [none]", 0},
    {"against", KEY_AGAINST, "AXIS", 0,
     "What runs to the right: step, round, or of a sweep a key that changes [step, or "
     "the first key]",
     0},
    {"lines", KEY_LINES, NULL, 0, "A line a client instead of their mean and range", 0},
    {0}};

static const char doc[] =
    "Draws a table of a record, as far as it is written, or of a sweep's file. Without "
    "-o it is drawn in the terminal, in its size; else a picture is written and "
    "nothing is opened. Missing numbers leave gaps.\v"
    "Several clients are drawn as their mean, and shaded from the least to the "
    "largest; several layers as a line each. The numbers at the ends of the axes are "
    "the least and largest of what is drawn.\n\n"
    "Pictures are drawn by the Python package lemma_analysis, with python3 or what "
    "LEMMA_PYTHON names; it needs h5py and matplotlib.\n\n"
    "Examples:\n"
    "  lemma plot quickstart.h5 loss/server --log y\n"
    "  lemma plot quickstart.h5 gradient_gap/gap --against round\n"
    "  lemma plot quickstart.h5 activation/flips_initial --layer 2 -o flips.png\n"
    "  lemma plot two-layer-width/sweep.h5 gradient_gap/gap.max --log xy\n";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct plot_request *a = state->input;

    switch (key) {
    case 'o':
        a->output = text;
        return 0;
    case KEY_CLIENT:
        a->client = text;
        return 0;
    case KEY_LAYER:
        a->layer = text;
        return 0;
    case KEY_LOG:
        if (strcmp(text, "x") != 0 && strcmp(text, "y") != 0 &&
            strcmp(text, "xy") != 0 && strcmp(text, "none") != 0)
            argp_error(state, "--log: expected x, y, xy or none, got \"%s\"", text);
        a->log = text;
        return 0;
    case KEY_AGAINST:
        a->against = text;
        return 0;
    case KEY_LINES:
        a->each = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->table)
            argp_error(state, "one table at a time: \"%s\" is a second one", text);
        *(a->file ? &a->table : &a->file) = text;
        return 0;
    case ARGP_KEY_END:
        if (!a->table)
            argp_error(state,
                       a->file ? "name a table of %s (lemma info %s lists them)"
                               : "name a record and a table",
                       a->file, a->file);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE TABLE", doc, NULL, NULL, NULL};

/* The package takes the same words. */
static int hand_over(const struct plot_request *a)
{
    const char *words[16] = {"plot", a->file, a->table, "-o", a->output};
    const struct {
        const char *option, *text;
    } given[] = {{"--client", a->client},
                 {"--layer", a->layer},
                 {"--log", a->log},
                 {"--against", a->against}};
    size_t count = 5;

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (given[i].text) {
            words[count++] = given[i].option;
            words[count++] = given[i].text;
        }
    if (a->each)
        words[count++] = "--lines";
    return tool_python("numpy h5py matplotlib", words);
}

static int plot_main(int argc, char **argv)
{
    struct plot_request a = {0};
    struct plot_data data = {0};
    struct lemma_reader *reader = NULL;
    struct terminal t;
    struct lemma_error err = {""};
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    if (a.output)
        return hand_over(&a);
    terminal_look(&t);
    LEMMA_TRY(lemma_reader_open(a.file, &reader, &err));
    st = plot_open(reader, &a, &data, &err);
    if (st == LEMMA_EINPUT && err.text[0] == '\0')
        st = info_unknown_table(reader, a.table, a.file, &err);
    if (st == LEMMA_OK)
        st = plot_draw(reader, &a, &data, &t);
    if (st == LEMMA_EINPUT && err.text[0] == '\0')
        lemma_fail(&err, st, "%s: %s could not be read", a.file, a.table);
out:
    plot_close(&data);
    lemma_reader_close(reader);
    return st == LEMMA_OK ? TOOL_FINE : tool_failed(st, &err);
}

const struct lemma_command lemma_cmd_plot = {
    .name = "plot",
    .title = "a table as a chart on the terminal, or as a picture",
    .reads = true,
    .main = plot_main,
};
