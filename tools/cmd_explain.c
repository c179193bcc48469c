/* lemma explain: what a name means, from the same tables that the code works by. */
#include "tool.h"

#include <string.h>

#include "explain.h"
#include "wrap.h"

static const char doc[] =
    "Explains a probe (its formula, tables, units, source, cost, options), one table "
    "of a "
    "probe (gradient_gap/gap), a data set, a partition, a network, an activation, a "
    "loss, a claim, a theorem, a key of experiment files (network.width, or a section: "
    "network), or all of a topic (claims).\v"
    "Examples:\n"
    "  lemma explain gradient_gap\n"
    "  lemma explain gradient_gap/lipschitz\n"
    "  lemma explain network.width\n"
    "  lemma explain claims\n"
    "  lemma list                      the names there are\n";

struct arguments {
    const char *name;
    bool json;
};

enum { KEY_JSON = 256 };

static const struct argp_option options[] = {
    {"json", KEY_JSON, NULL, 0, "Print a JSON array", 0}, {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_JSON:
        a->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->name)
            argp_error(state, "one name at a time: \"%s\" is a second one", text);
        a->name = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name what is to be explained (lemma list shows the names)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {options, parse, "NAME", doc, NULL, NULL, NULL};

enum { INDENT = 12 };

static void line(const char *label, const char *text)
{
    if (text && text[0])
        wrap_print(stdout, INDENT, label, text);
}

static void explain_column(const struct lemma_probe_type *p,
                           const struct lemma_column *c)
{
    static const char *const axes[] = {
        [LEMMA_AXIS_STEP] = "a row per local step",
        [LEMMA_AXIS_ROUND] = "a row per round and one at the end",
        [LEMMA_AXIS_CADENCE] = ("a row per round and one at the end, or per "
                                "local step"),
        [LEMMA_AXIS_MOVE] = "a row per round",
        [LEMMA_AXIS_AVERAGING] = "a row per averaging"};

    printf("\n  %s/%s", p->name, c->name);
    if (c->shape && c->shape[0])
        printf(" (%s)", c->shape);
    printf("%s%s, %s\n", c->units && c->units[0] ? ", in " : "",
           c->units && c->units[0] ? c->units : "", axes[c->axis]);
    line("    what", c->meaning);
    line("    formula", c->formula);
    line("    source", c->source);
}

static void explain_option(const struct lemma_option *o)
{
    char label[2 * LEMMA_WORD + 8];

    snprintf(label, sizeof label, "    %s", o->name);
    wrap_print(stdout, INDENT + 8, label, o->help ? o->help : "");
    if (o->words)
        wrap_print(stdout, INDENT + 8, "", o->words);
    if (o->fallback)
        printf("%*sdefault: %s\n", INDENT + 8, "", o->fallback);
}

static void explain_probe(const struct lemma_probe_type *p)
{
    line("  source", p->source);
    line("  cost", p->cost);
    if (p->signal)
        line("  plotted", p->signal);
    printf("\n  Tables (K clients, L layers, N samples, d outputs%s):\n",
           p->order ? ", E eigenvalues" : "");
    for (size_t i = 0; p->columns[i].name; i++)
        explain_column(p, &p->columns[i]);
    printf("\n  Options, under probes.%s:\n", p->name);
    wrap_print(
        stdout, INDENT + 8, "    every",
        "cadence, \"5 steps\" or \"10 rounds\"; without it: always. A quantity of "
        "rounds is seen at the end, W(R), in any case");
    for (size_t i = 0; p->options && p->options[i].name; i++)
        explain_option(&p->options[i]);
    printf("\n  Try: lemma run --set probes.%s={}\n", p->name);
}

static void print_range(const struct lemma_key *k)
{
    printf("  takes     %s", k->type == LEMMA_KEY_REAL ? "a number" : "a whole number");
    if (k->min > -1e300)
        printf(", %s %g", k->min_open ? "above" : "from", k->min);
    if (k->max < 1e15)
        printf(", up to %g", k->max);
    putchar('\n');
}

/* The registry that a key's words come from. */
static bool key_topic(const char *name, enum topic *t)
{
    static const struct {
        const char *key;
        enum topic topic;
    } families[] = {{"data.kind", TOPIC_DATA},
                    {"partition.kind", TOPIC_PARTITIONS},
                    {"network.preset", TOPIC_NETWORKS}};

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (strcmp(name, families[i].key) == 0) {
            *t = families[i].topic;
            return true;
        }
    return false;
}

static void print_words(const struct lemma_key *k, const struct catalogue *c)
{
    enum topic t = TOPIC_DATA;

    if (k->words) {
        line("  takes", k->words);
    } else if (key_topic(k->name, &t)) {
        puts("  takes");
        for (size_t i = 0; i < c->count; i++)
            if (c->list[i].topic == t)
                printf("    %-24s  %s\n", c->list[i].name, c->list[i].title);
    } else {
        line("  takes", "a word");
    }
}

static void explain_key(const struct lemma_key *k, const struct catalogue *c)
{
    const char *dot = strrchr(k->name, '.');

    switch (k->type) {
    case LEMMA_KEY_SIZE:
    case LEMMA_KEY_U64:
    case LEMMA_KEY_REAL:
        print_range(k);
        break;
    case LEMMA_KEY_WORD:
        print_words(k, c);
        break;
    case LEMMA_KEY_PATH:
        line("  takes", "a path");
        break;
    case LEMMA_KEY_BOOL:
        line("  takes", "true or false");
        break;
    case LEMMA_KEY_CLASSES:
        line("  takes", "a list of labels, 0 to 255: [0, 1, 7]");
        break;
    case LEMMA_KEY_EVERY:
        line("  takes", "N rounds, N minutes or off");
        break;
    }
    if (k->fallback && k->fallback[0])
        printf("  default   %s\n", k->fallback);
    printf("  override  lemma run --set %s=%s\n", k->name,
           k->fallback && k->fallback[0] ? k->fallback : "...");
    if (dot)
        printf("  see also  lemma explain %.*s\n", (int) (dot - k->name), k->name);
}

static void explain_claim(const struct lemma_claim_type *claim)
{
    char words[LEMMA_CLAIM_WORDS];

    line("  states", claim->statement);
    line("  kind", lemma_kind_name(claim->kind));
    lemma_claim_assumes(claim, words);
    line("  assumes", words);
    lemma_claim_reads(claim, words);
    line("  reads", words);
    line("  source", claim->source);
    line("  status", claim->status);
    line("  proof", claim->proof);
    printf("\n  Try: lemma check RECORD.h5 --claim %s\n", claim->name);
}

static void explain_rate(const struct lemma_scaling_type *type)
{
    char words[LEMMA_SCALING_WORDS];

    line("  of", type->quantity);
    lemma_scaling_reads(type, words);
    line("  reads", words);
    puts(
        "  kind      rate: its exponents, measured over the seeds of a sweep, one side "
        "judged");
    for (const struct lemma_scaling_law *law = type->laws; law->against; law++) {
        putchar('\n');
        lemma_scaling_statement(law, words);
        line("  law", words);
        line("    source", law->source);
        line("    status", law->status);
        line("    note", law->words);
    }
    printf("\n  Try: lemma check SWEEP --claim %s --explain\n", type->name);
}

static void explain_theorem(const struct lemma_theorem *t)
{
    line("  width", t->width);
    line("  step", t->step);
    line("  then", t->conclusion);
    line("  also", t->also);
    line("  network", t->network);
    line("  source", t->source);
    line("  status", t->status);
    line("  note", lemma_theorems_note);
    printf("\n  Try: lemma check RECORD.h5\n");
}

static void explain_entry(const struct entry *e, const struct catalogue *c)
{
    printf("%s: %s\n", e->name, e->title);
    if (e->probe)
        explain_probe(e->probe);
    else if (e->key)
        explain_key(e->key, c);
    else if (e->claim)
        explain_claim(e->claim);
    else if (e->rate)
        explain_rate(e->rate);
    else if (e->theorem)
        explain_theorem(e->theorem);
    else
        line("  source", e->source);
}

/* The entries of this name, or all of the topic of this name. */
static size_t explain_entries(const struct catalogue *c, const char *name, bool topic)
{
    size_t found = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct entry *e = &c->list[i];

        if (strcmp(topic ? topic_name(e->topic) : e->name, name) != 0)
            continue;
        if (found++)
            putchar('\n');
        explain_entry(&c->list[i], c);
    }
    return found;
}

const struct lemma_column *explain_find_table(const struct catalogue *c,
                                              const char *name,
                                              const struct lemma_probe_type **probe)
{
    size_t n = strcspn(name, "/.");

    for (size_t i = 0; name[n] && i < c->count; i++) {
        const struct lemma_probe_type *p = c->list[i].probe;
        if (!p || strlen(p->name) != n || strncmp(p->name, name, n) != 0)
            continue;
        for (size_t k = 0; p->columns[k].name; k++)
            if (strcmp(p->columns[k].name, name + n + 1) == 0) {
                *probe = p;
                return &p->columns[k];
            }
    }
    return NULL;
}

static size_t explain_table(const struct catalogue *c, const char *name)
{
    const struct lemma_probe_type *p = NULL;
    const struct lemma_column *column = explain_find_table(c, name, &p);

    if (!column)
        return 0;
    printf("%s: %s", p->name, p->title);
    explain_column(p, column);
    return 1;
}

/* "network": every key below it. */
static size_t explain_section(const struct catalogue *c, const char *name)
{
    size_t found = 0, n = strlen(name);

    for (size_t i = 0; i < c->count; i++) {
        const struct lemma_key *k = c->list[i].key;
        if (!k || strncmp(k->name, name, n) != 0 || k->name[n] != '.')
            continue;
        if (found++ == 0)
            printf("%s: a section of experiment files\n", name);
        printf("  %-28s  %s%s%s\n", k->name, k->help,
               k->fallback && k->fallback[0] ? "; default " : "",
               k->fallback ? k->fallback : "");
    }
    return found;
}

static int unknown_name(const struct catalogue *c, const char *name)
{
    const char *names[CATALOGUE_MAX];
    char hint[160];

    for (size_t i = 0; i < c->count; i++)
        names[i] = c->list[i].name;
    tool_say("nothing is called \"%s\"%s (lemma list shows the names)", name,
             tool_suggestion(name, names, c->count, hint, sizeof hint));
    return TOOL_USAGE;
}

/* How much was found and printed. */
static size_t explain(const struct catalogue *c, const char *name)
{
    size_t found = explain_entries(c, name, false);

    if (found == 0)
        found = explain_table(c, name);
    if (found == 0 || !strchr(name, '.'))
        found += explain_section(c, name);
    return found ? found : explain_entries(c, name, true);
}

static int explain_main(int argc, char **argv)
{
    struct arguments a = {NULL, false};
    struct catalogue c;
    size_t found;

    tool_parse(&argp, argc, argv, &a);
    catalogue_fill(&c);
    found = a.json ? explain_json(&c, a.name) : explain(&c, a.name);
    return found ? TOOL_FINE : unknown_name(&c, a.name);
}

const struct lemma_command lemma_cmd_explain = {
    .name = "explain",
    .title = "what a probe, a table, a network or a key means, and its source",
    .main = explain_main,
};
