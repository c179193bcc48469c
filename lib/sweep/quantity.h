/* A number of every finished point of a sweep: a table's reduction, or a constant. */
#ifndef LEMMA_SWEEP_QUANTITY_H
#define LEMMA_SWEEP_QUANTITY_H

#include "sweep/index.h"
#include "sweep/pace.h"

/* y (rows) of a table, "distance/spectral"; of layers the largest (of min the least).
 * *known false, and y left alone, where the sweep has no such table. */
lemma_status lemma_sweep_quantity(const struct lemma_sweep_index *x, const char *of,
                                  const struct lemma_measure *measure, double *y,
                                  bool *known, struct lemma_error *err);

/* The same of a constant of runs: m, K, eta, ... (layout.c lists them). */
lemma_status lemma_sweep_constant(const struct lemma_sweep_index *x, const char *name,
                                  double *y, bool *known);

#endif
