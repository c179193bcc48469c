/* HDF5 File Format Specification 3.0, II.A "Disk Format: Level 0A". */
#include "record/superblock.h"

#include <string.h>

enum { FLAGS = 11, END = 28, CHECKSUM = 44 };

uint32_t lemma_little32(const unsigned char *p)
{
    return p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

static uint32_t turn(uint32_t x, unsigned by)
{
    return x << by | x >> (32 - by);
}

static void mix(uint32_t v[3])
{
    static const unsigned by[6] = {4, 6, 8, 16, 19, 4};

    for (unsigned i = 0; i < 6; i++) {
        uint32_t *a = &v[i % 3], *b = &v[(i + 1) % 3], *c = &v[(i + 2) % 3];

        *a = (*a - *c) ^ turn(*c, by[i]);
        *c += *b;
    }
}

static void finish(uint32_t v[3])
{
    static const unsigned by[7] = {14, 11, 25, 16, 4, 14, 24};

    for (unsigned i = 0; i < 7; i++) {
        uint32_t *to = &v[(i + 2) % 3], from = v[(i + 1) % 3];

        *to = (*to ^ from) - turn(from, by[i]);
    }
}

uint32_t lemma_lookup3(const unsigned char *bytes, size_t size)
{
    uint32_t v[3];
    unsigned char last[12] = {0};

    v[0] = v[1] = v[2] = 0xdeadbeefU + (uint32_t) size;
    if (size == 0)
        return v[2];
    for (; size > sizeof last; size -= sizeof last, bytes += sizeof last) {
        for (size_t i = 0; i < 3; i++)
            v[i] += lemma_little32(bytes + 4 * i);
        mix(v);
    }
    memcpy(last, bytes, size);
    for (size_t i = 0; i < 3; i++)
        v[i] += lemma_little32(last + 4 * i);
    finish(v);
    return v[2];
}

bool lemma_superblock_is(const void *bytes, size_t size)
{
    static const unsigned char head[] = {0x89, 'H',  'D',  'F', '\r',
                                         '\n', 0x1a, '\n', 3,   8};

    return size >= LEMMA_SUPERBLOCK_BYTES && memcmp(bytes, head, sizeof head) == 0;
}

uint64_t lemma_superblock_end(const unsigned char block[LEMMA_SUPERBLOCK_BYTES])
{
    return lemma_little32(block + END) | (uint64_t) lemma_little32(block + END + 4)
                                             << 32;
}

bool lemma_superblock_is_held(const unsigned char block[LEMMA_SUPERBLOCK_BYTES])
{
    return block[FLAGS] != 0;
}

static void put(unsigned char *at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (unsigned char) (value >> 8 * i);
}

void lemma_superblock_release(unsigned char block[LEMMA_SUPERBLOCK_BYTES], uint64_t end)
{
    block[FLAGS] = 0;
    put(block + END, 8, end);
    put(block + CHECKSUM, 4, lemma_lookup3(block, CHECKSUM));
}
