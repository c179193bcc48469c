/* What tables, texts and attributes say, where they are such as this library writes. */
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "record/reader_state.h"

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
bool lemma_reader_can_hold(const struct lemma_reader *r, double bytes)
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
    return rank > 0 && lemma_reader_can_hold(r, bytes);
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

hid_t lemma_reader_set(struct lemma_reader *r, const char *path)
{
    char full[512];
    H5O_info_t info;
    hid_t set = -1;

    if (lemma_reader_path(r, path, full, sizeof full) &&
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
        !lemma_reader_can_hold(r, (double) H5Tget_size(type)))
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

lemma_status lemma_reader_object_text(const struct lemma_reader *r, hid_t object,
                                      const char *name, char **out)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    lemma_status st = attribute < 0 ? LEMMA_EINPUT : text_of(r, attribute, true, out);

    if (attribute >= 0)
        H5Aclose(attribute);
    return st;
}

/* Numbers as this library writes them. HDF5 takes what a damaged file says of their
 * size for what there is in a chunk. */
static bool is_number(hid_t type)
{
    H5T_class_t class = H5Tget_class(type);

    return (class == H5T_FLOAT || class == H5T_INTEGER) && H5Tget_size(type) <= 8;
}

lemma_status lemma_reader_object_f64(hid_t object, const char *name, double *out)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = -1, space = -1;
    lemma_status st = LEMMA_EINPUT;
    double value;

    if (attribute < 0)
        return LEMMA_EINPUT;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    if (type >= 0 && space >= 0 && is_number(type) &&
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

static lemma_status shape_of(hid_t set, struct lemma_shape *shape)
{
    hid_t type = H5Dget_type(set), space = H5Dget_space(set);
    hsize_t dims[LEMMA_RANK_MAX + 1];
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    lemma_status st = LEMMA_EINPUT;

    if (rank >= 0 && rank <= LEMMA_RANK_MAX + 1 && type >= 0 && is_number(type) &&
        H5Sget_simple_extent_dims(space, dims, NULL) >= 0) {
        shape->type = H5Tget_class(type) == H5T_FLOAT ? LEMMA_F64
                      : H5Tget_size(type) <= 4        ? LEMMA_I32
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

/* Whether the file can hold the rows, and one row, which has a number, can be asked
 * for.
 */
static bool is_possible(const struct lemma_reader *r, const struct lemma_shape *shape)
{
    size_t bytes = sizeof(double), rows = shape->rank ? shape->dims[0] : 1;

    for (size_t i = 1; i < shape->rank; i++)
        if (shape->dims[i] == 0 || !lemma_size_mul(bytes, shape->dims[i], &bytes))
            return false;
    return lemma_reader_can_hold(r, (double) bytes * (double) (rows > 0 ? rows : 1));
}

lemma_status lemma_reader_shape(struct lemma_reader *r, const char *path,
                                struct lemma_shape *shape)
{
    hid_t set = lemma_reader_set(r, path);
    struct lemma_shape found = {0};
    lemma_status st;

    if (set < 0)
        return LEMMA_EINPUT;
    H5Drefresh(set);
    st = shape_of(set, &found);
    if (st == LEMMA_OK && !is_possible(r, &found))
        st = LEMMA_EINPUT;
    if (st == LEMMA_OK)
        *shape = found;
    H5Dclose(set);
    return st;
}

lemma_status lemma_reader_rows(struct lemma_reader *r, const char *path, size_t first,
                               size_t count, double *out)
{
    hid_t set = lemma_reader_set(r, path), file = -1, memory = -1;
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

lemma_status lemma_reader_number(struct lemma_reader *r, const char *path, size_t row,
                                 double *out)
{
    struct lemma_shape shape;
    size_t width = 1;

    if (lemma_reader_shape(r, path, &shape) != LEMMA_OK)
        return LEMMA_EINPUT;
    for (size_t i = 1; i < shape.rank; i++)
        width *= shape.dims[i];
    return width == 1 ? lemma_reader_rows(r, path, row, 1, out) : LEMMA_EINPUT;
}

lemma_status lemma_reader_all(struct lemma_reader *r, const char *path, double **out,
                              struct lemma_shape *shape)
{
    double *cells = NULL;
    size_t count = 1;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_shape(r, path, shape)); /* the file can hold it */
    for (size_t i = 0; i < shape->rank; i++)
        count *= shape->dims[i];
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
    hid_t set = lemma_reader_set(r, path);
    lemma_status st = set < 0 ? LEMMA_EINPUT : text_of(r, set, false, out);

    if (set >= 0)
        H5Dclose(set);
    return st;
}

lemma_status lemma_reader_no_text(struct lemma_reader *r, const char *file,
                                  const char *path, struct lemma_error *err)
{
    hid_t set = lemma_reader_set(r, path), type = set < 0 ? -1 : H5Dget_type(set);
    const char *found = set < 0                            ? "none"
                        : type < 0                         ? "a damaged one"
                        : H5Tget_class(type) != H5T_STRING ? "no text"
                        : H5Tis_variable_str(type) > 0     ? "text of variable length"
                                                           : "a list or a damaged one";

    if (type >= 0)
        H5Tclose(type);
    if (set >= 0)
        H5Dclose(set);
    return lemma_fail(
        err, LEMMA_EINPUT,
        "%s: %s cannot be read: expected a text of fixed length, found %s", file, path,
        found);
}

static hid_t open_object(struct lemma_reader *r, const char *path)
{
    char full[512];

    if (strcmp(path, "/") == 0)
        return H5Oopen(r->file, "/", H5P_DEFAULT);
    return lemma_reader_path(r, path, full, sizeof full)
               ? H5Oopen(r->file, full, H5P_DEFAULT)
               : -1;
}

lemma_status lemma_reader_attr_text(struct lemma_reader *r, const char *path,
                                    const char *name, char **out)
{
    hid_t object = open_object(r, path);
    lemma_status st =
        object < 0 ? LEMMA_EINPUT : lemma_reader_object_text(r, object, name, out);

    if (object >= 0)
        H5Oclose(object);
    return st;
}

lemma_status lemma_reader_attr_f64(struct lemma_reader *r, const char *path,
                                   const char *name, double *out)
{
    hid_t object = open_object(r, path);
    lemma_status st =
        object < 0 ? LEMMA_EINPUT : lemma_reader_object_f64(object, name, out);

    if (object >= 0)
        H5Oclose(object);
    return st;
}
