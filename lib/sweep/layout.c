/* What a sweep file declares: keys, constants, and a group a probe. */
#include "sweep/layout.h"

#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "probe/probe.h"
#include "run/origin.h"

const struct lemma_constant lemma_constants[LEMMA_CONSTANTS] = {
    {"m", "network", "m", true, "1", "width"},
    {"L", "network", "L", true, "1", "hidden trained layers"},
    {"d_x", "network", "d_x", true, "1", "inputs"},
    {"d", "network", "d", true, "1", "outputs"},
    {"parameters", "network", "parameters", true, "1", "trained weights"},
    {"N", "data", "samples", true, "1", "samples of all clients"},
    {"phi", "data", "phi", false, "1", "least distance of two inputs"},
    {"min_angle", "data", "min_angle", false, "rad", "least angle of two inputs"},
    {"spectral_norm", "data", "spectral_norm", false, "1",
     "spectral norm of the inputs' matrix"},
    {"K", "train", "K", true, "1", "clients"},
    {"tau", "train", "tau", true, "1", "local steps of a round"},
    {"R", "train", "R", true, "1", "rounds"},
    {"batch", "train", "batch", true, "1", "samples of a local step; 0: all"},
    {"eta", "train", "eta", false, "1", "local step size"},
    {"step_limit", "train", "step_limit", false, "1",
     "largest step proven stable, where step_rule measures it"},
    {"server_step", "train", "server_step", false, "1", "the server's step size"},
    {"seed", "train", "seed", true, "1", "seed of the run"},
};
static lemma_status declare_number(struct lemma_collection *c, const char *group,
                                   const char *name, bool whole, const char *axis,
                                   const char *units, const char *meaning, size_t *id)
{
    struct lemma_table_spec spec = {.name = name,
                                    .type = whole ? LEMMA_I64 : LEMMA_F64,
                                    .axis = axis,
                                    .units = units,
                                    .long_name = meaning};

    return lemma_record_table(c->record, group, &spec, id);
}

static lemma_status declare_key(struct lemma_collection *c, const char *group,
                                const struct lemma_sweep_key *key, const char *axis,
                                size_t *id)
{
    char meaning[LEMMA_SWEEP_NAME + 64]; /* it names the key: a plot's axis shows it */

    snprintf(meaning, sizeof meaning,
             key->number ? "%s, a key of the experiment"
                         : "%s: place of its value in /run/words",
             key->name);
    return declare_number(c, group, key->name, key->whole || !key->number, axis, "1",
                          meaning, id);
}

/* The values of a key that are no numbers, a line each. */
static lemma_status declare_words(struct lemma_collection *c,
                                  const struct lemma_sweep_key *key)
{
    char path[32 + LEMMA_SWEEP_NAME], *text = NULL, *end;
    size_t size = 1;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < key->count; i++)
        size += strlen(key->text[i]) + 1;
    LEMMA_NEW(text, size);
    end = text;
    for (size_t i = 0; i < key->count; i++) {
        end = stpcpy(end, key->text[i]);
        *end++ = '\n';
    }
    snprintf(path, sizeof path, "words/%s", key->name);
    LEMMA_TRY(lemma_record_text(c->record, path, text, 0));
out:
    lemma_free(text);
    return st;
}

/* /run/records. */
static lemma_status declare_records(struct lemma_collection *c)
{
    enum { LINE = sizeof "points/0000.h5" };
    char *text = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(text, c->rows * LINE + 1);
    for (size_t i = 0; i < c->rows; i++)
        snprintf(text + i * LINE, LINE + 1, "points/%04u.h5\n", (unsigned) c->point[i]);
    LEMMA_TRY(lemma_record_text(c->record, "records", text, 0));
    LEMMA_TRY(lemma_record_array(c->record, "provenance/point_seconds", LEMMA_F64, 1,
                                 &c->rows, c->seconds));
out:
    lemma_free(text);
    return st;
}

/* The axis that plots of a sweep want: the first number that changes, seeds aside. */
static const struct lemma_sweep_key *find_x(const struct lemma_sweep *s)
{
    for (size_t k = 0; k < s->key_count; k++)
        if (s->keys[k].number && s->keys[k].count > 1 &&
            strcmp(s->keys[k].name, "seed") != 0)
            return &s->keys[k];
    return NULL;
}

bool lemma_collection_has_key(const struct lemma_collection *c, const char *name)
{
    bool found = false;

    for (size_t k = 0; k < c->s->key_count; k++)
        found = found || strcmp(c->s->keys[k].name, name) == 0;
    return found;
}

/* The group of the axes and constants. */
static lemma_status declare_points(struct lemma_collection *c)
{
    const struct lemma_sweep *s = c->s;
    struct lemma_group_spec group = {"sweep", "the points of the sweep",
                                     c->x ? c->x->name : "diverged", false, false};
    char names[LEMMA_SWEEP_KEYS * LEMMA_SWEEP_NAME] = "", *end = names;
    char search[LEMMA_SEARCH_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_group(c->record, &group));
    LEMMA_TRY(declare_number(c, "sweep", "point", true, NULL, "1",
                             "number of the point", &c->number));
    for (size_t k = 0; k < s->key_count; k++) {
        LEMMA_TRY(declare_key(c, "sweep", &s->keys[k], "point", &c->key[k]));
        if (!s->keys[k].number)
            LEMMA_TRY(declare_words(c, &s->keys[k]));
        end = stpcpy(end, s->keys[k].name);
        *end++ = '\n';
    }
    *end = '\0';
    LEMMA_TRY(declare_number(c, "sweep", "diverged", true, "point", "1",
                             "1 where the run's loss stopped being finite",
                             &c->diverged_id));
    LEMMA_TRY(declare_number(c, "sweep", "beside_theory", true, "point", "1",
                             "1 where the run's updates vanished in rounding, 2 where "
                             "a loss grew past 1/epsilon times its first, else 0",
                             &c->beside_id));
    if (lemma_sweep_searches(s)) {
        LEMMA_TRY(declare_number(
            c, "sweep", "search", true, "point", "1",
            "0: the least value was found; 1: from does already; 2: to does not",
            &c->search_id));
        LEMMA_TRY(lemma_record_attr_text(c->record, "sweep", "search",
                                         lemma_search_print(&s->search, search)));
    }
    for (size_t i = 0; i < LEMMA_CONSTANTS; i++)
        if (!lemma_collection_has_key(c, lemma_constants[i].name))
            LEMMA_TRY(declare_number(
                c, "sweep", lemma_constants[i].name, lemma_constants[i].whole, "point",
                lemma_constants[i].units, lemma_constants[i].meaning, &c->constant[i]));
    LEMMA_TRY(lemma_record_attr_text(c->record, "sweep", "keys", names));
    LEMMA_TRY(lemma_record_attr_i64(c->record, "sweep", "points", (int64_t) s->points));
out:
    return st;
}

/* One group a probe, its usual plot at the end of each run. */
static lemma_status declare_group(struct lemma_collection *c, const char *name)
{
    const struct lemma_probe_type *probe = lemma_probe_find(name);
    const char *axis = c->x ? c->x->name : "point", *first = "";
    size_t g = c->group_count;
    char signal[256];
    lemma_status st = LEMMA_OK;

    for (size_t i = c->columns.count; i-- > 0;) {
        const struct lemma_sweep_column *column = &c->columns.list[i];
        bool usual = probe && probe->signal && strcmp(first, probe->signal) == 0;

        if (strcmp(column->group, name) == 0 && !usual)
            first = column->table;
    }
    LEMMA_REQUIRE(*first); /* a group is named by its columns */
    snprintf(signal, sizeof signal, "%s.final", first);
    struct lemma_group_spec group = {name, probe ? probe->title : name, signal,
                                     probe && probe->log_signal, false};
    LEMMA_REQUIRE(g < LEMMA_SWEEP_GROUPS);
    LEMMA_TRY(lemma_record_group(c->record, &group));
    LEMMA_TRY(declare_number(c, name, "point", true, NULL, "1", "number of the point",
                             &c->group_number[g]));
    if (c->x)
        LEMMA_TRY(declare_key(c, name, c->x, NULL, &c->group_x[g]));
    LEMMA_TRY(lemma_sweep_columns_declare(&c->columns, c->record, name, axis));
    c->groups[c->group_count++] = name;
out:
    return st;
}

static bool is_declared(const struct lemma_collection *c, const char *group)
{
    bool found = false;

    for (size_t g = 0; g < c->group_count; g++)
        found = found || strcmp(c->groups[g], group) == 0;
    return found;
}

lemma_status lemma_collection_declare(struct lemma_collection *c,
                                      const char *command_line)
{
    lemma_status st = LEMMA_OK;

    c->x = find_x(c->s);
    LEMMA_TRY(lemma_declare_origin(c->record, c->s->base, command_line, c->s->source));
    LEMMA_TRY(declare_records(c));
    LEMMA_TRY(declare_points(c));
    for (size_t i = 0; i < c->columns.count; i++)
        if (!is_declared(c, c->columns.list[i].group))
            LEMMA_TRY(declare_group(c, c->columns.list[i].group));
out:
    return st;
}
