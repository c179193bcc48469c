/*
 * Deviation of local models from their average and from W(0); for the deviation probe
 * only.
 *
 * In a round, W_c = server + Delta_c with Delta_c = U_c^T diag(coef_c) V_c (factored)
 * or W_c - server (dense), and W_c - Wbar = Delta_c - sum_k w_k Delta_k.
 */
#ifndef LEMMA_PROBE_DEVIATION_H
#define LEMMA_PROBE_DEVIATION_H

#include "train/event.h"

enum {
    LEMMA_DEVIATION_TILE = 32,  /* rows of a weight matrix formed at a time */
    LEMMA_DEVIATION_SLAB = 256, /* factor rows taken in at a time */
    LEMMA_DEVIATION_CHUNK = 256 /* factor rows or weight rows of a task */
};

/* One layer at one event. */
struct lemma_deviation_at {
    size_t K;
    lemma_cmat server, initial;      /* (out, in) */
    const struct lemma_local *local; /* (K) */
    const double *weight;            /* (K) */
};

/* Working memory of both ways, for the largest layer. */
struct lemma_deviation_room {
    int threads;
    size_t per_thread;
    double *thread; /* (threads, per_thread) */
    double *tiles;  /* (tiles, K, 2): sums and maxima of the direct way */
    lemma_mat u, v; /* (SLAB, out), (SLAB, in): new factor rows, u scaled by coef */
    double *grams;  /* (SLAB, most rank) V V^T of new rows against their client's */
    struct lemma_deviation_task *task; /* (most tasks) */
    double *shares;                    /* (most tasks, K) */
    struct lemma_span *piece;          /* (K) rows of the slab that are client c's */
};

struct lemma_deviation_task {
    size_t client;          /* whose rows */
    struct lemma_span rows; /* of its factor, or of the slab */
    bool in_slab;
};

/* Doubles of one thread's part for a layer. */
size_t lemma_deviation_thread_room(size_t out, size_t in, size_t most_rank);

/* t = rows [first, first + t.rows) of server - W(0). */
void lemma_deviation_anchor(const struct lemma_deviation_at *at, size_t first,
                            lemma_mat t);

/* The direct way: Delta_c formed tile by tile. square[c] = ||W_c - Wbar||_F^2 for
 * clients with who[c] (NULL: all), most[c] (NULL: not wanted) = max_i ||row i of W_c -
 * W(0)||^2. 4 sum_c rank_c out in flops. */
void lemma_deviation_direct(const struct lemma_deviation_at *at, const bool *who,
                            struct lemma_deviation_room *room, double *square,
                            double *most);

/* max ||row i of W_c - W(0)||^2 over n <= TILE rows i; 2 n rank_c in flops. */
double lemma_deviation_rows(const struct lemma_deviation_at *at, size_t c,
                            const size_t *rows, size_t n, double *scratch);

/* What is known of a factored layer's rows within a round: only new rows are taken in.
 */
struct lemma_deviation_gram {
    size_t K, out, in, most_rank;
    bool begun;
    size_t round;
    size_t *done;   /* (K) factor rows taken in */
    double *coef;   /* (K, most_rank) their coefficients then */
    double *q;      /* (K, K) <Delta_c, Delta_k> */
    double *anchor; /* (out) ||a_i||^2, a_i = row i of server - W(0) */
    double *own;    /* (K, out) ||row i of Delta_c||^2 */
};

lemma_status lemma_deviation_gram_init(struct lemma_deviation_gram *g, size_t K,
                                       size_t out, size_t in, size_t most_rank);
void lemma_deviation_gram_fini(struct lemma_deviation_gram *g);

/* Takes in the rows since the last call; rows false: q alone (then lemma_deviation_
 * gram_most may not be asked in this round). n new rows against r in all: 2 n r (out +
 * in) flops for q; 2 n r (out + in) / K for own. */
void lemma_deviation_gram_update(struct lemma_deviation_gram *g,
                                 const struct lemma_deviation_at *at, size_t round,
                                 bool rows, struct lemma_deviation_room *room);

/* max_i ||a_i + row i of Delta_c||^2. No row can measure more than ||a_i|| + ||row i of
 * Delta_c||: rows are formed in the order of that, while it is above the best. */
double lemma_deviation_gram_most(const struct lemma_deviation_gram *g,
                                 const struct lemma_deviation_at *at, size_t c,
                                 double *scratch);

#endif
