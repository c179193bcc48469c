#include <math.h>

#include "net/network.h"

extern const struct lemma_activation_type lemma_activation_relu;
extern const struct lemma_activation_type lemma_activation_identity;

static void build(struct lemma_network *net)
{
    net->layers[0] = (struct lemma_layer){net->d_x, net->m, LEMMA_LAW_NORMAL, 1,
                                          &lemma_activation_relu};
    net->output =
        (struct lemma_layer){net->m, net->d, LEMMA_LAW_SIGN, 1 / sqrt((double) net->m),
                             &lemma_activation_identity};
}

static double width_rule(const struct lemma_network *net)
{
    (void) net;
    return 1;
}

const struct lemma_preset_type lemma_preset_two_layer_relu = {
    .name = "two-layer-relu",
    .title = "f = (1/sqrt m) sum_r a_r relu(w_r . x), w_r ~ N(0, I) trained, a_r = +-1",
    .source = "theory 1.2; Du, Zhai, Poczos and Singh 2019",
    .build = build,
    .width_rule = width_rule,
    .max_depth = 1,
};
