#include "record/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/state.h"

enum { BLOCK = 1 << 16, VERSION = 1 };

static const char magic[8] = "lemmackp";

struct head {
    char magic[8];
    uint32_t version, word; /* word: 0x01020304 as this machine writes it */
    uint64_t bytes;         /* of the body */
    uint64_t sum;           /* of the body */
};

struct lemma_checkpoint {
    char *path, *part; /* part: NULL when reading */
    FILE *file;
    struct head head;
    uint64_t left;
    int error; /* errno of the first failure, 0 while there is none */
};

static uint64_t add_sum(uint64_t sum, const void *data, size_t bytes)
{
    const unsigned char *at = data;

    for (size_t i = 0; i < bytes; i++) /* FNV-1a */
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static const struct head empty = {
    .version = VERSION, .word = 0x01020304, .sum = UINT64_C(0xcbf29ce484222325)};

char *lemma_with_ending(const char *path, const char *ending)
{
    size_t n = strlen(path) + strlen(ending) + 1;
    char *out = lemma_alloc(n, 1);

    if (out)
        snprintf(out, n, "%s%s", path, ending);
    return out;
}

char *lemma_checkpoint_path(const char *record)
{
    return lemma_with_ending(record, ".checkpoint");
}

lemma_status lemma_checkpoint_create(const char *path, const char *record,
                                     struct lemma_checkpoint **out,
                                     struct lemma_error *err)
{
    struct lemma_checkpoint *c = NULL;
    int fd;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(c, 1);
    c->head = empty;
    memcpy(c->head.magic, magic, sizeof magic);
    c->path = lemma_strdup(path);
    c->part = lemma_with_ending(path, ".part");
    if (!c->path || !c->part) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    fd = open(c->part,
              O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    c->file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!c->file) {
        if (fd >= 0)
            close(fd);
        st = lemma_fail(err, LEMMA_EIO, "%s: the checkpoint cannot be written: %s",
                        path, strerror(errno));
        goto out;
    }
    lemma_output_permit_as(fd, record);
    if (fwrite(&c->head, sizeof c->head, 1, c->file) != 1)
        c->error = errno;
    *out = c;
    c = NULL;
out:
    lemma_checkpoint_destroy(c);
    return st;
}

void lemma_checkpoint_put(struct lemma_checkpoint *c, const void *data, size_t bytes)
{
    if (c->error || bytes == 0)
        return;
    c->head.sum = add_sum(c->head.sum, data, bytes);
    c->head.bytes += bytes;
    if (fwrite(data, 1, bytes, c->file) != bytes)
        c->error = errno ? errno : EIO;
}

/* The name itself has to outlive a crash. Some file systems cannot say: no matter. */
static void keep_name(const char *path)
{
    char copy[PATH_MAX];
    int fd = -1;

    if ((size_t) snprintf(copy, sizeof copy, "%s", path) < sizeof copy)
        fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static bool write_head(struct lemma_checkpoint *c)
{
    bool fine = fseek(c->file, 0, SEEK_SET) == 0 &&
                fwrite(&c->head, sizeof c->head, 1, c->file) == 1 &&
                fflush(c->file) == 0 && fsync(fileno(c->file)) == 0;

    if (!fine)
        c->error = errno;
    if (fclose(c->file) != 0 && fine)
        c->error = errno;
    c->file = NULL;
    return !c->error;
}

lemma_status lemma_checkpoint_finish(struct lemma_checkpoint *c,
                                     struct lemma_error *err)
{
    if (!c->error && write_head(c) && rename(c->part, c->path) != 0)
        c->error = errno;
    if (c->error)
        return lemma_fail(err, LEMMA_EIO, "%s: the checkpoint cannot be written: %s",
                          c->path, strerror(c->error));
    lemma_free(c->part);
    c->part = NULL;
    keep_name(c->path);
    return LEMMA_OK;
}

static lemma_status refuse(const char *path, const char *why, struct lemma_error *err)
{
    return lemma_fail(err, LEMMA_EINPUT, "%s: %s; remove it to run from the beginning",
                      path, why);
}

/* All of the body against its checksum, then back to its beginning. */
static lemma_status check_body(struct lemma_checkpoint *c, struct lemma_error *err)
{
    unsigned char *block = NULL;
    uint64_t sum = empty.sum;
    size_t n;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(block, BLOCK);
    while ((n = fread(block, 1, BLOCK, c->file)) > 0)
        sum = add_sum(sum, block, n);
    if (ferror(c->file))
        st = lemma_fail(err, LEMMA_EIO, "%s: cannot be read", c->path);
    else if (sum != c->head.sum)
        st = refuse(c->path, "is damaged (its checksum is another)", err);
    else if (fseek(c->file, (long) sizeof c->head, SEEK_SET) != 0)
        st = lemma_fail(err, LEMMA_EIO, "%s: %s", c->path, strerror(errno));
    c->left = c->head.bytes;
out:
    lemma_free(block);
    return st;
}

static lemma_status check_head(struct lemma_checkpoint *c, struct lemma_error *err)
{
    struct stat info;

    if (fstat(fileno(c->file), &info) != 0 || !S_ISREG(info.st_mode))
        return refuse(c->path, "is no file", err);
    if (fread(&c->head, sizeof c->head, 1, c->file) != 1 ||
        memcmp(c->head.magic, magic, sizeof magic) != 0)
        return refuse(c->path, "is no checkpoint of lemma", err);
    if (c->head.version != VERSION || c->head.word != empty.word)
        return refuse(c->path, "is of another version of lemma, or another machine",
                      err);
    if (c->head.bytes != (uint64_t) info.st_size - sizeof c->head)
        return refuse(c->path, "is cut off", err);
    return LEMMA_OK;
}

lemma_status lemma_checkpoint_open(const char *path, bool *there,
                                   struct lemma_checkpoint **out,
                                   struct lemma_error *err)
{
    struct lemma_checkpoint *c = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    lemma_status st = LEMMA_OK;

    *there = fd >= 0 || errno != ENOENT;
    if (fd < 0)
        return *there ? lemma_fail(err, LEMMA_EIO, "%s: %s", path, strerror(errno))
                      : LEMMA_OK;
    LEMMA_NEW(c, 1);
    c->path = lemma_strdup(path);
    c->file = fdopen(fd, "rb");
    if (!c->path || !c->file) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    fd = -1;
    LEMMA_TRY(check_head(c, err));
    LEMMA_TRY(check_body(c, err));
    *out = c;
    c = NULL;
out:
    if (fd >= 0 && !(c && c->file))
        close(fd);
    lemma_checkpoint_destroy(c);
    return st;
}

uint64_t lemma_checkpoint_left(const struct lemma_checkpoint *c)
{
    return c->left;
}

bool lemma_checkpoint_get(struct lemma_checkpoint *c, void *data, size_t bytes)
{
    if (bytes > c->left || (bytes > 0 && fread(data, 1, bytes, c->file) != bytes))
        return false;
    c->left -= bytes;
    return true;
}

void lemma_checkpoint_destroy(struct lemma_checkpoint *c)
{
    if (!c)
        return;
    if (c->file)
        fclose(c->file);
    if (c->part)
        unlink(c->part);
    lemma_free(c->part);
    lemma_free(c->path);
    lemma_free(c);
}

/* Nothing else is removed, whatever it is called. */
static bool is_checkpoint(const char *path)
{
    char first[sizeof magic];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, first, sizeof first) == sizeof first &&
              memcmp(first, magic, sizeof magic) == 0;

    if (fd >= 0)
        close(fd);
    return is;
}

lemma_status lemma_checkpoint_remove(const char *path, struct lemma_error *err)
{
    char part[PATH_MAX];
    int n = snprintf(part, sizeof part, "%s.part", path);

    if (n > 0 && (size_t) n < sizeof part)
        unlink(part); /* of a run that was killed while it wrote */
    if (!is_checkpoint(path) || unlink(path) == 0)
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EIO, "%s: the checkpoint cannot be removed: %s", path,
                      strerror(errno));
}
