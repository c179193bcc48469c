#include "net/network.h"

/* A NaN is kept (so that the loss shows it) and counts as inactive. */
static void apply(double *z, size_t n, uint64_t *pattern)
{
    for (size_t first = 0; first < n; first += 64) {
        size_t count = n - first < 64 ? n - first : 64;
        double *block = z + first;
        uint64_t bits = 0;

        for (size_t j = 0; j < count; j++) {
            bits |= (uint64_t) (block[j] >= 0) << j;
            block[j] = block[j] < 0 ? 0 : block[j];
        }
        pattern[first / 64] = bits;
    }
}

const struct lemma_activation_type lemma_activation_relu = {
    .name = "relu",
    .title = "max(z, 0), pattern 1{z >= 0}",
    .source = "theory 1.1: ties z = 0 count as active everywhere",
    .apply = apply,
    .has_pattern = true,
};
