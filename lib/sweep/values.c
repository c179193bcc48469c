/* The values of a key that changes: a list of them, or a number of seeds. */
#include "sweep/read.h"

#include <stdio.h>
#include <string.h>

#include "core/alloc.h"

static const struct lemma_key *find_key(const char *name)
{
    size_t count;
    int i = lemma_key_find(name);

    return i == LEMMA_NOT_A_KEY ? NULL : &lemma_keys(&count)[i];
}

/* Known keys and options of probes change; sections and whole probes do not. What is
 * none of them is told by the reader of experiments. */
static lemma_status check_name(struct lemma_sweep_reading *r,
                               const struct lemma_entry *entry)
{
    const struct lemma_sweep *s = r->sweep;
    const char *name = entry->name;
    bool of_probe = strncmp(name, "probes.", 7) == 0;
    bool whole = strcmp(name, "probes") == 0 || (of_probe && !strchr(name + 7, '.')) ||
                 lemma_key_is_section(name);

    for (size_t k = 0; k < s->key_count; k++)
        if (strcmp(s->keys[k].name, name) == 0)
            return lemma_yaml_fail(
                &r->yaml, entry->line, name,
                "expected each key in one axis, got it a second time (first on line "
                "%d)%s",
                s->keys[k].line,
                strcmp(name, "seed") == 0 ? "; seeds: is an axis of the key seed" : "");
    if (whole)
        return lemma_yaml_fail(&r->yaml, entry->line, name,
                               "expected one key, got a section of keys or a whole "
                               "probe; name the key, like network.width or "
                               "probes.gram.every");
    if (!find_key(name) && !of_probe)
        return lemma_read_entry(&r->yaml, entry);
    if (s->key_count == LEMMA_SWEEP_KEYS)
        return lemma_yaml_fail(&r->yaml, entry->line, name,
                               "expected at most %d keys that change, got one more",
                               LEMMA_SWEEP_KEYS);
    return LEMMA_OK;
}

lemma_status lemma_sweep_open_key(struct lemma_sweep_reading *r,
                                  const struct lemma_entry *entry, size_t count,
                                  struct lemma_sweep_key **key)
{
    struct lemma_sweep *s = r->sweep;
    const struct lemma_key *known = find_key(entry->name);
    struct lemma_sweep_key *k = &s->keys[s->key_count];
    lemma_status st = LEMMA_OK;

    if (count == 0)
        return lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                               "expected at least one value, got none");
    if (count > LEMMA_SWEEP_POINTS || s->points * count > LEMMA_SWEEP_POINTS)
        return lemma_yaml_fail(
            &r->yaml, entry->line, entry->name,
            "expected at most %d points in all, got %zu times %zu of them",
            LEMMA_SWEEP_POINTS, s->points, count);
    s->key_count++;
    snprintf(k->name, sizeof k->name, "%s", entry->name);
    k->line = (int) entry->line;
    k->axis = s->axis_count;
    k->whole = known && (known->type == LEMMA_KEY_SIZE || known->type == LEMMA_KEY_U64);
    k->number = k->whole || (known && known->type == LEMMA_KEY_REAL);
    LEMMA_NEW(k->text, count);
    LEMMA_NEW(k->value, count);
    k->count = count;
    memcpy(r->yaml.x, s->base, sizeof *s->base);
    *key = k;
out:
    return st;
}

lemma_status lemma_sweep_keep_value(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry,
                                    struct lemma_sweep_key *key, size_t i)
{
    char text[LEMMA_PATH];

    LEMMA_REQUIRE(key);
    if (!lemma_experiment_value(r->yaml.x, key->name, text, sizeof text))
        return lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                               "expected a value shorter than %d bytes", LEMMA_PATH);
    key->value[i] = (double) i;
    if (key->number)
        LEMMA_REQUIRE(!lemma_value_real(text, &key->value[i]));
    key->text[i] = lemma_strdup(text);
    return key->text[i] ? LEMMA_OK : LEMMA_EMEMORY;
}

static lemma_status read_list(struct lemma_sweep_reading *r,
                              const struct lemma_entry *entry)
{
    const yaml_node_item_t *items = entry->node->data.sequence.items.start;
    size_t count = (size_t) (entry->node->data.sequence.items.top - items);
    struct lemma_sweep_key *key = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_sweep_open_key(r, entry, count, &key));
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *node = yaml_document_get_node(r->yaml.document, items[i]);
        struct lemma_entry item = {entry->name, node, node->start_mark.line + 1};

        LEMMA_TRY(lemma_read_entry(&r->yaml, &item));
        LEMMA_TRY(lemma_sweep_keep_value(r, &item, key, i));
    }
out:
    return st;
}

lemma_status lemma_sweep_read_values(struct lemma_sweep_reading *r,
                                     const struct lemma_entry *entry)
{
    char shown[LEMMA_SHOWN_TEXT];
    lemma_status st = check_name(r, entry);

    if (st != LEMMA_OK)
        return st;
    if (entry->node->type == YAML_SEQUENCE_NODE)
        return read_list(r, entry);
    if (entry->node->type == YAML_MAPPING_NODE)
        return lemma_sweep_read_range(r, entry);
    return lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                           "expected a list of values, or geometric: or linear: {from, "
                           "to, points}, got %s",
                           lemma_node_show(entry->node, shown));
}

lemma_status lemma_sweep_read_seeds(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry)
{
    struct lemma_entry seed = {"seed", entry->node, entry->line};
    struct lemma_sweep_key *key = NULL;
    char text[64], shown[LEMMA_SHOWN_TEXT];
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(&r->yaml, entry, "a number of seeds, or a list of them",
                              sizeof text, text));
    if (lemma_value_size(text, &count) || count == 0) {
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                             "expected a number of seeds, or a list of them, got %s",
                             lemma_node_show(entry->node, shown));
        goto out;
    }
    LEMMA_TRY(check_name(r, &seed));
    LEMMA_TRY(lemma_sweep_open_key(r, &seed, count, &key));
    if (r->sweep->base->seed + (count - 1) > (uint64_t) LEMMA_KEY_MOST)
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                             "expected seeds up to 2^53, got %zu from the base's seed "
                             "on",
                             count);
    LEMMA_TRY(st);
    for (size_t i = 0; i < count; i++) {
        r->yaml.x->seed = r->sweep->base->seed + i;
        LEMMA_TRY(lemma_sweep_keep_value(r, entry, key, i));
    }
out:
    return st;
}
