/*
 * What the rounds of a table say in one number: beside the reductions, how fast it
 * falls. A row counts as reduce.h has it: its largest number over the clients.
 *
 *   first-step      the first row at step 1 or later: after one local step
 *   rounds-to<=F    the first round whose value is at most F of row 0's, 0 < F < 1;
 *                   NaN where there is none
 *   rate            minus the slope of the logarithm of the value over the round, by
 *                   least squares over the rows from the first to the last before one
 *                   that is 1e-10 of row 0's or less (there rounding takes over), or
 *                   not a positive number; NaN where fewer than two rounds are left
 */
#ifndef LEMMA_SWEEP_PACE_H
#define LEMMA_SWEEP_PACE_H

#include "core/status.h"
#include "sweep/reduce.h"

#define LEMMA_RATE_FLOOR 1e-10

enum lemma_measure_kind {
    LEMMA_BY_REDUCTION,
    LEMMA_BY_FIRST_STEP,
    LEMMA_BY_ROUNDS_TO,
    LEMMA_BY_RATE
};

struct lemma_measure {
    enum lemma_measure_kind kind;
    enum lemma_reduction reduction; /* of LEMMA_BY_REDUCTION */
    double fraction;                /* F */
};

/* "max", "rate", "rounds-to<=1e-3", or with blanks, the table named and the unit told:
 * "rounds-to loss <= 1e-3*initial" ("·initial" too). of: the table in full, whose name,
 * group or both may stand there. LEMMA_EINPUT with what there is. */
lemma_status lemma_measure_parse(const char *text, const char *of,
                                 struct lemma_measure *m, struct lemma_error *err);

/* value, at (rows): what the numbers are and where they stand, the step (first-step) or
 * the round. */
double lemma_pace(const struct lemma_measure *m, const double *value, const double *at,
                  size_t rows);

#endif
