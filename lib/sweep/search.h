/*
 * The least value of a whole-number key for which a run does what is asked, such as the
 * least width whose loss falls to 1e-2: a bisection in the key's logarithm.
 *
 *   try `to`; where that fails there is no such value up to it
 *   try `from`; where that does, the least may lie below: censored
 *   then the geometric mean of the greatest value that failed and the least that did,
 *   until they are neighbours or within a factor of `ratio`
 *
 * Along a bisection the criterion is taken to be monotone: what fails at a value fails
 * below it. Runs of one seed need not be so exactly; the value found is then where it
 * turns, once. A run that diverged has not done it.
 */
#ifndef LEMMA_SWEEP_SEARCH_H
#define LEMMA_SWEEP_SEARCH_H

#include "config/experiment.h"
#include "sweep/pace.h"

enum {
    LEMMA_TRIES = 64,         /* more than halvings of the largest logarithm there is */
    LEMMA_SEARCH_TEXT = 1024, /* a search in words */
    LEMMA_SEARCH_TABLE = 128  /* "loss/server" */
};

struct lemma_search {
    char key[4 * LEMMA_WORD]; /* "network.width"; "": nothing is searched */
    int line;                 /* where the sweep file names it */
    size_t from, to;          /* 1 <= from < to */
    double ratio;             /* 1: to the last whole number */
    char of[LEMMA_SEARCH_TABLE];
    struct lemma_measure measure; /* LEMMA_BY_ROUNDS_TO */
};

enum lemma_try_outcome {
    LEMMA_TRY_REACHED,
    LEMMA_TRY_MISSED,
    LEMMA_TRY_DIVERGED,
    LEMMA_TRY_OUTCOMES,
    LEMMA_TRY_NONE = LEMMA_TRY_OUTCOMES /* the run did not come to its end */
};

struct lemma_try {
    size_t value;
    enum lemma_try_outcome outcome;
    size_t round; /* where it was reached */
};

/* The tries of one bisection, in their order. */
struct lemma_trail {
    size_t count;
    struct lemma_try tries[LEMMA_TRIES];
};

enum lemma_search_state {
    LEMMA_SEARCH_ON,      /* *value is to be tried next */
    LEMMA_SEARCH_FOUND,   /* *value is the least */
    LEMMA_SEARCH_AT_FROM, /* *value is `from`, which does already */
    LEMMA_SEARCH_NOWHERE  /* *value is `to`, which does not */
};

enum lemma_search_state lemma_search_next(const struct lemma_search *q,
                                          const struct lemma_trail *t, size_t *value);

/* The value whose run is worth keeping: the least that did, or `to` where that failed;
 * 0 before the first try. */
size_t lemma_search_kept(const struct lemma_trail *t);

/* "network.width from 4 to 4096 until loss/server rounds-to<=0.01". Not the ratio: a
 * finer one goes on where a coarser one ended. Returns out. */
const char *lemma_search_print(const struct lemma_search *q,
                               char out[LEMMA_SEARCH_TEXT]);

/* Whether the run of this record did it: outcome and round of *t. LEMMA_EINPUT where
 * the record came to its end without the table. */
lemma_status lemma_search_judge(const struct lemma_search *q, const char *record,
                                struct lemma_try *t, struct lemma_error *err);

/* The trail beside a point's record, for people too; written as a whole. False, and no
 * tries at all, for what is missing, damaged, or another search's. */
lemma_status lemma_trail_write(const struct lemma_search *q,
                               const struct lemma_trail *t, const char *path,
                               struct lemma_error *err);
bool lemma_trail_read(const struct lemma_search *q, const char *path,
                      struct lemma_trail *t);

#endif
