/* Files in IDX form: a big-endian header and unsigned bytes, last index fastest. */
#ifndef LEMMA_DATA_IDX_H
#define LEMMA_DATA_IDX_H

#include "data/source.h"

enum {
    LEMMA_IDX_RANK = 3,            /* images: count, rows, columns; labels: count */
    LEMMA_IDX_PIXELS_MAX = 1 << 24 /* of one image */
};

struct lemma_idx {
    struct lemma_source source;
    size_t count; /* samples */
    size_t item;  /* bytes of one sample */
    size_t dims[LEMMA_IDX_RANK];
};

/* Opens folder/name or folder/name.gz and reads the header: `rank` dimensions of
 * unsigned bytes. The sizes are checked against what the file can hold, so that count *
 * item bytes may be asked for: at most 1032 times the file's own size. */
lemma_status lemma_idx_open(struct lemma_idx *f, const char *folder, const char *name,
                            unsigned rank, struct lemma_error *err);

/* The next `samples` samples, (samples * item) bytes; refused where the file ends
 * early. */
lemma_status lemma_idx_read(struct lemma_idx *f, uint8_t *bytes, size_t samples,
                            struct lemma_error *err);

/* After the last sample: the file must end here, and end well. */
lemma_status lemma_idx_finish(struct lemma_idx *f, struct lemma_error *err);

void lemma_idx_close(struct lemma_idx *f);

#endif
