/* From the nodes of a document to the fields of an experiment. */
#include "config/yaml_reader.h"

#include <stdio.h>
#include <string.h>

enum { CHILDREN_MAX = LEMMA_KEYS_MAX + 1 };

/* The words that may stand directly in a section: "preset", "width", "depth". */
struct children {
    size_t count;
    char words[CHILDREN_MAX][LEMMA_WORD];
    const char *list[CHILDREN_MAX];
    char text[512]; /* "preset, width, depth" */
};

static void add_child(struct children *c, const char *word, size_t length)
{
    size_t used = strlen(c->text);

    if (c->count && strlen(c->words[c->count - 1]) == length &&
        strncmp(c->words[c->count - 1], word, length) == 0)
        return;
    LEMMA_REQUIRE(length < LEMMA_WORD && c->count < CHILDREN_MAX);
    memcpy(c->words[c->count], word, length);
    c->list[c->count] = c->words[c->count];
    snprintf(c->text + used, sizeof c->text - used, "%s%.*s", c->count ? ", " : "",
             (int) length, word);
    c->count++;
}

static void list_children(const char *prefix, struct children *c)
{
    size_t count, n = strlen(prefix);
    const struct lemma_key *keys = lemma_keys(&count);

    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < count; i++) {
        const char *rest = keys[i].name + n + (n > 0);
        if (strncmp(keys[i].name, prefix, n) == 0 && (n == 0 || keys[i].name[n] == '.'))
            add_child(c, rest, strcspn(rest, "."));
    }
    if (n == 0)
        add_child(c, "probes", strlen("probes"));
}

/* A key of another section that is meant, in full; by its full name or its last word.
 */
static const char *nearest_elsewhere(const char *word)
{
    const char *fulls[LEMMA_KEYS_MAX], *lasts[LEMMA_KEYS_MAX], *found;
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);

    for (size_t i = 0; i < count; i++) {
        const char *dot = strrchr(keys[i].name, '.');
        fulls[i] = keys[i].name;
        lasts[i] = dot ? dot + 1 : keys[i].name;
    }
    found = lemma_nearest(word, fulls, count);
    if (found)
        return found;
    found = lemma_nearest(word, lasts, count);
    for (size_t i = 0; i < count && found; i++) {
        if (lasts[i] == found)
            return fulls[i];
    }
    return NULL;
}

lemma_status lemma_yaml_unknown(const struct lemma_yaml *r, size_t line,
                                const char *prefix, const char *key)
{
    char name[2 * LEMMA_FULL_NAME], hint[3 * LEMMA_FULL_NAME] = "",
                                             shown[LEMMA_SHOWN_TEXT];
    struct children children;
    const char *near, *dot;
    bool nested = r->file && !r->in_full;

    list_children(prefix, &children);
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "." : "", key);
    near = lemma_nearest(key, children.list, children.count);
    if (near) {
        snprintf(hint, sizeof hint, "; did you mean \"%s%s%s\"?", nested ? "" : prefix,
                 nested || !*prefix ? "" : ".", near);
    } else if ((near = nearest_elsewhere(key))) {
        dot = strrchr(near, '.');
        if (nested && dot)
            snprintf(hint, sizeof hint, "; did you mean \"%s\" inside \"%.*s\"?",
                     dot + 1, (int) (dot - near), near);
        else
            snprintf(hint, sizeof hint, "; did you mean \"%s\"?", near);
    }
    return lemma_yaml_fail(r, line, name, "expected a key of %s (%s), got %s%s",
                           *prefix ? prefix : "an experiment", children.text,
                           lemma_value_show(key, strlen(key), shown), hint);
}

static lemma_status read_pair(struct lemma_yaml *r, const char *prefix,
                              const char *word, const struct lemma_entry *pair)
{
    int key = lemma_key_find(pair->name);

    /* Dotted names are for --set: here a key could stand in two places. */
    if (strchr(word, '.'))
        return lemma_yaml_unknown(r, pair->line, prefix, word);
    if (key != LEMMA_NOT_A_KEY)
        return lemma_read_key(r, key, pair);
    if (strcmp(pair->name, "probes") == 0)
        return lemma_read_probes(r, pair);
    if (lemma_key_is_section(pair->name))
        return lemma_read_section(r, pair);
    return lemma_yaml_unknown(r, pair->line, prefix, word);
}

/* Calls itself as deep as the table's names have dots, whatever the document. */
lemma_status lemma_read_section(struct lemma_yaml *r, const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    char word[LEMMA_WORD], name[LEMMA_FULL_NAME], expected[600];
    struct children children;
    struct lemma_entry pair;
    size_t pairs;

    list_children(entry->name, &children);
    snprintf(expected, sizeof expected, "a map of keys (%s)", children.text);
    LEMMA_TRY(lemma_yaml_map(r, entry, expected, &pairs));
    for (size_t i = 0; i < pairs; i++) {
        LEMMA_TRY(lemma_yaml_pair(r, entry, i, LEMMA_WORD, word, name, &pair));
        LEMMA_TRY(read_pair(r, entry->name, word, &pair));
    }
out:
    return st;
}

static lemma_status read_classes(struct lemma_yaml *r, const struct lemma_key *key,
                                 const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    struct lemma_data_config *data = &r->x->data;
    uint8_t classes[LEMMA_CLASSES_MAX] = {0};
    char expected[LEMMA_EXPECTED_TEXT], text[8], shown[LEMMA_SHOWN_TEXT];
    size_t count = 0;

    lemma_key_describe(key, expected);
    if (!entry->node || entry->node->type != YAML_SEQUENCE_NODE)
        return lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s",
                               expected, lemma_node_show(entry->node, shown));
    for (const yaml_node_item_t *i = entry->node->data.sequence.items.start;
         i < entry->node->data.sequence.items.top; i++) {
        yaml_node_t *node = yaml_document_get_node(r->document, *i);
        struct lemma_entry item = {entry->name, node, node->start_mark.line + 1};
        size_t label;

        LEMMA_TRY(lemma_yaml_text(r, &item, expected, sizeof text, text));
        if (!lemma_node_is_plain(node) || lemma_value_size(text, &label) ||
            label > 255) {
            st = lemma_yaml_fail(r, item.line, item.name, "expected %s, got %s in it",
                                 expected, lemma_node_show(node, shown));
            goto out;
        }
        if (memchr(classes, (int) label, count)) {
            st = lemma_yaml_fail(r, item.line, item.name,
                                 "expected each label once, got %zu twice", label);
            goto out;
        }
        classes[count++] = (uint8_t) label;
    }
    memcpy(data->classes, classes, sizeof classes);
    data->class_count = count;
out:
    return st;
}

/* Quotation marks make text of a number. */
static bool takes_quotes(const struct lemma_key *key)
{
    return key->type == LEMMA_KEY_WORD || key->type == LEMMA_KEY_PATH ||
           key->type == LEMMA_KEY_EVERY;
}

static const char *nearest_word(const struct lemma_key *key, const char *text,
                                char list[LEMMA_EXPECTED_TEXT])
{
    const char *words[8];

    return key->words ? lemma_nearest(text, words,
                                      lemma_split_words(key->words, list, words, 8))
                      : NULL;
}

lemma_status lemma_read_key(struct lemma_yaml *r, int index,
                            const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    size_t count;
    const struct lemma_key *key = &lemma_keys(&count)[index];
    char expected[LEMMA_EXPECTED_TEXT], list[LEMMA_EXPECTED_TEXT];
    char text[LEMMA_PATH], shown[LEMMA_SHOWN_TEXT];
    const char *near;
    bool quoted = !lemma_node_is_plain(entry->node);

    if (key->type == LEMMA_KEY_CLASSES) {
        LEMMA_TRY(read_classes(r, key, entry));
        goto found;
    }
    lemma_key_describe(key, expected);
    LEMMA_TRY(lemma_yaml_text(r, entry, expected, sizeof text, text));
    if (lemma_node_is_null(entry->node) || (quoted && !takes_quotes(key))) {
        st = lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s%s",
                             expected, lemma_node_show(entry->node, shown),
                             quoted ? " in quotation marks" : "");
        goto out;
    }
    if (!lemma_key_assign(r->x, key, text, expected)) {
        near = nearest_word(key, text, list);
        st = lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s%s%s%s",
                             expected, lemma_node_show(entry->node, shown),
                             near ? "; did you mean \"" : "", near ? near : "",
                             near ? "\"?" : "");
        goto out;
    }
found:
    r->x->lines[index] = lemma_yaml_line(r, entry->line);
out:
    return st;
}
