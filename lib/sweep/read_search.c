/* The search of a sweep file: which key, between which values, until what. */
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "probe/probe.h"
#include "sweep/read.h"

static const char forms[] =
    "a map like {network.width: {from: 4, to: 4096}, until: \"loss/server "
    "rounds-to<=1e-2\"}, and perhaps ratio";
static const double usual_ratio = 1.1, most_ratio = 1e6;

enum { FROM = 1, TO = 2, KEY = 4, UNTIL = 8 };

struct search_reading {
    struct lemma_sweep_reading *r;
    struct lemma_search *q;
    unsigned seen;
};

/* from or to: a value that the key takes. */
static lemma_status read_end(struct search_reading *s, const struct lemma_entry *pair,
                             const char *word, size_t *end)
{
    size_t count;
    const struct lemma_key *key = &lemma_keys(&count)[lemma_key_find(s->q->key)];
    char text[64], expected[LEMMA_EXPECTED_TEXT], shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(&s->r->yaml, pair, "a whole number", sizeof text, text));
    if (!lemma_key_assign(s->r->yaml.x, key, text, expected))
        st = lemma_yaml_fail(&s->r->yaml, pair->line, pair->name, "expected %s, got %s",
                             expected, lemma_node_show(pair->node, shown));
    else if (lemma_value_size(text, end) || *end == 0)
        st = lemma_yaml_fail(&s->r->yaml, pair->line, pair->name,
                             "expected a whole number of at least 1, which has a "
                             "logarithm, got %s",
                             lemma_node_show(pair->node, shown));
    LEMMA_TRY(st);
    s->seen |= strcmp(word, "from") == 0 ? FROM : TO;
out:
    return st;
}

static lemma_status read_ends(struct search_reading *s, const struct lemma_entry *entry)
{
    static const char range[] = "{from, to}";
    char word[LEMMA_WORD], name[LEMMA_FULL_NAME];
    struct lemma_entry pair;
    size_t pairs = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_map(&s->r->yaml, entry, range, &pairs));
    for (size_t i = 0; i < pairs; i++) {
        bool from;

        LEMMA_TRY(
            lemma_yaml_pair(&s->r->yaml, entry, i, LEMMA_WORD, word, name, &pair));
        from = strcmp(word, "from") == 0;
        if (!from && strcmp(word, "to") != 0)
            st = lemma_yaml_fail(&s->r->yaml, pair.line, pair.name, "expected %s",
                                 range);
        LEMMA_TRY(st);
        LEMMA_TRY(read_end(s, &pair, word, from ? &s->q->from : &s->q->to));
    }
    if ((s->seen & (FROM | TO)) != (FROM | TO))
        st = lemma_yaml_fail(&s->r->yaml, entry->line, entry->name, "expected %s, both",
                             range);
    else if (s->q->from >= s->q->to)
        st = lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                             "expected from below to, got %zu and %zu", s->q->from,
                             s->q->to);
out:
    return st;
}

/* One key of whole numbers, which no axis changes. */
static lemma_status read_key(struct search_reading *s, const struct lemma_entry *entry)
{
    const struct lemma_sweep *sweep = s->r->sweep;
    size_t count;
    int at = lemma_key_find(entry->name);
    lemma_status st = LEMMA_OK;

    for (size_t k = 0; k < sweep->key_count; k++)
        if (strcmp(sweep->keys[k].name, entry->name) == 0)
            return lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                                   "expected a key that is searched alone, got one "
                                   "that changes (line %d)",
                                   sweep->keys[k].line);
    if (at == LEMMA_NOT_A_KEY && strncmp(entry->name, "probes.", 7) != 0 &&
        !lemma_key_is_section(entry->name))
        return lemma_read_entry(&s->r->yaml, entry); /* it tells the nearest */
    if (at == LEMMA_NOT_A_KEY || lemma_keys(&count)[at].type != LEMMA_KEY_SIZE)
        return lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                               "expected a key of whole numbers to search, like "
                               "network.width");
    if (s->seen & KEY)
        return lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                               "expected one key to search, got a second (first on "
                               "line %d: %s)",
                               s->q->line, s->q->key);
    s->seen |= KEY;
    s->q->line = (int) entry->line;
    snprintf(s->q->key, sizeof s->q->key, "%s", entry->name);
    memcpy(s->r->yaml.x, sweep->base, sizeof *sweep->base);
    LEMMA_TRY(read_ends(s, entry));
out:
    return st;
}

/* Whether some probe has this table; *near: the nearest that one has. */
static bool is_table(const char *of, char near[LEMMA_SEARCH_TABLE])
{
    enum { NAMES = 256 };
    char names[NAMES][LEMMA_SEARCH_TABLE];
    const char *list[NAMES], *nearest;
    size_t count = 0;
    bool known = false;

    for (const struct lemma_probe_type *const *p = lemma_probe_types; *p; p++)
        for (size_t i = 0; (*p)->columns[i].name && count < NAMES; i++) {
            snprintf(names[count], sizeof *names, "%s/%s", (*p)->name,
                     (*p)->columns[i].name);
            known = known || strcmp(names[count], of) == 0;
            list[count] = names[count];
            count++;
        }
    nearest = lemma_nearest(of, list, count);
    snprintf(near, LEMMA_SEARCH_TABLE, "%s", nearest ? nearest : "");
    return known;
}

/* "loss/server rounds-to<=1e-2". */
static lemma_status read_until(struct search_reading *s,
                               const struct lemma_entry *entry)
{
    static const char expected[] =
        "a table and rounds-to<=F with 0 < F < 1, like \"loss/server rounds-to<=1e-2\"";
    struct lemma_search *q = s->q;
    char text[2 * LEMMA_SEARCH_TABLE], near[LEMMA_SEARCH_TABLE];
    char shown[LEMMA_SHOWN_TEXT];
    size_t n;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(&s->r->yaml, entry, expected, sizeof text, text));
    n = strcspn(text, " ");
    if (n >= sizeof q->of || !text[n] ||
        (snprintf(q->of, sizeof q->of, "%.*s", (int) n, text),
         lemma_measure_parse(text + n + strspn(text + n, " "), q->of, &q->measure,
                             NULL) != LEMMA_OK) ||
        q->measure.kind != LEMMA_BY_ROUNDS_TO) {
        st = lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                             "expected %s, got %s", expected,
                             lemma_node_show(entry->node, shown));
        goto out;
    }
    if (!is_table(q->of, near))
        st =
            lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                            "expected a table of a probe, got %s%s%s%s",
                            lemma_value_show(q->of, strlen(q->of), shown),
                            *near ? "; did you mean \"" : "", near, *near ? "\"?" : "");
    s->seen |= UNTIL;
out:
    return st;
}

static lemma_status read_ratio(struct search_reading *s,
                               const struct lemma_entry *entry)
{
    char text[64], shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(&s->r->yaml, entry, "a number", sizeof text, text));
    if (lemma_value_real(text, &s->q->ratio) ||
        !(s->q->ratio >= 1 && s->q->ratio <= most_ratio))
        st = lemma_yaml_fail(&s->r->yaml, entry->line, entry->name,
                             "expected a number of at least 1 (1: to the last whole "
                             "number), got %s",
                             lemma_node_show(entry->node, shown));
out:
    return st;
}

static lemma_status read_word(struct search_reading *s, const char *word,
                              struct lemma_entry *pair)
{
    static const char *const words[] = {"until", "ratio"};
    const char *near;
    char shown[LEMMA_SHOWN_TEXT];

    if (strcmp(word, words[0]) == 0)
        return read_until(s, pair);
    if (strcmp(word, words[1]) == 0)
        return read_ratio(s, pair);
    near = lemma_nearest(word, words, 2);
    if (near)
        return lemma_yaml_fail(&s->r->yaml, pair->line, "search",
                               "expected %s, got %s; did you mean \"%s\"?", forms,
                               lemma_value_show(word, strlen(word), shown), near);
    pair->name = word; /* a key in full */
    return read_key(s, pair);
}

lemma_status lemma_sweep_read_search(struct lemma_sweep_reading *r,
                                     const struct lemma_entry *entry)
{
    struct search_reading s = {r, &r->sweep->search, 0};
    char word[LEMMA_SWEEP_NAME], name[LEMMA_FULL_NAME];
    struct lemma_entry pair;
    size_t pairs = 0;
    lemma_status st = LEMMA_OK;

    s.q->ratio = usual_ratio;
    LEMMA_TRY(lemma_yaml_map(&r->yaml, entry, forms, &pairs));
    for (size_t i = 0; i < pairs; i++) {
        LEMMA_TRY(lemma_yaml_pair(&r->yaml, entry, i, sizeof word, word, name, &pair));
        LEMMA_TRY(read_word(&s, word, &pair));
    }
    if (!(s.seen & KEY) || !(s.seen & UNTIL))
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                             "expected %s, got no %s", forms,
                             s.seen & KEY ? "until" : "key");
out:
    return st;
}
