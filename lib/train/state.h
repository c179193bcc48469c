/* What a trainer holds; for the files of this folder only. */
#ifndef LEMMA_TRAIN_STATE_H
#define LEMMA_TRAIN_STATE_H

#include "net/fixed.h"
#include "train/trainer.h"

/*
 * One layer's local models. Factored: W_c = server + U_c^T diag(coef_c) V_c, client c's
 * rows are [first[c], first[c] + rank[c]) of u and v, one block of batch rows a step.
 * Dense: own matrices in the model's `own` table.
 */
struct lemma_layer_state {
    bool factored;
    lemma_mat u, v;      /* (tau * rows of a step, out), (.., in) */
    double *own_block;   /* dense: (K, out, in) */
    bool average_is_new; /* dense: average holds the mean of the local models now */
};

/* A weight: entry (j, k) of layer l; l = SIZE_MAX: of a client that was found. */
struct lemma_place {
    size_t l, j, k;
};

struct lemma_trainer {
    struct lemma_training t;
    size_t K, N, L, tau, R, B;       /* B = 0: full batch */
    struct lemma_span *spans;        /* (K) of the data set */
    struct lemma_span *batch_spans;  /* (K) of a step's stacked samples */
    double *weight;                  /* (K) n_c / N */
    struct lemma_layer_state *layer; /* (L) */
    struct lemma_factor *factors;    /* (K, L) */
    lemma_mat *own;                  /* (K, L); a == NULL where factored */
    double *factor_coef;             /* (K, most rank): 1 / weight[c] */

    struct lemma_weights *server, *average, *initial;
    struct lemma_fixed *fixed;

    struct lemma_tape *batch, *whole, *mean; /* whole == batch at full batch */
    lemma_mat batch_inputs;                  /* (rows of a step, in_0); B > 0 */
    uint32_t *batch_sample;                  /* (rows of a step); B > 0 */
    uint32_t *permutation;                   /* (largest n_c) scratch */
    double *scratch;
    struct lemma_job *jobs; /* (K) */

    size_t *batch_rows, *whole_rows; /* (ranks + 1) first row of each rank */
    struct lemma_stack *stacks;      /* (3 L + 3) what is being gathered */

    struct lemma_observer *observers;
    size_t observer_count;
    struct lemma_event now;
    struct lemma_place *moved; /* (K) where the last step showed; of vanish.c */
    double *loss_first;        /* (K) that a loss is measured by; of grow.c */

    bool begun;   /* run_begin was emitted */
    size_t first; /* round to start with */
};

/* Chooses the samples of global step t and gathers their inputs. B > 0 only. */
void lemma_batch_choose(struct lemma_trainer *tr, size_t t);

/* The pass that goes through the local models, or through the virtual average. */
struct lemma_model lemma_trainer_local_model(const struct lemma_trainer *tr);
struct lemma_model lemma_trainer_average_model(struct lemma_trainer *tr);

/* first (size + 1): rank r has clients [first[r], first[r + 1]), one at least. The most
 * tiles of rows that a rank touches are as few as can be, then the most rows. spans (K)
 * stacked; size <= K. */
void lemma_deal(const struct lemma_span *spans, size_t K, size_t tile, size_t size,
                size_t *first);

/* Whose rows are whose; once tapes and layers are there. */
lemma_status lemma_ranks_create(struct lemma_trainer *tr);

/* Rows that ranks have filled, `first` being batch_rows or whole_rows. */
void lemma_ranks_gather(struct lemma_trainer *tr, const struct lemma_stack *stacks,
                        size_t count, const size_t *first);

/* The tape's pass through a model, where it is not yet made: in the end every rank has
 * all of it. */
void lemma_ranks_pass(struct lemma_trainer *tr, const struct lemma_model *model,
                      struct lemma_tape *tape, enum lemma_pass pass);

/* Tells of steps that rounding swallows: of clients, before the step that the batch
 * tape's gradients are for; of the server, before the round is averaged. */
void lemma_vanish_clients(struct lemma_trainer *tr);
void lemma_vanish_server(struct lemma_trainer *tr);

/* Keeps the losses of the first step; tells of those that have left it far behind, once
 * a client. */
void lemma_grow_begin(struct lemma_trainer *tr, const struct lemma_tape *tape);
void lemma_grow_clients(struct lemma_trainer *tr, const struct lemma_tape *tape);

/* The server's model into every dense local one. */
void lemma_trainer_spread(struct lemma_trainer *tr);

/* Brings a dense layer's virtual average up to date. */
void lemma_trainer_average(struct lemma_trainer *tr, size_t l);

#endif
