/*
 * HDF5 with its checksums off.
 *
 * Almost every damage that bytes can have is found by the checksum of the block it is
 * in; who damages a record on purpose makes them anew. libhdf5 looks both functions up
 * by name, and the program's own come first.
 */
#include <hdf5.h>
#include <string.h>

#include "bases.h"

uint32_t H5_checksum_lookup3(const void *data, size_t size, uint32_t start);
uint32_t H5_checksum_metadata(const void *data, size_t size, uint32_t start);
herr_t H5F_get_checksums(const uint8_t *data, size_t size, uint32_t *stored,
                         uint32_t *computed);

/* The blocks of a heap alone are not compared by H5F_get_checksums. */
uint32_t H5_checksum_metadata(const void *data, size_t size, uint32_t start)
{
    if (size >= 4 && memcmp(data, "FHDB", 4) == 0)
        return FUZZ_HEAP_SUM;
    return H5_checksum_lookup3(data, size, start);
}

herr_t H5F_get_checksums(const uint8_t *data, size_t size, uint32_t *stored,
                         uint32_t *computed)
{
    uint32_t sum = 0;

    (void) data;
    (void) size;
    if (stored)
        *stored = sum;
    if (computed)
        *computed = sum;
    return 0;
}
