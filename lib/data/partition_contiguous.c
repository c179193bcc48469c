/* Partition: blocks of the data set's own order, of sizes that differ by at most one.
 */
#include "data/split.h"

static lemma_status assign(const struct lemma_experiment *x,
                           const struct lemma_dataset *set, int32_t *owner,
                           struct lemma_error *err)
{
    (void) err;
    for (size_t c = 0; c < x->partition.clients; c++) {
        struct lemma_span span = lemma_split_even(set->n, x->partition.clients, c);
        for (size_t i = 0; i < span.count; i++)
            owner[span.first + i] = (int32_t) c;
    }
    return LEMMA_OK;
}

const struct lemma_partition_type lemma_partition_contiguous = {
    .name = "contiguous",
    .title = "equal blocks of the samples in the order of the data set",
    .source = "n_c = N/K, the first N mod K clients one more",
    .assign = assign,
};
