/* The maps of a sweep file: base, axes, seeds; its search is in read_search.c. */
#include "sweep/read.h"

#include <stdio.h>
#include <string.h>

#include "core/alloc.h"

static const char axis_forms[] =
    "a key with its values, like `network.width: [256, 512]`, or zip";

/* The i-th pair of a map, its key's text in name, which has room for a key in full. */
static lemma_status read_pair(const struct lemma_yaml *r, const yaml_node_t *map,
                              size_t i, char name[LEMMA_SWEEP_NAME],
                              struct lemma_entry *pair)
{
    const yaml_node_pair_t *at = &map->data.mapping.pairs.start[i];
    const yaml_node_t *key = yaml_document_get_node(r->document, at->key);
    struct lemma_entry itself = {"axes", key, key->start_mark.line + 1};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_text(r, &itself, "a key", LEMMA_SWEEP_NAME, name));
    *pair = (struct lemma_entry){name, yaml_document_get_node(r->document, at->value),
                                 itself.line};
out:
    return st;
}

/* Of two tuples of an axis's values, whether they are the same. */
static bool same_place(const struct lemma_sweep *s, size_t axis, size_t i, size_t j)
{
    bool same = true;

    for (size_t k = 0; k < s->key_count; k++)
        same = same && (s->keys[k].axis != axis ||
                        strcmp(s->keys[k].text[i], s->keys[k].text[j]) == 0);
    return same;
}

static lemma_status check_places(struct lemma_sweep_reading *r,
                                 const struct lemma_entry *entry, size_t axis)
{
    const struct lemma_sweep *s = r->sweep;
    const struct lemma_sweep_key *key = &s->keys[s->key_count - 1];

    for (size_t i = 0; i < s->axes[axis]; i++)
        for (size_t j = 0; j < i; j++)
            if (same_place(s, axis, i, j))
                return lemma_yaml_fail(
                    &r->yaml, entry->line, entry->name,
                    "expected each value once, got %s twice%s", key->text[i],
                    key->whole ? " (ranges of whole numbers are rounded)" : "");
    return LEMMA_OK;
}

/* Counts the axis of the keys that were read since first, all of one length. */
static lemma_status close_axis(struct lemma_sweep_reading *r,
                               const struct lemma_entry *entry, size_t first)
{
    struct lemma_sweep *s = r->sweep;
    size_t count = s->keys[first].count;

    for (size_t k = first; k < s->key_count; k++)
        if (s->keys[k].count != count)
            return lemma_yaml_fail(
                &r->yaml, (size_t) s->keys[k].line, s->keys[k].name,
                "expected as many values as %s in the same zip, %zu, got %zu",
                s->keys[first].name, count, s->keys[k].count);
    s->axes[s->axis_count] = count;
    s->points *= count;
    s->axis_count++;
    return check_places(r, entry, s->axis_count - 1);
}

static lemma_status read_zip(struct lemma_sweep_reading *r,
                             const struct lemma_entry *entry)
{
    char name[LEMMA_SWEEP_NAME];
    struct lemma_entry pair;
    size_t pairs = 0, first = r->sweep->key_count;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(
        lemma_yaml_map(&r->yaml, entry, "a map of keys that move together", &pairs));
    if (pairs == 0) {
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                             "expected a map of keys that move together, got nothing");
        goto out;
    }
    for (size_t i = 0; i < pairs; i++) {
        LEMMA_TRY(read_pair(&r->yaml, entry->node, i, name, &pair));
        LEMMA_TRY(lemma_sweep_read_values(r, &pair));
    }
    LEMMA_TRY(close_axis(r, entry, first));
out:
    return st;
}

static lemma_status read_axis(struct lemma_sweep_reading *r, const yaml_node_t *node)
{
    struct lemma_entry item = {"axes", node, node->start_mark.line + 1}, pair;
    char name[LEMMA_SWEEP_NAME];
    size_t pairs = 0, first = r->sweep->key_count;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_map(&r->yaml, &item, axis_forms, &pairs));
    if (pairs != 1) {
        st = lemma_yaml_fail(&r->yaml, item.line, item.name,
                             "expected %s, got a map of %zu keys; keys that move "
                             "together stand in a zip, others in items of their own",
                             axis_forms, pairs);
        goto out;
    }
    LEMMA_TRY(read_pair(&r->yaml, node, 0, name, &pair));
    if (strcmp(name, "zip") == 0) {
        st = read_zip(r, &pair);
        goto out;
    }
    LEMMA_TRY(lemma_sweep_read_values(r, &pair));
    LEMMA_TRY(close_axis(r, &pair, first));
out:
    return st;
}

static lemma_status read_axes(struct lemma_sweep_reading *r,
                              const struct lemma_entry *entry)
{
    char shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    if (entry->node->type != YAML_SEQUENCE_NODE)
        return lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                               "expected a list, each item %s, got %s", axis_forms,
                               lemma_node_show(entry->node, shown));
    for (const yaml_node_item_t *i = entry->node->data.sequence.items.start;
         i < entry->node->data.sequence.items.top; i++)
        LEMMA_TRY(read_axis(r, yaml_document_get_node(r->yaml.document, *i)));
out:
    return st;
}

static lemma_status read_seeds(struct lemma_sweep_reading *r,
                               const struct lemma_entry *entry)
{
    size_t first = r->sweep->key_count;
    struct lemma_entry seed = {"seed", entry->node, entry->line};
    lemma_status st = LEMMA_OK;

    if (entry->node->type == YAML_SCALAR_NODE)
        LEMMA_TRY(lemma_sweep_read_seeds(r, entry));
    else
        LEMMA_TRY(lemma_sweep_read_values(r, &seed));
    LEMMA_TRY(close_axis(r, entry, first));
out:
    return st;
}

/* A path is relative to the sweep file. */
static lemma_status load_base(struct lemma_sweep *s, const char *name,
                              struct lemma_error *err)
{
    const char *slash = strrchr(s->file, '/');
    size_t folder = slash && *name != '/' ? (size_t) (slash - s->file) + 1 : 0;
    char path[2 * LEMMA_PATH];

    snprintf(path, sizeof path, "%.*s%s", (int) folder, s->file, name);
    return lemma_experiment_load(s->base, path, NULL, err);
}

static lemma_status read_base(struct lemma_sweep_reading *r,
                              const struct lemma_entry *entry)
{
    struct lemma_sweep *s = r->sweep;
    struct lemma_entry root = {"", entry->node, entry->line};
    char name[LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(entry->node);
    if (entry->node->type == YAML_MAPPING_NODE) {
        r->yaml.in_full = false; /* an experiment's own map */
        r->yaml.x = s->base;
        memcpy(s->base->file, s->file, sizeof s->base->file);
        LEMMA_TRY(lemma_read_section(&r->yaml, &root));
    } else {
        LEMMA_TRY(lemma_yaml_text(&r->yaml, entry,
                                  "an experiment file, or the map of an experiment",
                                  sizeof name, name));
        if (!*name || lemma_node_is_null(entry->node))
            st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                                 "expected an experiment file, or the map of an "
                                 "experiment, got nothing");
        LEMMA_TRY(st);
        LEMMA_TRY(load_base(s, name, r->yaml.err));
    }
out:
    return st;
}

/* Keys that a map of the sweep file overrides in a base of another file: messages about
 * them must not name a line of that one. */
static void forget_lines(struct lemma_sweep *s, const int before[LEMMA_KEYS_MAX])
{
    struct lemma_experiment *x = s->base;

    for (size_t k = 0; k < LEMMA_KEYS_MAX; k++) {
        s->paper_lines[k] = x->lines[k];
        x->lines[k] = x->lines[k] ? -1 : before[k];
    }
}

/* paper.base: a map of keys. */
static lemma_status override_base(struct lemma_sweep_reading *r,
                                  const struct lemma_entry *entry)
{
    struct lemma_experiment *x = r->sweep->base;
    struct lemma_entry root = {"", entry->node, entry->line};
    bool elsewhere = strcmp(x->file, r->sweep->file) != 0;
    int before[LEMMA_KEYS_MAX];
    size_t pairs;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_map(&r->yaml, entry, "a map of keys that override the base's",
                             &pairs));
    memcpy(before, x->lines, sizeof before);
    if (elsewhere)
        memset(x->lines, 0, sizeof x->lines);
    r->yaml.in_full = false;
    r->yaml.x = x;
    LEMMA_TRY(lemma_read_section(&r->yaml, &root));
    if (elsewhere)
        forget_lines(r->sweep, before);
out:
    return st;
}

enum { BASE, AXES, SEEDS, SEARCH, PAPER, PARTS };

/* Where the parts of a map stand, the file's or paper's; node NULL: nowhere. */
static lemma_status find_parts(struct lemma_sweep_reading *r,
                               const struct lemma_entry *map,
                               struct lemma_entry part[PARTS])
{
    static const char *const names[PARTS] = {"base", "axes", "seeds", "search",
                                             "paper"};
    size_t pairs = 0, count = *map->name ? PAPER : PARTS;
    struct lemma_entry pair;
    char word[LEMMA_WORD], name[LEMMA_FULL_NAME], shown[LEMMA_SHOWN_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(
        lemma_yaml_map(&r->yaml, map, "a map of base, axes, seeds and search", &pairs));
    for (size_t i = 0; i < pairs; i++) {
        size_t which = 0;
        const char *near;

        LEMMA_TRY(lemma_yaml_pair(&r->yaml, map, i, LEMMA_WORD, word, name, &pair));
        while (which < count && strcmp(names[which], word) != 0)
            which++;
        if (which < count) {
            part[which] = (struct lemma_entry){names[which], pair.node, pair.line};
            continue;
        }
        near = lemma_nearest(word, names, count);
        st = lemma_yaml_fail(
            &r->yaml, pair.line, map->name,
            "expected a key of a sweep (base, axes, seeds, search%s), got %s%s%s%s",
            count == PARTS ? ", paper" : "",
            lemma_value_show(word, strlen(word), shown),
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        goto out;
    }
out:
    return st;
}

/* The file's parts; of paper those that stand there instead, its base apart. */
static lemma_status choose_parts(struct lemma_sweep_reading *r,
                                 struct lemma_entry part[PARTS],
                                 struct lemma_entry *override)
{
    const yaml_node_t *root = yaml_document_get_root_node(r->yaml.document);
    struct lemma_entry file = {"", root, root->start_mark.line + 1};
    struct lemma_entry paper[PARTS] = {{0}};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(find_parts(r, &file, part));
    r->sweep->has_paper = part[PAPER].node;
    if (!r->paper || !part[PAPER].node)
        goto out;
    LEMMA_TRY(find_parts(r, &part[PAPER], paper));
    *override = paper[BASE];
    for (size_t i = AXES; i < PAPER; i++)
        if (paper[i].node)
            part[i] = paper[i];
out:
    return st;
}

static lemma_status need(const struct lemma_sweep_reading *r,
                         const struct lemma_entry part[PARTS])
{
    if (!part[BASE].node)
        return lemma_yaml_fail(&r->yaml, 1, "base",
                               "expected an experiment file, or the map of an "
                               "experiment, got nothing");
    if (r->paper && !part[PAPER].node)
        return lemma_yaml_fail(&r->yaml, 1, "paper",
                               "expected a map of the sizes for --paper, got nothing");
    return LEMMA_OK;
}

lemma_status lemma_sweep_read(struct lemma_sweep_reading *r)
{
    struct lemma_entry part[PARTS] = {{0}}, override = {0};
    struct lemma_experiment *scratch = r->yaml.x;
    lemma_status st = LEMMA_OK;

    if (r->yaml.document)
        LEMMA_TRY(choose_parts(r, part, &override));
    LEMMA_TRY(need(r, part));
    LEMMA_TRY(read_base(r, &part[BASE]));
    if (override.node)
        LEMMA_TRY(override_base(r, &override));
    r->yaml.in_full = true;
    r->yaml.x = scratch;
    if (part[AXES].node)
        LEMMA_TRY(read_axes(r, &part[AXES]));
    if (part[SEEDS].node)
        LEMMA_TRY(read_seeds(r, &part[SEEDS]));
    if (part[SEARCH].node)
        LEMMA_TRY(lemma_sweep_read_search(r, &part[SEARCH]));
    if (r->sweep->axis_count == 0)
        st =
            lemma_yaml_fail(&r->yaml, 1, "axes", "expected axes or seeds, got neither");
out:
    return st;
}
