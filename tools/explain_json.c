#include "explain.h"

#include <string.h>

#include "json.h"

static void column(struct json *j, const struct lemma_probe_type *p,
                   const struct lemma_column *c)
{
    static const char *const axes[] = {[LEMMA_AXIS_STEP] = "step",
                                       [LEMMA_AXIS_ROUND] = "round",
                                       [LEMMA_AXIS_CADENCE] = "round or step",
                                       [LEMMA_AXIS_MOVE] = "round as a whole",
                                       [LEMMA_AXIS_AVERAGING] = "averaging"};
    char name[128];

    snprintf(name, sizeof name, "%s/%s", p->name, c->name);
    json_object(j, NULL);
    json_text(j, "topic", "tables");
    json_text(j, "name", name);
    json_text(j, "title", c->meaning);
    json_text(j, "shape", c->shape);
    json_text(j, "units", c->units);
    json_text(j, "row_per", axes[c->axis]);
    json_text(j, "formula", c->formula);
    json_text(j, "source", c->source);
    json_close(j, '}');
}

static void probe(struct json *j, const struct lemma_probe_type *p)
{
    json_text(j, "cost", p->cost);
    json_text(j, "plotted", p->signal);
    json_array(j, "tables");
    for (const struct lemma_column *c = p->columns; c->name; c++)
        column(j, p, c);
    json_close(j, ']');
    json_array(j, "options");
    for (const struct lemma_option *o = p->options; o && o->name; o++) {
        json_object(j, NULL);
        json_text(j, "name", o->name);
        json_text(j, "title", o->help);
        json_text(j, "words", o->words);
        json_text(j, "default", o->fallback);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void key(struct json *j, const struct lemma_key *k)
{
    static const char *const types[] = {[LEMMA_KEY_SIZE] = "whole number",
                                        [LEMMA_KEY_U64] = "whole number",
                                        [LEMMA_KEY_REAL] = "number",
                                        [LEMMA_KEY_WORD] = "word",
                                        [LEMMA_KEY_PATH] = "path",
                                        [LEMMA_KEY_BOOL] = "true or false",
                                        [LEMMA_KEY_CLASSES] = "list of labels",
                                        [LEMMA_KEY_EVERY] = "N rounds, N minutes, off"};

    json_text(j, "takes", types[k->type]);
    if (k->type <= LEMMA_KEY_REAL) {
        json_real(j, "min", k->min);
        json_real(j, "max", k->max);
    }
    json_text(j, "words", k->words);
    json_text(j, "default", k->fallback);
}

static void theorem(struct json *j, const struct lemma_theorem *t)
{
    json_text(j, "width", t->width);
    json_text(j, "step", t->step);
    json_text(j, "then", t->conclusion);
    json_text(j, "also", t->also);
    json_text(j, "network", t->network);
    json_text(j, "status", t->status);
}

static void claim(struct json *j, const struct lemma_claim_type *c)
{
    char words[LEMMA_CLAIM_WORDS];

    json_text(j, "states", c->statement);
    json_text(j, "kind", lemma_kind_name(c->kind));
    lemma_claim_assumes(c, words);
    json_text(j, "assumes", words);
    json_array(j, "reads");
    for (size_t i = 0; c->tables && c->tables[i].path; i++)
        json_text(j, NULL, c->tables[i].path);
    json_close(j, ']');
    json_text(j, "status", c->status);
    json_text(j, "proof", c->proof);
}

static void rate(struct json *j, const struct lemma_scaling_type *type)
{
    char words[LEMMA_SCALING_WORDS];

    json_text(j, "quantity", type->quantity);
    json_text(j, "kind", "rate");
    lemma_scaling_reads(type, words);
    json_text(j, "reads", words);
    json_array(j, "laws");
    for (const struct lemma_scaling_law *law = type->laws; law->against; law++) {
        json_object(j, NULL);
        lemma_scaling_statement(law, words);
        json_text(j, "law", words);
        json_text(j, "against", law->against);
        json_text(j, "side", law->side == LEMMA_GROWS_AT_MOST ? "at most" : "at least");
        json_real(j, "exponent", law->exponent);
        json_real(j, "predicted", law->predicted);
        json_text(j, "source", law->source);
        json_text(j, "status", law->status);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void entry(struct json *j, const struct entry *e)
{
    json_object(j, NULL);
    json_text(j, "topic", topic_name(e->topic));
    json_text(j, "name", e->name);
    json_text(j, "title", e->title);
    json_text(j, "source", e->source);
    if (e->probe)
        probe(j, e->probe);
    if (e->key)
        key(j, e->key);
    if (e->claim)
        claim(j, e->claim);
    if (e->rate)
        rate(j, e->rate);
    if (e->theorem)
        theorem(j, e->theorem);
    json_close(j, '}');
}

/* Whether name is the entry's, or the section that its key is in; or its topic. */
static bool is_meant(const struct entry *e, const char *name, bool topic)
{
    size_t n = strlen(name);

    if (topic)
        return strcmp(topic_name(e->topic), name) == 0;
    return strcmp(e->name, name) == 0 ||
           (e->key && strncmp(e->name, name, n) == 0 && e->name[n] == '.');
}

size_t explain_json(const struct catalogue *c, const char *name)
{
    const struct lemma_probe_type *owner = NULL;
    const struct lemma_column *table = explain_find_table(c, name, &owner);
    struct json j = {.out = stdout};
    size_t found = table ? 1 : 0;
    bool topic = false;

    for (size_t i = 0; i < c->count; i++)
        found += is_meant(&c->list[i], name, false);
    topic = found == 0;
    for (size_t i = 0; topic && i < c->count; i++)
        found += is_meant(&c->list[i], name, true);
    if (found == 0)
        return 0;
    json_array(&j, NULL);
    for (size_t i = 0; i < c->count; i++)
        if (is_meant(&c->list[i], name, topic))
            entry(&j, &c->list[i]);
    if (table)
        column(&j, owner, table);
    json_close(&j, ']');
    return found;
}
