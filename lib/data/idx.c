#include "data/idx.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"

static size_t header_bytes(unsigned rank)
{
    return 4 + 4 * (size_t) rank;
}

/* Opens whichever of folder/name and folder/name.gz there is, the raw one first. */
static lemma_status open_either(struct lemma_idx *f, const char *folder,
                                const char *name, struct lemma_error *err)
{
    char path[LEMMA_SOURCE_PATH];
    static const char *const endings[] = {"", ".gz"};

    for (int i = 0; i < 2; i++) {
        int n = snprintf(path, sizeof path, "%s/%s%s", folder, name, endings[i]);
        if (n < 0 || (size_t) n >= sizeof path)
            break;
        if (access(path, F_OK) == 0)
            return lemma_source_open(&f->source, path, err);
    }
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: expected a file %s or %s.gz in this folder", folder, name,
                      name);
}

static lemma_status check_magic(const struct lemma_idx *f, const uint8_t *h,
                                unsigned rank, struct lemma_error *err)
{
    const char *path = f->source.path;

    if (h[0] != 0 || h[1] != 0)
        return lemma_fail(
            err, LEMMA_EINPUT,
            "%s: not an IDX file: expected it to begin with 00 00 08 %02x, "
            "found %02x %02x %02x %02x",
            path, rank, h[0], h[1], h[2], h[3]);
    if (h[2] != 0x08)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected IDX type byte 08 (unsigned bytes), found %02x",
                          path, h[2]);
    if (h[3] != rank)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected %u dimension%s (%s), found %u", path, rank,
                          rank == 1 ? "" : "s", rank == 1 ? "labels" : "images", h[3]);
    return LEMMA_OK;
}

/* Count and item size, and whether the file can hold them. */
static lemma_status check_sizes(struct lemma_idx *f, unsigned rank,
                                struct lemma_error *err)
{
    const char *path = f->source.path;
    uint64_t promised, bound;
    size_t data;
    bool exact;

    f->count = f->dims[0];
    f->item = 1;
    if (rank == LEMMA_IDX_RANK && (!lemma_size_mul(f->dims[1], f->dims[2], &f->item) ||
                                   f->item == 0 || f->item > LEMMA_IDX_PIXELS_MAX))
        return lemma_fail(
            err, LEMMA_EINPUT,
            "%s: expected images of 1 to %d pixels, the header says %zu x %zu", path,
            LEMMA_IDX_PIXELS_MAX, f->dims[1], f->dims[2]);
    if (f->count == 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: expected at least one sample, the header says 0", path);
    if (!lemma_size_mul(f->count, f->item, &data) || data > SIZE_MAX - 64)
        return lemma_fail(
            err, LEMMA_EINPUT,
            "%s: %zu samples of %zu bytes overflow: expected a true header", path,
            f->count, f->item);
    promised = data + header_bytes(rank);
    bound = lemma_source_bound(&f->source, &exact);
    if (promised > bound)
        return lemma_fail(
            err, LEMMA_EINPUT,
            "%s: ends early: the header promises %llu bytes, the file %s %llu", path,
            (unsigned long long) promised, exact ? "has" : "can't hold more than",
            (unsigned long long) bound);
    return LEMMA_OK;
}

lemma_status lemma_idx_open(struct lemma_idx *f, const char *folder, const char *name,
                            unsigned rank, struct lemma_error *err)
{
    lemma_status st;
    uint8_t h[4 + 4 * LEMMA_IDX_RANK] = {0};
    size_t got = 0;

    LEMMA_REQUIRE(rank >= 1 && rank <= LEMMA_IDX_RANK);
    *f = (struct lemma_idx){0};
    LEMMA_TRY(open_either(f, folder, name, err));
    LEMMA_TRY(lemma_source_read(&f->source, h, header_bytes(rank), &got, err));
    if (got >= 4)
        LEMMA_TRY(check_magic(f, h, rank, err));
    if (got < header_bytes(rank)) {
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: ends inside the header: expected %zu bytes, found %zu",
                        f->source.path, header_bytes(rank), got);
        goto out;
    }
    for (unsigned k = 0; k < rank; k++) {
        const uint8_t *b = h + 4 + (size_t) 4 * k;
        f->dims[k] =
            (size_t) b[0] << 24 | (size_t) b[1] << 16 | (size_t) b[2] << 8 | b[3];
    }
    LEMMA_TRY(check_sizes(f, rank, err));
out:
    if (st != LEMMA_OK)
        lemma_idx_close(f);
    return st;
}

lemma_status lemma_idx_read(struct lemma_idx *f, uint8_t *bytes, size_t samples,
                            struct lemma_error *err)
{
    lemma_status st;
    size_t got = 0, wanted = samples * f->item;

    LEMMA_TRY(lemma_source_read(&f->source, bytes, wanted, &got, err));
    if (got < wanted)
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: ends early, after %llu bytes: expected %zu samples of %zu "
                        "bytes, as the header says",
                        f->source.path, (unsigned long long) f->source.total, f->count,
                        f->item);
out:
    return st;
}

lemma_status lemma_idx_finish(struct lemma_idx *f, struct lemma_error *err)
{
    lemma_status st;
    uint8_t more;
    size_t got = 0;
    unsigned long long end = f->source.total;

    LEMMA_TRY(lemma_source_read(&f->source, &more, 1, &got, err));
    if (got > 0)
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: goes on after the %llu bytes that its header promises",
                        f->source.path, end);
out:
    return st;
}

void lemma_idx_close(struct lemma_idx *f)
{
    lemma_source_close(&f->source);
}
