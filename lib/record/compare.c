/* Two records: which names they have in common, and what becomes of each. */
#include "record/compare.h"

#include <math.h>
#include <string.h>

#include "config/experiment.h"
#include "core/alloc.h"
#include "record/compare_state.h"

enum { ITEMS_MAX = 1 << 14 };

/* A comparison being made. */
struct making {
    struct lemma_pairing p;
    double rtol;
    const struct lemma_tolerances *tolerances;
    struct lemma_comparison *c;
    bool *has; /* (2 per item): whether A, B have it */
    size_t room;
};

/* One of these, or below one of these: who made the record and when, not what it says.
 */
static bool is_left_out(const char *path)
{
    static const char *const names[] = {"provenance", "start_time", "end_time",
                                        "config", "config_source"};
    bool out = false;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        out = out || lemma_tolerance_covers(names[i], path);
    return out;
}

/* Attributes for viewers and people; of a probe its source too, which is a place in a
 * text (of data it is what the samples are). */
static bool describes(const char *name, bool probe)
{
    static const char *const names[] = {"NX_class", "title",   "signal",
                                        "axes",     "default", "SILX_style"};
    static const char end[] = "_indices";
    size_t n = strlen(name), k = sizeof end - 1;
    bool so = (n > k && strcmp(name + n - k, end) == 0) ||
              (probe && strcmp(name, "source") == 0);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        so = so || strcmp(names[i], name) == 0;
    return so;
}

static lemma_status grow(struct making *m)
{
    size_t room = m->room ? 2 * m->room : 64;
    struct lemma_compared *items = NULL;
    bool *has = NULL;
    lemma_status st = LEMMA_OK;

    if (m->c->count == ITEMS_MAX) {
        st = lemma_fail(m->p.err, LEMMA_EINPUT, "%s and %s: more than %d tables",
                        m->p.sides[0].file, m->p.sides[1].file, ITEMS_MAX);
        goto out;
    }
    LEMMA_NEW(items, room);
    LEMMA_NEW(has, 2 * room);
    if (m->room) {
        memcpy(items, m->c->items, m->c->count * sizeof *items);
        memcpy(has, m->has, 2 * m->c->count * sizeof *has);
    }
    lemma_free(m->c->items);
    lemma_free(m->has);
    m->c->items = items;
    m->has = has;
    m->room = room;
    items = NULL;
    has = NULL;
out:
    lemma_free(items);
    lemma_free(has);
    return st;
}

/* side has `name`, an attribute (constant) or a data set. */
static lemma_status note(struct making *m, size_t side, const char *name, bool constant)
{
    size_t i = lemma_comparison_find(m->c, name, constant);
    struct lemma_compared *item;
    lemma_status st = LEMMA_OK;

    if (i == m->c->count) {
        if (i == m->room)
            LEMMA_TRY(grow(m));
        item = &m->c->items[i];
        item->name = lemma_strdup(name);
        if (!item->name)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
        item->constant = constant;
        item->worst = NAN;
        m->c->count++;
    }
    LEMMA_REQUIRE(m->has);
    m->has[2 * i + side] = true;
out:
    return st;
}

static lemma_status note_attributes(struct making *m, size_t side, const char *group,
                                    bool probe)
{
    const char *const *names = NULL;
    size_t count = 0;
    char name[600];
    lemma_status st =
        lemma_reader_attrs(m->p.sides[side].reader, group, &names, &count);

    if (st == LEMMA_EINPUT) /* no such group */
        return LEMMA_OK;
    for (size_t i = 0; i < count && st == LEMMA_OK; i++) {
        int n = snprintf(name, sizeof name, "%s/%s", group, names[i]);

        if (!describes(names[i], probe) && n > 0 && (size_t) n < sizeof name)
            st = note(m, side, name, true);
    }
    return st;
}

static lemma_status note_side(struct making *m, size_t side, bool attributes)
{
    static const char *const fixed[] = {"data", "network", "train"};
    struct lemma_reader *r = m->p.sides[side].reader;
    const char *const *names = NULL;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; attributes && i < sizeof fixed / sizeof *fixed; i++)
        LEMMA_TRY(note_attributes(m, side, fixed[i], false));
    st = attributes ? lemma_reader_groups(r, &names, &count)
                    : lemma_reader_paths(r, &names, &count);
    if (st == LEMMA_EINPUT)
        st = lemma_compare_unreadable(&m->p, side, "/run");
    LEMMA_TRY(st);
    for (size_t i = 0; i < count; i++) {
        if (attributes)
            LEMMA_TRY(note_attributes(m, side, names[i], true));
        else if (!is_left_out(names[i]))
            LEMMA_TRY(note(m, side, names[i], false));
    }
out:
    return st;
}

/* A tolerance that speaks of nothing is a slip of the pen. */
static lemma_status check_tolerances(const struct making *m)
{
    const struct lemma_tolerances *t = m->tolerances;
    const char **names = NULL, *near;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(names, m->c->count);
    for (size_t i = 0; i < m->c->count; i++)
        names[i] = m->c->items[i].name;
    for (size_t k = 0; t && k < t->count; k++) {
        bool used = false;

        for (size_t i = 0; i < m->c->count; i++)
            used = used || lemma_tolerance_covers(t->items[k].name, names[i]);
        if (used)
            continue;
        near = lemma_nearest(t->items[k].name, names, m->c->count);
        st = lemma_fail(m->p.err, LEMMA_EINPUT,
                        "%s:%zu: %s: expected a table or group of the records%s%s%s",
                        t->file, t->items[k].line, t->items[k].name,
                        near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "");
        goto out;
    }
out:
    lemma_free(names);
    return st;
}

static void choose_tolerance(const struct making *m, struct lemma_compared *item)
{
    const struct lemma_tolerance *t = lemma_tolerances_find(m->tolerances, item->name);

    item->tolerance = t ? t->value : m->rtol;
    item->absolute = t && t->absolute;
    if (t && t->ignore)
        item->likeness = LEMMA_IGNORED;
    if (!item->constant && lemma_compare_is_axis(m->c, item->name))
        item->tolerance = 0;
}

/* A data set that both have: a table or a text, and the same of the two. */
static lemma_status compare_set(const struct making *m, struct lemma_compared *item)
{
    struct lemma_shape shapes[2];
    bool table[2];

    for (size_t i = 0; i < 2; i++)
        table[i] = lemma_reader_shape(m->p.sides[i].reader, item->name, &shapes[i]) ==
                   LEMMA_OK;
    if (table[0] && table[1])
        return lemma_compare_table(&m->p, shapes, item);
    if (!table[0] && !table[1]) {
        item->constant = true;
        return lemma_compare_constant(&m->p, NULL, item->name, item);
    }
    snprintf(item->reason, sizeof item->reason, "a table in %s, none in %s",
             table[0] ? "A" : "B", table[0] ? "B" : "A");
    lemma_compare_settle(item, false);
    return LEMMA_OK;
}

static lemma_status compare_item(const struct making *m, size_t i)
{
    struct lemma_compared *item = &m->c->items[i];
    char group[600];

    choose_tolerance(m, item);
    if (item->likeness == LEMMA_IGNORED)
        return LEMMA_OK;
    if (!m->has[2 * i] || !m->has[2 * i + 1]) {
        snprintf(item->reason, sizeof item->reason, "only in %s",
                 m->has[2 * i] ? "A" : "B");
        lemma_compare_settle(item, false);
        return LEMMA_OK;
    }
    if (item->constant) {
        const char *slash = strrchr(item->name, '/');

        snprintf(group, sizeof group, "%.*s", (int) (slash - item->name), item->name);
        return lemma_compare_constant(&m->p, group, slash + 1, item);
    }
    return compare_set(m, item);
}

lemma_status lemma_compare(const struct lemma_side sides[2], double rtol,
                           const struct lemma_tolerances *tolerances,
                           struct lemma_comparison **comparison,
                           struct lemma_error *err)
{
    struct making m = {{sides, err}, rtol, tolerances, NULL, NULL, 0};
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(m.c, 1);
    for (size_t attributes = 2; attributes-- > 0;)
        for (size_t side = 0; side < 2; side++)
            LEMMA_TRY(note_side(&m, side, attributes));
    LEMMA_TRY(check_tolerances(&m));
    for (size_t i = 0; i < m.c->count; i++)
        LEMMA_TRY(compare_item(&m, i));
    for (size_t i = 0; i < m.c->count; i++)
        lemma_compare_axis(&m.p, m.c, &m.c->items[i]);
    for (size_t i = 0; i < m.c->count; i++)
        m.c->counts[m.c->items[i].likeness]++;
    *comparison = m.c;
    m.c = NULL;
out:
    lemma_free(m.has);
    lemma_comparison_destroy(m.c);
    return st;
}

size_t lemma_comparison_find(const struct lemma_comparison *c, const char *name,
                             bool constant)
{
    size_t i = 0;

    while (i < c->count &&
           (c->items[i].constant != constant || strcmp(c->items[i].name, name) != 0))
        i++;
    return i;
}

void lemma_comparison_destroy(struct lemma_comparison *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        lemma_free(c->items[i].name);
    lemma_free(c->items);
    lemma_free(c);
}

const char *lemma_likeness_name(enum lemma_likeness likeness)
{
    static const char *const names[] = {"same", "close", "ignored", "different"};

    return names[likeness];
}
