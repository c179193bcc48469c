/*
 * Partition: every client holds samples of s = classes_per_client classes.
 *
 * The C classes are put in random order p. Client c is given the classes p[(c s + j)
 * mod C], j < s, which are distinct; each class is then held by floor or ceil(K s / C)
 * clients. A class's samples, in random order, are cut into equal parts for its
 * holders, in the order of the clients. (The shards of McMahan et al. 2017 cut the
 * samples sorted by label, and may straddle two classes: here s is kept exactly.)
 */
#include "core/alloc.h"
#include "data/split.h"

static lemma_status check(const struct lemma_experiment *x, size_t classes,
                          struct lemma_error *err)
{
    static const char key[] = "partition.classes_per_client";
    size_t s = x->partition.classes_per_client, clients = x->partition.clients;
    size_t fewest = (classes + clients - 1) / clients;

    if (s == 0 || s > classes)
        return lemma_experiment_fail(
            x, key, err,
            "expected 1 to %zu, the number of classes with samples, found %zu", classes,
            s);
    if (s < fewest)
        return lemma_experiment_fail(x, key, err,
                                     "expected at least %zu, so that %zu clients share "
                                     "all %zu classes, found %zu",
                                     fewest, clients, classes, s);
    return LEMMA_OK;
}

/* Deals class `place` in p: slots q = c s + j with q mod C = place belong to it. */
static void deal(const struct lemma_experiment *x, size_t classes, size_t place,
                 const size_t *samples, size_t n, int32_t *owner)
{
    size_t s = x->partition.classes_per_client, slots = x->partition.clients * s;
    size_t holders = (slots - place + classes - 1) / classes;

    for (size_t h = 0; h < holders; h++) {
        struct lemma_span span = lemma_split_even(n, holders, h);
        for (size_t i = 0; i < span.count; i++)
            owner[samples[span.first + i]] = (int32_t) ((place + h * classes) / s);
    }
}

static lemma_status assign(const struct lemma_experiment *x,
                           const struct lemma_dataset *set, int32_t *owner,
                           struct lemma_error *err)
{
    lemma_status st;
    struct lemma_split_classes c = {0};
    size_t p[LEMMA_CLASSES_MAX];
    struct lemma_stream stream =
        lemma_stream_at(x->seed, LEMMA_DRAW_PARTITION, 0, 0, 0);

    LEMMA_TRY(lemma_split_by_class(x, set, &c, err));
    LEMMA_TRY(check(x, c.count, err));
    for (size_t k = 0; k < c.count; k++)
        p[k] = k;
    lemma_split_shuffle(&stream, p, c.count);
    for (size_t place = 0; place < c.count; place++) {
        struct lemma_span span = c.spans[p[place]];
        lemma_split_shuffle(&stream, c.order + span.first, span.count);
        deal(x, c.count, place, c.order + span.first, span.count, owner);
    }
out:
    lemma_split_free(&c);
    return st;
}

const struct lemma_partition_type lemma_partition_label = {
    .name = "label",
    .title = "every client holds samples of classes_per_client classes",
    .source = "client c: classes p[(c s + j) mod C], j < s, p a random order",
    .assign = assign,
};
