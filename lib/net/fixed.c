#include "net/fixed.h"

#include "core/alloc.h"
#include "core/product.h"

/* A, and relu(A x) of every input. */
static lemma_status create_input(const struct lemma_network *net, uint64_t seed,
                                 lemma_cmat inputs, struct lemma_fixed *f)
{
    uint64_t *pattern = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(pattern, (net->input.out + 63) / 64);
    LEMMA_TRY(lemma_mat_create(net->input.out, net->input.in, &f->input));
    lemma_layer_draw(&net->input, seed, LEMMA_LAYER_INPUT, f->input);
    LEMMA_TRY(lemma_mat_create(inputs.rows, net->input.out, &f->features));
    lemma_product(LEMMA_N, LEMMA_T, 1, inputs, lemma_const(f->input), 0, f->features);
    for (size_t i = 0; i < inputs.rows; i++)
        net->input.activation->apply(lemma_row(f->features, i).a, net->input.out,
                                     pattern);
    f->inputs = lemma_const(f->features);
out:
    lemma_free(pattern);
    return st;
}

lemma_status lemma_fixed_create(const struct lemma_network *net, uint64_t seed,
                                lemma_cmat inputs, struct lemma_fixed **fixed)
{
    struct lemma_fixed *f = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(f, 1);
    LEMMA_TRY(lemma_mat_create(net->output.out, net->output.in, &f->output));
    lemma_layer_draw(&net->output, seed, LEMMA_LAYER_OUTPUT, f->output);
    f->inputs = inputs;
    if (net->input.out)
        LEMMA_TRY(create_input(net, seed, inputs, f));
    *fixed = f;
    f = NULL;
out:
    lemma_fixed_destroy(f);
    return st;
}

void lemma_fixed_destroy(struct lemma_fixed *f)
{
    if (f) {
        lemma_free(f->input.a);
        lemma_free(f->output.a);
        lemma_free(f->features.a);
    }
    lemma_free(f);
}
