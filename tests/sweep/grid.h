/* What the tests of sweeps share: reading text, refusals, points as words, tiny runs.
 */
#ifndef LEMMA_TESTS_SWEEP_GRID_H
#define LEMMA_TESTS_SWEEP_GRID_H

#include "support.h"
#include "sweep/sweep.h"

/* A base that runs in a moment, as the first lines of a sweep file. */
extern const char tiny_base[];

/* Reads tiny_base and `rest` as the file "s.yaml", failing the test where it is
 * refused. */
struct lemma_sweep *read_sweep(const char *rest);

/* Fails unless tiny_base and `rest` are refused with exactly this sentence. Lines of
 * `rest` count from 8. */
void check_sweep_refused(const char *rest, const char *sentence);

/* Fails unless the points read so: "a = 1, seed = 2; ..." */
void check_points(const struct lemma_sweep *s, const char *expected);

/* A fresh folder with points/ in it: its path in out (256). */
const char *make_sweep_folder(char *out, const char *name);

/* Runs a point where it belongs. */
void run_point(const struct lemma_sweep *s, const char *dir, size_t point);

#endif
