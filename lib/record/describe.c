/* What viewers go by: NeXus attributes and dimension scales, once all tables are known.
 */
#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

#include "record/state.h"

static struct lemma_table_state *find_table(struct lemma_record *r, const char *path)
{
    for (size_t i = 0; path && i < r->table_count; i++)
        if (r->tables[i].path && strcmp(r->tables[i].path, path) == 0)
            return &r->tables[i];
    return NULL;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Dimension scales: every axis is one, and its tables' first dimension refers to it. */
static lemma_status attach_scales(struct lemma_record *r)
{
    for (size_t i = 0; i < r->table_count; i++) {
        struct lemma_table_state *t = &r->tables[i], *axis = find_table(r, t->axis);

        LEMMA_REQUIRE(!t->axis || axis); /* an axis is declared before its tables */
        if (!axis)
            continue;
        if (H5DSis_scale(axis->set) <= 0 &&
            H5DSset_scale(axis->set, last_part(axis->path)) < 0)
            return lemma_record_failed(r, "making a dimension scale");
        if (H5DSattach_scale(t->set, axis->set, 0) < 0)
            return lemma_record_failed(r, "attaching a dimension scale");
    }
    return LEMMA_OK;
}

/* The table that a group's plot shows; NULL: none, or it is not recorded in this run.
 */
static struct lemma_table_state *find_signal(struct lemma_record *r,
                                             const struct lemma_group_state *g)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", g->name, g->signal ? g->signal : "");
    return g->signal ? find_table(r, path) : NULL;
}

/* SILX_style, as JSON; the list of axes is as long as the signal has dimensions. */
static lemma_status put_style(struct lemma_record *r, const char *full,
                              const struct lemma_group_state *g, size_t rank)
{
    char json[256], *end = json;
    const char *style = json;

    end += sprintf(end, "{\"signal_scale_type\": \"%s\"",
                   g->log_signal ? "log" : "linear");
    if (g->log_axis) {
        end += sprintf(end, ", \"axes_scale_types\": [\"log\"");
        for (size_t i = 0; i < rank; i++)
            end += sprintf(end, ", \"linear\"");
        *end++ = ']';
    }
    strcpy(end, "}");
    return lemma_record_put_texts(r, full, "SILX_style", &style, 0);
}

/* NXdata: the signal, one axis name per dimension of it ("." for none), log scales. */
static lemma_status describe_group(struct lemma_record *r, struct lemma_group_state *g)
{
    static const char *const data = "NXdata", *const collection = "NXcollection";
    const char *axes[LEMMA_RANK_MAX + 1] = {".", ".", ".", "."}, *title = g->title;
    struct lemma_table_state *signal = find_signal(r, g);
    char full[512], indices[256];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_record_path(g->name, full, sizeof full));
    LEMMA_TRY(
        lemma_record_put_texts(r, full, "NX_class", signal ? &data : &collection, 0));
    LEMMA_TRY(lemma_record_put_texts(r, full, "title", &title, 0));
    if (signal) {
        const char *name = g->signal;

        if (signal->axis)
            axes[0] = last_part(signal->axis);
        LEMMA_TRY(lemma_record_put_texts(r, full, "signal", &name, 0));
        LEMMA_TRY(lemma_record_put_texts(r, full, "axes", axes, signal->rank + 1));
        if (signal->axis) {
            snprintf(indices, sizeof indices, "%s_indices", axes[0]);
            LEMMA_TRY(lemma_record_attr_i64(r, g->name, indices, 0));
        }
        if (g->log_signal || g->log_axis)
            LEMMA_TRY(put_style(r, full, g, signal->rank));
    }
out:
    return st;
}

lemma_status lemma_record_describe(struct lemma_record *r)
{
    const char *first = NULL;
    lemma_status st = LEMMA_OK;

    if (r->failed)
        return LEMMA_EIO;
    LEMMA_TRY(attach_scales(r));
    for (size_t i = 0; i < r->group_count; i++) {
        LEMMA_TRY(describe_group(r, &r->groups[i]));
        if (find_signal(r, &r->groups[i]) &&
            (!first || strcmp(r->groups[i].name, "loss") == 0))
            first = r->groups[i].name;
    }
    if (first)
        LEMMA_TRY(lemma_record_put_texts(r, "/run", "default", &first, 0));
out:
    return st;
}
