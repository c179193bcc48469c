/* The few numbers of a record that say how far theory's regime held. */
#ifndef LEMMA_TOOLS_HEADLINE_H
#define LEMMA_TOOLS_HEADLINE_H

#include <stddef.h>

#include "record/reader.h"

enum { HEADLINES_MAX = 16 };

struct headline {
    const char *name;    /* JSON key */
    const char *title;   /* what a person reads */
    const char *meaning; /* formula */
    double value;        /* NaN: not recorded */
};

struct headlines {
    size_t count;
    struct headline list[HEADLINES_MAX];
};

/* From the tables found; what is not recorded is left out. LEMMA_EIO, LEMMA_EMEMORY. */
lemma_status headlines_read(struct lemma_reader *reader, struct headlines *h);

#endif
