/*
 * A claim: a statement of the theory that a record can confirm, break, or not qualify
 * for. Claims read records alone: old files stay judgeable, and a new theorem is judged
 * on old runs.
 */
#ifndef LEMMA_CLAIM_CLAIM_H
#define LEMMA_CLAIM_CLAIM_H

#include <stdbool.h>

#include "claim/evidence.h"

enum lemma_verdict {
    LEMMA_HOLDS,
    LEMMA_VIOLATED,
    LEMMA_NOT_APPLICABLE, /* a named assumption fails */
    LEMMA_UNDECIDED       /* a table is missing, empty, or not finite */
};

const char *lemma_verdict_name(enum lemma_verdict v);

enum { LEMMA_REASON = 256 };

struct lemma_finding {
    enum lemma_verdict verdict;
    char reason[LEMMA_REASON]; /* of NOT_APPLICABLE and UNDECIDED */
    size_t rows;               /* inequalities checked */
    double slack; /* the largest measured / bound; above 1 where violated; NaN: none */
    size_t step;  /* of that one, */
    size_t place; /* its client or layer; LEMMA_NOWHERE */
    bool vacuous; /* every bound is infinite, or 0 on both sides */
};
#define LEMMA_NOWHERE SIZE_MAX

struct lemma_claim_type {
    const char *name, *title;
    const char *statement;       /* in symbols */
    const char *assumptions;     /* in words */
    const char *source, *status; /* status: derived | published | recalled */
    const char *proof;           /* a sketch */
    /* Fills f, all zero before. Fails where memory or the file does. */
    lemma_status (*judge)(struct lemma_evidence *e, struct lemma_finding *f);
};

/* NULL-terminated, in the order of lib/claim/meson.build. */
extern const struct lemma_claim_type *const lemma_claim_types[];
const struct lemma_claim_type *lemma_claim_find(const char *name);

/* Judges; a verdict of HOLDS without a single row becomes UNDECIDED. */
lemma_status lemma_claim_judge(const struct lemma_claim_type *claim,
                               struct lemma_evidence *e, struct lemma_finding *f);

/* For the members: the assumption that fails, the table that is missing. */
lemma_status lemma_not_applicable(struct lemma_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
lemma_status lemma_undecided(struct lemma_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The tables a claim reads, s[i] = paths[i]: false, and the finding undecided, where
 * one is missing, or on failure (*st). */
bool lemma_need(struct lemma_evidence *e, struct lemma_finding *f, size_t count,
                const char *const *paths, const struct lemma_series **s,
                lemma_status *st);

/*
 * One inequality measured <= bound, at a step and a place (client, layer). Tolerance
 * pays for rounding only: 1e-12 of the bound, and `rounding`, what the measured side
 * may be off in itself (0 usually). NaN on either side makes the claim undecided.
 */
void lemma_check_at_most(struct lemma_finding *f, double measured, double bound,
                         double rounding, size_t step, size_t place);

#endif
