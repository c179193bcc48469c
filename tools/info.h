/* The two things `lemma info` prints. */
#ifndef LEMMA_TOOLS_INFO_H
#define LEMMA_TOOLS_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "record/reader.h"

struct info_request {
    char *file, *table; /* table NULL: the overview */
    size_t head, tail;  /* rows wanted from either end; both 0: all */
    bool json;
};

lemma_status info_overview(struct lemma_reader *reader, const struct info_request *a,
                           struct lemma_error *err);
lemma_status info_table(struct lemma_reader *reader, const struct info_request *a,
                        struct lemma_error *err);

/* Numbers in one row of a table. */
size_t info_width(const struct lemma_shape *s);

/* The sentence for a table that is there and is not read; returns st. */
lemma_status info_unreadable(lemma_status st, const char *file, const char *path,
                             struct lemma_error *err);

/* The sentence that names the nearest table; LEMMA_EINPUT. */
lemma_status info_unknown_table(struct lemma_reader *reader, const char *path,
                                const char *file, struct lemma_error *err);

/* Whether table of a group is an axis of others: step, round, local_step, <other>_step,
 * <other>_round. */
bool info_is_axis(const char *table, const char *const *tables, size_t count);

#endif
