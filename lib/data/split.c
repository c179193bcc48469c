#include "data/split.h"

#include "core/alloc.h"

void lemma_split_shuffle(struct lemma_stream *s, size_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = lemma_stream_below(s, i), kept = order[k];
        order[k] = order[i - 1];
        order[i - 1] = kept;
    }
}

struct lemma_span lemma_split_even(size_t n, size_t parts, size_t k)
{
    size_t size = n / parts, larger = n % parts;

    LEMMA_REQUIRE(k < parts);
    return (struct lemma_span){k * size + (k < larger ? k : larger),
                               size + (k < larger)};
}

lemma_status lemma_split_by_class(const struct lemma_experiment *x,
                                  const struct lemma_dataset *set,
                                  struct lemma_split_classes *classes,
                                  struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;
    struct lemma_split_classes c = {0};
    size_t done = 0;

    if (!set->label) {
        st = lemma_experiment_fail(
            x, "partition.kind", err,
            "%s needs a data set with classes, and %s data with %s "
            "targets have none: expected iid or contiguous",
            x->partition.kind, x->data.kind, x->data.targets.kind);
        goto out;
    }
    LEMMA_NEW(c.spans, set->class_count);
    LEMMA_NEW(c.order, set->n);
    for (size_t k = 0; k < set->class_count; k++) {
        size_t first = done;
        for (size_t i = 0; i < set->n; i++)
            if ((size_t) set->label[i] == k)
                c.order[done++] = i;
        if (done > first)
            c.spans[c.count++] = (struct lemma_span){first, done - first};
    }
    LEMMA_REQUIRE(done == set->n);
    *classes = c;
    c = (struct lemma_split_classes){0};
out:
    lemma_split_free(&c);
    return st;
}

void lemma_split_free(struct lemma_split_classes *classes)
{
    lemma_free(classes->spans);
    lemma_free(classes->order);
    *classes = (struct lemma_split_classes){0};
}
