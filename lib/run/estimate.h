/* What an experiment will ask of a machine, counted before anything is started. */
#ifndef LEMMA_RUN_ESTIMATE_H
#define LEMMA_RUN_ESTIMATE_H

#include "run/run.h"

struct lemma_estimate_probe {
    const char *name;
    struct lemma_probe_cost cost;
};

/* Bytes, flops and seconds as doubles, which do not overflow; of the whole length: a
 * run that ends early takes less. */
struct lemma_estimate {
    size_t N, K, m, L, d_x, d, test;
    double data, training,
        buffers;                /* bytes: samples; trainer; rows kept until written */
    double memory, memory_here; /* all of it, the probes too; what may be taken */
    size_t probe_count;
    struct lemma_estimate_probe probe[LEMMA_PROBES_MAX];

    double pairs, normals;    /* of samples; random numbers of inputs and weights */
    double preparation_flops; /* of the data's geometry */
    double training_flops, pass_flops; /* of all rounds; of passes that probes share */
    double flops;                      /* with the probes' own */

    /* The record: every chunk written whole and plain; all compressed as is usual; and
     * as the time guess has it. */
    double tables, rows; /* of all tables */
    double record_most, record_least, record_likely;
    double checkpoint;          /* 0: none is written */
    double disk, disk_here;     /* least and two checkpoints; what is free; NaN: none
                                   is written, or nobody knows */
    double flops_rate, seconds; /* measured here; a guess */
};

/* Everything but flops_rate, seconds and record_likely, of what a run has made (set:
 * sizes alone are read). Of the options: output, comm, and the texts that a record
 * keeps. */
lemma_status lemma_estimate_count(const struct lemma_experiment *x,
                                  const struct lemma_training *training,
                                  const struct lemma_probes *probes,
                                  const struct lemma_run_options *o,
                                  struct lemma_estimate *e);

/* All of it, from the experiment: nothing is trained or written, data that are made up
 * are not made. Measures this machine for a tenth of a second. What a run refuses is
 * refused here, except what is counted and too large: that lemma_run_check_sizes and
 * the two checks below tell. */
lemma_status lemma_run_estimate(const struct lemma_experiment *x,
                                const struct lemma_run_options *o,
                                struct lemma_estimate *e, struct lemma_error *err);

/* LEMMA_EMEMORY with the key, or LEMMA_EIO with what to make smaller, where memory or
 * disk are too small. */
lemma_status lemma_estimate_check_memory(const struct lemma_experiment *x,
                                         const struct lemma_estimate *e,
                                         struct lemma_error *err);
/* The same of a run to be, where its data are made up: before they are. */
lemma_status lemma_estimate_check_ahead(const struct lemma_experiment *x,
                                        const struct lemma_run_options *o,
                                        struct lemma_error *err);
lemma_status lemma_estimate_check_disk(const struct lemma_estimate *e,
                                       struct lemma_error *err);

#endif
