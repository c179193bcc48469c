/* lemma compare: what differs between two records, table by table. */
#include "tool.h"

#include <math.h>
#include <string.h>

#include "config/value.h"
#include "json.h"
#include "numbers.h"
#include "record/compare.h"
#include "shown.h"

enum { KEY_RTOL = 256, KEY_TOLERANCES, KEY_ALL, KEY_JSON, TOOL_DIFFERENT = 1 };

static const double default_rtol = 1e-9;

struct arguments {
    const char *files[2];
    size_t file_count;
    const char *tolerances; /* a file, or NULL */
    double rtol;
    bool all, json;
};

static const struct argp_option options[] = {
    {"rtol", KEY_RTOL, "X", 0, "Largest relative difference that is close [1e-9]", 0},
    {"tolerances", KEY_TOLERANCES, "FILE", 0,
     "YAML with tolerances of single tables, constants or groups, one a line: "
     "gram/eigenvalues: 1e-6 (relative), activation: 2 absolute (in the table's "
     "units), lazy/error: ignore; the closest name counts",
     0},
    {"all", KEY_ALL, NULL, 0, "A line for every table, not for different ones alone",
     0},
    {"json", KEY_JSON, NULL, 0, "Print JSON, with every table", 0},
    {0}};

static const char doc[] =
    "Compares two records table by table: bit for bit the same, close (within "
    "tolerance), or DIFFERENT.\v"
    "The relative difference of two numbers is |a - b| / max |x|, the maximum over "
    "both "
    "records' finite entries x at the same place of every row (client c's layer l over "
    "all steps). A quantity that starts as rounding noise around zero is so measured "
    "by "
    "what it grows to; for one that never leaves the noise, give an absolute tolerance "
    "in FILE. A constant is measured by itself.\n\n"
    "NaN and NaN are equal, -1 and -1 (a missing integer) too; missing in one record "
    "alone is different whatever the tolerance. So is a table that is missing, has "
    "another shape, type or number of rows (the rows that both have are compared all "
    "the same), or rows of other steps.\n\n"
    "Compared: all tables, axes (exactly), samples and weights where recorded, status, "
    "and the attributes of data, network, train and the probes (train/eta, "
    "gram/every). "
    "Not compared: provenance, config, config_source, start_time, end_time, titles, "
    "units, plotting.\n\n"
    "Exit status: 0 the same or close; 1 different; 2 usage or a bad file; 3 trouble "
    "(memory, disk).\n\n"
    "Examples:\n"
    "  lemma compare before.h5 after.h5\n"
    "  lemma compare before.h5 after.h5 --rtol 0 --all\n"
    "  lemma compare before.h5 after.h5 --tolerances tolerances.yaml --json\n";

static double parse_rtol(const char *text, struct argp_state *state)
{
    double x = 0;

    if (lemma_value_real(text, &x) || !(x >= 0))
        argp_error(state, "--rtol: expected a number of at least 0, got \"%s\"", text);
    return x;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_RTOL:
        a->rtol = parse_rtol(text, state);
        return 0;
    case KEY_TOLERANCES:
        a->tolerances = text;
        return 0;
    case KEY_ALL:
        a->all = true;
        return 0;
    case KEY_JSON:
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->file_count == 2)
            argp_error(state, "two records at a time: \"%s\" is a third one", text);
        a->files[a->file_count++] = text;
        return 0;
    case ARGP_KEY_END:
        if (a->file_count < 2)
            argp_error(state, "name two records");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "A B", doc, NULL, NULL, NULL};

/* "step 20 [3,1]", "row 4", "" */
static void print_place(const struct lemma_compared *c, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    if (!c->placed || c->rows == 0)
        return;
    if (c->axis)
        used = (size_t) snprintf(text, size, "%s %.0f", c->axis, c->at);
    else
        used = (size_t) snprintf(text, size, "row %zu", c->row);
    for (size_t i = 0; i < c->rank && used < size; i++)
        used += (size_t) snprintf(text + used, size - used, "%s%zu%s", i ? "," : " [",
                                  c->index[i], i + 1 == c->rank ? "]" : "");
}

/* "A 0.25, B 0.5": enough digits to tell them apart. */
static void print_values(const struct lemma_compared *c, char *text, size_t size)
{
    char a[NUMBER_ROOM], b[NUMBER_ROOM];
    int digits = 4;

    do {
        snprintf(a, sizeof a, "%.*g", digits, c->a);
        snprintf(b, sizeof b, "%.*g", digits, c->b);
    } while (++digits <= 17 && strcmp(a, b) == 0);
    snprintf(text, size, "A %s, B %s", a, b);
}

static void print_item(const struct lemma_compared *c)
{
    bool different = c->likeness == LEMMA_DIFFERENT, taken = !isnan(c->worst);
    char rows[NUMBER_ROOM] = "-", worst[NUMBER_ROOM], number[NUMBER_ROOM];
    char tolerance[NUMBER_ROOM + 16] = "-", place[128], values[128] = "";
    char name[SHOWN_ROOM], reason[SHOWN_ROOM];
    const char *parts[] = {place, values, shown(c->reason, reason)};
    int pad; /* to the end of the tolerance's column */

    if (c->rows > 0)
        snprintf(rows, sizeof rows, "%zu", c->rows);
    if (taken)
        snprintf(tolerance, sizeof tolerance, "%s%s", number_real(c->tolerance, number),
                 c->absolute ? " absolute" : "");
    pad = strlen(tolerance) < 9 ? 9 - (int) strlen(tolerance) : 0;
    print_place(c, place, sizeof place);
    if (different && c->placed)
        print_values(c, values, sizeof values);
    printf("  %-9s  %-34s  %6s  %-9s  %s",
           different ? "DIFFERENT" : lemma_likeness_name(c->likeness),
           shown(c->name, name), rows, number_real(c->worst, worst), tolerance);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (*parts[i]) {
            printf("%*s  %s", pad, "", parts[i]);
            pad = 0;
        }
    putchar('\n');
}

/* The largest relative difference of what is close; NULL where nothing is. */
static const struct lemma_compared *widest(const struct lemma_comparison *c)
{
    const struct lemma_compared *found = NULL;

    for (size_t i = 0; i < c->count; i++) {
        const struct lemma_compared *item = &c->items[i];

        if (item->likeness == LEMMA_CLOSE && !item->absolute &&
            (!found || item->worst > found->worst))
            found = item;
    }
    return found;
}

static void print_all(const struct arguments *a, const struct lemma_comparison *c)
{
    const struct lemma_compared *most = widest(c);
    bool lines = a->all || c->counts[LEMMA_DIFFERENT] > 0;
    char number[NUMBER_ROOM], name[SHOWN_ROOM];
    size_t constants = 0;

    printf("A: %s\n", shown(a->files[0], name));
    printf("B: %s\n", shown(a->files[1], name));
    if (lines)
        printf("  %-9s  %-34s  %6s  %-9s  %-9s  %s\n", "verdict", "table or constant",
               "rows", "worst", "tolerance", "where");
    for (size_t i = 0; i < c->count; i++) {
        constants += c->items[i].constant;
        if (a->all || c->items[i].likeness == LEMMA_DIFFERENT)
            print_item(&c->items[i]);
    }
    printf("%s%zu tables, %zu constants: %zu same bit for bit, %zu close",
           lines ? "\n" : "", c->count - constants, constants, c->counts[LEMMA_SAME],
           c->counts[LEMMA_CLOSE]);
    if (most)
        printf(" (at most %s, %s)", number_real(most->worst, number),
               shown(most->name, name));
    printf(", %zu ignored, %zu different\n", c->counts[LEMMA_IGNORED],
           c->counts[LEMMA_DIFFERENT]);
}

static void json_item(struct json *j, const struct lemma_compared *c)
{
    json_object(j, NULL);
    json_text(j, "name", c->name);
    json_text(j, "kind", c->constant ? "constant" : "table");
    json_text(j, "verdict", lemma_likeness_name(c->likeness));
    json_text(j, "reason", c->reason[0] ? c->reason : NULL);
    json_count(j, "rows", (int64_t) c->rows);
    json_real(j, "worst", c->worst);
    json_real(j, "tolerance", c->tolerance);
    json_text(j, "measure", c->absolute ? "absolute" : "relative");
    if (c->placed) {
        json_real(j, "a", c->a);
        json_real(j, "b", c->b);
        json_count(j, "row", (int64_t) c->row);
        if (c->axis)
            json_count(j, c->axis, number_whole(c->at));
        json_array(j, "index");
        for (size_t i = 0; i < c->rank; i++)
            json_count(j, NULL, (int64_t) c->index[i]);
        json_close(j, ']');
    }
    json_close(j, '}');
}

static void json_all(const struct arguments *a, const struct lemma_comparison *c)
{
    struct json j = {.out = stdout};

    json_object(&j, NULL);
    json_text(&j, "a", a->files[0]);
    json_text(&j, "b", a->files[1]);
    json_real(&j, "rtol", a->rtol);
    json_object(&j, "counts");
    for (int i = LEMMA_SAME; i <= LEMMA_DIFFERENT; i++)
        json_count(&j, lemma_likeness_name((enum lemma_likeness) i),
                   (int64_t) c->counts[i]);
    json_close(&j, '}');
    json_array(&j, "compared");
    for (size_t i = 0; i < c->count; i++)
        json_item(&j, &c->items[i]);
    json_close(&j, ']');
    json_close(&j, '}');
}

static int compare_main(int argc, char **argv)
{
    struct arguments a = {.rtol = default_rtol};
    struct lemma_side sides[2] = {{NULL, NULL}, {NULL, NULL}};
    struct lemma_tolerances *tolerances = NULL;
    struct lemma_comparison *c = NULL;
    struct lemma_error err = {""};
    bool different = false;
    lemma_status st = LEMMA_OK;

    tool_parse(&argp, argc, argv, &a);
    if (a.tolerances)
        LEMMA_TRY(lemma_tolerances_load(a.tolerances, &tolerances, &err));
    for (size_t i = 0; i < 2; i++) {
        sides[i].file = a.files[i];
        LEMMA_TRY(lemma_reader_open(a.files[i], &sides[i].reader, &err));
    }
    LEMMA_TRY(lemma_compare(sides, a.rtol, tolerances, &c, &err));
    different = c->counts[LEMMA_DIFFERENT] > 0;
    if (a.json)
        json_all(&a, c);
    else
        print_all(&a, c);
out:
    lemma_comparison_destroy(c);
    lemma_reader_close(sides[1].reader);
    lemma_reader_close(sides[0].reader);
    lemma_tolerances_destroy(tolerances);
    if (st != LEMMA_OK)
        return tool_failed(st, &err);
    return different ? TOOL_DIFFERENT : TOOL_FINE;
}

const struct lemma_command lemma_cmd_compare = {
    .name = "compare",
    .title = "what differs between two records, table by table",
    .reads = true,
    .main = compare_main,
};
