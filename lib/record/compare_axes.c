/* Which rows of two records belong together: the axes of tables. */
#include <math.h>
#include <string.h>

#include "record/compare_state.h"

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), k = strlen(end);

    return n >= k && strcmp(name + n - k, end) == 0;
}

/* The axis that says which steps (or draws) a table's rows are, or NULL. A table
 * "local" does not own its group's "local_step". */
static const struct lemma_compared *axis_of(const struct lemma_comparison *c,
                                            const char *name)
{
    static const char *const shared[] = {"/step", "/draw"};
    const char *slash = strrchr(name, '/');
    size_t group = slash ? (size_t) (slash - name) : 0, i = c->count;
    char own[2][640];

    snprintf(own[0], sizeof own[0], "%s_step", name);
    snprintf(own[1], sizeof own[1], "%s_round", name);
    if (lemma_comparison_find(c, own[1], false) < c->count)
        i = lemma_comparison_find(c, own[0], false);
    for (size_t k = 0; k < 2 && i == c->count && group > 0; k++) {
        snprintf(own[0], sizeof own[0], "%.*s%s", (int) group, name, shared[k]);
        i = lemma_comparison_find(c, own[0], false);
    }
    return i < c->count ? &c->items[i] : NULL;
}

bool lemma_compare_is_axis(const struct lemma_comparison *c, const char *name)
{
    static const char *const whole[] = {"/step", "/round", "/local_step", "/draw"};
    static const char *const own[] = {"_step", "_round"};
    bool axis = false;
    char stem[640];

    for (size_t i = 0; i < 4; i++)
        axis = axis || ends_with(name, whole[i]);
    for (size_t i = 0; i < 2 && !axis; i++)
        if (ends_with(name, own[i])) {
            snprintf(stem, sizeof stem, "%.*s", (int) (strlen(name) - strlen(own[i])),
                     name);
            axis = lemma_comparison_find(c, stem, false) < c->count;
        }
    return axis;
}

/* The entry of A's axis at a row; NAN where it has none. */
static double entry(struct lemma_reader *r, const char *axis, size_t row)
{
    struct lemma_shape s;
    double at;

    return lemma_reader_shape(r, axis, &s) == LEMMA_OK && s.rank == 1 &&
                   lemma_reader_number(r, axis, row, &at) == LEMMA_OK
               ? at
               : NAN;
}

void lemma_compare_axis(const struct lemma_pairing *p, const struct lemma_comparison *c,
                        struct lemma_compared *item)
{
    const struct lemma_compared *axis =
        item->constant || item->rows == 0 || lemma_compare_is_axis(c, item->name)
            ? NULL
            : axis_of(c, item->name);

    if (!axis)
        return;
    if (axis->likeness == LEMMA_DIFFERENT && axis->placed &&
        item->likeness != LEMMA_IGNORED) {
        item->likeness = LEMMA_DIFFERENT;
        snprintf(item->reason, sizeof item->reason,
                 "its rows stand for other steps: %.128s differs", axis->name);
    }
    if (item->placed)
        item->at = entry(p->sides[0].reader, axis->name, item->row);
    if (item->placed && !isnan(item->at))
        item->axis = ends_with(axis->name, "draw") ? "draw" : "step";
}
