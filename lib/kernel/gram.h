/*
 * The tangent kernel's Gram matrix of trained weights, in the network's own
 * parameterisation:
 *
 *     K = J J^T = sum_l (H_l H_l^T) o (B_l B_l^T)
 *
 * Tiles of samples, each through all layers while it is in cache. What a tile holds
 * follows from the sizes alone: the same bits whatever the number of threads. Half the
 * products are saved by symmetry: n^2 (in_l + d^2 out_l) flops a layer (full).
 */
#ifndef LEMMA_KERNEL_GRAM_H
#define LEMMA_KERNEL_GRAM_H

#include "core/share.h"
#include "kernel/jacobian.h"

enum lemma_gram_kind {
    LEMMA_GRAM_FULL, /* (n d, n d), row i d + a: sample i, output a */
    LEMMA_GRAM_MEAN  /* (n, n), the mean of the d blocks of equal outputs */
};

/* "full", "mean", or "auto": full up to n d = 4096. */
enum lemma_gram_kind lemma_gram_kind_of(const char *word, size_t n, size_t d);

/* Rows of the matrix a sample stands for: d or 1. */
size_t lemma_gram_rows(enum lemma_gram_kind kind, size_t d);

struct lemma_gram; /* room of the tiles */

/* For matrices of up to n samples, d outputs. */
lemma_status lemma_gram_create(enum lemma_gram_kind kind, size_t n, size_t d,
                               struct lemma_gram **g);
void lemma_gram_destroy(struct lemma_gram *g);

/* From now on ranks that hold the same Jacobians form a tile each and gather them; all
 * make the same calls, never inside a parallel region. share is borrowed; of one rank,
 * or NULL, it is of no effect. */
lemma_status lemma_gram_share(struct lemma_gram *g, const struct lemma_share *share);

/* Layers [first, first + count) of a sum over layers: {0, L} is all of them. */
struct lemma_layers {
    size_t first, count;
};

/* k = the Gram matrix of the samples `rows` of j, symmetric to the bit. */
void lemma_gram_form(const struct lemma_gram *g, const struct lemma_jacobian *j,
                     struct lemma_span rows, struct lemma_layers layers, lemma_mat k);

/* k = J_a J_b^T, samples `rows` of a by samples `cols` of b: two clients, or two
 * weights (the asymmetric Gram matrix). */
void lemma_gram_cross(const struct lemma_gram *g, const struct lemma_jacobian *a,
                      struct lemma_span rows, const struct lemma_jacobian *b,
                      struct lemma_span cols, struct lemma_layers layers, lemma_mat k);

/* The block of k that belongs to the samples of two spans (two clients, say); per =
 * lemma_gram_rows. */
lemma_cmat lemma_gram_block(lemma_cmat k, size_t per, struct lemma_span rows,
                            struct lemma_span cols);

/*
 * The Gram matrix of weights on given inputs, passes included: blocks of samples, two
 * of them in memory at a time where all would take more than about 1.5 times the result
 * (and than 256 MB).
 */
struct lemma_gram_sweep;

/* N samples; block: samples of a block, 0 = as said. net is borrowed. */
lemma_status lemma_gram_sweep_create(const struct lemma_network *net,
                                     enum lemma_gram_kind kind, size_t N, size_t block,
                                     struct lemma_gram_sweep **sweep);
void lemma_gram_sweep_destroy(struct lemma_gram_sweep *sweep);

/* lemma_gram_share of its tiles; every rank makes all passes. */
lemma_status lemma_gram_sweep_share(struct lemma_gram_sweep *sweep,
                                    const struct lemma_share *share);

/* Samples of a block, and doubles of memory held, all in all. */
size_t lemma_gram_sweep_block(const struct lemma_gram_sweep *sweep);
size_t lemma_gram_sweep_doubles(const struct lemma_gram_sweep *sweep);
/* The same before it is made, with block = 0. */
double lemma_gram_sweep_room(const struct lemma_network *net, enum lemma_gram_kind kind,
                             size_t N);

/* model: shared weights only. inputs (N, in_0): x, or relu(A x) where the input layer
 * is fixed. */
void lemma_gram_sweep(struct lemma_gram_sweep *sweep, const struct lemma_model *model,
                      lemma_cmat inputs, struct lemma_layers layers, lemma_mat k);

#endif
