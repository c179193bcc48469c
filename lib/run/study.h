/*
 * The tangent kernel of an experiment at initialisation: no training. Draws of the
 * weights, widths, the infinite-width limit beside them, bounds on its least
 * eigenvalue. Data and partition are the experiment's own, whatever the draw.
 */
#ifndef LEMMA_RUN_STUDY_H
#define LEMMA_RUN_STUDY_H

#include "config/experiment.h"
#include "data/dataset.h"
#include "kernel/bounds.h"
#include "kernel/gram.h"
#include "kernel/spectrum.h"
#include "net/fixed.h"

/* Of the whole kernel, or of a layer's part. */
struct lemma_study_part {
    struct lemma_spectrum_result initial, limit; /* of H(0), of H^inf */
    double frobenius, spectral; /* ||H(0) - H^inf||, NaN where it did not converge */
    double relative;            /* ||H(0) - H^inf||_F / ||H^inf||_F */
    double limit_frobenius;     /* ||H^inf||_F */
};

/* What is read; made and filled by the functions below. */
struct lemma_study {
    struct lemma_experiment *x; /* a copy; network.width is the width at hand */
    struct lemma_dataset *set;
    struct lemma_partition *partition;
    struct lemma_network *net;
    enum lemma_gram_kind kind;
    size_t N, order;
    struct lemma_study_part *part; /* (L + 1): layers 1..L, then their sum */
    /* k1 as the bound that the closest pair of inputs puts on the limit, (k_ii + k_jj)
     * / 2
     * - k_ij, for every network; k2 and k3, at the network's scale, where the limit is
     * the two-layer kernel's (two-layer-relu; deep-relu with L = 1), else NaN. */
    struct lemma_bounds bounds;

    /* Room. */
    struct lemma_spectrum *spectrum;
    lemma_mat *limit; /* (L + 1) (N, N) */
    lemma_mat k, sum; /* (order, order) */
    double *scratch;
};

/* kernel: auto | full | mean, as the probes have it. LEMMA_EINPUT, with the key, where
 * the experiment is wrong or does not fit this machine. */
lemma_status lemma_study_create(const struct lemma_experiment *x, const char *kernel,
                                struct lemma_study **study, struct lemma_error *err);
void lemma_study_destroy(struct lemma_study *s);

/* The network and its limit at this width; the limits' spectra are filled. */
lemma_status lemma_study_widen(struct lemma_study *s, size_t width,
                               struct lemma_error *err);

/* Weights of this seed: the rest is filled. The experiment's seed is the run's W(0). */
lemma_status lemma_study_draw(struct lemma_study *s, uint64_t seed,
                              struct lemma_error *err);

#endif
