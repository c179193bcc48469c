/* Partition: samples in random order, dealt in equal parts. */
#include "core/alloc.h"
#include "data/split.h"

static lemma_status assign(const struct lemma_experiment *x,
                           const struct lemma_dataset *set, int32_t *owner,
                           struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    size_t *order = NULL;
    struct lemma_stream stream =
        lemma_stream_at(x->seed, LEMMA_DRAW_PARTITION, 0, 0, 0);

    (void) err;
    LEMMA_NEW(order, set->n);
    for (size_t i = 0; i < set->n; i++)
        order[i] = i;
    lemma_split_shuffle(&stream, order, set->n);
    for (size_t c = 0; c < x->partition.clients; c++) {
        struct lemma_span span = lemma_split_even(set->n, x->partition.clients, c);
        for (size_t i = 0; i < span.count; i++)
            owner[order[span.first + i]] = (int32_t) c;
    }
out:
    lemma_free(order);
    return st;
}

const struct lemma_partition_type lemma_partition_iid = {
    .name = "iid",
    .title = "random equal parts",
    .source =
        "n_c = N/K, the first N mod K clients one more; uniform over such partitions",
    .assign = assign,
};
