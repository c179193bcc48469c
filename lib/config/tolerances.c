#include "config/tolerances.h"

#include <string.h>

#include "config/yaml_reader.h"
#include "core/alloc.h"

_Static_assert((int) LEMMA_TOLERANCE_NAME == (int) LEMMA_FULL_NAME, "keys have room");

static const char forms[] = "a number of at least 0 (1e-6, or 2 absolute) or ignore";

/* "1e-6" and "2 absolute". */
static bool read_number(char *text, struct lemma_tolerance *t)
{
    static const char word[] = " absolute";
    size_t n = strlen(text), k = sizeof word - 1;

    t->absolute = n > k && strcmp(text + n - k, word) == 0;
    while (t->absolute && n > k && text[n - k - 1] == ' ')
        n--;
    if (t->absolute)
        text[n - k] = '\0';
    return lemma_value_real(text, &t->value) == NULL && t->value >= 0;
}

static lemma_status read_value(const struct lemma_yaml *r,
                               const struct lemma_entry *entry,
                               struct lemma_tolerance *t)
{
    char text[64], shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(r, entry, forms, sizeof text, text));
    t->ignore = strcmp(text, "ignore") == 0;
    if (!lemma_node_is_plain(entry->node) || (!t->ignore && !read_number(text, t)))
        st = lemma_yaml_fail(r, entry->line, entry->name, "expected %s, got %s", forms,
                             lemma_node_show(entry->node, shown));
out:
    return st;
}

static lemma_status read_items(const struct lemma_yaml *r, struct lemma_tolerances *t)
{
    const yaml_node_t *root = yaml_document_get_root_node(r->document);
    struct lemma_entry entry = {"", root, root->start_mark.line + 1}, pair;
    size_t pairs;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(
        lemma_yaml_map(r, &entry, "a map of tables, like loss/server: 1e-6", &pairs));
    LEMMA_NEW(t->items, pairs);
    for (size_t i = 0; i < pairs; i++) {
        struct lemma_tolerance *item = &t->items[i];
        char name[LEMMA_FULL_NAME];

        LEMMA_TRY(
            lemma_yaml_pair(r, &entry, i, sizeof item->name, item->name, name, &pair));
        LEMMA_TRY(read_value(r, &pair, item));
        item->line = pair.line;
        t->count++;
    }
out:
    return st;
}

lemma_status lemma_tolerances_parse(const char *text, size_t length, const char *name,
                                    struct lemma_tolerances **out,
                                    struct lemma_error *err)
{
    struct lemma_yaml r = {.file = name, .err = err};
    struct lemma_tolerances *t = NULL;
    yaml_document_t document;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(t, 1);
    t->file = lemma_strdup(name);
    if (!t->file)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    LEMMA_TRY(lemma_yaml_open(&r, &document, text, length));
    if (r.document)
        LEMMA_TRY(read_items(&r, t));
    *out = t;
    t = NULL;
out:
    if (r.document)
        yaml_document_delete(r.document);
    lemma_tolerances_destroy(t);
    return st;
}

lemma_status lemma_tolerances_load(const char *path, struct lemma_tolerances **t,
                                   struct lemma_error *err)
{
    char *text = NULL;
    size_t length = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_file(path, &text, &length, err));
    LEMMA_TRY(lemma_tolerances_parse(text, length, path, t, err));
out:
    lemma_free(text);
    return st;
}

void lemma_tolerances_destroy(struct lemma_tolerances *t)
{
    if (!t)
        return;
    lemma_free(t->items);
    lemma_free(t->file);
    lemma_free(t);
}

bool lemma_tolerance_covers(const char *name, const char *path)
{
    size_t n = strlen(name);

    return strncmp(name, path, n) == 0 && n > 0 && (path[n] == '\0' || path[n] == '/');
}

const struct lemma_tolerance *lemma_tolerances_find(const struct lemma_tolerances *t,
                                                    const char *path)
{
    const struct lemma_tolerance *found = NULL;

    for (size_t i = 0; t && i < t->count; i++)
        if (lemma_tolerance_covers(t->items[i].name, path) &&
            (!found || strlen(t->items[i].name) > strlen(found->name)))
            found = &t->items[i];
    return found;
}
