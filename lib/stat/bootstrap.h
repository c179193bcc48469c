/* Intervals that ask the seeds themselves how the estimate varies. Inside the room. */
#ifndef LEMMA_STAT_BOOTSTRAP_H
#define LEMMA_STAT_BOOTSTRAP_H

#include "stat/line.h"

enum { LEMMA_RESAMPLES = 1999 }; /* (B + 1) 0.025 is whole */

/*
 * Bootstrap-t interval (Efron and Tibshirani 1993, section 12.5) of coefficient i:
 * values are drawn anew within each group, or whole seeds where they deviate jointly,
 * the weights of the line kept; each draw is divided by its own error. Resample b is
 * the stream (seed, LEMMA_DRAW_BOOTSTRAP, 0, b): the same bits anywhere. NaN where a
 * group (or all) has a single seed. An end is infinite where too many draws have no
 * spread, as with two or three seeds.
 */
lemma_status lemma_bootstrap_interval(const struct lemma_line *line, size_t i,
                                      double level, size_t resamples, uint64_t seed,
                                      struct lemma_interval *interval);

#endif
