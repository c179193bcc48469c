#include "data/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

lemma_status lemma_source_open(struct lemma_source *s, const char *path,
                               struct lemma_error *err)
{
    *s = (struct lemma_source){.crc = (uint32_t) crc32(0, NULL, 0)};
    if (strlen(path) >= sizeof s->path)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%.60s...: expected a path of less than %zu bytes", path,
                          sizeof s->path);
    strcpy(s->path, path);
    errno = 0;
    s->gz = gzopen(path, "rb");
    if (s->gz) {
        gzbuffer(s->gz, 1 << 15);
        return LEMMA_OK;
    }
    if (errno == 0)
        return LEMMA_EMEMORY; /* zlib.h: gzopen */
    return lemma_fail(err, errno == ENOENT ? LEMMA_EINPUT : LEMMA_EIO,
                      "%s: can't be opened: %s", path, strerror(errno));
}

/* What stands behind a read that stopped before its count: LEMMA_OK at a proper end. */
static lemma_status why_short(struct lemma_source *s, struct lemma_error *err)
{
    int code = Z_OK;
    const char *text = gzerror(s->gz, &code);
    unsigned long long total = s->total;

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
    case Z_ERRNO:
        return lemma_fail(err, LEMMA_EIO, "%s: can't be read: %s", s->path,
                          strerror(errno));
    default:
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: damaged gzip data after %llu bytes of contents (%s)",
                          s->path, total, text);
    }
}

lemma_status lemma_source_read(struct lemma_source *s, void *buffer, size_t wanted,
                               size_t *got, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    unsigned char *bytes = buffer;
    size_t n = 0;

    while (n < wanted) {
        size_t left = wanted - n;
        int k = gzread(s->gz, bytes + n, left < 1 << 30 ? (unsigned) left : 1U << 30);
        if (k > 0) {
            s->crc = (uint32_t) crc32_z(s->crc, bytes + n, (size_t) k);
            s->total += (uint64_t) k;
            n += (size_t) k;
        } else {
            LEMMA_TRY(why_short(s, err));
            break;
        }
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
    *exact = gzdirect(s->gz);
    /* Deflate never packs more than 1032 bytes into one (zlib's technical notes). */
    return *exact ? size : size > UINT64_MAX / 1032 ? UINT64_MAX : size * 1032;
}

void lemma_source_close(struct lemma_source *s)
{
    if (s->gz)
        gzclose_r(s->gz);
    s->gz = NULL;
}
