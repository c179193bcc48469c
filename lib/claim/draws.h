/* A study of initial kernels (lemma gram) as independent draws of the weights. */
#ifndef LEMMA_CLAIM_DRAWS_H
#define LEMMA_CLAIM_DRAWS_H

#include "claim/claim.h"

struct lemma_draw {
    size_t row;   /* of the tables initial_gram/... */
    double m;     /* width */
    double seed;  /* rows of one seed are one draw: wider networks share its numbers */
    double delta; /* of the row: the claim's, shared by the rows of its seed */
    bool last;    /* of its seed */
};

/* Sorted by seed, then row; count 0, and the finding undecided, where widths or seeds
 * are missing or not whole. The caller's to free. */
lemma_status lemma_draws_of(struct lemma_evidence *e, struct lemma_finding *f,
                            struct lemma_draw **draws, size_t *count);

/* The row's number in a table of the study; NaN where it has none. */
double lemma_draw_number(const struct lemma_draw *draw, const struct lemma_series *s);

#endif
