/*
 * Exponents of a sweep: a table, reduced to a number a point, against keys that change.
 *
 * One key: y = C x^a (stat/powerlaw.h); several: y = C prod x_k^a_k (stat/multilog.h).
 * Seeds are replicates. Points that diverged do not count, nor do points whose
 * updates vanished, whose loss grew beyond measure, or whose search ended at one of its
 * bounds. Keys that change and are not
 * named must be held (where), pooled, or go along with those named.
 */
#ifndef LEMMA_SWEEP_FIT_H
#define LEMMA_SWEEP_FIT_H

#include "stat/multilog.h"
#include "stat/powerlaw.h"
#include "sweep/index.h"
#include "sweep/pace.h"

enum { LEMMA_LARGEST_LAYER = -1, LEMMA_ONLY_LAYER = 0 };

struct lemma_fit_request {
    const char *of; /* "activation/flips_initial_max"; "sweep/m": a constant */
    struct lemma_measure measure;
    int layer;   /* from 1; or the largest (for min: the least) of them; or the only one
                    that there is */
    size_t axes; /* 1 <= axes <= LEMMA_AXES_MAX */
    const char *const *against; /* (axes) keys that change, or constants: "m", "phi" */
    size_t where_count;
    const char *const *where; /* "train.local_steps=10" */
    size_t pool_count;
    const char *const *pool; /* keys whose values all count as replicates */
    struct lemma_powerlaw_options options; /* range: of one key alone */
};

/* Points of equal x. */
struct lemma_fit_group {
    double x[LEMMA_AXES_MAX];
    size_t values;       /* that count */
    double mean, spread; /* geometric mean; standard deviation of log y, NaN: of one */
    double fitted;       /* C prod x_k^a_k */
    bool used;           /* false: outside of the chosen range, or no value counts */
};

struct lemma_sweep_fit {
    size_t axes, points, finished; /* of the sweep */
    size_t elsewhere, diverged;    /* finished points that where, or that, leaves out */
    size_t vanished, grown;        /* the same of updates and losses: claim/claim.h */
    size_t censored, unreached;  /* the same of searches: `from` does, `to` does not */
    size_t values;               /* points handed to the fit; some may be dropped */
    struct lemma_powerlaw power; /* of one key */
    struct lemma_multilog multi; /* of several */
    size_t group_count;
    struct lemma_fit_group *groups; /* ascending in x, where it is positive */
    char along[512]; /* "train.step_size, ...": keys that change with those named */
};

/* LEMMA_EINPUT with the option and what to type instead. The fit is the caller's to
 * fini on success. */
lemma_status lemma_sweep_fit(const struct lemma_sweep_index *x,
                             const struct lemma_fit_request *request,
                             struct lemma_sweep_fit *fit, struct lemma_error *err);
void lemma_sweep_fit_fini(struct lemma_sweep_fit *fit);

#endif
