/* An experiment end to end: data, network, training, probes, and the record of it all.
 */
#ifndef LEMMA_RUN_RUN_H
#define LEMMA_RUN_RUN_H

#include "probe/probe.h"

struct lemma_run; /* only declared */

struct lemma_progress {
    size_t round, rounds, step, steps;
    double loss;    /* of the server model, on the step's samples */
    double elapsed; /* seconds since go */
    size_t first;   /* the step that go began with; above 0 where it went on */
};

struct lemma_run_options {
    const char *output; /* path of the record; NULL: none is written */
    bool force;         /* replace an existing file */
    bool oversize;      /* start what memory or disk are too small for, too */
    bool resume; /* go on with the record at output: from its checkpoint, or from round
                    0 */
    const char *command_line, *config_source; /* kept in the record; NULL = "" */
    const volatile sig_atomic_t *stop;        /* NULL, or nonzero ends after the step */
    void (*progress)(void *context, const struct lemma_progress *p); /* once a round */
    void *context;
    struct lemma_comm *comm; /* NULL, or: the processes that share this run */
};

struct lemma_run_result {
    enum lemma_outcome outcome;
    size_t steps;
    bool behind;          /* it went on with a record that has more steps, and stays */
    double seconds;       /* of training and watching */
    double train_seconds; /* without what the probes took */
    double loss_first,
        loss_last; /* first and last seen at a round's start or the end */
};

/* The run of a record, to go on with: x as its /run/config has it (the caller's struct,
 * initialised), its status and config_source (owned by the caller, lemma_free).
 * LEMMA_EINPUT where there is none. */
lemma_status lemma_run_look(const char *path, struct lemma_experiment *x, char **status,
                            char **config_source, struct lemma_error *err);

/* Everything is made and checked, the record declared under a temporary name. The
 * experiment is copied; option strings are borrowed. Messages name file, line and key.
 *
 * Of several ranks that share a run, rank 0 alone writes the record. All of them make
 * the same calls; where one cannot be made or started, all fail, and comm->speaker has
 * the sentence.
 */
lemma_status lemma_run_create(const struct lemma_experiment *x,
                              const struct lemma_run_options *o, struct lemma_run **run,
                              struct lemma_error *err);
void lemma_run_destroy(struct lemma_run *run);

/* To add probes of one's own, before go. */
struct lemma_probes *lemma_run_probes(struct lemma_run *run);

/* The round that go will begin with: 0, or that of the checkpoint. */
size_t lemma_run_first_round(const struct lemma_run *run);

/* What was made. */
const struct lemma_dataset *lemma_run_data(const struct lemma_run *run);
const struct lemma_partition *lemma_run_partition(const struct lemma_run *run);
const struct lemma_network *lemma_run_network(const struct lemma_run *run);
double lemma_run_eta(const struct lemma_run *run);
bool lemma_run_factored(const struct lemma_run *run, size_t l);

/* Sentences worth saying before the run, one a line: duplicate and parallel inputs. */
const char *lemma_run_warnings(const struct lemma_run *run);

/* Trains, watches, records. On failure what was flushed stays in the file. */
lemma_status lemma_run_go(struct lemma_run *run, struct lemma_run_result *result,
                          struct lemma_error *err);

/* From within go, where another rank is lost and this process about to end: closes the
 * record as it stands, "interrupted". */
void lemma_run_abandon(struct lemma_run *run);

/* "complete", "diverged", "interrupted". */
const char *lemma_outcome_name(enum lemma_outcome outcome);

#endif
