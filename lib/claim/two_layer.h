/* The assumption that many claims share. */
#ifndef LEMMA_CLAIM_TWO_LAYER_H
#define LEMMA_CLAIM_TWO_LAYER_H

#include "claim/claim.h"

/* The network of theory 1.2 with one output; else the finding is not applicable. */
bool lemma_is_two_layer(struct lemma_evidence *e, struct lemma_finding *f);

/* Local GD: every step takes all samples; else not applicable. */
bool lemma_is_local_gd(struct lemma_evidence *e, struct lemma_finding *f);

#endif
