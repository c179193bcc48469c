/* Targets made for given inputs: a teacher network, random signs, normals. */
#ifndef LEMMA_DATA_TARGETS_H
#define LEMMA_DATA_TARGETS_H

#include "data/dataset.h"

enum lemma_target_kind { LEMMA_TEACHER, LEMMA_RANDOM_SIGN, LEMMA_GAUSSIAN };

/* y (n, d) of inputs (n, d_x), from the experiment's seed; every |y| = O(1).
 *
 * teacher: y_k(x) = sqrt(2/M) sum_{r<M} a_kr relu(u_r . x), M = 8, u_r ~ N(0, I), a_kr
 * = +-1: the two-layer network of theory 1.2, scaled so that E y_k(x)^2 = 1 over the
 * teacher's draws for every unit x. random-sign: +-1, each with probability 1/2.
 * gaussian: N(0, 1). */
lemma_status lemma_targets_fill(const struct lemma_experiment *x,
                                enum lemma_target_kind kind, lemma_cmat inputs,
                                lemma_mat y);

#endif
