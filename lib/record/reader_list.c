/* What a record has: its groups and tables by name. */
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "record/reader_state.h"

/* What a walk over a group's links collects: members of one kind. */
struct walk {
    struct lemma_reader *reader;
    struct lemma_name_list *list;
    H5O_type_t kind; /* H5O_TYPE_UNKNOWN: any */
    bool nxdata;     /* groups only: those with NX_class = NXdata */
    lemma_status st;
};

/* A copy of name at the end of the list, whose room doubles; -1 stops HDF5's walk. */
static herr_t add(struct walk *w, const char *name)
{
    struct lemma_name_list *list = w->list;
    char **more, *copy = lemma_strdup(name);
    size_t n = list->count;

    if (copy && (n & (n - 1)) == 0) { /* 0, 1, 2, 4, ...: it is full */
        more = lemma_alloc(n ? 2 * n : 1, sizeof *more);
        if (more && n)
            memcpy(more, list->names, n * sizeof *more);
        if (more) {
            lemma_free(list->names);
            list->names = more;
        } else {
            lemma_free(copy);
            copy = NULL;
        }
    }
    if (!copy) {
        w->st = LEMMA_EMEMORY;
        return -1;
    }
    list->names[list->count++] = copy;
    return 0;
}

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

    if (link->type != H5L_TYPE_HARD ||
        H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ||
        (w->kind != H5O_TYPE_UNKNOWN && info.type != w->kind) ||
        (w->nxdata && !is_nxdata(w, group, name)))
        return w->st == LEMMA_OK ? 0 : -1;
    return add(w, name);
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

/* Of many links HDF5 1.10 makes a table before it walks in a given order, and frees
 * what it never filled in where the file is damaged. Natively it walks the B-tree,
 * whose order is the creation's already; few links have no tree. */
static H5_iter_order_t way_through(hid_t group)
{
    H5G_info_t info;

    return order_of(group) == H5_INDEX_CRT_ORDER && H5Gget_info(group, &info) >= 0 &&
                   info.storage_type == H5G_STORAGE_TYPE_DENSE
               ? H5_ITER_NATIVE
               : H5_ITER_INC;
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info,
                              void *context)
{
    (void) object;
    (void) info;
    return add(context, name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

enum what { MEMBERS, ATTRIBUTES };

static herr_t iterate(hid_t object, enum what what, struct walk *w)
{
    hsize_t at = 0;

    switch (what) {
    case MEMBERS:
        return H5Literate(object, order_of(object), way_through(object), &at, visit, w);
    case ATTRIBUTES:
        return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &at, visit_attribute,
                           w);
    }
    return -1;
}

static lemma_status list(struct lemma_reader *r, const char *path, enum what what,
                         struct walk *w, const char *const **names, size_t *count)
{
    char full[512];
    hid_t object = -1;
    lemma_status st = LEMMA_OK;

    if (lemma_reader_path(r, path, full, sizeof full))
        object = H5Oopen(r->file, full, H5P_DEFAULT);
    if (object < 0)
        return LEMMA_EINPUT;
    LEMMA_NEW(w->list, 1);
    w->list->next = r->lists;
    r->lists = w->list;
    if (iterate(object, what, w) < 0)
        st = w->st == LEMMA_OK ? LEMMA_EINPUT : w->st;
    if (what == ATTRIBUTES && w->list->count > 0) /* natively: in no order of ours */
        qsort(w->list->names, w->list->count, sizeof *w->list->names, by_name);
    *names = (const char *const *) w->list->names;
    *count = w->list->count;
out:
    H5Oclose(object);
    return st;
}

lemma_status lemma_reader_groups(struct lemma_reader *r, const char *const **names,
                                 size_t *count)
{
    struct walk w = {.reader = r, .kind = H5O_TYPE_GROUP, .nxdata = true};

    return list(r, "", MEMBERS, &w, names, count);
}

lemma_status lemma_reader_tables(struct lemma_reader *r, const char *group,
                                 const char *const **names, size_t *count)
{
    struct walk w = {.reader = r, .kind = H5O_TYPE_DATASET};

    return list(r, group, MEMBERS, &w, names, count);
}

/* A walk over all that is below /run. HDF5's own (H5Ovisit) goes through its tables of
 * links. */
struct descent {
    struct walk found; /* data sets */
    size_t groups, seen_count;
    haddr_t *seen; /* what may be met again; owned */
};

/* More, or deeper, is no record's. */
enum { GROUPS_MAX = 1024, DEPTH_MAX = 16, SEEN_MAX = 1 << 14 };

/* Whether an object was met before. It is from now on. */
static lemma_status meet(struct descent *d, haddr_t address, bool *known)
{
    lemma_status st = LEMMA_OK;

    if (!d->seen)
        LEMMA_NEW(d->seen, SEEN_MAX);
    *known = false;
    for (size_t i = 0; i < d->seen_count; i++)
        *known = *known || d->seen[i] == address;
    if (*known)
        return LEMMA_OK;
    if (d->seen_count == SEEN_MAX)
        return LEMMA_EINPUT;
    d->seen[d->seen_count++] = address;
out:
    return st;
}

static lemma_status descend(struct descent *d, const char *group, size_t depth);

/* Every object once, however many names it has. */
static lemma_status look_at(struct descent *d, const char *path, size_t depth)
{
    struct lemma_reader *r = d->found.reader;
    char full[512];
    H5O_info_t info;
    bool known = false;
    lemma_status st = LEMMA_OK;

    if (!lemma_reader_path(r, path, full, sizeof full) ||
        H5Oget_info_by_name2(r->file, full, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return LEMMA_OK;
    if (info.type == H5O_TYPE_GROUP || info.rc > 1)
        LEMMA_TRY(meet(d, info.addr, &known));
    if (known)
        return LEMMA_OK;
    if (info.type == H5O_TYPE_GROUP)
        return descend(d, path, depth + 1);
    if (info.type == H5O_TYPE_DATASET && add(&d->found, path) < 0)
        st = LEMMA_EMEMORY;
out:
    return st;
}

static lemma_status descend(struct descent *d, const char *group, size_t depth)
{
    struct walk w = {.reader = d->found.reader, .kind = H5O_TYPE_UNKNOWN};
    const char *const *names = NULL;
    char path[512];
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    if (depth > DEPTH_MAX || d->groups++ == GROUPS_MAX)
        return LEMMA_EINPUT;
    LEMMA_TRY(list(w.reader, group, MEMBERS, &w, &names, &count));
    for (size_t i = 0; i < count; i++) {
        int n =
            snprintf(path, sizeof path, "%s%s%s", group, *group ? "/" : "", names[i]);

        if (n > 0 && (size_t) n < sizeof path)
            LEMMA_TRY(look_at(d, path, depth));
    }
out:
    return st;
}

lemma_status lemma_reader_paths(struct lemma_reader *r, const char *const **paths,
                                size_t *count)
{
    struct descent d = {.found = {.reader = r}};
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(d.found.list, 1);
    d.found.list->next = r->lists;
    r->lists = d.found.list;
    LEMMA_TRY(look_at(&d, "", 0));
    *paths = (const char *const *) d.found.list->names;
    *count = d.found.list->count;
out:
    lemma_free(d.seen);
    return st;
}

lemma_status lemma_reader_attrs(struct lemma_reader *r, const char *path,
                                const char *const **names, size_t *count)
{
    struct walk w = {.reader = r};

    return list(r, path, ATTRIBUTES, &w, names, count);
}
