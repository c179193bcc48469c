/* What a run holds, and its parts; for the files of this folder only. */
#ifndef LEMMA_RUN_DECLARE_H
#define LEMMA_RUN_DECLARE_H

#include "record/checkpoint.h"
#include "record/resume.h"
#include "run/findings.h"
#include "run/origin.h"
#include "run/run.h"

enum { LEMMA_WARNINGS = 2048 };

/* What has to be the same for a run to give the same bytes: on all ranks, and where it
 * goes on from a checkpoint. */
enum lemma_identity {
    LEMMA_SAME_PROGRAM,
    LEMMA_SAME_BLAS,
    LEMMA_SAME_EXPERIMENT,
    LEMMA_SAME_DATA,
    LEMMA_SAME_WEIGHTS,
    LEMMA_IDENTITIES
};

/* What a checkpoint of the last round's end has to say that later steps change. */
struct lemma_kept {
    size_t round; /* the one that begins there */
    bool written; /* the checkpoint is */
    uint64_t *rows;
    size_t tables;
    unsigned char *moving;
};

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
    struct lemma_findings findings;
    bool found; /* some that the record has not */

    uint64_t identity[LEMMA_IDENTITIES];
    struct lemma_every every;
    char *checkpoint; /* its path; NULL: no record, so none */
    char *start_time; /* of the record; it tells records of one experiment apart */
    double written;   /* when the last one was */
    double before;    /* seconds of the run before this process */
    struct lemma_kept kept; /* rank 0 */
    struct lemma_error why; /* of a failure with checkpoints, while going */

    /* Going on; NULL and 0 where the run starts at round 0. */
    struct lemma_reader *old;      /* the record so far; rank 0 */
    struct lemma_checkpoint *from; /* open behind its head */
    uint64_t *rows;                /* of each table, as many as `from` says */
    size_t tables, first_round;
    bool other_rows; /* the record's are of another program or BLAS kernel */
};

/* LEMMA_EMEMORY where this process is not allowed the memory that OpenBLAS takes. */
lemma_status lemma_run_check_limit(struct lemma_error *err);
/* LEMMA_EINPUT where nobody would see the end of it. */
lemma_status lemma_run_check_work(const struct lemma_experiment *x,
                                  struct lemma_error *err);
/* Bytes that one process of the run may take; comm may be NULL. */
double lemma_run_room(const struct lemma_comm *comm);
/* LEMMA_EINPUT, with the key, where the clients' kernel blocks, which step_rule
 * lazy-limit forms, do not fit this machine. */
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

uint64_t lemma_run_hash(const char *text);

/* Fills run->identity, at W(0). */
lemma_status lemma_run_identify(struct lemma_run *run);
const char *lemma_run_identity_name(enum lemma_identity which);

/* o.resume: the record so far and its checkpoint, where there is one, opened and found
 * to be of this run. LEMMA_EINPUT with what differs. After identify. */
lemma_status lemma_run_find_checkpoint(struct lemma_run *run, struct lemma_error *err);
/* The rows so far, into the new record before it starts; then lets go of the old. */
lemma_status lemma_run_take_rows(struct lemma_run *run);
/* After run_begin: model, probes and losses as the checkpoint has them. */
lemma_status lemma_run_restore(struct lemma_run *run, struct lemma_error *err);
void lemma_run_let_go(struct lemma_run *run);
/* Keeps what the record says of its beginning. */
lemma_status lemma_run_name_start(struct lemma_run *run, const char *start_time);

/* At `averaged`, rank 0: keeps what is to be kept, and writes a checkpoint where one is
 * due. */
lemma_status lemma_run_checkpoint(struct lemma_run *run, const struct lemma_event *ev);
/* Interrupted, rank 0: one of the last round that was ended, where there is none yet.
 */
lemma_status lemma_run_checkpoint_stopped(struct lemma_run *run);

double lemma_run_now(void); /* seconds, of a clock that only goes on */

/* LEMMA_EINPUT, with its name, where ranks do not have the same program, BLAS kernel,
 * experiment, data or initial weights. All ranks call it, and are told the same. */
lemma_status lemma_run_check_alike(const struct lemma_run *run,
                                   struct lemma_error *err);
/* LEMMA_ENUMERIC where the server's weights are not the same on all ranks. */
lemma_status lemma_run_check_ends_alike(const struct lemma_run *run,
                                        struct lemma_error *err);

/* All of it, training and probes too. Before lemma_record_start. */
lemma_status lemma_run_declare(struct lemma_run *run);

/* Findings that the record has not yet. */
lemma_status lemma_run_write_findings(struct lemma_run *run);

/* Final weights, those of the last round that was averaged, and the cost of every
 * probe; before lemma_record_finish. */
lemma_status lemma_run_close(struct lemma_run *run, double seconds, size_t steps);

#endif
