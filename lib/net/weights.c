#include <string.h>

#include "core/alloc.h"
#include "core/rng.h"
#include "net/network.h"

lemma_status lemma_weights_create(const struct lemma_network *net,
                                  struct lemma_weights **weights)
{
    struct lemma_weights *w = NULL;
    double *next;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(w, 1);
    w->L = net->L;
    w->count = lemma_network_parameters(net);
    LEMMA_NEW(w->w, net->L);
    LEMMA_NEW(w->block, w->count);
    next = w->block;
    for (size_t l = 0; l < net->L; l++) {
        w->w[l] = lemma_mat_of(next, net->layers[l].out, net->layers[l].in);
        next += net->layers[l].out * net->layers[l].in;
    }
    *weights = w;
    w = NULL;
out:
    lemma_weights_destroy(w);
    return st;
}

void lemma_weights_destroy(struct lemma_weights *weights)
{
    if (weights) {
        lemma_free(weights->w);
        lemma_free(weights->block);
    }
    lemma_free(weights);
}

void lemma_weights_copy(const struct lemma_weights *from, struct lemma_weights *to)
{
    LEMMA_REQUIRE(from->count == to->count);
    memcpy(to->block, from->block, from->count * sizeof *to->block);
}

void lemma_layer_draw(const struct lemma_layer *layer, uint64_t seed, uint64_t id,
                      lemma_mat w)
{
    LEMMA_REQUIRE(w.rows == layer->out && w.cols == layer->in);
#pragma omp parallel for if (w.rows * w.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < w.rows; i++) {
        struct lemma_stream s =
            lemma_stream_at(seed, LEMMA_DRAW_WEIGHTS, id, 0, i * w.cols);

        for (size_t j = 0; j < w.cols; j++)
            w.a[i * w.ld + j] =
                layer->scale * (layer->law == LEMMA_LAW_SIGN
                                    ? (lemma_stream_uniform(&s) < 0.5 ? -1.0 : 1.0)
                                    : lemma_stream_normal(&s));
    }
}

void lemma_weights_draw(const struct lemma_network *net, uint64_t seed,
                        struct lemma_weights *weights)
{
    for (size_t l = 0; l < net->L; l++)
        lemma_layer_draw(&net->layers[l], seed, l, weights->w[l]);
}
