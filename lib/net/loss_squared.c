#include "net/network.h"

static double sample(size_t d, const double *f, const double *y, double *gradient)
{
    double sum = 0;

    for (size_t o = 0; o < d; o++) {
        gradient[o] = f[o] - y[o];
        sum += gradient[o] * gradient[o];
    }
    return sum / 2;
}

const struct lemma_loss_type lemma_loss_squared = {
    .name = "squared",
    .title = "||f - y||^2 / 2",
    .source = "theory 1.4: L_c(W) = (1 / 2 n_c) sum_i ||f(W; x_i) - y_i||^2",
    .sample = sample,
};
