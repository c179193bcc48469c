/* lemma info: what a record holds, on a screen; or one of its tables. */
#include "tool.h"

#include <string.h>

#include "core/alloc.h"
#include "info.h"

enum { KEY_JSON = 256, KEY_HEAD, KEY_TAIL };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {"head", KEY_HEAD, "N", 0, "The first N rows of a table", 0},
    {"tail", KEY_TAIL, "N", 0, "The last N rows of a table", 0},
    {0}};

static const char doc[] = "Shows what a record holds: what ran, its headlines, and "
                          "every table with its first "
                          "and last row. With a TABLE (loss/server): its rows, "
                          "tab-separated. A record can be "
                          "read while it is being written.\v"
                          "In the overview a row of several numbers is shown as its "
                          "smallest .. largest entry.\n\n"
                          "Examples:\n"
                          "  lemma info quickstart.h5\n"
                          "  lemma info quickstart.h5 loss/server > loss.tsv\n"
                          "  lemma info quickstart.h5 gradient_gap/gap --tail 5\n"
                          "  lemma info --json quickstart.h5\n";

static size_t parse_rows(const char *option, const char *text, struct argp_state *state)
{
    char *end = NULL;
    long long n = strtoll(text, &end, 10);

    if (*text == '\0' || *end != '\0' || n < 1)
        argp_error(state, "--%s: \"%s\" is not a number of rows", option, text);
    return (size_t) n;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct info_request *a = state->input;

    switch (key) {
    case KEY_JSON:
        a->json = true;
        return 0;
    case KEY_HEAD:
        a->head = parse_rows("head", text, state);
        return 0;
    case KEY_TAIL:
        a->tail = parse_rows("tail", text, state);
        return 0;
    case ARGP_KEY_ARG:
        if (a->table)
            argp_error(state, "one table at a time: \"%s\" is a second one", text);
        *(a->file ? &a->table : &a->file) = text;
        return 0;
    case ARGP_KEY_END:
        if (!a->file)
            argp_error(state, "name a record");
        if ((a->head || a->tail) && !a->table)
            argp_error(state, "--head and --tail go with a TABLE");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE [TABLE]", doc, NULL, NULL, NULL};

static int info_main(int argc, char **argv)
{
    struct info_request a = {0};
    struct lemma_reader *reader = NULL;
    struct lemma_error err = {""};
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    LEMMA_TRY(lemma_reader_open(a.file, &reader, &err));
    st = a.table ? info_table(reader, &a, &err) : info_overview(reader, &a, &err);
out:
    lemma_reader_close(reader);
    return st == LEMMA_OK ? TOOL_FINE : tool_failed(st, &err);
}

const struct lemma_command lemma_cmd_info = {
    .name = "info",
    .title = "what a record holds, its head and tail; or one of its tables",
    .reads = true,
    .main = info_main,
};
