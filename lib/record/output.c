#define _GNU_SOURCE /* F_OFD_SETLK, renameat2 */
/* The file under a record: one writer, a name of its own until it may be seen. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/reader.h"
#include "record/state.h"

/* An open-file-description lock on the whole file: it lives as long as the description,
 * so a dead process leaves none. True where it was had, or the file system has no
 * locks. */
static bool take_lock(int fd, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};

    return fcntl(fd, F_OFD_SETLK, &whole) == 0 || (errno != EAGAIN && errno != EACCES);
}

/* A writer's lock is shared: it keeps out other writers, who ask for an exclusive one,
 * but no reader where HDF5's own locks (flock) are of the same kind, as on NFS. It
 * belongs to the description HDF5 writes through, or there it would keep out HDF5
 * itself. */
static bool keep_lock(const struct lemma_record *r)
{
    return take_lock(r->lock, F_RDLCK);
}

/* Asks only: taking a lock would refuse a writer. */
static bool is_written(const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool held =
        fd >= 0 && fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;

    if (fd >= 0)
        close(fd);
    return held;
}

bool lemma_record_has_writer(const char *path)
{
    char *part = lemma_with_ending(path, ".part");
    bool held = is_written(path) || (part && is_written(part));

    lemma_free(part);
    return held;
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

/* Beside a record stand FILE.part, FILE.checkpoint and FILE.checkpoint.part. */
static lemma_status check_name(const char *path, struct lemma_error *err)
{
    static const char *const kept[] = {".part", ".checkpoint"};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name), most = NAME_MAX - strlen(".checkpoint.part");

    if (n == 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "\"%s\": expected the name of a file to write", path);
    if (n > most)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected a name of at most %zu bytes (and room for "
                          "those of its checkpoint), got %zu",
                          path, most, n);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t k = strlen(kept[i]);

        if (n >= k && strcmp(name + n - k, kept[i]) == 0)
            return lemma_fail(err, LEMMA_EINPUT,
                              "%s: names in %s are those of files that a run removes; "
                              "expected another, as OUT.h5",
                              path, kept[i]);
    }
    return LEMMA_OK;
}

char *lemma_output_behind_links(const char *path)
{
    char *real = realpath(path, NULL), *out;
    struct stat info;
    bool link = real && lstat(path, &info) == 0 && S_ISLNK(info.st_mode);

    out = lemma_strdup(link ? real : path);
    free(real);
    return out;
}

lemma_status lemma_output_check(const char *path, struct lemma_error *err)
{
    struct stat info;
    const char *found = NULL;

    if (stat(path, &info) != 0)
        found = lstat(path, &info) == 0 ? "a link to nothing" : NULL;
    else if (!S_ISREG(info.st_mode))
        found = S_ISDIR(info.st_mode) ? "a folder" : "a device";
    return found ? lemma_fail(err, LEMMA_EINPUT,
                              "%s: expected a file to write, found %s", path, found)
                 : LEMMA_OK;
}

bool lemma_output_is_hdf5(const char *path)
{
    return H5Fis_hdf5(path) > 0;
}

static bool is_empty(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && info.st_size == 0;
}

static lemma_status check_output(const struct lemma_record *r, struct lemma_error *err)
{
    lemma_status st = check_name(r->path, err);

    if (st == LEMMA_OK)
        st = lemma_output_check(r->path, err);
    if (st != LEMMA_OK || access(r->path, F_OK) != 0)
        return st;
    if (is_written(r->path))
        return lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", r->path);
    if (faccessat(AT_FDCWD, r->path, R_OK, AT_EACCESS) != 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: there is no permission to see whether another run is "
                          "writing it",
                          r->path);
    if (!lemma_output_is_hdf5(r->path) && !is_empty(r->path))
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: exists already, and is no record; "
                          "expected another name",
                          r->path);
    if (!r->force)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: exists already; use --force to replace it", r->path);
    return LEMMA_OK;
}

/* What a dead run left is not locked. Its name goes under a lock, so that of two runs
 * that find it one is refused. */
static lemma_status remove_stale(const char *part, struct lemma_error *err)
{
    int fd = open(part, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;
    lemma_status st = LEMMA_OK;

    if (fd < 0 && errno == ENOENT)
        return LEMMA_OK;
    if (fd >= 0 && fstat(fd, &info) == 0 && !S_ISREG(info.st_mode))
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: is in the way, and no file; remove it, or write elsewhere",
                        part);
    else if (fd >= 0 && (!take_lock(fd, F_WRLCK) || !is_same(fd, part)))
        st = lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", part);
    else if (fd < 0 || unlink(part) != 0)
        st = lemma_fail(err, LEMMA_EIO, "%s: cannot be made anew: %s", part,
                        strerror(errno));
    if (fd >= 0)
        close(fd);
    return st;
}

/* Exclusive, and in the latest format of HDF5 1.10, which SWMR needs. */
static hid_t create_file(struct lemma_record *r)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), make = H5Pcreate(H5P_FILE_CREATE);
    hid_t file = -1;

    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
    H5Pset_cache(access, 0, 0, 0, 1); /* chunks are written once and whole */
    H5Pset_link_creation_order(make, order);
    if (lemma_driver_use(access, r->driver_id, &r->driver) >= 0)
        file = H5Fcreate(r->part, H5F_ACC_EXCL, make, access);
    if (file < 0) /* at once: any further call forgets the reason */
        lemma_driver_reason(&r->driver, r->trouble, sizeof r->trouble);
    H5Pclose(access);
    H5Pclose(make);
    if (file < 0 && !strstr(r->trouble, "exists"))
        remove_stale(r->part, NULL); /* empty: HDF5 stumbled after making it */
    return file;
}

void lemma_output_permit_as(int fd, const char *path)
{
    struct stat there;
    mode_t mode;

    if (stat(path, &there) != 0)
        return;
    mode = (there.st_mode & 0777) | S_IWUSR;       /* it is being written */
    if (fchown(fd, (uid_t) -1, there.st_gid) != 0) /* those of that group are others */
        mode &= ~(mode_t) 0070;
    fchmod(fd, mode);
}

lemma_status lemma_record_open_part(struct lemma_record *r, struct lemma_error *err)
{
    void *fd = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(check_output(r, err));
    LEMMA_TRY(remove_stale(r->part, err));
    r->file = create_file(r);
    if (r->file < 0 && strstr(r->trouble, "exists"))
        return lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", r->part);
    if (r->file < 0)
        return lemma_fail(err, LEMMA_EIO, "%s: cannot be made: %s", r->part,
                          r->trouble);
    if (H5Fget_vfd_handle(r->file, H5P_DEFAULT, &fd) >= 0 && fd) {
        r->lock = fcntl(*(const int *) fd, F_DUPFD_CLOEXEC, 0);
        fcntl(*(const int *) fd, F_SETFD, FD_CLOEXEC); /* no child keeps the lock */
    }
    if (r->lock < 0)
        return lemma_fail(err, LEMMA_EIO, "%s: cannot be locked: %s", r->part,
                          strerror(errno));
    if (!keep_lock(r) || !is_same(r->lock, r->part)) /* its remover is quicker */
        return lemma_fail(err, LEMMA_EINPUT, "%s: another run is writing it", r->part);
    lemma_output_permit_as(r->lock, r->path);
out:
    return st;
}

/* Where the name must be free the kernel sees to it; some file systems cannot. */
static int rename_part(const struct lemma_record *r)
{
    if (r->force)
        return rename(r->part, r->path);
    if (renameat2(AT_FDCWD, r->part, AT_FDCWD, r->path, RENAME_NOREPLACE) == 0)
        return 0;
    return errno == EINVAL || errno == ENOSYS ? rename(r->part, r->path) : -1;
}

lemma_status lemma_record_publish(struct lemma_record *r, struct lemma_error *err)
{
    lemma_status st = check_output(r, err);

    if (st != LEMMA_OK)
        return st;
    if (fsync(r->lock) != 0 || rename_part(r) != 0) {
        snprintf(r->trouble, sizeof r->trouble, "giving the file its name failed: %s",
                 strerror(errno));
        r->failed = true;
        return lemma_fail(err, LEMMA_EIO, "%s: %s", r->path, r->trouble);
    }
    keep_lock(r); /* starting SWMR gave it back where HDF5's locks are of its kind */
    r->published = true;
    return LEMMA_OK;
}

lemma_status lemma_record_check_name(struct lemma_record *r)
{
    if (is_same(r->lock, r->published ? r->path : r->part))
        return LEMMA_OK;
    snprintf(r->trouble, sizeof r->trouble,
             "the file was removed, moved or replaced while it was being written");
    r->failed = true;
    return LEMMA_EIO;
}

void lemma_record_let_go(struct lemma_record *r)
{
    if (r->lock < 0)
        return;
    if (!r->published && is_same(r->lock, r->part))
        unlink(r->part);
    close(r->lock);
    r->lock = -1;
}
