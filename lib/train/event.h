/*
 * What training shows to those who watch: read-only views at six kinds of moments.
 *
 * round_begin  the server model W(r) is in every client (r = 0..R-1)
 * step         gradients of local step s have been evaluated at W_c(t), not yet applied
 * round_end    all tau steps are taken, not yet averaged
 * averaged     the next server model W(r+1) is in every client; the round is still r
 * run_end      the server model W(R); not where the run stopped before it
 *
 * Step index t = round * tau + local_step. At round_begin and run_end local_step = 0;
 * at round_end and averaged it is tau - 1.
 */
#ifndef LEMMA_TRAIN_EVENT_H
#define LEMMA_TRAIN_EVENT_H

#include <signal.h>

#include "core/share.h"
#include "net/tape.h"

enum {
    LEMMA_ON_RUN_BEGIN = 1,
    LEMMA_ON_ROUND_BEGIN = 2,
    LEMMA_ON_STEP = 4,
    LEMMA_ON_ROUND_END = 8,
    LEMMA_ON_RUN_END = 16,
    LEMMA_ON_AVERAGED = 32
};

struct lemma_trainer; /* only declared */

struct lemma_event {
    unsigned kind;                  /* one of LEMMA_ON_... */
    size_t step, round, local_step; /* t, r, s */
    struct lemma_trainer *trainer;  /* for the calls below */
};

/* Three tapes, each computed at most once a step and only when asked for. */
enum lemma_tape_kind {
    LEMMA_TAPE_BATCH,  /* the step's samples at W_c(t); only at `step` */
    LEMMA_TAPE_WHOLE,  /* all samples of the client at W_c(t); the batch tape at batch 0
                        */
    LEMMA_TAPE_AVERAGE /* all samples at the virtual average; `whole` itself at s = 0,
                          and at round_begin, averaged and run_end */
};
enum lemma_pass { LEMMA_FORWARD, LEMMA_BACKWARD };

/* Rows of WHOLE and AVERAGE are the data set's N rows, in client order. Not at
 * round_end. */
const struct lemma_tape *lemma_event_tape(const struct lemma_event *ev,
                                          enum lemma_tape_kind kind,
                                          enum lemma_pass pass);

/* Sensitivities of the whole tape pulled back from another residual (N, d), through the
 * local models: sens[l] (N, out_l), owned by the caller. */
void lemma_event_pull(const struct lemma_event *ev, lemma_cmat residual,
                      lemma_mat *sens);

/* Pre-activations of layer l of the whole tape, z (N, out_l): the patterns' own
 * numbers, which the tape does not keep. 2 N in_l out_l flops. */
void lemma_event_preactivations(const struct lemma_event *ev, size_t l, lemma_mat z);

/* The virtual average as a model, for passes of one's own on lemma_event_inputs. */
struct lemma_model lemma_event_average_model(const struct lemma_event *ev);

/* Client c's own model W_c(t) for passes of one client's rows, whatever samples they
 * are: room for its thin products, rows * tau * B_c doubles, B_c of lemma_batch_rows.
 */
struct lemma_model lemma_event_client_model(const struct lemma_event *ev, size_t c,
                                            double *scratch);

/* The ranks that share the run, for work that all of them see at this event alike: NULL
 * where there is one. */
const struct lemma_share *lemma_event_share(const struct lemma_event *ev);

/* Sizes and constants. */
const struct lemma_network *lemma_event_network(const struct lemma_event *ev);
const struct lemma_loss_type *lemma_event_loss(const struct lemma_event *ev);
size_t lemma_event_clients(const struct lemma_event *ev);                 /* K */
const struct lemma_span *lemma_event_spans(const struct lemma_event *ev); /* (K) of N */
double lemma_event_weight(const struct lemma_event *ev, size_t c);        /* n_c / N */
size_t lemma_event_local_steps(const struct lemma_event *ev);             /* tau */
size_t lemma_event_rounds(const struct lemma_event *ev);                  /* R */
size_t lemma_event_batch(const struct lemma_event *ev); /* B; 0 = full batch */
/* How batches are drawn: subset | replacement | epoch; of no meaning at B = 0. */
const char *lemma_event_sampling(const struct lemma_event *ev);
/* Samples in each step's batch of a client that has n: min(B, n), or n at B = 0. */
size_t lemma_batch_rows(size_t B, size_t n);
double lemma_event_step_size(const struct lemma_event *ev); /* eta */
double lemma_event_server_step(const struct lemma_event *ev);
lemma_cmat lemma_event_targets(const struct lemma_event *ev); /* (N, d) */
lemma_cmat
lemma_event_inputs(const struct lemma_event *ev); /* (N, in_0): x or relu(Ax) */
const int32_t *lemma_event_labels(const struct lemma_event *ev);    /* (N) or NULL */
lemma_cmat lemma_event_output_matrix(const struct lemma_event *ev); /* V (d, m) */

/* The server model W(r) from which the round started (averaged: W(r+1)), the virtual
 * average W̄(t), and the initial W(0) (kept only where an observer declared that it
 * needs it). */
lemma_cmat lemma_event_server(const struct lemma_event *ev, size_t l);
lemma_cmat lemma_event_average(const struct lemma_event *ev, size_t l);
lemma_cmat lemma_event_initial(const struct lemma_event *ev, size_t l);

/* W_c(t), layer l: dense (own.a != NULL), or server + U^T diag(coef) V. At round_end
 * all tau steps are in it. */
struct lemma_local {
    lemma_cmat own;
    struct lemma_factor factor;
};
struct lemma_local lemma_event_local(const struct lemma_event *ev, size_t c, size_t l);

/* sum_c (n_c / N) L_c of a tape that the event gave. */
double lemma_event_mean_loss(const struct lemma_event *ev,
                             const struct lemma_tape *tape);

/* Tells the run of numerical trouble at this event, in a few words: "gram: LAPACK did
 * not converge"; client -1 where it is nobody's. The record keeps it in /run/findings.
 */
void lemma_event_found(const struct lemma_event *ev, int64_t client, const char *what);

/* What is found of a client, or of the server (nobody's), whose update changed nothing
 * though there was one to take: too small beside the weights, or below the least
 * number. */
#define LEMMA_VANISHED "the update underflows: no weight changed"

/* What is found of a client whose loss has left its first one below rounding. */
#define LEMMA_GREW "the loss has grown past 1/epsilon times its first: it diverges"

/* Behind the name of a table, "gradient/norm is not finite". */
#define LEMMA_NOT_FINITE "is not finite"

/* Outputs of the event's average model on other inputs (rows, d_x): f (rows, d). The
 * tape is not touched. LEMMA_EMEMORY possible. */
lemma_status lemma_event_evaluate(const struct lemma_event *ev, lemma_cmat x,
                                  lemma_mat f);

/* Indices of the step's samples: client c's at [c], (B_c); only at `step`. */
const uint32_t *lemma_event_batch_samples(const struct lemma_event *ev, size_t c,
                                          size_t *count);

/* An observer: called at the events it asked for. */
struct lemma_observer {
    unsigned events;
    bool needs_initial;
    lemma_status (*see)(void *context, const struct lemma_event *ev);
    void *context;
};

#endif
