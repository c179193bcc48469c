/* What `lemma gram` measured, and the ways to tell it. */
#ifndef LEMMA_TOOLS_GRAM_H
#define LEMMA_TOOLS_GRAM_H

#include <stdio.h>

#include "record/record.h"
#include "run/study.h"

/* Of one width: parts (draws, L + 1), the sum last. */
struct gram_width {
    size_t width;
    struct lemma_study_part *part;
    struct lemma_bounds bounds;
};

struct gram_result {
    const struct lemma_study *study;
    size_t widths, draws, L;
    uint64_t seed; /* of the first draw */
    struct gram_width *width;
};

void gram_print(FILE *out, const struct gram_result *g);
void gram_json(FILE *out, const struct gram_result *g);

/* The group of the record: declared before it starts, then a row for each draw. */
struct gram_tables {
    size_t axis, id[64];
};
lemma_status gram_declare(struct lemma_record *r, size_t L, struct gram_tables *t);
lemma_status gram_append(struct lemma_record *r, const struct gram_tables *t,
                         const struct lemma_study *s, size_t row, uint64_t seed);

#endif
