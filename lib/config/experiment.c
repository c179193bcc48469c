/* Experiments from text, from files, and one override at a time. */
#include "config/experiment.h"

#include <stdio.h>
#include <string.h>

#include "config/yaml_reader.h"
#include "config/utf8.h"
#include "core/alloc.h"

/* A reader at work on a copy of x, so that x stays as it was where the text is refused.
 */
static lemma_status begin(struct lemma_yaml *r, const struct lemma_experiment *x)
{
    r->x = lemma_alloc(1, sizeof *r->x);
    if (!r->x)
        return LEMMA_EMEMORY;
    memcpy(r->x, x, sizeof *x);
    return LEMMA_OK;
}

static void end(struct lemma_yaml *r, struct lemma_experiment *x, lemma_status st)
{
    if (r->document)
        yaml_document_delete(r->document);
    if (st == LEMMA_OK)
        memcpy(x, r->x, sizeof *x);
    lemma_free(r->x);
}

/* The start of a name that is too long: it is for messages alone. */
static void keep_name(struct lemma_experiment *x, const char *name)
{
    memset(x->file, 0, sizeof x->file);
    memcpy(x->file, name, strnlen(name, sizeof x->file - 1));
}

lemma_status lemma_experiment_parse(struct lemma_experiment *x, const char *text,
                                    size_t length, const char *name,
                                    struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct lemma_yaml r = {.file = name, .err = err};
    yaml_document_t document;

    LEMMA_TRY(begin(&r, x));
    if (length > LEMMA_FILE_MAX) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: expected at most 1 MiB of text, got %zu bytes", name,
                        length);
        goto out;
    }
    keep_name(r.x, name);
    LEMMA_TRY(lemma_yaml_open(&r, &document, text, length));
    if (r.document) {
        const yaml_node_t *root = yaml_document_get_root_node(r.document);
        LEMMA_TRY(lemma_read_section(
            &r, &(struct lemma_entry){"", root, root->start_mark.line + 1}));
    }
out:
    end(&r, x, st);
    return st;
}

lemma_status lemma_experiment_load(struct lemma_experiment *x, const char *path,
                                   char **text, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    char *copy = NULL;
    size_t length = 0;

    LEMMA_TRY(lemma_yaml_file(path, &copy, &length, err));
    LEMMA_TRY(lemma_experiment_parse(x, copy, length, path, err));
    if (text) {
        *text = copy;
        copy = NULL;
    }
out:
    lemma_free(copy);
    return st;
}

/* "probes.gram" or "probes.gram.every". */
static lemma_status set_probe(struct lemma_yaml *r, const char *words,
                              const struct lemma_entry *entry)
{
    size_t n = strcspn(words, ".");
    char probe[LEMMA_FULL_NAME] = "";

    memcpy(probe, words, n);
    if (words[n])
        return lemma_read_option(r, probe, words + n + 1, entry);
    return lemma_read_probe(r, probe, entry);
}

/* The longest beginning of an unknown name that is a section: what its keys are is what
 * the message says. */
static lemma_status set_unknown(const struct lemma_yaml *r, size_t line,
                                const char *name)
{
    char prefix[LEMMA_FULL_NAME];
    char *dot;

    lemma_fill(prefix, sizeof prefix, name);
    while ((dot = strrchr(prefix, '.'))) {
        *dot = '\0';
        if (lemma_key_is_section(prefix))
            return lemma_yaml_unknown(r, line, prefix, name + strlen(prefix) + 1);
    }
    return lemma_yaml_unknown(r, line, "", name);
}

lemma_status lemma_read_entry(struct lemma_yaml *r, const struct lemma_entry *entry)
{
    static const char probes[] = "probes";
    size_t n = strlen(probes);
    int key = lemma_key_find(entry->name);

    if (key != LEMMA_NOT_A_KEY)
        return lemma_read_key(r, key, entry);
    if (strcmp(entry->name, probes) == 0)
        return lemma_read_probes(r, entry);
    if (strncmp(entry->name, probes, n) == 0 && entry->name[n] == '.')
        return set_probe(r, entry->name + n + 1, entry);
    if (*entry->name && lemma_key_is_section(entry->name))
        return lemma_read_section(r, entry);
    return set_unknown(r, entry->line, entry->name);
}

/* A path is taken as the shell gave it: "#", ":" and "[" belong to it. */
static lemma_status set_path(struct lemma_yaml *r, int index, const char *value)
{
    size_t count, n = strlen(value);
    const struct lemma_key *key = &lemma_keys(&count)[index];
    char expected[LEMMA_EXPECTED_TEXT];
    uint32_t code;

    for (size_t i = 0, size; i < n; i += size) {
        size = lemma_utf8_decode(value + i, n - i, &code);
        if (size == 0)
            return lemma_yaml_fail(r, 0, key->name, "expected a path in UTF-8");
    }
    if (!lemma_key_assign(r->x, key, value, expected))
        return lemma_yaml_fail(r, 0, key->name, "expected %s, got one of %zu", expected,
                               n);
    r->x->lines[index] = -1;
    return LEMMA_OK;
}

lemma_status lemma_experiment_set(struct lemma_experiment *x, const char *assignment,
                                  struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct lemma_yaml r = {.assignment = assignment, .err = err};
    yaml_document_t document;
    char name[LEMMA_FULL_NAME] = "";
    size_t n = strcspn(assignment, "="), count;
    const char *value = assignment + n + 1;
    int key;

    LEMMA_TRY(begin(&r, x));
    if (!assignment[n] || n == 0 || n >= sizeof name) {
        st = lemma_yaml_fail(&r, 0, "", "expected key=value, like network.width=2048");
        goto out;
    }
    memcpy(name, assignment, n);
    key = lemma_key_find(name);
    if (key != LEMMA_NOT_A_KEY && lemma_keys(&count)[key].type == LEMMA_KEY_PATH) {
        st = set_path(&r, key, value);
        goto out;
    }
    LEMMA_TRY(lemma_yaml_open(&r, &document, value, strlen(value)));
    LEMMA_TRY(lemma_read_entry(
        &r, &(struct lemma_entry){
                name, r.document ? yaml_document_get_root_node(r.document) : NULL, 0}));
out:
    end(&r, x, st);
    return st;
}
