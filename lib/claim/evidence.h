/* What a record says, for claims: constants of the run, and tables row by row. */
#ifndef LEMMA_CLAIM_EVIDENCE_H
#define LEMMA_CLAIM_EVIDENCE_H

#include <stdint.h>

#include "record/reader.h"

/* A table with the steps of its rows. */
struct lemma_series {
    const char *path;
    size_t rows, width;  /* width: numbers of a row */
    const double *step;  /* (rows) */
    const double *cells; /* (rows, width); integers converted, missing ones NaN */
};

struct lemma_evidence;

/* From a record, whose tables are read when a claim asks for them; the reader is
 * borrowed. */
lemma_status lemma_evidence_create(struct lemma_reader *reader,
                                   struct lemma_evidence **e);
/* Without a file: constants and tables are put in by hand. */
lemma_status lemma_evidence_create_empty(struct lemma_evidence **e);
void lemma_evidence_destroy(struct lemma_evidence *e);

/* Constants: "network/m", "train/eta", "data/phi", ...; NaN where missing. Texts:
 * "network/preset"; "" where missing. Borrowed until the evidence goes. */
double lemma_evidence_number(struct lemma_evidence *e, const char *name);
const char *lemma_evidence_word(struct lemma_evidence *e, const char *name);

/* *s = the table "gradient_gap/gap", NULL where it is missing or has no rows. */
lemma_status lemma_evidence_series(struct lemma_evidence *e, const char *path,
                                   const struct lemma_series **s);

/* Samples of each client: counts (K), NULL where the record does not say. */
lemma_status lemma_evidence_clients(struct lemma_evidence *e, const double **counts);

/* By hand: copies everything. */
lemma_status lemma_evidence_set_number(struct lemma_evidence *e, const char *name,
                                       double value);
lemma_status lemma_evidence_set_word(struct lemma_evidence *e, const char *name,
                                     const char *word);
lemma_status lemma_evidence_set_series(struct lemma_evidence *e, const char *path,
                                       size_t rows, size_t width, const double *step,
                                       const double *cells);
lemma_status lemma_evidence_set_clients(struct lemma_evidence *e, const double *counts,
                                        size_t K);

/* The row made at a step, NULL where there is none. O(log rows). */
const double *lemma_series_at(const struct lemma_series *s, double step);

#endif
