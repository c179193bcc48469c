#include "config/yaml_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

lemma_status lemma_yaml_fail(const struct lemma_yaml *r, size_t line, const char *key,
                             const char *format, ...)
{
    char sentence[1024], shown[LEMMA_SHOWN_TEXT];
    size_t n = strlen(key);
    va_list args;

    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (r->file)
        return lemma_fail(r->err, LEMMA_EINPUT, "%s:%zu: %s%s%s", r->file, line, key,
                          n ? ": " : "", sentence);

    /* The assignment names its own key already. */
    if (strncmp(r->assignment, key, n) == 0 && strchr("=", r->assignment[n]))
        n = 0;
    lemma_value_show(r->assignment, strlen(r->assignment), shown);
    return lemma_fail(r->err, LEMMA_EINPUT, "--set %.*s: %s%s%s",
                      (int) strlen(shown) - 2, shown + 1, n ? key : "", n ? ": " : "",
                      sentence);
}

int lemma_yaml_line(const struct lemma_yaml *r, size_t line)
{
    return r->file ? (int) line : -1;
}

bool lemma_node_is_plain(const yaml_node_t *node)
{
    return node && node->type == YAML_SCALAR_NODE &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool scalar_is(const yaml_node_t *node, const char *text)
{
    return node->data.scalar.length == strlen(text) &&
           memcmp(node->data.scalar.value, text, strlen(text)) == 0;
}

bool lemma_node_is_null(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    bool null = !node;

    for (size_t i = 0; i < sizeof nulls / sizeof *nulls && lemma_node_is_plain(node);
         i++)
        null = null || scalar_is(node, nulls[i]);
    return null;
}

const char *lemma_node_show(const yaml_node_t *node, char out[LEMMA_SHOWN_TEXT])
{
    if (!node || lemma_node_is_null(node))
        return "nothing";
    if (node->type == YAML_SEQUENCE_NODE)
        return "a list";
    if (node->type == YAML_MAPPING_NODE)
        return "a map";
    return lemma_value_show((const char *) node->data.scalar.value,
                            node->data.scalar.length, out);
}

/* libyaml gives these to nodes without a tag of their own. */
static bool has_tag(const yaml_node_t *node)
{
    const char *tag = (const char *) node->tag;
    const char *usual = node->type == YAML_SCALAR_NODE     ? YAML_DEFAULT_SCALAR_TAG
                        : node->type == YAML_SEQUENCE_NODE ? YAML_DEFAULT_SEQUENCE_TAG
                                                           : YAML_DEFAULT_MAPPING_TAG;

    return strcmp(tag, usual) != 0;
}

static lemma_status fail_tag(const struct lemma_yaml *r,
                             const struct lemma_entry *entry)
{
    const char *tag = (const char *) entry->node->tag;
    char shown[LEMMA_SHOWN_TEXT];

    return lemma_yaml_fail(r, entry->line, entry->name,
                           "expected a value without a tag, got the tag %s",
                           lemma_value_show(tag, strlen(tag), shown));
}

lemma_status lemma_yaml_map(const struct lemma_yaml *r, const struct lemma_entry *entry,
                            const char *expected, size_t *pairs)
{
    const yaml_node_t *node = entry->node;
    char shown[LEMMA_SHOWN_TEXT];

    if (node && has_tag(node))
        return fail_tag(r, entry);
    if (node && node->type == YAML_MAPPING_NODE) {
        *pairs =
            (size_t) (node->data.mapping.pairs.top - node->data.mapping.pairs.start);
        return LEMMA_OK;
    }
    if (r->file && lemma_node_is_null(node)) {
        *pairs = 0;
        return LEMMA_OK;
    }
    return lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s", expected,
                           lemma_node_show(node, shown));
}

static const yaml_node_t *key_at(const struct lemma_yaml *r, const yaml_node_t *map,
                                 size_t i)
{
    return yaml_document_get_node(r->document, map->data.mapping.pairs.start[i].key);
}

lemma_status lemma_yaml_pair(const struct lemma_yaml *r,
                             const struct lemma_entry *entry, size_t i, size_t size,
                             char *word, char name[LEMMA_FULL_NAME],
                             struct lemma_entry *pair)
{
    lemma_status st = LEMMA_OK;
    const yaml_node_t *key = key_at(r, entry->node, i);
    struct lemma_entry itself = {entry->name, key, key->start_mark.line + 1};
    int value = entry->node->data.mapping.pairs.start[i].value;

    LEMMA_TRY(lemma_yaml_text(r, &itself, "a key", size, word));
    snprintf(name, LEMMA_FULL_NAME, "%s%s%s", entry->name, *entry->name ? "." : "",
             word);
    for (size_t j = 0; j < i; j++) {
        const yaml_node_t *other = key_at(r, entry->node, j);
        if (other->type == YAML_SCALAR_NODE && scalar_is(other, word)) {
            st = lemma_yaml_fail(r, itself.line, name,
                                 "expected once, got a second time (first on line %zu)",
                                 other->start_mark.line + 1);
            goto out;
        }
    }
    *pair = (struct lemma_entry){name, yaml_document_get_node(r->document, value),
                                 itself.line};
out:
    return st;
}

lemma_status lemma_yaml_text(const struct lemma_yaml *r,
                             const struct lemma_entry *entry, const char *what,
                             size_t size, char *text)
{
    const yaml_node_t *node = entry->node;
    char shown[LEMMA_SHOWN_TEXT];

    if (node && has_tag(node))
        return fail_tag(r, entry);
    if (!node || node->type != YAML_SCALAR_NODE || node->data.scalar.length >= size ||
        memchr(node->data.scalar.value, 0, node->data.scalar.length))
        return lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s", what,
                               lemma_node_show(node, shown));
    memset(text, 0, size);
    memcpy(text, node->data.scalar.value, node->data.scalar.length);
    return LEMMA_OK;
}
