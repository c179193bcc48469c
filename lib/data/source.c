#include "data/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"

enum { BLOCK = 1 << 15, MAGIC_0 = 0x1f, MAGIC_1 = 0x8b, GZIP_ALONE = 16 };

static lemma_status fail_file(const struct lemma_source *s, const char *what,
                              struct lemma_error *err)
{
    bool wrong = errno == ENOENT || errno == ENOTDIR || errno == EISDIR;

    if (errno == ENOMEM)
        return LEMMA_EMEMORY;
    return lemma_fail(err, wrong ? LEMMA_EINPUT : LEMMA_EIO, "%s: can't be %s: %s",
                      s->path, what, strerror(errno));
}

/* Where the block is used up: the next one; of no bytes at the end of the file. */
static lemma_status refill(struct lemma_source *s, struct lemma_error *err)
{
    if (s->z.avail_in > 0)
        return LEMMA_OK;
    s->z.next_in = s->block;
    s->z.avail_in = (unsigned) fread(s->block, 1, BLOCK, s->file);
    return ferror(s->file) ? fail_file(s, "read", err) : LEMMA_OK;
}

/* Whether gzip data may begin with the bytes that are left of the block. */
static bool may_begin(const struct lemma_source *s)
{
    return s->z.next_in[0] == MAGIC_0 &&
           (s->z.avail_in < 2 || s->z.next_in[1] == MAGIC_1);
}

lemma_status lemma_source_open(struct lemma_source *s, const char *path,
                               struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    *s = (struct lemma_source){.crc = (uint32_t) crc32(0, NULL, 0)};
    if (strlen(path) >= sizeof s->path)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%.60s...: expected a path of less than %zu bytes", path,
                          sizeof s->path);
    strcpy(s->path, path);
    LEMMA_NEW(s->block, BLOCK);
    s->file = fopen(path, "rb");
    LEMMA_TRY(s->file ? refill(s, err) : fail_file(s, "opened", err));
    if (s->z.avail_in >= 2 && may_begin(s)) {
        if (inflateInit2(&s->z, MAX_WBITS + GZIP_ALONE) != Z_OK)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
        s->gzip = true;
    }
out:
    if (st != LEMMA_OK)
        lemma_source_close(s);
    return st;
}

static size_t copy(struct lemma_source *s, unsigned char *out, size_t room)
{
    size_t n = s->z.avail_in < room ? s->z.avail_in : room;

    memcpy(out, s->z.next_in, n);
    s->z.next_in += n;
    s->z.avail_in -= (unsigned) n;
    return n;
}

/* The next *n bytes of contents, also none. */
static lemma_status unpack(struct lemma_source *s, unsigned char *out, size_t room,
                           size_t *n, struct lemma_error *err)
{
    unsigned long long total = s->total;
    int code;

    if (s->between && !may_begin(s))
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: goes on after the end of its gzip data, %llu bytes of "
                          "contents",
                          s->path, total);
    if (s->between)
        inflateReset(&s->z);
    s->z.next_out = out;
    s->z.avail_out = room < 1 << 30 ? (unsigned) room : 1U << 30;
    code = inflate(&s->z, Z_NO_FLUSH);
    s->between = code == Z_STREAM_END;
    *n = (size_t) (s->z.next_out - out);
    switch (code) {
    case Z_OK:
    case Z_STREAM_END:
        return LEMMA_OK;
    case Z_BUF_ERROR:
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: the gzip data end early, after %llu bytes of contents",
                          s->path, total);
    case Z_MEM_ERROR:
        return LEMMA_EMEMORY;
    default:
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: damaged gzip data after %llu bytes of contents (%s)",
                          s->path, total, s->z.msg ? s->z.msg : "a preset dictionary");
    }
}

lemma_status lemma_source_read(struct lemma_source *s, void *buffer, size_t wanted,
                               size_t *got, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    unsigned char *bytes = buffer;
    size_t n = 0, k = 0;

    while (n < wanted) {
        LEMMA_TRY(refill(s, err));
        if (s->z.avail_in == 0 && (s->between || !s->gzip))
            break;
        if (s->gzip)
            LEMMA_TRY(unpack(s, bytes + n, wanted - n, &k, err));
        else
            k = copy(s, bytes + n, wanted - n);
        s->crc = (uint32_t) crc32_z(s->crc, bytes + n, k);
        s->total += k;
        n += k;
    }
    *got = n;
out:
    return st;
}

uint64_t lemma_source_bound(struct lemma_source *s, bool *exact)
{
    struct stat info;
    uint64_t size;

    *exact = false;
    if (stat(s->path, &info) != 0 || !S_ISREG(info.st_mode))
        return UINT64_MAX;
    size = (uint64_t) info.st_size;
    *exact = !s->gzip;
    /* Deflate never packs more than 1032 bytes into one (zlib's technical notes). */
    return *exact ? size : size > UINT64_MAX / 1032 ? UINT64_MAX : size * 1032;
}

void lemma_source_close(struct lemma_source *s)
{
    if (s->gzip)
        inflateEnd(&s->z);
    if (s->file)
        fclose(s->file);
    lemma_free(s->block);
    s->gzip = false;
    s->file = NULL;
    s->block = NULL;
}
