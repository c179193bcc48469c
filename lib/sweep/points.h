/* Where the points of a sweep lie on disk, and what is there. */
#ifndef LEMMA_SWEEP_POINTS_H
#define LEMMA_SWEEP_POINTS_H

#include "sweep/sweep.h"

enum lemma_point_state {
    LEMMA_POINT_MISSING,    /* no record */
    LEMMA_POINT_COMPLETE,   /* finished, and with this point's experiment */
    LEMMA_POINT_DIVERGED,   /* the same, and a finding */
    LEMMA_POINT_UNFINISHED, /* this experiment's, but running, killed or interrupted; or
                               its search is */
    LEMMA_POINT_OTHER,      /* a record of another experiment, or another search */
    LEMMA_POINT_CENSORED,   /* finished: the search's `from` does already */
    LEMMA_POINT_UNREACHED,  /* finished, and a finding: the search's `to` does not */
    LEMMA_POINT_UNREADABLE  /* something that cannot be read as a record */
};

/* "missing", "complete", "diverged", "unfinished", "other", "censored", "unreached",
 * "unreadable". */
const char *lemma_point_state_name(enum lemma_point_state state);

/* Nothing is left to do: complete, diverged, censored or unreached. */
bool lemma_point_is_finished(enum lemma_point_state state);

/* DIR/points/0012<ending>, ending ".h5" say; point < LEMMA_SWEEP_POINTS. False where it
 * does not fit. */
bool lemma_point_path(const char *dir, size_t point, const char *ending, char *out,
                      size_t size);

/* Judged by content: the record's resolved experiment against the point's. Of a search
 * it is the record of the value that is kept (lemma_search_kept), and the trail beside
 * it, DIR/points/0012.log, says whether the bisection has ended. */
lemma_status lemma_point_look(const struct lemma_sweep *s, const char *dir,
                              size_t point, enum lemma_point_state *state);

/* The same of a search, and its tries so far: none where it has not begun. A try's
 * record takes its place before the trail names the try: one that is of the next try
 * was cut off in between, and is unfinished. */
lemma_status lemma_point_trail(const struct lemma_sweep *s, const char *dir,
                               size_t point, enum lemma_point_state *state,
                               struct lemma_trail *trail);

#endif
