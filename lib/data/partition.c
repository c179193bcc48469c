#include <string.h>

#include "core/alloc.h"
#include "data/load.h"

static lemma_status find(const struct lemma_experiment *x,
                         const struct lemma_partition_type **type,
                         struct lemma_error *err)
{
    const char *names[LEMMA_WORD];
    size_t count = 0, which = 0;
    lemma_status st;

    for (; count < LEMMA_WORD && lemma_partition_types[count]; count++)
        names[count] = lemma_partition_types[count]->name;
    LEMMA_TRY(lemma_experiment_choose(x, "partition.kind", x->partition.kind, names,
                                      count, NULL, &which, err));
    *type = lemma_partition_types[which];
out:
    return st;
}

lemma_status lemma_partition_check(const struct lemma_experiment *x, size_t samples,
                                   struct lemma_error *err)
{
    if (x->partition.clients == 0 || x->partition.clients > samples)
        return lemma_experiment_fail(
            x, "partition.clients", err,
            "expected 1 to %zu, the number of samples, found %zu", samples,
            x->partition.clients);
    return LEMMA_OK;
}

/* Spans from the counts, and place[i] = row of sample i in client order, stable. */
static lemma_status place_samples(const struct lemma_experiment *x,
                                  const struct lemma_dataset *set, const int32_t *owner,
                                  struct lemma_span *spans, size_t *place,
                                  struct lemma_error *err)
{
    size_t clients = x->partition.clients, first = 0;

    for (size_t i = 0; i < set->n; i++) {
        LEMMA_REQUIRE(owner[i] >= 0 && (size_t) owner[i] < clients);
        spans[owner[i]].count++;
    }
    for (size_t c = 0; c < clients; c++) {
        if (spans[c].count == 0)
            return lemma_experiment_fail(x, "partition.clients", err,
                                         "client %zu of %zu has no sample under the %s "
                                         "partition of %zu samples: "
                                         "expected fewer clients or more samples",
                                         c, clients, x->partition.kind, set->n);
        spans[c].first = first;
        first += spans[c].count;
        spans[c].count = 0;
    }
    for (size_t i = 0; i < set->n; i++) {
        struct lemma_span *span = &spans[owner[i]];
        place[i] = span->first + span->count++;
    }
    return LEMMA_OK;
}

static void swap_bytes(void *a, void *b, size_t n)
{
    unsigned char *p = a, *q = b;

    for (size_t i = 0; i < n; i++) {
        unsigned char kept = p[i];
        p[i] = q[i];
        q[i] = kept;
    }
}

static void swap_samples(struct lemma_dataset *set, size_t i, size_t j)
{
    swap_bytes(lemma_row(set->inputs, i).a, lemma_row(set->inputs, j).a,
               set->d_x * sizeof(double));
    swap_bytes(lemma_row(set->targets, i).a, lemma_row(set->targets, j).a,
               set->d * sizeof(double));
    if (set->index)
        swap_bytes(&set->index[i], &set->index[j], sizeof *set->index);
    if (set->label)
        swap_bytes(&set->label[i], &set->label[j], sizeof *set->label);
}

/* The pairs of samples where they are now. */
static void follow(size_t (*pairs)[2], size_t count, const size_t *place)
{
    for (size_t k = 0; k < count && k < LEMMA_PAIRS_MAX; k++) {
        size_t a = place[pairs[k][0]], b = place[pairs[k][1]];

        pairs[k][0] = a < b ? a : b;
        pairs[k][1] = a < b ? b : a;
    }
}

/* Sample i moves to row place[i], cycle by cycle; place ends as the identity. */
static void reorder(struct lemma_dataset *set, size_t *place)
{
    follow(set->geometry.duplicate_pairs, set->geometry.duplicates, place);
    follow(set->geometry.parallel_pairs, set->geometry.parallels, place);
    for (size_t i = 0; i < set->n; i++)
        while (place[i] != i) {
            size_t to = place[i];
            swap_samples(set, i, to);
            place[i] = place[to];
            place[to] = to;
        }
}

lemma_status lemma_partition_create(const struct lemma_experiment *x,
                                    struct lemma_dataset *set,
                                    struct lemma_partition **partition,
                                    struct lemma_error *err)
{
    lemma_status st;
    const struct lemma_partition_type *type = NULL;
    struct lemma_partition *made = NULL;
    int32_t *owner = NULL;
    size_t *place = NULL;

    LEMMA_TRY(find(x, &type, err));
    LEMMA_TRY(lemma_partition_check(x, set->n, err));
    LEMMA_NEW(made, 1);
    made->clients = x->partition.clients;
    LEMMA_NEW(made->spans, made->clients);
    LEMMA_NEW(owner, set->n);
    LEMMA_NEW(place, set->n);
    for (size_t i = 0; i < set->n; i++)
        owner[i] = -1;
    LEMMA_TRY(type->assign(x, set, owner, err));
    LEMMA_TRY(place_samples(x, set, owner, made->spans, place, err));
    reorder(set, place);
    *partition = made;
    made = NULL;
out:
    lemma_partition_destroy(made);
    lemma_free(owner);
    lemma_free(place);
    return st;
}

void lemma_partition_destroy(struct lemma_partition *partition)
{
    if (!partition)
        return;
    lemma_free(partition->spans);
    lemma_free(partition);
}
