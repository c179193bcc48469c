/* What several claims take for granted, and say where it is not so. */
#ifndef LEMMA_CLAIM_ASSUMPTIONS_H
#define LEMMA_CLAIM_ASSUMPTIONS_H

#include "claim/claim.h"

/* The network of theory 1.2 with one output; data sets have unit inputs. */
extern const struct lemma_assumption lemma_assume_two_layer;
extern const struct lemma_assumption lemma_assume_one_layer; /* L = 1, any output */
extern const struct lemma_assumption lemma_assume_local_gd;  /* all samples a step */
extern const struct lemma_assumption lemma_assume_equal_clients;
extern const struct lemma_assumption lemma_assume_plain_average; /* server_step = 1 */
/* One machine in effect: a single client, or a single local step of all of them. */
extern const struct lemma_assumption lemma_assume_gd;
/* gram/... is of the full kernel, not its mean over several outputs. */
extern const struct lemma_assumption lemma_assume_full_gram;
/* data/client tells whose the samples are. */
extern const struct lemma_assumption lemma_assume_clients;

/* (K) samples of each client; NULL where lemma_assume_clients is not met. */
const double *lemma_client_counts(struct lemma_evidence *e);

/* What a local step may lose of the weights' last bits, as a Frobenius norm: entries
 * are of order 1 at most. Moves below it are rounding. */
double lemma_step_rounding(struct lemma_evidence *e);

#endif
