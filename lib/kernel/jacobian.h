/*
 * The Jacobian of the outputs by the trained weights, as the factors a pass leaves.
 *
 *     d f_a(x_i) / d W_l = b_{l,ia} h_{l-1,i}^T
 *
 * with inputs H_l (n, in_l) and sensitivities B_l (n d, out_l). The (n d) x (weights)
 * matrix itself is never formed.
 */
#ifndef LEMMA_KERNEL_JACOBIAN_H
#define LEMMA_KERNEL_JACOBIAN_H

#include "net/tape.h"

struct lemma_jacobian {
    size_t n, d, L;
    lemma_cmat *inputs; /* (L) H_l, the tape's */
    lemma_mat *sens;   /* (L) B_l, row i d + a: sample i, output a; d = 1: the tape's */
    double *block;     /* B_1 .. B_L where d > 1 */
    double *unit;      /* (n, d) the residual e_a in every row */
    lemma_mat *output; /* (L) (n, out_l): the rows of one output */
};

/* For n >= 1 samples. n d (out_1 + .. + out_L) doubles, none of them where d = 1. */
lemma_status lemma_jacobian_create(const struct lemma_network *net, size_t n,
                                   struct lemma_jacobian **j);
void lemma_jacobian_destroy(struct lemma_jacobian *j);

/* Doubles that lemma_jacobian_create asks for per sample. */
size_t lemma_jacobian_doubles(const struct lemma_network *net);

/*
 * From a tape of n rows that has been forward through model. d = 1: borrows the tape's
 * own sensitivities, which must be there. d > 1: one pull a output, the tape's inputs
 * borrowed. Valid until the tape's next pass.
 */
void lemma_jacobian_take(struct lemma_jacobian *j, const struct lemma_model *model,
                         const struct lemma_tape *tape);

/*
 * The same by hand, for passes that are somebody else's (d > 1): where the
 * sensitivities of output a belong, sens[l] (n, out_l), and the residual that gives
 * them, (n, d). Both valid until the next call.
 */
lemma_mat *lemma_jacobian_output(struct lemma_jacobian *j, size_t a,
                                 lemma_cmat *residual);

#endif
