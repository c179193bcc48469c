/* What a record says, for claims: constants of the run, and tables row by row. */
#ifndef LEMMA_CLAIM_EVIDENCE_H
#define LEMMA_CLAIM_EVIDENCE_H

#include <stdint.h>

#include "claim/curve.h"
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
 * "network/preset", "status"; "" where missing. Borrowed until the evidence goes. */
double lemma_evidence_number(struct lemma_evidence *e, const char *name);
const char *lemma_evidence_word(struct lemma_evidence *e, const char *name);

/*
 * *s = the table "gradient_gap/gap", NULL where it is missing or has no rows; why says
 * what it is missing for, "" where there is no more to say. Of "data/..." and
 * "network/..." the step of a row is its number, and so it is of what W(0) and the
 * recorded data give, without training:
 *
 *   start/outputs, start/residual (N, d)   f(W(0); x_i), and minus y_i
 *   end/residual (N, d)                    the same at the final weights
 *   start/z1 .. start/zL (N, m)            pre-activations W_l(0) h_{l-1}
 *   start/kernel (N d, N d)                H(0) = J J^T, sample-major (theory 3(g))
 *   start/limit (N, N)                     H^inf at this width's scale (theory 3(j))
 *
 * Kernels up to order LEMMA_EVIDENCE_ORDER.
 */
enum { LEMMA_EVIDENCE_ORDER = 2048 };
lemma_status lemma_evidence_series(struct lemma_evidence *e, const char *path,
                                   const struct lemma_series **s);
const char *lemma_evidence_why(const struct lemma_evidence *e, const char *path);

/* What statements that hold with probability 1 - delta take for delta: 1e-6 unless
 * set. */
double lemma_evidence_delta(const struct lemma_evidence *e);
void lemma_evidence_set_delta(struct lemma_evidence *e, double delta);

/* Where claims leave the slack of each step; borrowed, NULL (the preset): nowhere.
 * Every claim that is judged begins it anew. */
struct lemma_curve *lemma_evidence_curve(const struct lemma_evidence *e);
void lemma_evidence_set_curve(struct lemma_evidence *e, struct lemma_curve *curve);

/* The names that were asked for since the last forget, and were there: constants
 * ("network/m", with its value) and tables (value NaN). NULL behind the last. */
const char *lemma_evidence_read(const struct lemma_evidence *e, size_t i,
                                double *value);
/* Of these tables one with an infinite number, or one of data and weights (or derived
 * of them) that is missing for a number that is not finite or out of range; NULL: none.
 */
const char *lemma_evidence_infinite(const struct lemma_evidence *e);
void lemma_evidence_forget(struct lemma_evidence *e);

/* Samples of each client: counts (K), NULL where the record does not say. */
lemma_status lemma_evidence_clients(struct lemma_evidence *e, const double **counts);

/* By hand: copies everything; step NULL: the rows' numbers. */
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
