/*
 * The sweep's own file: copied summaries of all finished points.
 *
 * DIR/sweep.h5 is a record (lib/record) whose rows are points, in the order of their
 * numbers, whoever finished first:
 *
 *   /run/config, /run/config_source      the base experiment; the sweep file
 *   /run/records                         a line a row: "points/0003.h5", beside the
 * file /run/sweep/point                     number of the point /run/sweep/<key> value
 * of each key that changes, "network.width"; of words their place in the lines of
 *                                        /run/words/<key>
 *   /run/sweep/search                    of a search: how it ended, 0 least value
 * found, 1 `from` does already, 2 `to` does not; the record is the one that was kept
 *   /run/sweep/beside_theory             of the run's findings, 1: updates vanished in
 * rounding, 2: a loss grew past 1/epsilon times its first, else 0
 *   /run/sweep/<constant>                seed, diverged, m, L, d_x, d, K, N, tau, R,
 * eta, ... /run/<probe>/<table>.<reduction>     (P) or, of layers, (P, L); see reduce.h
 *
 * Attributes of /run/sweep: keys (a line each, in axis order), points (of the whole
 * sweep), search (in words, where there is one).
 */
#ifndef LEMMA_SWEEP_COLLECT_H
#define LEMMA_SWEEP_COLLECT_H

#include "sweep/sweep.h"

/* Replaces DIR/sweep.h5 by what the finished points say, *finished of them; where there
 * are none nothing is written. LEMMA_EINPUT, and the file stays, where two points took
 * different files for the same. */
lemma_status lemma_sweep_collect(const struct lemma_sweep *s, const char *dir,
                                 const char *command_line, size_t *finished,
                                 struct lemma_error *err);

#endif
