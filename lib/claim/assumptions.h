/* What several claims take for granted, and say where it is not so. */
#ifndef LEMMA_CLAIM_ASSUMPTIONS_H
#define LEMMA_CLAIM_ASSUMPTIONS_H

#include "claim/claim.h"

/* The network of theory 1.2 with one output; else the finding is not applicable. */
bool lemma_is_two_layer(struct lemma_evidence *e, struct lemma_finding *f);

/* Local GD: every step takes all samples; else not applicable. */
bool lemma_is_local_gd(struct lemma_evidence *e, struct lemma_finding *f);

/* Samples of each client, (K); else undecided, or a failure (*st). */
bool lemma_has_clients(struct lemma_evidence *e, struct lemma_finding *f,
                       const double **counts, lemma_status *st);

#endif
