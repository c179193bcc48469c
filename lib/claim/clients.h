/* Whose samples are whose: data stand in client order, counts[c] after counts[c-1]. */
#ifndef LEMMA_CLAIM_CLIENTS_H
#define LEMMA_CLAIM_CLIENTS_H

#include "claim/claim.h"

struct lemma_clients {
    size_t K, L, N;
    const double *counts; /* (K), whole numbers that add up to N */
};

/* K is 0, and the finding undecided, where the record's numbers do not go together. */
lemma_status lemma_clients_of(struct lemma_evidence *e, struct lemma_finding *f,
                              struct lemma_clients *clients);

/* Undecided: it is not known whose the samples are, and why. */
lemma_status lemma_clients_missing(const struct lemma_evidence *e,
                                   struct lemma_finding *f);

/* The constant as a size: whole, from 1 to 1e9; else 0, and the finding undecided. */
size_t lemma_size_of(struct lemma_evidence *e, struct lemma_finding *f,
                     const char *name);

#endif
