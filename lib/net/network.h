/*
 * Layered ReLU networks: f(W; x) = V h_L, h_l = act(W_l h_{l-1}), W_1..W_L trained.
 *
 * A fixed input layer h_0 = relu(A x) is optional, and so is the fixed output V.
 */
#ifndef LEMMA_NET_NETWORK_H
#define LEMMA_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/view.h"
#include "core/status.h"

/* act and its derivative's pattern. The pattern of ReLU is 1{z >= 0}. */
struct lemma_activation_type {
    const char *name, *title, *source;
    /* In place on n values of one row; sets bit j of pattern where act'(z_j) = 1
     * (pattern (words): (n + 63) / 64 words, written whole, spare bits 0). */
    void (*apply)(double *z, size_t n, uint64_t *pattern);
    bool has_pattern; /* false: act'(z) = 1 everywhere, pattern all ones */
};

extern const struct lemma_activation_type *const lemma_activation_types[];

/* Value and gradient of one sample's loss with respect to the outputs f (d), target y.
 */
struct lemma_loss_type {
    const char *name, *title, *source;
    double (*sample)(size_t d, const double *f, const double *y, double *gradient);
};

extern const struct lemma_loss_type *const lemma_loss_types[];

enum lemma_law { LEMMA_LAW_NORMAL, LEMMA_LAW_SIGN };

/* A dense layer out x in; entries N(0, scale^2) or +-scale with equal chance. */
struct lemma_layer {
    size_t in, out;
    enum lemma_law law;
    double scale;
    const struct lemma_activation_type *activation;
};

struct lemma_network {
    const struct lemma_preset_type *preset;
    size_t d_x, d, m, L;
    struct lemma_layer input;   /* fixed; out = 0: none */
    struct lemma_layer *layers; /* (L) trained */
    struct lemma_layer output;  /* fixed, identity */
};

struct lemma_preset_type {
    const char *name, *title, *source;
    /* Sets input, layers[0..L-1], output; L, m, d_x, d are given and layers allocated.
     */
    void (*build)(struct lemma_network *net);
    /* eta = step_size * width_rule(net) under step_rule "width": d/m or 1. */
    double (*width_rule)(const struct lemma_network *net);
    size_t max_depth; /* 0 = any */
};

extern const struct lemma_preset_type *const lemma_preset_types[];

/* d_x, d, m, L >= 1. LEMMA_EINPUT for an unknown preset, a depth it does not have, or
 * sizes that overflow. */
lemma_status lemma_network_create(const char *preset, size_t d_x, size_t d, size_t m,
                                  size_t L, struct lemma_network **net,
                                  struct lemma_error *err);
void lemma_network_destroy(struct lemma_network *net);

/* Doubles of all trained layers together. */
size_t lemma_network_parameters(const struct lemma_network *net);

/* Matrices of the trained layers, one block of memory; w[l] (out_l, in_l). */
struct lemma_weights {
    size_t L;
    lemma_mat *w;
    double *block;
    size_t count; /* doubles of the block */
};

lemma_status lemma_weights_create(const struct lemma_network *net,
                                  struct lemma_weights **weights);
void lemma_weights_destroy(struct lemma_weights *weights);
void lemma_weights_copy(const struct lemma_weights *from, struct lemma_weights *to);

/* The layers' initial draw: entry (i, j) of trained layer l is a pure function of
 * (seed, l, i * in + j). */
void lemma_weights_draw(const struct lemma_network *net, uint64_t seed,
                        struct lemma_weights *weights);
/* The same for the fixed ones: A (out, in), V (d, m). */
void lemma_layer_draw(const struct lemma_layer *layer, uint64_t seed, uint64_t id,
                      lemma_mat w);
enum { LEMMA_LAYER_INPUT = 1000000, LEMMA_LAYER_OUTPUT = 1000001 };

#endif
