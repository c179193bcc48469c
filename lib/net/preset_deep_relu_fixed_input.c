#include <math.h>

#include "net/network.h"

extern const struct lemma_activation_type lemma_activation_relu;
extern const struct lemma_activation_type lemma_activation_identity;

static void build(struct lemma_network *net)
{
    double m = (double) net->m, d = (double) net->d;

    net->input = (struct lemma_layer){net->d_x, net->m, LEMMA_LAW_NORMAL, sqrt(2 / m),
                                      &lemma_activation_relu};
    for (size_t l = 0; l < net->L; l++)
        net->layers[l] = (struct lemma_layer){net->m, net->m, LEMMA_LAW_NORMAL,
                                              sqrt(2 / m), &lemma_activation_relu};
    net->output = (struct lemma_layer){net->m, net->d, LEMMA_LAW_NORMAL, sqrt(1 / d),
                                       &lemma_activation_identity};
}

static double width_rule(const struct lemma_network *net)
{
    return (double) net->d / (double) net->m;
}

const struct lemma_preset_type lemma_preset_deep_relu_fixed_input = {
    .name = "deep-relu-fixed-input",
    .title = "deep-relu behind a fixed layer h_0 = relu(A x), A ~ N(0, 2/m)",
    .source = "theory 1.1, variant of Allen-Zhu, Li and Song 2019",
    .build = build,
    .width_rule = width_rule,
};
