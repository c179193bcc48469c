/* What collecting holds, and what it declares; for this folder only. */
#ifndef LEMMA_SWEEP_LAYOUT_H
#define LEMMA_SWEEP_LAYOUT_H

#include "sweep/columns.h"
#include "sweep/points.h"

enum { LEMMA_CONSTANTS = 17, LEMMA_SWEEP_GROUPS = 128 };

/* A constant of a run: an attribute of its record. */
struct lemma_constant {
    const char *name, *group, *attribute;
    bool whole;
    const char *units, *meaning;
};
extern const struct lemma_constant lemma_constants[LEMMA_CONSTANTS];

/* All that collecting holds. */
struct lemma_collection {
    const struct lemma_sweep *s;
    const char *dir;
    size_t rows;
    size_t *point; /* (rows) numbers of the finished points */
    bool *diverged;
    int *beside;                   /* (rows) enum lemma_beside */
    enum lemma_point_state *state; /* (rows) */
    double *seconds;               /* (rows) of each run */
    char **checksums;              /* (rows) of its data; NULL: not told */
    struct lemma_sweep_columns columns;
    struct lemma_record *record;
    const struct lemma_sweep_key *x; /* the axis of plots; NULL: the point's number */
    size_t number, diverged_id, beside_id, search_id, key[LEMMA_SWEEP_KEYS],
        constant[LEMMA_CONSTANTS];
    size_t group_count;
    const char *groups[LEMMA_SWEEP_GROUPS];
    size_t group_number[LEMMA_SWEEP_GROUPS], group_x[LEMMA_SWEEP_GROUPS];
};

/* Everything that stands before the first row. */
lemma_status lemma_collection_declare(struct lemma_collection *c,
                                      const char *command_line);

/* LEMMA_EINPUT, naming two, where points took different files for the same. O(rows log
 * rows). */
lemma_status lemma_collection_check_data(const struct lemma_collection *c,
                                         struct lemma_error *err);

/* Whether a key of this name changes; it is then no constant. */
bool lemma_collection_has_key(const struct lemma_collection *c, const char *name);

#endif
