/* Whole records, of which targets damage copies. */
#ifndef LEMMA_TESTS_FUZZ_BASES_H
#define LEMMA_TESTS_FUZZ_BASES_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_HEAP_SUM 0x464c5a5au /* "checksum" of blocks of heaps; lenient.c */

enum { FUZZ_BASES = 4, FUZZ_BASE_MAX = 1 << 18, FUZZ_SWEEP = 2, FUZZ_LARGE = 3 };

struct fuzz_base {
    size_t size;
    uint8_t bytes[FUZZ_BASE_MAX];
    size_t used;                /* bytes that are not 0: */
    uint32_t at[FUZZ_BASE_MAX]; /* their places */
};

/* By turns a small record, one whose writer was killed, and a sweep; every 32nd a
 * larger record, of all that `--observe standard` watches. */
const struct fuzz_base *fuzz_base(size_t which);

#endif
