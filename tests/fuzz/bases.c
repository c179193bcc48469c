#include "bases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct fuzz_base bases[FUZZ_BASES];

static uint64_t number(const uint8_t *at, size_t bytes)
{
    uint64_t n = 0;

    for (size_t i = bytes; i-- > 0;)
        n = n << 8 | at[i];
    return n;
}

/* A block of a heap: "FHDB", a version, the heap's address (8), the block's place in
 * it (of as many bits as the heap's head says), the checksum. */
static void blunt_heaps(struct fuzz_base *b)
{
    for (size_t i = 0; i + 32 < b->size; i++) {
        uint64_t heap = memcmp(b->bytes + i, "FHDB", 4) == 0
                            ? number(b->bytes + i + 5, 8)
                            : UINT64_MAX;
        uint32_t sum = FUZZ_HEAP_SUM;

        if (heap < b->size - 142)
            memcpy(b->bytes + i + 13 + (number(b->bytes + heap + 128, 2) + 7) / 8, &sum,
                   sizeof sum);
    }
}

static void load(struct fuzz_base *b, const char *name)
{
    char path[4096];
    gzFile gz;
    int n;

    snprintf(path, sizeof path, "%s/tests/fuzz/base/%s.h5.gz", SOURCE_ROOT, name);
    gz = gzopen(path, "rb");
    n = gz ? gzread(gz, b->bytes, FUZZ_BASE_MAX) : 0;
    if (n <= 0 || n == FUZZ_BASE_MAX)
        abort();
    gzclose(gz);
    b->size = (size_t) n;
    blunt_heaps(b);
    for (size_t i = 0; i < b->size; i++)
        if (b->bytes[i])
            b->at[b->used++] = (uint32_t) i;
}

const struct fuzz_base *fuzz_base(size_t which)
{
    static const char *const names[FUZZ_BASES] = {"small", "live", "sweep", "standard"};

    if (bases[0].size == 0)
        for (size_t i = 0; i < FUZZ_BASES; i++)
            load(&bases[i], names[i]);
    return &bases[which % 32 == 31 ? FUZZ_LARGE : which % FUZZ_LARGE];
}
