/* Opening and closing a record, and the way to what is in it. */
#include "record/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/reader_state.h"

/* Under SWMR, what was read while it changed is read again, after 1, 2, 4, ... ns: this
 * ends in 0.1 s. The default of 100 attempts never ends on a damaged file. */
enum { READ_ATTEMPTS = 27 };

static hid_t open_as(struct lemma_reader *r, const char *path, bool live)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;

    r->driver.why[0] = '\0';
    if (live)
        H5Pset_metadata_read_attempts(access, READ_ATTEMPTS);
    if (r->driver_id >= 0 && lemma_driver_use(access, r->driver_id, &r->driver) >= 0)
        file = H5Fopen(path, H5F_ACC_RDONLY | (live ? H5F_ACC_SWMR_READ : 0), access);
    if (file < 0 && !r->driver.why[0]) /* at once: any further call forgets it */
        lemma_hdf5_sentence(r->driver.why, sizeof r->driver.why);
    H5Pclose(access);
    return file;
}

/* Its writer may be on a machine whose locks do not reach us: the record says itself
 * whether it is over. */
static lemma_status is_running(struct lemma_reader *r, bool *running)
{
    char *status = NULL;
    lemma_status st = lemma_reader_text(r, "status", &status);

    *running = st == LEMMA_OK && strcmp(status, "running") == 0;
    lemma_free(status);
    return st == LEMMA_EMEMORY ? st : LEMMA_OK;
}

/* What changes while it is read is read under SWMR; what is at rest is not, so that
 * damage shows at once. r->file is negative where it cannot be opened. */
static lemma_status open_file(struct lemma_reader *r, const char *path)
{
    bool running = true;
    lemma_status st = LEMMA_OK;

    r->driver.reading = true;
    r->driver_id = lemma_driver_register();
    r->file = open_as(r, path, false);
    if (r->file >= 0)
        LEMMA_TRY(is_running(r, &running));
    if (!running)
        return LEMMA_OK;
    if (r->file >= 0)
        H5Fclose(r->file);
    r->file = open_as(r, path, true);
    if (r->file < 0) /* completed in between; or damaged, and here is the reason */
        r->file = open_as(r, path, false);
out:
    return st;
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

bool lemma_reader_path(struct lemma_reader *r, const char *path, char *out, size_t size)
{
    return lemma_record_path(path, out, size) && is_inside(r->file, out);
}

static lemma_status check_ours(struct lemma_reader *r, const char *path,
                               struct lemma_error *err)
{
    char *creator = NULL;
    double schema = 0;
    hid_t root = H5Gopen2(r->file, "/", H5P_DEFAULT);
    lemma_status st = LEMMA_EINPUT;

    if (root >= 0)
        st = lemma_reader_object_text(r, root, "creator", &creator);
    if (st == LEMMA_EMEMORY)
        goto out;
    if (st != LEMMA_OK || strncmp(creator, "lemma", 5) != 0 ||
        lemma_reader_object_f64(root, "schema_version", &schema) != LEMMA_OK ||
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
    char why[480];
    lemma_status st = LEMMA_OK;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (stat(path, &info) != 0)
        return lemma_fail(err, LEMMA_EINPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return lemma_fail(err, LEMMA_EINPUT, "%s: expected a file", path);
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return lemma_fail(err, LEMMA_EINPUT, "%s: %s", path, strerror(errno));
    if (H5Fis_hdf5(path) <= 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected a record (HDF5), found something else", path);
    LEMMA_NEW(r, 1);
    LEMMA_TRY(open_file(r, path));
    if (r->file < 0) {
        lemma_driver_reason(&r->driver, why, sizeof why);
        st = lemma_fail(err, LEMMA_EINPUT, "%s: cannot be opened: %s", path, why);
        goto out;
    }
    LEMMA_TRY(check_ours(r, path, err));
    *reader = r;
    r = NULL;
out:
    lemma_reader_close(r);
    return st;
}

lemma_status lemma_reader_check_committed(struct lemma_reader *r, const char *path,
                                          struct lemma_error *err)
{
    double committed = 0, R = 0, tau = 0, most = INFINITY;

    if (lemma_reader_number(r, "committed", 0, &committed) != LEMMA_OK)
        return LEMMA_OK;
    if (lemma_reader_attr_f64(r, "train", "R", &R) == LEMMA_OK &&
        lemma_reader_attr_f64(r, "train", "tau", &tau) == LEMMA_OK)
        most = R * tau + 1;
    if (committed >= 0 && committed <= most)
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: /run/committed is %g, not between 0 and %g: the record is "
                      "damaged",
                      path, committed, most);
}

void lemma_reader_close(struct lemma_reader *r)
{
    if (!r)
        return;
    while (r->lists) {
        struct lemma_name_list *list = r->lists;

        r->lists = list->next;
        for (size_t i = 0; list->names && i < list->count; i++)
            lemma_free(list->names[i]);
        lemma_free(list->names);
        lemma_free(list);
    }
    if (r->file >= 0)
        H5Fclose(r->file);
    if (r->driver_id > 0)
        H5FDunregister(r->driver_id);
    lemma_free(r);
}
