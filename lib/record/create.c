#define _GNU_SOURCE /* F_OFD_SETLK */
/* A record's life: made under PATH.part, renamed when complete in structure, closed. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/state.h"

enum { TIME_ROOM = 32, STATUS_ROOM = 16 };

static void time_text(char out[TIME_ROOM])
{
    time_t now = time(NULL);
    struct tm utc;

    gmtime_r(&now, &utc);
    strftime(out, TIME_ROOM, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* An open-file-description lock on the whole file: it lives as long as the descriptor,
 * so a dead process leaves none. True where it was had, or the file system has no
 * locks. */
static bool take_lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_OFD_SETLK, &whole) == 0 || (errno != EAGAIN && errno != EACCES);
}

/* Whether somebody is writing the file now. */
static bool is_locked(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool locked = fd >= 0 && !take_lock(fd);

    if (fd >= 0)
        close(fd);
    return locked;
}

/* Whether the path still names the open file: a run that ended in between removes its
 * own. */
static bool is_same(int fd, const char *path)
{
    struct stat open_one, named;

    return fstat(fd, &open_one) == 0 && lstat(path, &named) == 0 &&
           S_ISREG(named.st_mode) && open_one.st_dev == named.st_dev &&
           open_one.st_ino == named.st_ino;
}

static lemma_status check_output(const struct lemma_record *r, bool force,
                                 struct lemma_error *err)
{
    struct stat info;

    if (stat(r->path, &info) != 0)
        return LEMMA_OK;
    if (!S_ISREG(info.st_mode))
        return lemma_fail(err, LEMMA_EINPUT, "%s: expected a file to write, found %s",
                          r->path, S_ISDIR(info.st_mode) ? "a folder" : "a device");
    if (is_locked(r->path))
        return lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", r->path);
    if (!force)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: exists already; use --force to replace it", r->path);
    return LEMMA_OK;
}

/* The lock is had before anything is changed, so that of two runs one is refused. A
 * stale PATH.part of a dead run is not locked, and is used again. */
static lemma_status open_part(struct lemma_record *r, bool force,
                              struct lemma_error *err)
{
    lemma_status st = check_output(r, force, err);

    if (st != LEMMA_OK)
        return st;
    r->lock = open(r->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (r->lock < 0)
        return lemma_fail(err, LEMMA_EIO, "%s: cannot be made: %s", r->part,
                          strerror(errno));
    if (take_lock(r->lock) && is_same(r->lock, r->part))
        return LEMMA_OK;
    close(r->lock);
    r->lock = -1; /* not ours to remove */
    return lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", r->part);
}

static hid_t create_file(const char *path)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), make = H5Pcreate(H5P_FILE_CREATE), file;

    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
    H5Pset_link_creation_order(make, order);
    file = H5Fcreate(path, H5F_ACC_TRUNC, make, access);
    H5Pclose(access);
    H5Pclose(make);
    return file;
}

static lemma_status write_head(struct lemma_record *r)
{
    char now[TIME_ROOM];
    int64_t zero = 0;
    static const char *const root = "NXroot", *const entry = "NXentry",
                             *const run = "run";
    static const char *const creator = "lemma";
    lemma_status st = LEMMA_OK;

    time_text(now);
    LEMMA_TRY(lemma_record_groups(r, "/run", true));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "NX_class", &root, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "default", &run, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "creator", &creator, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/run", "NX_class", &entry, 0));
    LEMMA_TRY(lemma_record_attr_i64(r, "/", "schema_version", LEMMA_SCHEMA_VERSION));
    LEMMA_TRY(lemma_record_text(r, "start_time", now, TIME_ROOM));
    LEMMA_TRY(lemma_record_text(r, "end_time", "", TIME_ROOM));
    LEMMA_TRY(lemma_record_text(r, "status", "running", STATUS_ROOM));
    LEMMA_TRY(lemma_record_array(r, "committed", LEMMA_I64, 0, NULL, &zero));
out:
    return st;
}

lemma_status lemma_record_create(const char *path, bool force,
                                 struct lemma_record **record, struct lemma_error *err)
{
    struct lemma_record *r = NULL;
    size_t n = strlen(path) + sizeof ".part";
    lemma_status st = LEMMA_OK;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    LEMMA_NEW(r, 1);
    r->file = -1;
    r->lock = -1;
    LEMMA_NEW(r->part, n);
    snprintf(r->part, n, "%s.part", path);
    r->path = lemma_strdup(path);
    if (!r->path) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(open_part(r, force, err));
    r->file = create_file(r->part);
    st = r->file < 0 ? lemma_record_failed(r, "making the file") : write_head(r);
    if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", path, r->trouble);
    LEMMA_TRY(st);
    clock_gettime(CLOCK_MONOTONIC, &r->flushed);
    *record = r;
    r = NULL;
out:
    lemma_record_destroy(r);
    return st;
}

lemma_status lemma_record_start(struct lemma_record *r, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(!r->started);
    st = lemma_record_describe(r);
    if (st == LEMMA_OK &&
        (H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0 || H5Fstart_swmr_write(r->file) < 0 ||
         H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0))
        st = lemma_record_failed(r, "starting the file");
    if (st == LEMMA_OK && (fsync(r->lock) != 0 || rename(r->part, r->path) != 0)) {
        snprintf(r->trouble, sizeof r->trouble, "giving the file its name failed: %s",
                 strerror(errno));
        r->failed = true;
        st = LEMMA_EIO;
    }
    if (st == LEMMA_OK)
        r->started = true;
    else if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", r->path, r->trouble);
    return st;
}

lemma_status lemma_record_finish(struct lemma_record *r, const char *status,
                                 int64_t committed, struct lemma_error *err)
{
    char now[TIME_ROOM];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(r->started && !r->finished);
    time_text(now);
    r->finishing = true;
    LEMMA_TRY(lemma_record_commit(r, committed, true));
    LEMMA_TRY(lemma_record_retext(r, "end_time", now));
    LEMMA_TRY(lemma_record_retext(r, "status", status));
    lemma_record_free_tables(r);
    if (H5Fclose(r->file) < 0) {
        st = lemma_record_failed(r, "closing the file");
        goto out;
    }
    r->file = -1;
    r->finished = true;
    if (fsync(r->lock) != 0) {
        snprintf(r->trouble, sizeof r->trouble, "closing the file failed: %s",
                 strerror(errno));
        st = LEMMA_EIO;
    }
out:
    if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", r->path, r->trouble);
    return st;
}

void lemma_record_destroy(struct lemma_record *r)
{
    if (!r)
        return;
    /* HDF5 cannot close a file it failed to write: the program leaves by _exit. */
    if (r->started && !r->finished && !r->failed)
        lemma_record_retext(r, "status", "interrupted");
    lemma_record_free_tables(r);
    if (r->file >= 0 && !r->failed)
        H5Fclose(r->file);
    if (!r->started && r->lock >= 0)
        unlink(r->part);
    if (r->lock >= 0)
        close(r->lock);
    lemma_free(r->path);
    lemma_free(r->part);
    lemma_free(r);
}

const char *lemma_record_trouble(const struct lemma_record *r)
{
    return r->trouble;
}
