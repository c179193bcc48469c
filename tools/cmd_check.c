/* lemma check: theorems judged on records. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "claim/claim.h"
#include "core/alloc.h"
#include "json.h"
#include "numbers.h"

enum { KEY_CLAIM = 256, KEY_JSON, FILES_MAX = 1024, TOOL_VIOLATED = 1 };

struct arguments {
    const char *files[FILES_MAX];
    size_t file_count;
    const struct lemma_claim_type *only; /* NULL: all */
    bool json;
};

static const struct argp_option options[] = {
    {"claim", KEY_CLAIM, "NAME", 0, "This claim alone (lemma list claims)", 0},
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {0}};

static const char doc[] =
    "Judges the theory's statements on records: each claim holds, is violated, is not "
    "applicable (an assumption fails) or undecided (a table is missing). The slack is "
    "the "
    "largest measured / bound of all rows: 1 is equality.\v"
    "Exit status: 0 nothing is violated; 1 something is; 2 usage or a bad record; 3 "
    "trouble (memory, disk).\n\n"
    "Examples:\n"
    "  lemma check quickstart.h5\n"
    "  lemma check *.h5 --claim gap_split\n"
    "  lemma explain path_length          what a claim states, and why\n";

static const struct lemma_claim_type *claim_named(const char *name,
                                                  struct argp_state *state)
{
    const struct lemma_claim_type *claim = lemma_claim_find(name);
    const char *names[64];
    char near[96];
    size_t count = 0;

    for (; lemma_claim_types[count] && count < 64; count++)
        names[count] = lemma_claim_types[count]->name;
    if (!claim)
        argp_error(state, "--claim: there is no claim \"%s\"%s (lemma list claims)",
                   name, tool_suggestion(name, names, count, near, sizeof near));
    return claim;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_CLAIM:
        a->only = claim_named(text, state);
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->file_count == FILES_MAX)
            argp_error(state, "more than %d records", FILES_MAX);
        a->files[a->file_count++] = text;
        return 0;
    case ARGP_KEY_END:
        if (a->file_count == 0)
            argp_error(state, "name a record");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE...", doc, NULL, NULL, NULL};

/* "0.93 at step 40, place 2" */
static void describe(const struct lemma_finding *f, char *text, size_t size)
{
    char slack[NUMBER_ROOM];

    if (f->verdict == LEMMA_NOT_APPLICABLE || f->verdict == LEMMA_UNDECIDED)
        snprintf(text, size, "%s", f->reason);
    else if (f->place == LEMMA_NOWHERE)
        snprintf(text, size, "slack %s at step %zu%s", number_real(f->slack, slack),
                 f->step, f->vacuous ? ", vacuous" : "");
    else
        snprintf(text, size, "slack %s at step %zu, client %zu%s",
                 number_real(f->slack, slack), f->step, f->place,
                 f->vacuous ? ", vacuous" : "");
}

static void print_finding(const struct lemma_claim_type *claim,
                          const struct lemma_finding *f)
{
    char text[LEMMA_REASON + 64];

    describe(f, text, sizeof text);
    printf("  %-14s  %-22s  %8zu  %s\n", lemma_verdict_name(f->verdict), claim->name,
           f->rows, text);
}

static void json_finding(struct json *j, const struct lemma_claim_type *claim,
                         const struct lemma_finding *f)
{
    json_object(j, NULL);
    json_text(j, "claim", claim->name);
    json_text(j, "verdict", lemma_verdict_name(f->verdict));
    json_text(j, "status", claim->status);
    json_text(j, "reason", f->reason[0] ? f->reason : NULL);
    json_count(j, "rows", (int64_t) f->rows);
    json_real(j, "slack", f->slack);
    json_count(j, "step", (int64_t) f->step);
    if (f->place != LEMMA_NOWHERE)
        json_count(j, "client", (int64_t) f->place);
    json_text(j, "vacuous", f->vacuous ? "yes" : "no");
    json_close(j, '}');
}

/* All claims on one record; counts[verdict] grows. */
static lemma_status check_file(const struct arguments *a, const char *file,
                               struct json *j, size_t counts[4],
                               struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct lemma_evidence *e = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_open(file, &reader, err));
    LEMMA_TRY(lemma_evidence_create(reader, &e));
    if (a->json) {
        json_object(j, NULL);
        json_text(j, "record", file);
        json_array(j, "claims");
    } else
        printf("%s\n  %-14s  %-22s  %8s  %s\n", file, "verdict", "claim", "checked",
               "tightest: measured / bound");
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++) {
        struct lemma_finding f;

        if (a->only && *t != a->only)
            continue;
        LEMMA_TRY(lemma_claim_judge(*t, e, &f));
        counts[f.verdict]++;
        if (a->json)
            json_finding(j, *t, &f);
        else
            print_finding(*t, &f);
    }
    if (a->json) {
        json_close(j, ']');
        json_close(j, '}');
    }
out:
    if (st == LEMMA_EIO && !err->text[0])
        lemma_fail(err, st, "%s: a table could not be read", file);
    lemma_evidence_destroy(e);
    lemma_reader_close(reader);
    return st;
}

static int check_main(int argc, char **argv)
{
    struct arguments a = {0};
    struct json j = {.out = stdout};
    struct lemma_error err = {""};
    size_t counts[4] = {0};
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    if (a.json)
        json_array(&j, NULL);
    for (size_t i = 0; i < a.file_count; i++)
        LEMMA_TRY(check_file(&a, a.files[i], &j, counts, &err));
    if (a.json)
        json_close(&j, ']');
    else
        printf("\n%zu hold, %zu violated, %zu not applicable, %zu undecided\n",
               counts[LEMMA_HOLDS], counts[LEMMA_VIOLATED],
               counts[LEMMA_NOT_APPLICABLE], counts[LEMMA_UNDECIDED]);
out:
    if (st != LEMMA_OK)
        return tool_failed(st, &err);
    return counts[LEMMA_VIOLATED] ? TOOL_VIOLATED : TOOL_FINE;
}

const struct lemma_command lemma_cmd_check = {
    .name = "check",
    .title = "judge the theory's statements on records",
    .main = check_main,
};
