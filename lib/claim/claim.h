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

/* How a claim is decided. */
enum lemma_kind {
    LEMMA_SURE,   /* every row */
    LEMMA_LIKELY, /* "high probability": draws that fail, counted against delta */
    LEMMA_IN_MEAN /* the mean of draws, with an interval */
};

const char *lemma_verdict_name(enum lemma_verdict v);
const char *lemma_kind_name(enum lemma_kind k);

enum { LEMMA_REASON = 320, LEMMA_NOTES = 12, LEMMA_CLAIM_TABLES = 8 };

/* A number that a claim works out of the record: "p(R')" = 0.02. */
struct lemma_note {
    const char *symbol; /* a literal of the claim's file */
    double value;
};

struct lemma_finding {
    enum lemma_verdict verdict;
    char reason[LEMMA_REASON]; /* of NOT_APPLICABLE and UNDECIDED */
    size_t rows;               /* inequalities checked */
    double slack; /* the largest measured / bound; above 1 where violated; NaN: none */
    double measured, bound; /* of that one, */
    const char *tightest; /* which inequality of the claim it is; NULL: the only one */
    const char *part;     /* the one now being checked */
    size_t step;          /* where it stands, */
    size_t place;         /* its client, layer or sample; LEMMA_NOWHERE */
    bool vacuous;         /* every bound is infinite, or 0 on both sides */
    /* LEMMA_LIKELY: independent draws, and those whose inequality failed at delta. */
    size_t draws, failures;
    double delta;
    /* LEMMA_IN_MEAN: draws of a quantity whose mean is at most 1 (Welford's sums). */
    double mean, square; /* square: sum of (x - mean)^2 */
    struct lemma_note notes[LEMMA_NOTES];
    size_t note_count;
    struct lemma_curve
        *curve; /* the evidence's, while it is judged; NULL: not wanted */
};
#define LEMMA_NOWHERE SIZE_MAX

/* A predicate over the record; leaves the finding alone where it is met, else makes it
 * not applicable (or undecided, where the record does not say). */
struct lemma_assumption {
    const char *words;
    lemma_status (*check)(struct lemma_evidence *e, struct lemma_finding *f);
};

/* shape: numbers of a row: "" one, "K", "L", "K,L", "N", "N,d", "N,L"; NULL any. "?" in
 * front, "?K": the claim does without the table, and judges with NULL. */
struct lemma_claim_table {
    const char *path, *shape;
};

struct lemma_claim_type {
    const char *name, *title;
    const char *statement; /* in symbols, the right-hand side as it is computed */
    enum lemma_kind kind;
    const struct lemma_assumption *const *assumptions; /* NULL-terminated; NULL: none */
    const char *rows; /* which rows count, where not all; NULL */
    /* The tables it reads, up to LEMMA_CLAIM_TABLES, ended by {0}; NULL: none. All but
     * those with "?" must be there, each in its shape. A claim may read others by
     * itself. */
    const struct lemma_claim_table *tables;
    const char *place;           /* what `place` counts: "client", "layer", "sample" */
    const char *source, *status; /* status: derived | published | recalled */
    const char *proof;           /* a sketch */
    /* Fills f; s[i] is tables[i], with at least a row. Fails where memory or the file
     * does. */
    lemma_status (*judge)(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f);
};

/* NULL-terminated, in the order of lib/claim/meson.build. */
extern const struct lemma_claim_type *const lemma_claim_types[];
const struct lemma_claim_type *lemma_claim_find(const char *name);

/* A statement from memory, not proved here: told apart from the others. */
bool lemma_claim_is_recalled(const struct lemma_claim_type *claim);

/* What it assumes, and which rows count, as one sentence; "none". */
enum { LEMMA_CLAIM_WORDS = 512 };
void lemma_claim_assumes(const struct lemma_claim_type *claim,
                         char words[LEMMA_CLAIM_WORDS]);
/* The tables it names, "a, b"; "none". */
void lemma_claim_reads(const struct lemma_claim_type *claim,
                       char words[LEMMA_CLAIM_WORDS]);

/* Judges one record; e remembers what was read. A verdict of HOLDS without a single row
 * becomes UNDECIDED. */
lemma_status lemma_claim_judge(const struct lemma_claim_type *claim,
                               struct lemma_evidence *e, struct lemma_finding *f);

/*
 * Adds the draws of another record, which must be independent of those in `all` (other
 * seeds), and decides anew. Of claims that are not sure. A finding without draws adds
 * nothing. Start from LEMMA_FINDING_NONE.
 */
void lemma_claim_pool(const struct lemma_claim_type *claim,
                      const struct lemma_finding *one, struct lemma_finding *all);
#define LEMMA_FINDING_NONE                          \
    ((struct lemma_finding){.verdict = LEMMA_HOLDS, \
                            .place = LEMMA_NOWHERE, \
                            .slack = NAN,           \
                            .measured = NAN,        \
                            .bound = NAN})

/* What a run's findings (/run/findings) say that lets nothing hold on its record. */
enum lemma_beside {
    LEMMA_BESIDE_NOTHING,
    LEMMA_BESIDE_VANISHED, /* updates vanished in rounding */
    LEMMA_BESIDE_GREW      /* a loss grew past 1/epsilon times its first */
};
enum lemma_beside lemma_claim_beside(const char *findings);

/* The verdict that f's draws give, of a claim that is not sure. */
void lemma_claim_decide(const struct lemma_claim_type *claim, struct lemma_finding *f);

/* For the members: the assumption that fails, the table that is missing. */
lemma_status lemma_not_applicable(struct lemma_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
lemma_status lemma_undecided(struct lemma_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The table; NULL, and the finding undecided, where it is missing or has another shape
 * (NULL: any), or on failure (*st). */
const struct lemma_series *lemma_need(struct lemma_evidence *e, struct lemma_finding *f,
                                      const char *path, const char *shape,
                                      lemma_status *st);

/* row[k] = the row of s[k] made at a step; false where one of them has none. */
bool lemma_rows_at(const struct lemma_series *const *s, size_t count, double step,
                   const double **row);

/*
 * One inequality measured <= bound, at a step and a place (client, layer). Tolerance
 * pays for rounding only: 1e-12 of the bound, and `rounding`, what the measured side
 * may be off in itself (0 usually). NaN on either side, or infinity on both, makes the
 * claim undecided. Where
 * a claim has several inequalities, f->part is set to the name of this one before.
 */
void lemma_check_at_most(struct lemma_finding *f, double measured, double bound,
                         double rounding, size_t step, size_t place);

/* |measured - expected| <= rounding, as slack |measured - expected| / rounding. */
void lemma_check_equal(struct lemma_finding *f, double measured, double expected,
                       double rounding, size_t step, size_t place);

/* LEMMA_LIKELY: the inequalities checked since the last call are those of one draw of
 * the weights, with bounds at lemma_evidence_delta; it failed where one of them did. */
void lemma_check_draw(struct lemma_finding *f);

/* LEMMA_IN_MEAN: a draw of a quantity whose mean, given what came before, is at most
 * 1. */
void lemma_check_mean(struct lemma_finding *f, double draw);

/* Remembers a number for `lemma check --explain`; the last value of a symbol stays. */
void lemma_note(struct lemma_finding *f, const char *symbol, double value);

#endif
