/* Local (S)GD: K clients, tau local steps, averaging, R rounds. */
#ifndef LEMMA_TRAIN_TRAINER_H
#define LEMMA_TRAIN_TRAINER_H

#include "data/dataset.h"
#include "train/comm.h"
#include "train/event.h"

enum lemma_outcome { LEMMA_COMPLETE, LEMMA_DIVERGED, LEMMA_INTERRUPTED };

struct lemma_training {
    const struct lemma_network *net;
    const struct lemma_loss_type *loss;
    const struct lemma_dataset *set; /* in client order */
    const struct lemma_partition *partition;
    const struct lemma_train_config *config;
    double eta; /* the step size after the step rule */
    uint64_t seed;
    const volatile sig_atomic_t *stop; /* NULL, or: nonzero ends after the step */
    struct lemma_comm *comm;           /* NULL, or: the processes that share this run */
    /* NULL, or: told of numerical trouble; client -1 where it is nobody's. */
    void (*find)(void *context, size_t step, int64_t client, const char *what);
    void *finder;
};

/* Refuses with LEMMA_EINPUT an eta that is not positive and finite, and more ranks than
 * clients. All memory is taken here. Everything in `training` is borrowed for the
 * trainer's life. */
lemma_status lemma_trainer_create(const struct lemma_training *training,
                                  struct lemma_trainer **trainer,
                                  struct lemma_error *err);
void lemma_trainer_destroy(struct lemma_trainer *trainer);

/* Before run; observers are called in the order they were added. */
lemma_status lemma_trainer_watch(struct lemma_trainer *trainer,
                                 const struct lemma_observer *observer);

/* Bytes that create will ask for; false where that overflows. */
bool lemma_trainer_memory(const struct lemma_training *training, size_t *bytes);

/* Floating point operations of a round, by the products that its steps make. */
double lemma_trainer_flops(const struct lemma_training *training);

/* Emits run_begin, at W(0). Run does where this was not called before. */
lemma_status lemma_trainer_begin(struct lemma_trainer *trainer);

/* After begin: the next round is `round` <= R, and its server model what the caller
 * writes into the weights that fill is handed (of an earlier run's W(round)). */
lemma_status lemma_trainer_resume(struct lemma_trainer *trainer, size_t round,
                                  lemma_status (*fill)(void *context,
                                                       struct lemma_weights *server),
                                  void *context);

/* Trains. *steps = local steps taken, those before a
 * resumed round included; a diverging run takes the step whose loss it
 * found not finite. A round all of whose steps are taken is averaged, whatever ended
 * the run. All ranks stop where one is told to; one that fails leaves the others
 * waiting, and its comm broken. */
lemma_status lemma_trainer_run(struct lemma_trainer *trainer,
                               enum lemma_outcome *outcome, size_t *steps);

/* Whether layer l's local models are factored (theory of the choice: train/README.md).
 */
bool lemma_trainer_factored(const struct lemma_trainer *trainer, size_t l);

/* The model of the server now, and the fixed matrices (A: NULL view where none). */
const struct lemma_weights *lemma_trainer_server(const struct lemma_trainer *trainer);
lemma_cmat lemma_trainer_output_matrix(const struct lemma_trainer *trainer);
lemma_cmat lemma_trainer_input_matrix(const struct lemma_trainer *trainer);

#endif
