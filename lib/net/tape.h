/*
 * A pass over a stacked batch and what it leaves: the tape.
 *
 * Per trained layer l (0-based): inputs H_l (rows, in_l), sensitivities D_l (rows,
 * out_l), patterns 1{z_l >= 0} as bits. With d = 1 the sensitivities are bare (df/dz):
 * the gradient of the client's loss is sum_i (r_i / n_c) d_i h_i^T. With d > 1 they are
 * weighted by the residual: gradient sum_i (1 / n_c) d_i h_i^T.
 */
#ifndef LEMMA_NET_TAPE_H
#define LEMMA_NET_TAPE_H

#include "core/product.h"
#include "net/network.h"

struct lemma_tape {
    size_t rows, clients;           /* K spans */
    const struct lemma_span *spans; /* (K) rows of each client */
    const uint32_t *sample; /* (rows) index into the data set; NULL: row i is i */
    size_t L, d;
    lemma_cmat *inputs; /* (L) H_l */
    lemma_mat
        *hidden; /* (L) h_l = act(z_l), = inputs[l + 1]; the last shares sens' room */
    lemma_mat *sens;    /* (L) D_l; valid once backward */
    uint64_t **pattern; /* (L) bits, row i at i * words[l] */
    size_t *words;      /* (L) words of a row's pattern */
    lemma_mat output;   /* (rows, d) f */
    lemma_mat residual; /* (rows, d) d loss / d f, per sample: f - y for squared loss */
    double *loss;       /* (rows) per-sample loss, |f - y|^2 / 2 */
    bool forward, backward; /* what is valid now */
    bool bare;              /* d = 1 */
    /* Clients whose rows passes fill, all of them as created. What stands in other rows
     * is of no effect on these; it may be overwritten. Bare sensitivities of the last
     * layer follow from patterns and are filled in every row. */
    size_t from, to;
};

/* Mean loss of client c's rows. */
double lemma_tape_loss(const struct lemma_tape *tape, size_t c);

/* The factor of row i in the gradient of its client's mean loss: r_i / n_c or 1 / n_c.
 */
double lemma_tape_coef(const struct lemma_tape *tape, size_t c, size_t i);

/* Number of set bits of (a xor b) over `words` words. */
size_t lemma_pattern_distance(const uint64_t *a, const uint64_t *b, size_t words);

/* The weights a pass goes through: rows of client c see W_c. */
struct lemma_factor {
    size_t rank;        /* rows in use; 0: none */
    lemma_cmat u;       /* (rank, out) */
    lemma_cmat v;       /* (rank, in) */
    const double *coef; /* (rank): W_c = shared + U^T diag(coef) V */
};

struct lemma_model {
    const struct lemma_network *net;
    lemma_cmat output_matrix;           /* V (d, m) */
    const lemma_mat *shared;            /* (L) */
    const struct lemma_factor *factors; /* (K, L) or NULL; rank 0 entries are skipped */
    const lemma_mat *own; /* (K, L) dense local weights; a == NULL: shared */
    double *scratch; /* thin products: sum over clients of rows_c * rank_c doubles */
    struct lemma_job *jobs; /* (K) */
};

/* Forward pass: patterns, inputs of layers 1.., outputs, residuals and losses.
 * tape->inputs[0] is set by the caller. targets (N, d). */
void lemma_pass_forward(const struct lemma_model *model,
                        const struct lemma_loss_type *loss, lemma_cmat targets,
                        struct lemma_tape *tape);

/* Pre-activations z_l = W_l h_{l-1} (rows, out_l) of the last forward pass, which was
 * through the same model: its own product once more, so the same bits. 2 rows in_l
 * out_l flops. */
void lemma_pass_preactivations(const struct lemma_model *model,
                               const struct lemma_tape *tape, size_t l, lemma_mat z);

/* Backward pass: tape->sens from residual (rows, d), usually tape->residual. With d = 1
 * bare: the residual is not read. */
void lemma_pass_backward(const struct lemma_model *model, struct lemma_tape *tape);

/* The same along the tape's patterns with another residual into other sensitivities:
 * the linear map residual -> D at fixed weights. sens[l] (rows, out_l). */
void lemma_pass_pull(const struct lemma_model *model, const struct lemma_tape *tape,
                     lemma_cmat residual, lemma_mat *sens);

/* A tape for `rows` rows in K spans (borrowed). */
lemma_status lemma_tape_create(const struct lemma_network *net, size_t rows,
                               size_t clients, const struct lemma_span *spans,
                               struct lemma_tape **tape);
void lemma_tape_destroy(struct lemma_tape *tape);

#endif
