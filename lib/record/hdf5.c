/* Small things of HDF5: types, paths, sentences. */
#include <string.h>

#include "record/state.h"

struct sentence {
    char *out;
    size_t size;
};

/* The first entry of an upward walk is the deepest. Of a failed system call it holds
 * time, descriptor, addresses, and between quotes what counts: "No space left on
 * device". */
static herr_t deepest(unsigned n, const H5E_error2_t *entry, void *context)
{
    static const char key[] = "error message = '";
    struct sentence *s = context;
    const char *reason;

    if (n > 0 || !entry->desc)
        return 0;
    reason = strstr(entry->desc, key);
    if (reason) {
        reason += sizeof key - 1;
        snprintf(s->out, s->size, "%.*s", (int) strcspn(reason, "'"), reason);
    } else {
        snprintf(s->out, s->size, "%s", entry->desc);
    }
    return 0;
}

void lemma_hdf5_sentence(char *out, size_t size)
{
    struct sentence s = {out, size};

    snprintf(out, size, "HDF5 gave no reason");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, deepest, &s);
    H5Eclear2(H5E_DEFAULT);
}

void lemma_driver_reason(const struct lemma_driver *d, char *out, size_t size)
{
    char why[sizeof d->why];

    lemma_hdf5_sentence(why, sizeof why);
    if (d->why[0]) /* the first; what followed may have hidden it */
        snprintf(why, sizeof why, "%s", d->why);
    snprintf(out, size, "%s%s", why,
             strstr(why, " lock") ? " (on file systems without locks set "
                                    "HDF5_USE_FILE_LOCKING=FALSE)"
                                  : "");
}

lemma_status lemma_record_failed(struct lemma_record *r, const char *doing)
{
    char why[480];

    if (!r->failed) {
        lemma_driver_reason(&r->driver, why, sizeof why);
        snprintf(r->trouble, sizeof r->trouble, "%s failed: %s", doing, why);
        r->failed = true;
    }
    return LEMMA_EIO;
}

hid_t lemma_hdf5_text(size_t room)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, room > 0 ? room : 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

hid_t lemma_hdf5_file_type(enum lemma_type type)
{
    return type == LEMMA_F64   ? H5T_IEEE_F64LE
           : type == LEMMA_I64 ? H5T_STD_I64LE
                               : H5T_STD_I32LE;
}

hid_t lemma_hdf5_memory_type(enum lemma_type type)
{
    return type == LEMMA_F64   ? H5T_NATIVE_DOUBLE
           : type == LEMMA_I64 ? H5T_NATIVE_INT64
                               : H5T_NATIVE_INT32;
}

bool lemma_record_path(const char *path, char *out, size_t size)
{
    int n = snprintf(out, size, *path ? "/run/%s" : "/run%s", path);

    return n >= 0 && (size_t) n < size;
}

lemma_status lemma_record_groups(struct lemma_record *r, const char *path, bool leaf)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t plist = H5Pcreate(H5P_GROUP_CREATE);
    char prefix[512];
    size_t n = strlen(path);
    lemma_status st = LEMMA_OK;

    H5Pset_link_creation_order(plist, order);
    for (size_t i = 1; i <= n && st == LEMMA_OK; i++) {
        if (path[i] != '/' && !(leaf && i == n))
            continue;
        snprintf(prefix, sizeof prefix, "%.*s", (int) i, path);
        if (H5Lexists(r->file, prefix, H5P_DEFAULT) > 0)
            continue;
        hid_t group = H5Gcreate2(r->file, prefix, H5P_DEFAULT, plist, H5P_DEFAULT);
        if (group < 0)
            st = lemma_record_failed(r, "making a group");
        else
            H5Gclose(group);
    }
    H5Pclose(plist);
    return st;
}
