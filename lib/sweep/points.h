/* Where the points of a sweep lie on disk, and what is there. */
#ifndef LEMMA_SWEEP_POINTS_H
#define LEMMA_SWEEP_POINTS_H

#include "sweep/sweep.h"

enum lemma_point_state {
    LEMMA_POINT_MISSING,    /* no record */
    LEMMA_POINT_COMPLETE,   /* finished, and with this point's experiment */
    LEMMA_POINT_DIVERGED,   /* the same, and a finding */
    LEMMA_POINT_UNFINISHED, /* this experiment's, but running, killed or interrupted */
    LEMMA_POINT_OTHER       /* something else: another experiment, no record at all */
};

/* "missing", "complete", "diverged", "unfinished", "other". */
const char *lemma_point_state_name(enum lemma_point_state state);

/* Nothing is left to do: complete or diverged. */
bool lemma_point_is_finished(enum lemma_point_state state);

/* DIR/points/0012<ending>, ending ".h5" say; point < LEMMA_SWEEP_POINTS. False where it
 * does not fit. */
bool lemma_point_path(const char *dir, size_t point, const char *ending, char *out,
                      size_t size);

/* Judged by content: the record's resolved experiment against the point's. */
lemma_status lemma_point_look(const struct lemma_sweep *s, const char *dir,
                              size_t point, enum lemma_point_state *state);

#endif
