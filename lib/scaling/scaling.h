/*
 * Claims of kind rate: how a quantity grows or falls with what a sweep changes.
 *
 * The theory knows many of its bounds up to a constant only, and a hidden constant
 * cannot be violated. Its exponent can: a sweep measures it, and one side of it is
 * judged. An implied constant, measured / bound, is a quantity as any other: its
 * exponent must not say that it grows.
 *
 * Life: open a sweep - judge the laws of each type - close.
 */
#ifndef LEMMA_SCALING_SCALING_H
#define LEMMA_SCALING_SCALING_H

#include "claim/claim.h"
#include "stat/powerlaw.h"

enum lemma_side { LEMMA_GROWS_AT_MOST, LEMMA_GROWS_AT_LEAST };
enum lemma_scaling_network { LEMMA_ANY_NETWORK, LEMMA_TWO_LAYER, LEMMA_DEEP };

/* What an exponent needs before it is judged. */
enum { LEMMA_SCALING_SEEDS = 5 };
#define LEMMA_SCALING_DECADES 1.5
/* A run is taken to near interpolation where its loss fell to this of its start. */
#define LEMMA_SCALING_FALL 1e-3
/* Exponents of the lazy limit are those of infinite width, and right to O(m^-1/2) at
 * finite ones: they are given so much, 12 % a decade. */
#define LEMMA_SCALING_FINITE 0.05

/* quantity = O(against^exponent), or Omega of it. */
struct lemma_scaling_law {
    /* A constant of runs that the sweep changes: m, N, K, L, tau, eta, phi, batch; with
     * "-1" behind it, one less. NULL ends a list. */
    const char *against;
    enum lemma_scaling_network network;
    enum lemma_side side;
    double exponent;
    double margin;    /* what may lie beyond the exponent: LEMMA_SCALING_FINITE, or 0 */
    double predicted; /* the exponent that the lazy limit predicts; NaN: none */
    /* Another constant that moves along, as against^with_power (NaN: as it likes);
     * NULL: every other constant stays. */
    const char *with;
    double with_power;
    /* What is judged is the quantity over per^per_power; NULL: as it is. */
    const char *per;
    double per_power;
    bool whole_run;              /* of runs taken to near interpolation */
    const char *source, *status; /* status: derived | published | recalled */
    const char *words;           /* what is to be known of it; NULL */
};

/* A table's reduction, "first", "max", "rate" ... (sweep/reduce.h, sweep/pace.h), or,
 * without one, a constant of runs: m, K-1, ... */
struct lemma_scaling_factor {
    const char *of; /* "distance/spectral"; NULL ends a list */
    const char *reduce;
    double power;
};

/* Most points that a record gives to a law of its own axis. */
enum { LEMMA_SCALING_SERIES = 32 };

struct lemma_scaling_type {
    const char *name, *title;
    const char *quantity; /* in symbols */
    /* The quantity is the product of factors (of layers, the largest; of min, the
     * least) and of what measure finds in the record; either may be missing. */
    const struct lemma_scaling_factor *factors;
    lemma_status (*measure)(struct lemma_evidence *e, double *y);
    /* Or each record gives points of its own: x, y (LEMMA_SCALING_SERIES). */
    lemma_status (*series)(struct lemma_evidence *e, double *x, double *y,
                           size_t *count);
    const char *axis;  /* what x is; of series */
    const char *reads; /* tables that measure or series reads, "a, b" */
    bool searched;     /* of sweeps that search for a least width */
    const struct lemma_scaling_law *laws;
};

/* NULL-terminated, in the order of lib/scaling/meson.build. */
extern const struct lemma_scaling_type *const lemma_scaling_types[];
const struct lemma_scaling_type *lemma_scaling_find(const char *name);

enum { LEMMA_SCALING_WORDS = 512 };
/* "<= m^(1/2)"; and all that it asks: "<= m^(1/2), margin 0.05, two layers, near
 * interpolation". */
void lemma_scaling_short(const struct lemma_scaling_law *law,
                         char words[LEMMA_SCALING_WORDS]);
void lemma_scaling_statement(const struct lemma_scaling_law *law,
                             char words[LEMMA_SCALING_WORDS]);
/* The tables and constants it is made of, "a, b". */
void lemma_scaling_reads(const struct lemma_scaling_type *type,
                         char words[LEMMA_SCALING_WORDS]);

struct lemma_scaling_finding {
    enum lemma_verdict verdict;
    char reason[LEMMA_REASON]; /* of NOT_APPLICABLE and UNDECIDED */
    char slice[LEMMA_REASON];  /* the keys held, "train.local_steps = 10"; "" */
    size_t slices;             /* of the sweep that the law was judged on: the worst one
                                  stands here */
    struct lemma_powerlaw fit; /* of it; groups == 0: there is none */
    double p; /* of "the exponent is on the law's side", one-sided; NaN: no error */
    bool as_predicted; /* the 95 % interval holds the predicted exponent */
    size_t left_out;   /* points that diverged, or whose search found no least value; */
    size_t vanished, grown; /* and those of them by enum lemma_beside */
};

struct lemma_scaling_sweep; /* only declared */

/* A sweep's folder or file; its records must lie beside it. */
lemma_status lemma_scaling_open(const char *path, struct lemma_scaling_sweep **sweep,
                                struct lemma_error *err);
void lemma_scaling_close(struct lemma_scaling_sweep *sweep);

/* Points of the sweep that are finished; and a type's quantity at each of them (NaN
 * where a record does not say), with the record's path. missing names a table that the
 * sweep does not have, else it is "". Of types without a series. */
size_t lemma_scaling_rows(const struct lemma_scaling_sweep *sweep);
const char *lemma_scaling_record(const struct lemma_scaling_sweep *sweep, size_t row);
lemma_status lemma_scaling_measure(const struct lemma_scaling_sweep *sweep,
                                   const struct lemma_scaling_type *type, double *y,
                                   char missing[LEMMA_REASON], struct lemma_error *err);

lemma_status lemma_scaling_judge(struct lemma_scaling_sweep *sweep,
                                 const struct lemma_scaling_type *type,
                                 const struct lemma_scaling_law *law,
                                 struct lemma_scaling_finding *f,
                                 struct lemma_error *err);

/* "2 whose updates vanished in rounding, ..."; "" where none is left out. */
void lemma_scaling_left_out(const struct lemma_scaling_finding *f,
                            char words[LEMMA_REASON]);

/* The verdict that points of one slice give: x (n) what the law is against, y (n) the
 * quantity; the first five lines of every judge, and what its tests plant. */
lemma_status lemma_scaling_decide(const struct lemma_scaling_law *law, const double *x,
                                  const double *y, const uint64_t *seed, size_t n,
                                  struct lemma_scaling_finding *f);

#endif
