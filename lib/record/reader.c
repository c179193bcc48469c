#include "record/reader.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "record/state.h"

/* Lists of names that were handed out live as long as the reader. */
struct name_list {
    struct name_list *next;
    size_t count;
    char **names;
};

struct lemma_reader {
    hid_t file;
    struct name_list *lists;
};

/* Under SWMR, what was read while it changed is read again, after 1, 2, 4, ... ns: this
 * ends in 0.1 s. The default of 100 attempts never ends on a damaged file. */
enum { READ_ATTEMPTS = 27 };

static hid_t open_file(const char *path)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);

    H5Pset_metadata_read_attempts(access, READ_ATTEMPTS);
    if (file < 0) /* being written, or its writer was killed */
        file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
    H5Pclose(access);
    if (file < 0) /* completed in between; or damaged, and here is the reason */
        file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return file;
}

/* A path from the root through hard links alone: nothing leads out of the file, no
 * loops. */
static bool is_inside(hid_t file, const char *path)
{
    char prefix[512];
    size_t n = strlen(path);
    H5L_info_t info;

    if (n >= sizeof prefix)
        return false;
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(prefix, path, i);
        prefix[i] = 0;
        if (H5Lexists(file, prefix, H5P_DEFAULT) <= 0 ||
            H5Lget_info(file, prefix, &info, H5P_DEFAULT) < 0 ||
            info.type != H5L_TYPE_HARD)
            return false;
    }
    return true;
}

static bool full_path(struct lemma_reader *r, const char *path, char *out, size_t size)
{
    return lemma_record_path(path, out, size) && is_inside(r->file, out);
}

/* Of the file as it is now: it may be growing. */
static double file_bytes(const struct lemma_reader *r)
{
    struct stat info;
    void *handle = NULL;

    if (H5Fget_vfd_handle(r->file, H5P_DEFAULT, &handle) < 0 || !handle ||
        fstat(*(const int *) handle, &info) != 0)
        return 0;
    return (double) info.st_size;
}

/* Deflate shrinks at most about 1032 times: what says it holds more than the file can
 * is not read. */
static bool can_hold(const struct lemma_reader *r, double bytes)
{
    return bytes <= 1100 * file_bytes(r) + (1 << 20);
}

/* HDF5 makes room for a whole chunk to read one row of it. */
static bool chunks_fit(const struct lemma_reader *r, hid_t set, hid_t plist)
{
    hsize_t dims[H5S_MAX_RANK];
    int rank = H5Pget_chunk(plist, H5S_MAX_RANK, dims);
    hid_t type = H5Dget_type(set);
    double bytes = type >= 0 ? (double) H5Tget_size(type) : 0;

    if (type >= 0)
        H5Tclose(type);
    for (int i = 0; i < rank; i++)
        bytes *= (double) dims[i];
    return rank > 0 && can_hold(r, bytes);
}

/* Only what this library writes: no external files, no filters from elsewhere. */
static bool is_plain(const struct lemma_reader *r, hid_t set)
{
    hid_t plist = H5Dget_create_plist(set);
    H5D_layout_t layout = plist >= 0 ? H5Pget_layout(plist) : H5D_LAYOUT_ERROR;
    bool plain = layout == H5D_CHUNKED ? chunks_fit(r, set, plist)
                                       : (layout == H5D_CONTIGUOUS &&
                                          H5Pget_external_count(plist) == 0) ||
                                             layout == H5D_COMPACT;
    int filters = plain ? H5Pget_nfilters(plist) : 0;

    for (int i = 0; plain && i < filters; i++) {
        unsigned flags, config;
        size_t none = 0;
        H5Z_filter_t f =
            H5Pget_filter2(plist, (unsigned) i, &flags, &none, NULL, 0, NULL, &config);

        plain = f == H5Z_FILTER_DEFLATE || f == H5Z_FILTER_SHUFFLE ||
                f == H5Z_FILTER_FLETCHER32;
    }
    if (plist >= 0)
        H5Pclose(plist);
    return plain;
}

static hid_t open_set(struct lemma_reader *r, const char *path)
{
    char full[512];
    H5O_info_t info;
    hid_t set = -1;

    if (full_path(r, path, full, sizeof full) &&
        H5Oget_info_by_name2(r->file, full, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
        info.type == H5O_TYPE_DATASET)
        set = H5Dopen2(r->file, full, H5P_DEFAULT);
    if (set >= 0 && !is_plain(r, set)) {
        H5Dclose(set);
        set = -1;
    }
    return set;
}

/* The one text of a data set or of an attribute; *out is owned by the caller. */
static lemma_status text_of(const struct lemma_reader *r, hid_t source, bool attribute,
                            char **out)
{
    hid_t type = attribute ? H5Aget_type(source) : H5Dget_type(source);
    hid_t space = attribute ? H5Aget_space(source) : H5Dget_space(source);
    hid_t memory = -1;
    char *text = NULL;
    size_t room;
    lemma_status st = LEMMA_EINPUT;

    if (type < 0 || space < 0 || H5Sget_simple_extent_npoints(space) != 1 ||
        H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 ||
        !can_hold(r, (double) H5Tget_size(type)))
        goto out;
    room = H5Tget_size(type);
    text = lemma_alloc(room + 1, 1);
    if (!text) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    memory = lemma_hdf5_text(room);
    H5Tset_cset(memory, H5Tget_cset(type));
    if ((attribute ? H5Aread(source, memory, text)
                   : H5Dread(source, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, text)) < 0)
        goto out;
    *out = text;
    text = NULL;
    st = LEMMA_OK;
out:
    lemma_free(text);
    if (memory >= 0)
        H5Tclose(memory);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return st;
}

static lemma_status attribute_text(const struct lemma_reader *r, hid_t object,
                                   const char *name, char **out)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    lemma_status st = attribute < 0 ? LEMMA_EINPUT : text_of(r, attribute, true, out);

    if (attribute >= 0)
        H5Aclose(attribute);
    return st;
}

static lemma_status attribute_f64(hid_t object, const char *name, double *out)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = -1, space = -1;
    lemma_status st = LEMMA_EINPUT;
    double value;

    if (attribute < 0)
        return LEMMA_EINPUT;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    if (type >= 0 && space >= 0 &&
        (H5Tget_class(type) == H5T_FLOAT || H5Tget_class(type) == H5T_INTEGER) &&
        H5Sget_simple_extent_npoints(space) == 1 &&
        H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0) {
        *out = value;
        st = LEMMA_OK;
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Aclose(attribute);
    return st;
}

static lemma_status check_ours(struct lemma_reader *r, const char *path,
                               struct lemma_error *err)
{
    char *creator = NULL;
    double schema = 0;
    hid_t root = H5Gopen2(r->file, "/", H5P_DEFAULT);
    lemma_status st = LEMMA_EINPUT;

    if (root >= 0)
        st = attribute_text(r, root, "creator", &creator);
    if (st == LEMMA_EMEMORY)
        goto out;
    if (st != LEMMA_OK || strncmp(creator, "lemma", 5) != 0 ||
        attribute_f64(root, "schema_version", &schema) != LEMMA_OK ||
        !is_inside(r->file, "/run"))
        st = lemma_fail(
            err, LEMMA_EINPUT,
            "%s: expected a record written by `lemma run`, found another HDF5 "
            "file",
            path);
    else if (!(schema <= LEMMA_SCHEMA_VERSION))
        st = lemma_fail(
            err, LEMMA_EINPUT,
            "%s: has schema version %g, this lemma reads up to %d: use a newer "
            "lemma",
            path, schema, LEMMA_SCHEMA_VERSION);
out:
    if (root >= 0)
        H5Gclose(root);
    lemma_free(creator);
    return st;
}

lemma_status lemma_reader_open(const char *path, struct lemma_reader **reader,
                               struct lemma_error *err)
{
    struct lemma_reader *r = NULL;
    struct stat info;
    char why[384];
    lemma_status st = LEMMA_OK;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (stat(path, &info) != 0)
        return lemma_fail(err, LEMMA_EINPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return lemma_fail(err, LEMMA_EINPUT, "%s: expected a file", path);
    if (H5Fis_hdf5(path) <= 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected a record (HDF5), found something else", path);
    LEMMA_NEW(r, 1);
    r->file = open_file(path);
    if (r->file < 0) {
        lemma_hdf5_sentence(why, sizeof why);
        st = lemma_fail(err, LEMMA_EINPUT, "%s: cannot be opened: %s%s", path, why,
                        strstr(why, "lock") ? " (on file systems without locks set "
                                              "HDF5_USE_FILE_LOCKING=FALSE)"
                                            : "");
        goto out;
    }
    LEMMA_TRY(check_ours(r, path, err));
    *reader = r;
    r = NULL;
out:
    lemma_reader_close(r);
    return st;
}

void lemma_reader_close(struct lemma_reader *r)
{
    if (!r)
        return;
    while (r->lists) {
        struct name_list *list = r->lists;

        r->lists = list->next;
        for (size_t i = 0; list->names && i < list->count; i++)
            lemma_free(list->names[i]);
        lemma_free(list->names);
        lemma_free(list);
    }
    if (r->file >= 0)
        H5Fclose(r->file);
    lemma_free(r);
}

/* What a walk over a group's links collects: members of one kind. */
struct walk {
    struct lemma_reader *reader;
    struct name_list *list;
    H5O_type_t kind;
    bool nxdata; /* groups only: those with NX_class = NXdata */
    lemma_status st;
};

static bool is_nxdata(struct walk *w, hid_t group, const char *name)
{
    hid_t member = H5Gopen2(group, name, H5P_DEFAULT);
    char *class = NULL;
    lemma_status st = member < 0
                          ? LEMMA_EINPUT
                          : attribute_text(w->reader, member, "NX_class", &class);
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

    if (full_path(r, path, full, sizeof full))
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

static lemma_status shape_of(hid_t set, struct lemma_shape *shape)
{
    hid_t type = H5Dget_type(set), space = H5Dget_space(set);
    hsize_t dims[LEMMA_RANK_MAX + 1];
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    lemma_status st = LEMMA_EINPUT;

    if (rank >= 0 && rank <= LEMMA_RANK_MAX + 1 &&
        (class == H5T_FLOAT || class == H5T_INTEGER) &&
        H5Sget_simple_extent_dims(space, dims, NULL) >= 0) {
        shape->type = class == H5T_FLOAT       ? LEMMA_F64
                      : H5Tget_size(type) <= 4 ? LEMMA_I32
                                               : LEMMA_I64;
        shape->rank = (size_t) rank;
        for (int i = 0; i < rank; i++)
            shape->dims[i] = dims[i];
        st = LEMMA_OK;
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return st;
}

lemma_status lemma_reader_shape(struct lemma_reader *r, const char *path,
                                struct lemma_shape *shape)
{
    hid_t set = open_set(r, path);
    lemma_status st;

    if (set < 0)
        return LEMMA_EINPUT;
    H5Drefresh(set);
    st = shape_of(set, shape);
    H5Dclose(set);
    return st;
}

lemma_status lemma_reader_rows(struct lemma_reader *r, const char *path, size_t first,
                               size_t count, double *out)
{
    hid_t set = open_set(r, path), file = -1, memory = -1;
    hsize_t start[LEMMA_RANK_MAX + 1] = {first}, size[LEMMA_RANK_MAX + 1] = {count};
    struct lemma_shape shape;
    lemma_status st = LEMMA_EINPUT;

    if (set < 0)
        return LEMMA_EINPUT;
    H5Drefresh(set);
    if (shape_of(set, &shape) != LEMMA_OK)
        goto out;
    if (shape.rank == 0) {
        if (first == 0 && count == 1 &&
            H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) >= 0)
            st = LEMMA_OK;
        goto out;
    }
    if (first > shape.dims[0] || count > shape.dims[0] - first)
        goto out;
    if (count == 0) {
        st = LEMMA_OK;
        goto out;
    }
    for (size_t i = 1; i < shape.rank; i++)
        size[i] = shape.dims[i];
    file = H5Dget_space(set);
    memory = H5Screate_simple((int) shape.rank, size, NULL);
    if (H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
        H5Dread(set, H5T_NATIVE_DOUBLE, memory, file, H5P_DEFAULT, out) >= 0)
        st = LEMMA_OK;
out:
    if (file >= 0)
        H5Sclose(file);
    if (memory >= 0)
        H5Sclose(memory);
    H5Dclose(set);
    return st;
}

lemma_status lemma_reader_all(struct lemma_reader *r, const char *path, double **out,
                              struct lemma_shape *shape)
{
    double *cells = NULL;
    size_t count = 1, bytes;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_shape(r, path, shape));
    for (size_t i = 0; i < shape->rank; i++)
        if (!lemma_size_mul(count, shape->dims[i], &count))
            return LEMMA_EINPUT;
    if (!lemma_size_mul(count, sizeof *cells, &bytes) || !can_hold(r, (double) bytes))
        return LEMMA_EINPUT;
    LEMMA_NEW(cells, count);
    LEMMA_TRY(lemma_reader_rows(r, path, 0, shape->rank ? shape->dims[0] : 1, cells));
    *out = cells;
    cells = NULL;
out:
    lemma_free(cells);
    return st;
}

lemma_status lemma_reader_text(struct lemma_reader *r, const char *path, char **out)
{
    hid_t set = open_set(r, path);
    lemma_status st = set < 0 ? LEMMA_EINPUT : text_of(r, set, false, out);

    if (set >= 0)
        H5Dclose(set);
    return st;
}

static hid_t open_object(struct lemma_reader *r, const char *path)
{
    char full[512];

    if (strcmp(path, "/") == 0)
        return H5Oopen(r->file, "/", H5P_DEFAULT);
    return full_path(r, path, full, sizeof full) ? H5Oopen(r->file, full, H5P_DEFAULT)
                                                 : -1;
}

lemma_status lemma_reader_attr_text(struct lemma_reader *r, const char *path,
                                    const char *name, char **out)
{
    hid_t object = open_object(r, path);
    lemma_status st = object < 0 ? LEMMA_EINPUT : attribute_text(r, object, name, out);

    if (object >= 0)
        H5Oclose(object);
    return st;
}

lemma_status lemma_reader_attr_f64(struct lemma_reader *r, const char *path,
                                   const char *name, double *out)
{
    hid_t object = open_object(r, path);
    lemma_status st = object < 0 ? LEMMA_EINPUT : attribute_f64(object, name, out);

    if (object >= 0)
        H5Oclose(object);
    return st;
}
