/* What the tests of partitions share. */
#ifndef LEMMA_TESTS_DATA_PARTITIONS_H
#define LEMMA_TESTS_DATA_PARTITIONS_H

#include "make.h"

/* n labels i mod classes. */
static inline struct lemma_dataset *make_cycle(size_t n, size_t classes)
{
    int32_t *labels = lemma_alloc(n, sizeof *labels);
    struct lemma_dataset *set;

    assert_non_null(labels);
    for (size_t i = 0; i < n; i++)
        labels[i] = (int32_t) (i % classes);
    set = make_labelled(n, classes, labels);
    lemma_free(labels);
    return set;
}

static inline struct lemma_experiment *make_parts(const char *kind, size_t clients)
{
    struct lemma_experiment *x = make_experiment("idx", "one-hot");

    set_word(x->partition.kind, kind);
    x->partition.clients = clients;
    x->partition.classes_per_client = 2;
    x->partition.alpha = 1;
    return x;
}

static inline struct lemma_partition *make_partition(const struct lemma_experiment *x,
                                                     struct lemma_dataset *set)
{
    struct lemma_error err = {""};
    struct lemma_partition *p = NULL;

    check_ok(lemma_partition_create(x, set, &p, &err), &err);
    assert_non_null(p);
    assert_int_equal(p->clients, x->partition.clients);
    return p;
}

/* Refused with `part`, and the set as it was. */
static inline void check_no_partition(const struct lemma_experiment *x,
                                      struct lemma_dataset *set, const char *part)
{
    struct lemma_error err = {""};
    struct lemma_partition *p = NULL;

    assert_int_equal(lemma_partition_create(x, set, &p, &err), LEMMA_EINPUT);
    assert_null(p);
    check_contains(err.text, part);
    for (size_t i = 0; i < set->n; i++)
        assert_true(set->inputs.a[i] == (double) i);
}

/* Spans in client order that cover all rows; every sample there once, with its own
 * target and label, in ascending order within a client. */
static inline void check_partition(const struct lemma_partition *p,
                                   const struct lemma_dataset *set, size_t classes)
{
    size_t next = 0;
    bool *seen = lemma_alloc(set->n, sizeof *seen);

    assert_non_null(seen);
    for (size_t c = 0; c < p->clients; c++) {
        assert_int_equal(p->spans[c].first, next);
        assert_true(p->spans[c].count >= 1);
        for (size_t i = next; i < next + p->spans[c].count; i++) {
            size_t sample = (size_t) set->inputs.a[i];
            assert_true(sample < set->n && !seen[sample]);
            seen[sample] = true;
            assert_true(set->targets.a[i] == (double) sample);
            assert_true(set->index[i] == sample);
            assert_true(!set->label || (size_t) set->label[i] == sample % classes);
            assert_true(i == next || set->inputs.a[i] > set->inputs.a[i - 1]);
        }
        next += p->spans[c].count;
    }
    assert_int_equal(next, set->n);
    lemma_free(seen);
}

/* The number of different classes of client c. */
static inline size_t classes_of(const struct lemma_partition *p,
                                const struct lemma_dataset *set, size_t c)
{
    bool held[LEMMA_CLASSES_MAX] = {false};
    size_t classes = 0;

    for (size_t i = 0; i < p->spans[c].count; i++) {
        int32_t label = set->label[p->spans[c].first + i];
        classes += !held[label];
        held[label] = true;
    }
    return classes;
}

#endif
