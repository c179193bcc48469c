/* A file read from front to back, raw or gzip, with its CRC-32 and clear refusals. */
#ifndef LEMMA_DATA_SOURCE_H
#define LEMMA_DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <zlib.h>

#include "config/experiment.h"
#include "core/status.h"

enum { LEMMA_SOURCE_PATH = LEMMA_PATH + 64 };

struct lemma_source {
    char path[LEMMA_SOURCE_PATH];
    uint32_t crc;   /* of the contents read so far, decompressed */
    uint64_t total; /* bytes of contents read so far */

    FILE *file;
    unsigned char *block; /* of the file, as z has not yet taken it */
    z_stream z;           /* holds its own address: a source does not move */
    bool gzip, between;   /* between: a member has ended, and none has begun */
};

/* LEMMA_EINPUT where there is no such file, LEMMA_EIO where it can't be read. */
lemma_status lemma_source_open(struct lemma_source *s, const char *path,
                               struct lemma_error *err);

/* *got = bytes read, less than wanted only at the end of the file. gzip data that end
 * early, fail their checksum, or are followed by anything but gzip data are refused. */
lemma_status lemma_source_read(struct lemma_source *s, void *buffer, size_t wanted,
                               size_t *got, struct lemma_error *err);

/* An upper bound of the bytes of contents, before they are read; UINT64_MAX where the
 * file has no size. *exact: the contents are raw and the bound is their size. */
uint64_t lemma_source_bound(struct lemma_source *s, bool *exact);

/* A closed or zeroed source is fine. */
void lemma_source_close(struct lemma_source *s);

#endif
