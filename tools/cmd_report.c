/* lemma report: a run or a sweep on one page, written by the Python package in
 * analysis/. */
#include "tool.h"

#include "python.h"

enum { KEY_PDF = 256, KEY_NO_CHECK, WORDS = 16 };

struct arguments {
    const char *file, *output, *pdf;
    bool no_check;
};

static const struct argp_option options[] = {
    {"output", 'o', "PAGE", 0, "The page [report.html]", 0},
    {"pdf", KEY_PDF, "PDF", 0,
     "A PDF as well, or alone without -o: printed by Chromium where it is installed, "
     "else "
     "drawn by matplotlib",
     0},
    {"no-check", KEY_NO_CHECK, NULL, 0, "No verdicts: figures and numbers alone", 0},
    {0}};

static const char doc[] =
    "Writes one page of HTML that needs nothing else and no network: what was run, its "
    "headline numbers, the verdicts of lemma check (sorted and filtered at a click, "
    "each "
    "opens its statement, its source and how tight it was over the run), figures with "
    "the "
    "theory's bounds, the configuration, and what made the record. Of a sweep (its "
    "folder, "
    "or its sweep.h5): the laws' verdicts and the fits of its exponents.\v"
    "The page is made by the Python package lemma_analysis, which needs python3 with "
    "h5py "
    "and numpy (on Debian: python3-h5py, python3-numpy; for PDF chromium, or "
    "python3-matplotlib). LEMMA_PYTHON names another python, LEMMA_ANALYSIS the folder "
    "that "
    "lemma_analysis is in.\n\n"
    "Exit status: 0 fine, whatever the verdicts; 2 usage or a bad file; 3 trouble "
    "(disk, "
    "Python or one of its packages is missing).\n\n"
    "Examples:\n"
    "  lemma report quickstart.h5 -o quickstart.html\n"
    "  lemma report two-layer-width --pdf two-layer-width.pdf\n";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'o':
        a->output = text;
        return 0;
    case KEY_PDF:
        a->pdf = text;
        return 0;
    case KEY_NO_CHECK:
        a->no_check = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->file)
            argp_error(state, "one record or sweep at a time, \"%s\" is a second one",
                       text);
        a->file = text;
        return 0;
    case ARGP_KEY_END:
        if (!a->file)
            argp_error(state, "name a record, or a sweep's folder");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE|SWEEP", doc, NULL, NULL, NULL};

static int report_main(int argc, char **argv)
{
    struct arguments a = {0};
    const char *words[WORDS];
    size_t n = 0;

    tool_parse(&argp, argc, argv, &a);
    words[n++] = "report";
    if (a.output) {
        words[n++] = "-o";
        words[n++] = a.output;
    }
    if (a.pdf) {
        words[n++] = "--pdf";
        words[n++] = a.pdf;
    }
    if (a.no_check)
        words[n++] = "--no-check";
    words[n++] = "--";
    words[n++] = a.file;
    words[n] = NULL;
    return tool_python("h5py numpy", words);
}

const struct lemma_command lemma_cmd_report = {
    .name = "report",
    .title = "a run or a sweep on one page of HTML, or as PDF",
    .main = report_main,
};
