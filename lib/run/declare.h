/* What a run holds, and its parts; for the files of this folder only. */
#ifndef LEMMA_RUN_DECLARE_H
#define LEMMA_RUN_DECLARE_H

#include "run/origin.h"
#include "run/run.h"

enum { LEMMA_WARNINGS = 2048 };

struct lemma_run {
    struct lemma_experiment *x;
    struct lemma_run_options o;
    struct lemma_dataset *set;
    struct lemma_partition *partition;
    struct lemma_network *net;
    struct lemma_training training;
    struct lemma_trainer *trainer;
    struct lemma_probes *probes;
    struct lemma_record *record;
    size_t batches; /* id of the table /run/batches */
    size_t batch_width;
    int32_t *batch_row; /* (K, B); NULL: not recorded */
    bool weights_final;
    bool ended; /* run_end was seen: round R has its rows */
    double eta, begun, loss_first, loss_last;
    double step_limit; /* of step_rule lazy-limit; 0 otherwise */
    char warnings[LEMMA_WARNINGS];
};

/* LEMMA_EMEMORY where this process is not allowed the memory that OpenBLAS takes. */
lemma_status lemma_run_check_limit(struct lemma_error *err);
/* LEMMA_EINPUT, with the key, where training does not fit this machine. */
lemma_status lemma_run_check_memory(const struct lemma_experiment *x,
                                    const struct lemma_training *training,
                                    struct lemma_error *err);
/* The same with what the probes will ask for. */
lemma_status lemma_run_check_probes(const struct lemma_experiment *x,
                                    const struct lemma_training *training,
                                    const struct lemma_probes *probes,
                                    struct lemma_error *err);

/* The same for the clients' kernel blocks, which step_rule lazy-limit forms. */
lemma_status lemma_run_check_blocks(const struct lemma_run *run,
                                    struct lemma_error *err);

/* LEMMA_EINPUT where so many bytes of kernels do not fit. */
lemma_status lemma_run_check_study(const struct lemma_experiment *x, double bytes,
                                   struct lemma_error *err);

/* Sets run->eta, and run->step_limit where the step rule measures one. */
lemma_status lemma_run_step_size(struct lemma_run *run, struct lemma_error *err);

/* Adds a sentence where the step is beyond what is proven stable. */
void lemma_run_warn_step(const struct lemma_experiment *x, char text[LEMMA_WARNINGS]);

/* Sentences about duplicate and parallel inputs, one a line, "" where there are none.
 */
void lemma_run_warn(const struct lemma_dataset *set, char text[LEMMA_WARNINGS]);

/* The experiment's network for data of these sizes; messages name the key. */
lemma_status lemma_run_make_network(const struct lemma_experiment *x,
                                    const struct lemma_dataset *set,
                                    struct lemma_network **net,
                                    struct lemma_error *err);

/* LEMMA_EINPUT, with its name, where ranks do not have the same program, BLAS kernel,
 * experiment, data or initial weights. All ranks call it, and are told the same. */
lemma_status lemma_run_check_alike(const struct lemma_run *run,
                                   struct lemma_error *err);
/* LEMMA_ENUMERIC where the server's weights are not the same on all ranks. */
lemma_status lemma_run_check_ends_alike(const struct lemma_run *run,
                                        struct lemma_error *err);

/* All of it, training and probes too. Before lemma_record_start. */
lemma_status lemma_run_declare(struct lemma_run *run);

/* Final weights, those of the last round that was averaged, and the cost of every
 * probe; before lemma_record_finish. */
lemma_status lemma_run_close(struct lemma_run *run, double seconds, size_t steps);

#endif
