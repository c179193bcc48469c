/* How much the tables of two records may differ, read from a small YAML file. */
#ifndef LEMMA_CONFIG_TOLERANCES_H
#define LEMMA_CONFIG_TOLERANCES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

enum { LEMMA_TOLERANCE_NAME = 128 /* longest name, with its NUL */ };

struct lemma_tolerance {
    char name[LEMMA_TOLERANCE_NAME]; /* "gram/eigenvalues", or a group: "gram" */
    double value;                    /* at least 0 */
    bool absolute;                   /* in the table's units; else relative */
    bool ignore;                     /* any difference will do */
    size_t line;
};

struct lemma_tolerances {
    char *file; /* for messages */
    size_t count;
    struct lemma_tolerance *items;
};

/* Reads "name: 1e-6", "name: 2 absolute", "name: ignore", one a line. LEMMA_EINPUT with
 * "file:line: name: expected this, got that". *t is destroyed by the caller. */
lemma_status lemma_tolerances_load(const char *path, struct lemma_tolerances **t,
                                   struct lemma_error *err);
lemma_status lemma_tolerances_parse(const char *text, size_t length, const char *name,
                                    struct lemma_tolerances **t,
                                    struct lemma_error *err);
void lemma_tolerances_destroy(struct lemma_tolerances *t);

/* Whether a tolerance called name speaks of path: by its own name or a group's above
 * it. */
bool lemma_tolerance_covers(const char *name, const char *path);

/* The one that speaks of path most closely, or NULL. t may be NULL. */
const struct lemma_tolerance *lemma_tolerances_find(const struct lemma_tolerances *t,
                                                    const char *path);

#endif
