/* What a record has: its groups and tables by name. */
#include <string.h>

#include "core/alloc.h"
#include "record/reader_state.h"

/* What a walk over a group's links collects: members of one kind. */
struct walk {
    struct lemma_reader *reader;
    struct lemma_name_list *list;
    H5O_type_t kind;
    bool nxdata; /* groups only: those with NX_class = NXdata */
    lemma_status st;
};

static bool is_nxdata(struct walk *w, hid_t group, const char *name)
{
    hid_t member = H5Gopen2(group, name, H5P_DEFAULT);
    char *class = NULL;
    lemma_status st =
        member < 0 ? LEMMA_EINPUT
                   : lemma_reader_object_text(w->reader, member, "NX_class", &class);
    bool yes = st == LEMMA_OK && strcmp(class, "NXdata") == 0;

    if (st == LEMMA_EMEMORY)
        w->st = st;
    lemma_free(class);
    if (member >= 0)
        H5Gclose(member);
    return yes;
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *link,
                    void *context)
{
    struct walk *w = context;
    H5O_info_t info;
    char **more, *copy;

    if (link->type != H5L_TYPE_HARD ||
        H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ||
        info.type != w->kind || (w->nxdata && !is_nxdata(w, group, name)))
        return w->st == LEMMA_OK ? 0 : -1;
    more = lemma_alloc(w->list->count + 1, sizeof *more);
    copy = lemma_strdup(name);
    if (!more || !copy) {
        lemma_free(more);
        lemma_free(copy);
        w->st = LEMMA_EMEMORY;
        return -1;
    }
    for (size_t i = 0; i < w->list->count; i++)
        more[i] = w->list->names[i];
    more[w->list->count++] = copy;
    lemma_free(w->list->names);
    w->list->names = more;
    return 0;
}

static H5_index_t order_of(hid_t group)
{
    hid_t plist = H5Gget_create_plist(group);
    unsigned flags = 0;

    if (plist >= 0) {
        H5Pget_link_creation_order(plist, &flags);
        H5Pclose(plist);
    }
    return flags & H5P_CRT_ORDER_TRACKED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

static lemma_status list_members(struct lemma_reader *r, const char *path,
                                 H5O_type_t kind, bool nxdata,
                                 const char *const **names, size_t *count)
{
    struct walk w = {.reader = r, .kind = kind, .nxdata = nxdata, .st = LEMMA_OK};
    char full[512];
    hid_t group = -1;
    hsize_t at = 0;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_path(r, path, full, sizeof full))
        group = H5Gopen2(r->file, full, H5P_DEFAULT);
    if (group < 0)
        return LEMMA_EINPUT;
    LEMMA_NEW(w.list, 1);
    w.list->next = r->lists;
    r->lists = w.list;
    if (H5Literate(group, order_of(group), H5_ITER_INC, &at, visit, &w) < 0)
        st = w.st == LEMMA_OK ? LEMMA_EINPUT : w.st;
    *names = (const char *const *) w.list->names;
    *count = w.list->count;
out:
    H5Gclose(group);
    return st;
}

lemma_status lemma_reader_groups(struct lemma_reader *r, const char *const **names,
                                 size_t *count)
{
    return list_members(r, "", H5O_TYPE_GROUP, true, names, count);
}

lemma_status lemma_reader_tables(struct lemma_reader *r, const char *group,
                                 const char *const **names, size_t *count)
{
    return list_members(r, group, H5O_TYPE_DATASET, false, names, count);
}
