/* What the files of evidence share. */
#ifndef LEMMA_CLAIM_EVIDENCE_STATE_H
#define LEMMA_CLAIM_EVIDENCE_STATE_H

#include <stdbool.h>

#include "claim/evidence.h"

enum { LEMMA_NAME = 96, LEMMA_WHY = 320 };

struct lemma_constant {
    struct lemma_constant *next;
    char name[LEMMA_NAME];
    double value;
    char *word;
    bool asked; /* since the last forget */
};

struct lemma_table {
    struct lemma_table *next;
    char path[LEMMA_NAME], why[LEMMA_WHY];
    struct lemma_series series;
    double *step, *cells; /* owned; NULL where the table is missing */
    bool asked;           /* since the last forget */
    bool infinite;        /* has a number that is */
    bool looked, broken;  /* of evidence_sound.c */
};

struct lemma_evidence {
    struct lemma_reader *reader; /* NULL: by hand */
    struct lemma_constant *constants;
    struct lemma_table *tables;
    double *counts, delta;
    bool counted;
    struct lemma_lazy *lazy; /* claim/lazy.h */
    struct lemma_curve *curve;
};

/* NULL where it has never been asked for. */
struct lemma_table *lemma_table_find(const struct lemma_evidence *e, const char *path);

/* The rows are t->cells; steps are their numbers where t->step is NULL. */
lemma_status lemma_table_finish(struct lemma_table *t, size_t rows, size_t width);

/* Fills t from the file; a table that is not there stays without rows. */
lemma_status lemma_evidence_from_file(struct lemma_evidence *e, struct lemma_table *t);

/* counts (K), of the rows of data/client. */
lemma_status lemma_evidence_count(struct lemma_evidence *e,
                                  const struct lemma_series *owner);

/* Data and weights have no steps: their rows are counted. */
bool lemma_evidence_is_timeless(const char *path);

/* Takes the rows of data, weights and what is derived of them away where they cannot be
 * computed with: t is then broken, and says why. */
void lemma_evidence_look(struct lemma_evidence *e, struct lemma_table *t);

/* Whether t is of the kind that W(0) gives; and fills it. */
bool lemma_evidence_is_start(const char *path);
lemma_status lemma_evidence_from_start(struct lemma_evidence *e, struct lemma_table *t);

#endif
