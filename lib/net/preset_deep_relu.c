#include <math.h>

#include "net/network.h"

extern const struct lemma_activation_type lemma_activation_relu;
extern const struct lemma_activation_type lemma_activation_identity;

static void build(struct lemma_network *net)
{
    double m = (double) net->m, d = (double) net->d;

    for (size_t l = 0; l < net->L; l++)
        net->layers[l] =
            (struct lemma_layer){l == 0 ? net->d_x : net->m, net->m, LEMMA_LAW_NORMAL,
                                 sqrt(2 / m), &lemma_activation_relu};
    net->output = (struct lemma_layer){net->m, net->d, LEMMA_LAW_NORMAL, sqrt(1 / d),
                                       &lemma_activation_identity};
}

static double width_rule(const struct lemma_network *net)
{
    return (double) net->d / (double) net->m;
}

const struct lemma_preset_type lemma_preset_deep_relu = {
    .name = "deep-relu",
    .title =
        "f = V h_L, h_l = relu(W_l h_{l-1}), W_l ~ N(0, 2/m) trained, V ~ N(0, 1/d)",
    .source = "theory 1.1; Zou and Gu 2019, Allen-Zhu, Li and Song 2019",
    .build = build,
    .width_rule = width_rule,
};
