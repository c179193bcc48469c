/*
 * Records of which bytes were changed; HDF5's checksums are off (lenient.c).
 *
 * The first byte: the command; the second: which record, and whether its end is cut
 * off. Then changes, each 3 bytes of where, one of what: the lowest 4 bits are how many
 * bytes follow, less 1, which are put there (bit 6: added to what is there). Only
 * places that are not 0 in the whole record are counted: a record is mostly empty.
 */
#include <string.h>

#include "bases.h"
#include "commands.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    fuzz_commands_init();
    return 0;
}

static size_t change(const struct fuzz_base *base, uint8_t *bytes, const uint8_t *data,
                     size_t size)
{
    size_t place = (size_t) data[0] << 16 | (size_t) data[1] << 8 | data[2];
    size_t at = base->at[place % base->used], n = (data[3] & 15) + 1;

    n = n < size - 4 ? n : size - 4;
    for (size_t i = 0; i < n && at + i < base->size; i++)
        bytes[at + i] = (uint8_t) (data[4 + i] + (data[3] & 64 ? bytes[at + i] : 0));
    return 4 + n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[FUZZ_BASE_MAX];
    const struct fuzz_base *base;
    size_t kept;

    if (size < 7)
        return 0;
    fuzz_note_input(data, size);
    base = fuzz_base(data[1]);
    memcpy(bytes, base->bytes, base->size);
    for (size_t at = 2; at + 4 < size;)
        at += change(base, bytes, data + at, size - at);
    kept = data[1] < 0xf0 ? base->size : base->size - base->size * (data[1] & 15) / 16;
    fuzz_write("x.h5", bytes, kept);
    fuzz_command(data[0], "x.h5", base == fuzz_base(FUZZ_SWEEP));
    return 0;
}
