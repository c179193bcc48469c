/* The map `probes`: names, and options that stay text. */
#include "config/yaml_reader.h"

#include <stdio.h>
#include <string.h>

static const char probe_forms[] = "a map of options, {} or off";

static struct lemma_probe_config *find(struct lemma_experiment *x, const char *name)
{
    for (size_t i = 0; i < x->probe_count; i++) {
        if (strcmp(x->probes[i].name, name) == 0)
            return &x->probes[i];
    }
    return NULL;
}

static void drop(struct lemma_experiment *x, struct lemma_probe_config *probe)
{
    size_t after = x->probe_count - (size_t) (probe - x->probes) - 1;

    memmove(probe, probe + 1, after * sizeof *probe);
    x->probe_count--;
    memset(&x->probes[x->probe_count], 0, sizeof *probe);
}

/* The probe of that name, added at the end where there is none. */
static lemma_status ensure(struct lemma_yaml *r, const char *name,
                           const struct lemma_entry *entry,
                           struct lemma_probe_config **probe)
{
    struct lemma_experiment *x = r->x;

    *probe = find(x, name);
    if (*probe)
        return LEMMA_OK;
    if (x->probe_count == LEMMA_PROBES_MAX)
        return lemma_yaml_fail(r, entry->line, entry->name,
                               "expected at most %d probes, got one more",
                               LEMMA_PROBES_MAX);
    *probe = &x->probes[x->probe_count++];
    lemma_fill((*probe)->name, LEMMA_WORD, name);
    (*probe)->line = lemma_yaml_line(r, entry->line);
    return LEMMA_OK;
}

static lemma_status check_name(const struct lemma_yaml *r, const char *what,
                               const char *word, const struct lemma_entry *entry)
{
    char shown[LEMMA_SHOWN_TEXT];

    if (lemma_is_word(word))
        return LEMMA_OK;
    return lemma_yaml_fail(r, entry->line, entry->name,
                           "expected the name of %s (letters, digits, - and _, shorter "
                           "than %d), got %s",
                           what, LEMMA_WORD,
                           lemma_value_show(word, strlen(word), shown));
}

lemma_status lemma_read_option(struct lemma_yaml *r, const char *name,
                               const char *option, const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    char text[LEMMA_VALUE], shown[LEMMA_SHOWN_TEXT];
    struct lemma_probe_config *probe;
    size_t i = 0;

    LEMMA_TRY(check_name(r, "a probe", name, entry));
    LEMMA_TRY(check_name(r, "an option", option, entry));
    LEMMA_TRY(
        lemma_yaml_text(r, entry, "a value shorter than 64 bytes", sizeof text, text));
    if (!*text || lemma_node_is_null(entry->node)) {
        st = lemma_yaml_fail(r, entry->line, entry->name, "expected a value, got %s",
                             lemma_node_show(entry->node, shown));
        goto out;
    }
    LEMMA_TRY(ensure(r, name, entry, &probe));
    while (i < probe->option_count && strcmp(probe->options[i].key, option) != 0)
        i++;
    if (i == LEMMA_OPTIONS_MAX) {
        st = lemma_yaml_fail(r, entry->line, entry->name,
                             "expected at most %d options, got one more",
                             LEMMA_OPTIONS_MAX);
        goto out;
    }
    if (i == probe->option_count)
        probe->option_count++;
    lemma_fill(probe->options[i].key, LEMMA_WORD, option);
    lemma_fill(probe->options[i].value, LEMMA_VALUE, text);
    probe->options[i].line = lemma_yaml_line(r, entry->line);
out:
    return st;
}

static lemma_status remove_probe(struct lemma_yaml *r, const char *name,
                                 const struct lemma_entry *entry)
{
    struct lemma_probe_config *probe = find(r->x, name);
    const char *names[LEMMA_PROBES_MAX], *near;

    if (probe) {
        drop(r->x, probe);
        return LEMMA_OK;
    }
    /* A file keeps a probe at hand by switching it off; --set that removes nothing is a
     * slip. */
    if (r->file)
        return LEMMA_OK;
    for (size_t i = 0; i < r->x->probe_count; i++)
        names[i] = r->x->probes[i].name;
    near = lemma_nearest(name, names, r->x->probe_count);
    return lemma_yaml_fail(r, entry->line, entry->name,
                           "expected a probe of this experiment, got \"%s\"%s%s%s",
                           name, near ? "; did you mean \"" : "", near ? near : "",
                           near ? "\"?" : "");
}

lemma_status lemma_read_probe(struct lemma_yaml *r, const char *name,
                              const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    char word[LEMMA_WORD], full[LEMMA_FULL_NAME], text[LEMMA_WORD];
    struct lemma_probe_config *probe;
    struct lemma_entry pair;
    bool null = lemma_node_is_null(entry->node);
    size_t pairs = 0;

    LEMMA_TRY(check_name(r, "a probe", name, entry));
    if (!null && lemma_node_is_plain(entry->node)) {
        LEMMA_TRY(lemma_yaml_text(r, entry, probe_forms, sizeof text, text));
        if (strcmp(text, "off") == 0) {
            st = remove_probe(r, name, entry);
            goto out;
        }
    }
    if (!null)
        LEMMA_TRY(lemma_yaml_map(r, entry, probe_forms, &pairs));
    LEMMA_TRY(ensure(r, name, entry, &probe));
    memset(probe, 0, sizeof *probe);
    lemma_fill(probe->name, LEMMA_WORD, name);
    probe->line = lemma_yaml_line(r, entry->line);
    for (size_t i = 0; i < pairs; i++) {
        LEMMA_TRY(lemma_yaml_pair(r, entry, i, LEMMA_WORD, word, full, &pair));
        LEMMA_TRY(lemma_read_option(r, name, word, &pair));
    }
out:
    return st;
}

lemma_status lemma_read_probes(struct lemma_yaml *r, const struct lemma_entry *entry)
{
    lemma_status st = LEMMA_OK;
    char word[LEMMA_WORD], name[LEMMA_FULL_NAME];
    struct lemma_entry pair;
    size_t pairs;

    LEMMA_TRY(lemma_yaml_map(r, entry, "a map of probes", &pairs));
    if (pairs > LEMMA_PROBES_MAX) {
        st = lemma_yaml_fail(r, entry->line, entry->name,
                             "expected at most %d probes, got %zu", LEMMA_PROBES_MAX,
                             pairs);
        goto out;
    }
    for (size_t i = 0; i < pairs; i++) {
        LEMMA_TRY(lemma_yaml_pair(r, entry, i, LEMMA_WORD, word, name, &pair));
        LEMMA_TRY(lemma_read_probe(r, word, &pair));
    }
out:
    return st;
}
