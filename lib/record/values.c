/* Constant arrays, texts and attributes. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/alloc.h"
#include "record/state.h"

enum { ATTRIBUTE_BYTES = 60 << 10 }; /* older readers stop at 64 KiB with its header */

static hid_t space_of(size_t rank, const size_t *dims)
{
    hsize_t h[LEMMA_RANK_MAX + 1];

    if (rank == 0)
        return H5Screate(H5S_SCALAR);
    for (size_t i = 0; i < rank; i++)
        h[i] = dims[i];
    return H5Screate_simple((int) rank, h, NULL);
}

/* Room on disk at once, so that a later overwrite under SWMR only changes bytes. */
static hid_t fixed_list(enum lemma_type type)
{
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    double nan_value = NAN;
    int64_t none = -1;

    H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY);
    if (type == LEMMA_F64)
        H5Pset_fill_value(plist, H5T_NATIVE_DOUBLE, &nan_value);
    else
        H5Pset_fill_value(plist, H5T_NATIVE_INT64, &none);
    return plist;
}

lemma_status lemma_record_array(struct lemma_record *r, const char *path,
                                enum lemma_type type, size_t rank, const size_t *dims,
                                const void *data)
{
    char full[512];
    hid_t space, plist, set;
    size_t bytes = sizeof(double);
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(rank <= LEMMA_RANK_MAX);
    if (r->failed)
        return LEMMA_EIO;
    LEMMA_REQUIRE(!r->started && lemma_record_path(path, full, sizeof full));
    for (size_t i = 0; i < rank; i++)
        if (dims[i] == 0 || !lemma_size_mul(bytes, dims[i], &bytes) ||
            bytes > PTRDIFF_MAX) {
            snprintf(r->trouble, sizeof r->trouble,
                     "the array %s is empty or larger than a file can hold", path);
            return LEMMA_EINPUT;
        }
    LEMMA_TRY(lemma_record_groups(r, full, false));
    space = space_of(rank, dims);
    plist = fixed_list(type);
    set = H5Dcreate2(r->file, full, lemma_hdf5_file_type(type), space, H5P_DEFAULT,
                     plist, H5P_DEFAULT);
    if (set < 0 || (data && H5Dwrite(set, lemma_hdf5_memory_type(type), H5S_ALL,
                                     H5S_ALL, H5P_DEFAULT, data) < 0))
        st = lemma_record_failed(r, "writing an array");
    if (set >= 0)
        H5Dclose(set);
    H5Pclose(plist);
    H5Sclose(space);
out:
    return st;
}

/* Writes `data` over a whole data set, of numbers or of one text. */
static lemma_status rewrite(struct lemma_record *r, const char *path, bool text,
                            const void *data)
{
    char full[512];
    hid_t set, type, memory;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_record_path(path, full, sizeof full));
    if (r->failed)
        return LEMMA_EIO;
    set = H5Dopen2(r->file, full, H5P_DEFAULT);
    if (set < 0) /* a caller's bug, or a file that was cut short under us */
        return lemma_record_failed(r, "opening a data set");
    type = H5Dget_type(set);
    memory = text ? H5Tcopy(type) : H5Tget_native_type(type, H5T_DIR_ASCEND);
    if (H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        st = lemma_record_failed(r, "writing");
    H5Tclose(memory);
    H5Tclose(type);
    H5Dclose(set);
    return st;
}

lemma_status lemma_record_overwrite(struct lemma_record *r, const char *path,
                                    const void *data)
{
    return rewrite(r, path, false, data);
}

lemma_status lemma_record_text(struct lemma_record *r, const char *path,
                               const char *text, size_t room)
{
    char full[512];
    size_t n = strlen(text);
    hid_t type, space, plist, set;
    lemma_status st = LEMMA_OK;

    if (r->failed)
        return LEMMA_EIO;
    LEMMA_REQUIRE(lemma_record_path(path, full, sizeof full));
    LEMMA_TRY(lemma_record_groups(r, full, false));
    type = lemma_hdf5_text(room > n ? room : n);
    space = H5Screate(H5S_SCALAR);
    plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY);
    set = H5Dcreate2(r->file, full, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (set < 0)
        st = lemma_record_failed(r, "writing a text");
    else
        H5Dclose(set);
    H5Tclose(type);
    H5Sclose(space);
    H5Pclose(plist);
    if (st == LEMMA_OK)
        st = lemma_record_retext(r, path, text);
out:
    return st;
}

lemma_status lemma_record_retext(struct lemma_record *r, const char *path,
                                 const char *text)
{
    char full[512];
    char *padded = NULL;
    size_t room, n = strlen(text);
    hid_t set, type;
    lemma_status st = LEMMA_OK;

    if (r->failed)
        return LEMMA_EIO;
    LEMMA_REQUIRE(lemma_record_path(path, full, sizeof full));
    set = H5Dopen2(r->file, full, H5P_DEFAULT);
    LEMMA_REQUIRE(set >= 0); /* not declared */
    type = H5Dget_type(set);
    room = H5Tget_size(type);
    H5Tclose(type);
    H5Dclose(set);
    LEMMA_NEW(padded, room);
    memcpy(padded, text, n < room ? n : room);
    st = rewrite(r, path, true, padded);
out:
    lemma_free(padded);
    return st;
}

static lemma_status put_attribute(struct lemma_record *r, const char *object,
                                  const char *name, hid_t file_type, hid_t memory_type,
                                  hid_t space, const void *data)
{
    hid_t target = H5Oopen(r->file, object, H5P_DEFAULT), attribute = -1;
    lemma_status st = LEMMA_OK;

    if (target >= 0)
        attribute =
            H5Acreate2(target, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, memory_type, data) < 0)
        st = lemma_record_failed(r, "writing an attribute");
    if (attribute >= 0)
        H5Aclose(attribute);
    if (target >= 0)
        H5Oclose(target);
    return st;
}

lemma_status lemma_record_put_texts(struct lemma_record *r, const char *object,
                                    const char *name, const char *const *texts,
                                    size_t count)
{
    size_t room = 1, n = count > 0 ? count : 1;
    char *cells = NULL;
    hsize_t dims = n;
    hid_t type, space;
    lemma_status st = LEMMA_OK;

    if (r->failed)
        return LEMMA_EIO;
    for (size_t i = 0; i < n; i++)
        room = strlen(texts[i]) > room ? strlen(texts[i]) : room;
    if (n * room > ATTRIBUTE_BYTES) {
        snprintf(r->trouble, sizeof r->trouble,
                 "the attribute %s of %s has %zu bytes, more than %d", name, object,
                 n * room, ATTRIBUTE_BYTES);
        return LEMMA_EINPUT;
    }
    LEMMA_NEW(cells, n * room);
    for (size_t i = 0; i < n; i++)
        memcpy(cells + i * room, texts[i], strlen(texts[i]));
    type = lemma_hdf5_text(room);
    space = count > 0 ? H5Screate_simple(1, &dims, NULL) : H5Screate(H5S_SCALAR);
    st = put_attribute(r, object, name, type, type, space, cells);
    H5Sclose(space);
    H5Tclose(type);
out:
    lemma_free(cells);
    return st;
}

/* "/" names the root; everything else is relative to /run. */
static void object_of(const char *path, char *out, size_t size)
{
    if (strcmp(path, "/") == 0)
        snprintf(out, size, "/");
    else
        LEMMA_REQUIRE(lemma_record_path(path, out, size));
}

lemma_status lemma_record_attr_text(struct lemma_record *r, const char *path,
                                    const char *name, const char *text)
{
    char full[512];

    object_of(path, full, sizeof full);
    return lemma_record_put_texts(r, full, name, &text, 0);
}

static lemma_status put_number(struct lemma_record *r, const char *path,
                               const char *name, enum lemma_type type,
                               const void *value)
{
    char full[512];
    hid_t space;
    lemma_status st;

    if (r->failed)
        return LEMMA_EIO;
    object_of(path, full, sizeof full);
    space = H5Screate(H5S_SCALAR);
    st = put_attribute(r, full, name, lemma_hdf5_file_type(type),
                       lemma_hdf5_memory_type(type), space, value);
    H5Sclose(space);
    return st;
}

lemma_status lemma_record_attr_f64(struct lemma_record *r, const char *path,
                                   const char *name, double value)
{
    return put_number(r, path, name, LEMMA_F64, &value);
}

lemma_status lemma_record_attr_i64(struct lemma_record *r, const char *path,
                                   const char *name, int64_t value)
{
    return put_number(r, path, name, LEMMA_I64, &value);
}
