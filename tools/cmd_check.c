/* lemma check: theorems judged on records. */
#include "tool.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "core/alloc.h"
#include "record/record.h"
#include "shown.h"

enum {
    KEY_CLAIM = 256,
    KEY_JSON,
    KEY_CURVES,
    KEY_EXPLAIN,
    KEY_JUNIT,
    KEY_STRICT,
    KEY_DELTA,
    FILES_MAX = 1024,
    TOOL_VIOLATED = 1
};

struct arguments {
    const char *files[FILES_MAX];
    size_t file_count;
    const struct lemma_claim_type *only; /* NULL: all, or only_rate alone */
    const struct lemma_scaling_type *only_rate;
    const char *junit;
    double delta; /* 0: the library's */
    bool json, curves, explain, strict;
};

static const struct argp_option options[] = {
    {"claim", KEY_CLAIM, "NAME", 0, "This claim alone (lemma list claims)", 0},
    {"explain", KEY_EXPLAIN, NULL, 0,
     "A page a claim: its statement with this run's numbers put in", 0},
    {"delta", KEY_DELTA, "D", 0,
     "What statements that hold with probability 1 - delta take for delta (1e-6)", 0},
    {"strict", KEY_STRICT, NULL, 0,
     "Recalled statements that are violated count for the exit status too", 0},
    {"json", KEY_JSON, NULL, 0, "Print JSON", 0},
    {"curves", KEY_CURVES, NULL, 0,
     "With --json: of every claim the tightest row of each step", 0},
    {"junit", KEY_JUNIT, "FILE", 0, "Write a JUnit report as well: one suite a record",
     0},
    {0}};

static const char doc[] =
    "Judges the theory's statements on records, and its exponents on sweeps: each "
    "claim holds, is violated, is not "
    "applicable (an assumption fails) or undecided (a table is missing). The slack is "
    "the largest measured / bound of all rows: 1 is equality. Statements recalled from "
    "the literature, not proved here, stand apart. Statements that hold with high "
    "probability, or in the mean, are also judged over all records with different "
    "seeds together, by an exact binomial interval.\n\n"
    "Of a sweep (its folder, or its sweep.h5) the laws of kind rate are judged: an "
    "exponent is measured over seeds, and one side of it must be the theory's. It is "
    "violated where chance would put it there once in 1000, undecided up to once in "
    "40, "
    "under 1.5 decades, or with fewer than 5 seeds.\v"
    "Exit status: 0 nothing is violated; 1 something is (recalled statements aside); 2 "
    "usage or a bad record; 3 trouble (memory, disk).\n\n"
    "Examples:\n"
    "  lemma check quickstart.h5\n"
    "  lemma check quickstart.h5 --claim gradient_eigenvalues --explain\n"
    "  lemma check seed-*.h5 --delta 0.05\n"
    "  lemma check two-layer-width        a sweep's folder\n"
    "  lemma explain path_length          what a claim states, and why\n";

static void choose_claim(struct arguments *a, const char *name,
                         struct argp_state *state)
{
    const char *names[CLAIMS_MAX];
    char near[96];
    size_t count = 0;

    if (a->only || a->only_rate)
        argp_error(state, "one --claim at a time, \"%s\" is a second one", name);
    a->only = lemma_claim_find(name);
    a->only_rate = lemma_scaling_find(name);
    for (size_t i = 0; lemma_claim_types[i] && count < CLAIMS_MAX; i++)
        names[count++] = lemma_claim_types[i]->name;
    for (size_t i = 0; lemma_scaling_types[i] && count < CLAIMS_MAX; i++)
        names[count++] = lemma_scaling_types[i]->name;
    if (!a->only && !a->only_rate)
        argp_error(state, "--claim: there is no claim \"%s\"%s (lemma list claims)",
                   name, tool_suggestion(name, names, count, near, sizeof near));
}

static double delta_of(const char *text, struct argp_state *state)
{
    char *end;
    double delta = strtod(text, &end);

    if (end == text || *end || !(delta > 0 && delta < 1))
        argp_error(state, "--delta: expected a number between 0 and 1, got \"%s\"",
                   text);
    return delta;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_CLAIM:
        choose_claim(a, text, state);
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    case KEY_CURVES:
        a->curves = true;
        return 0;
    case KEY_EXPLAIN:
        a->explain = true;
        return 0;
    case KEY_JUNIT:
        a->junit = text;
        return 0;
    case KEY_STRICT:
        a->strict = true;
        return 0;
    case KEY_DELTA:
        a->delta = delta_of(text, state);
        return 0;
    case ARGP_KEY_ARG:
        if (a->file_count == FILES_MAX)
            argp_error(state, "more than %d records", FILES_MAX);
        a->files[a->file_count++] = text;
        return 0;
    case ARGP_KEY_END:
        if (a->file_count == 0)
            argp_error(state, "name a record, or a sweep's folder");
        if (a->json && a->explain)
            argp_error(state, "--json and --explain: one of them");
        if (a->curves && !a->json)
            argp_error(state, "--curves is printed with --json");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "FILE|SWEEP...", doc, NULL,
                                 NULL,    NULL};

/* All that is known so far. */
struct session {
    const struct arguments *a;
    struct json j;
    FILE *junit;
    struct check_result results[CLAIMS_MAX]; /* of the record at hand */
    struct check_result pooled[CLAIMS_MAX];  /* of all independent records */
    size_t count;                            /* claims that are asked for */
    double seeds[FILES_MAX];
    size_t seed_count; /* records that are independent: each has a seed of its own */
    size_t record_count, sweep_count;
    struct check_tally tally;
};

static void tally(struct session *s, const struct lemma_claim_type *claim,
                  const struct lemma_finding *f)
{
    s->tally.counts[f->verdict]++;
    s->tally.violated |= check_fails(claim, f, s->a->strict);
    s->tally.vacuous += f->verdict == LEMMA_HOLDS && f->vacuous;
    s->tally.recalled_violated +=
        f->verdict == LEMMA_VIOLATED && lemma_claim_is_recalled(claim);
}

static bool seed_is_new(struct session *s, double seed)
{
    for (size_t i = 0; i < s->seed_count; i++)
        if (s->seeds[i] == seed)
            return false;
    if (isnan(seed))
        return false;
    s->seeds[s->seed_count++] = seed;
    return true;
}

/* A table is sorted: what is broken stands first, what does not apply last. */
static void print_table(const struct session *s, bool recalled)
{
    static const enum lemma_verdict order[] = {LEMMA_VIOLATED, LEMMA_HOLDS,
                                               LEMMA_UNDECIDED, LEMMA_NOT_APPLICABLE};
    size_t printed = 0;

    for (size_t v = 0; v < sizeof order / sizeof *order; v++)
        for (size_t i = 0; i < s->count; i++) {
            const struct check_result *r = &s->results[i];

            if (r->finding.verdict != order[v] ||
                lemma_claim_is_recalled(r->claim) != recalled)
                continue;
            if (recalled && printed++ == 0)
                printf("\n  recalled from the literature, not proved here:\n");
            check_line(r->claim, &r->finding);
        }
}

static lemma_status judge_all(struct session *s, struct lemma_evidence *e)
{
    bool independent = seed_is_new(s, lemma_evidence_number(e, "train/seed"));
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < s->count; i++) {
        const struct lemma_claim_type *claim = s->results[i].claim;
        struct lemma_finding *f = &s->results[i].finding;

        LEMMA_TRY(lemma_claim_judge(claim, e, f));
        tally(s, claim, f);
        if (s->a->json)
            check_json(&s->j, claim, f, e);
        else if (s->a->explain)
            check_explain(claim, f, e);
        if (independent && claim->kind != LEMMA_SURE)
            lemma_claim_pool(claim, f, &s->pooled[i].finding);
    }
    if (!s->a->json && !s->a->explain) {
        print_table(s, false);
        print_table(s, true);
    }
out:
    return st;
}

/* A claim of one kind says nothing of what the other is judged on. */
static lemma_status check_kind(const struct arguments *a, const char *file, bool sweep,
                               struct lemma_error *err)
{
    const char *slash = strrchr(file, '/');
    struct stat info;
    bool folder = stat(file, &info) == 0 && S_ISDIR(info.st_mode);
    int dir = folder ? (int) strlen(file) : slash ? (int) (slash - file) : 1;

    if (sweep && a->only)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s is a sweep, and %s is judged on records: lemma check "
                          "%.*s/points/*.h5 --claim %s",
                          file, a->only->name, dir, folder || slash ? file : ".",
                          a->only->name);
    if (!sweep && a->only_rate && stat(file, &info) == 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s is no sweep, and %s, of kind rate, is judged on sweeps: "
                          "lemma check SWEEP --claim %s",
                          file, a->only_rate->name, a->only_rate->name);
    return LEMMA_OK;
}

static lemma_status check_one_sweep(struct session *s, const char *path,
                                    struct lemma_error *err)
{
    struct check_sweep_request request = {
        .only = s->a->only_rate,
        .json = s->a->json ? &s->j : NULL,
        .explain = s->a->explain,
        .strict = s->a->strict,
        .junit = s->junit,
    };

    s->sweep_count++;
    return check_sweep(&request, path, &s->tally, err);
}

static lemma_status check_record(struct session *s, const char *file,
                                 struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct lemma_evidence *e = NULL;
    struct lemma_curve curve = {0};
    char name[SHOWN_ROOM];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_open(file, &reader, err));
    LEMMA_TRY(lemma_reader_check_committed(reader, file, err));
    LEMMA_TRY(lemma_evidence_create(reader, &e));
    lemma_evidence_set_curve(e, s->a->curves ? &curve : NULL);
    if (s->a->delta > 0)
        lemma_evidence_set_delta(e, s->a->delta);
    if (s->a->json) {
        json_object(&s->j, NULL);
        json_text(&s->j, "record", file);
        json_array(&s->j, "claims");
    } else {
        puts(shown(file, name));
        if (!s->a->explain)
            check_head();
    }
    LEMMA_TRY(judge_all(s, e));
    if (s->a->json)
        json_close(&s->j, ']');
    if (!s->a->only)
        LEMMA_TRY(check_theorems(s->a->json ? &s->j : NULL, e));
    if (s->a->json)
        json_close(&s->j, '}');
    if (s->junit)
        check_junit_suite(s->junit, file, s->results, s->count, s->a->strict);
out:
    if (st == LEMMA_EIO && !err->text[0])
        lemma_fail(err, st, "%s: a table could not be read", file);
    lemma_evidence_destroy(e);
    lemma_curve_fini(&curve);
    lemma_reader_close(reader);
    return st;
}

static lemma_status check_file(struct session *s, const char *file,
                               struct lemma_error *err)
{
    bool sweep = check_is_sweep(file);
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(check_kind(s->a, file, sweep, err));
    if (sweep && s->record_count + s->sweep_count > 0 && !s->a->json)
        putchar('\n');
    if (sweep)
        return check_one_sweep(s, file, err);
    s->record_count++;
    LEMMA_TRY(check_record(s, file, err));
out:
    return st;
}

/* What independent records say together, of claims that more than one says something
 * on. */
static void conclude(struct session *s)
{
    size_t told = 0;

    for (size_t i = 0; i < s->count; i++) {
        const struct check_result *r = &s->pooled[i];

        if (r->finding.draws == 0)
            continue;
        if (told++ == 0 && s->a->json) {
            json_object(&s->j, NULL);
            json_count(&s->j, "independent_records", (int64_t) s->seed_count);
            json_array(&s->j, "claims");
        } else if (told == 1)
            printf("\n%zu independent records together (each has its own seed)\n",
                   s->seed_count);
        s->tally.violated |= check_fails(r->claim, &r->finding, s->a->strict);
        if (s->a->json)
            check_json(&s->j, r->claim, &r->finding, NULL);
        else
            check_line(r->claim, &r->finding);
    }
    if (told > 0 && s->a->json) {
        json_close(&s->j, ']');
        json_close(&s->j, '}');
    }
    if (told > 0 && s->junit)
        check_junit_suite(s->junit, "independent records together", s->pooled, s->count,
                          s->a->strict);
}

static void summarise(const struct session *s)
{
    printf("\n%zu hold, %zu violated, %zu not applicable, %zu undecided\n",
           s->tally.counts[LEMMA_HOLDS], s->tally.counts[LEMMA_VIOLATED],
           s->tally.counts[LEMMA_NOT_APPLICABLE], s->tally.counts[LEMMA_UNDECIDED]);
    if (s->tally.vacuous > 0)
        printf("%zu of those that hold are vacuous: their bounds say nothing here\n",
               s->tally.vacuous);
    if (s->tally.recalled_violated > 0 && !s->a->strict)
        printf("%zu of the violated are recalled statements, which --strict alone lets "
               "decide the exit status\n",
               s->tally.recalled_violated);
}

static lemma_status open_junit(struct session *s, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    if (!s->a->junit)
        return LEMMA_OK;
    st = lemma_output_check(s->a->junit, err);
    if (st != LEMMA_OK)
        return st;
    if (lemma_output_is_hdf5(s->a->junit))
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: is a record; a report does not overwrite it",
                          s->a->junit);
    s->junit = fopen(s->a->junit, "w");
    if (!s->junit)
        return lemma_fail(err, LEMMA_EIO, "%s: %s", s->a->junit, strerror(errno));
    check_junit_begin(s->junit);
    return LEMMA_OK;
}

static lemma_status close_junit(struct session *s, struct lemma_error *err)
{
    bool failed;

    if (!s->junit)
        return LEMMA_OK;
    check_junit_end(s->junit);
    failed = ferror(s->junit) != 0;
    failed |= fclose(s->junit) != 0;
    s->junit = NULL;
    if (failed)
        return lemma_fail(err, LEMMA_EIO, "%s: could not be written", s->a->junit);
    return LEMMA_OK;
}

static void begin(struct session *s, const struct arguments *a)
{
    s->a = a;
    for (size_t i = 0; lemma_claim_types[i]; i++) {
        LEMMA_REQUIRE(i < CLAIMS_MAX);
        if ((a->only || a->only_rate) && lemma_claim_types[i] != a->only)
            continue;
        s->results[s->count].claim = lemma_claim_types[i];
        s->pooled[s->count++] =
            (struct check_result){lemma_claim_types[i], LEMMA_FINDING_NONE};
    }
}

static int check_main(int argc, char **argv)
{
    struct arguments a = {0};
    struct session *s = NULL;
    struct lemma_error err = {""};
    bool violated = false;
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    LEMMA_NEW(s, 1);
    begin(s, &a);
    LEMMA_TRY(open_junit(s, &err));
    if (a.json) {
        LEMMA_TRY(json_keep(&s->j));
        json_array(&s->j, NULL);
    }
    for (size_t i = 0; i < a.file_count; i++)
        LEMMA_TRY(check_file(s, a.files[i], &err));
    if (s->seed_count > 1)
        conclude(s);
    if (a.json)
        json_close(&s->j, ']');
    else
        summarise(s);
    LEMMA_TRY(close_junit(s, &err));
    violated = s->tally.violated;
out:
    if (s)
        st = json_end(&s->j, st);
    if (s && s->junit)
        fclose(s->junit);
    lemma_free(s);
    if (st != LEMMA_OK)
        return tool_failed(st, &err);
    return violated ? TOOL_VIOLATED : TOOL_FINE;
}

const struct lemma_command lemma_cmd_check = {
    .name = "check",
    .title = "judge the theory's statements on records",
    .computes = true,
    .reads = true,
    .main = check_main,
};
