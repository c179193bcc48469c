/* The first bytes of an HDF5 file of version 1.10: who has it open, where it ends. */
#ifndef LEMMA_RECORD_SUPERBLOCK_H
#define LEMMA_RECORD_SUPERBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEMMA_SUPERBLOCK_BYTES = 48 };

/* A number of HDF5's 4 bytes, the least first. */
uint32_t lemma_little32(const unsigned char *p);

/* Whether `size` bytes written at address 0 begin with a superblock of version 3 with
 * addresses of 8 bytes, the only one this library makes. */
bool lemma_superblock_is(const void *bytes, size_t size);

/* Where it says that the file ends, bytes. */
uint64_t lemma_superblock_end(const unsigned char block[LEMMA_SUPERBLOCK_BYTES]);

/* Whether it says that somebody has the file open for writing. */
bool lemma_superblock_is_held(const unsigned char block[LEMMA_SUPERBLOCK_BYTES]);

/* Says that nobody has, and that the file ends at `end`, with the checksum of that. */
void lemma_superblock_release(unsigned char block[LEMMA_SUPERBLOCK_BYTES],
                              uint64_t end);

/* Jenkins' lookup3, hashlittle(bytes, size, 0): HDF5's checksum of metadata.
 * http://burtleburtle.net/bob/c/lookup3.c (public domain). */
uint32_t lemma_lookup3(const unsigned char *bytes, size_t size);

#endif
