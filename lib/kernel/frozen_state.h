/* What a frozen kernel holds; for the files of this folder only. */
#ifndef LEMMA_KERNEL_FROZEN_STATE_H
#define LEMMA_KERNEL_FROZEN_STATE_H

#include "kernel/frozen.h"

/* A client's block H_cc = Q^T diag(values) Q and B_c, (rows, rows) each. */
struct lemma_frozen_client {
    size_t first, rows; /* of the kernel */
    double n;           /* samples */
    double weight;
    double single; /* h_c, of one sample */
    double *values;
    lemma_mat q; /* rows are eigenvectors */
    lemma_mat b; /* (eta / n) P_c, the weight left out */
};

struct lemma_frozen {
    lemma_cmat h;
    size_t per, columns, order, rank, K;
    double N;
    double *values; /* (order) of H, ascending: the last `rank` count */
    lemma_mat q;    /* (order, order) rows are eigenvectors; clients only: none */
    struct lemma_frozen_client *client; /* (K) */
    lemma_mat scaled;                   /* (order, columns) B r */
    double *block;                      /* of all clients' matrices */
    lemma_mat room; /* (order, order); clients only: (rows, rows) of the largest */
};

/* Rows and columns [first, first + rows) of H. */
lemma_cmat lemma_frozen_block(const struct lemma_frozen *f, size_t first, size_t rows);

#endif
