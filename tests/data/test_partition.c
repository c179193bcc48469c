#include "partitions.h"

/* Laws, over all members: every sample exactly once; same seed, same bytes. */
static void every_sample_belongs_to_exactly_one_client(void **state)
{
    (void) state;
    for (size_t k = 0; lemma_partition_types[k]; k++)
        for (size_t clients = 3; clients <= 12; clients++) {
            struct lemma_experiment *x =
                make_parts(lemma_partition_types[k]->name, clients);
            struct lemma_dataset *a = make_cycle(201, 5), *b = make_cycle(201, 5);
            struct lemma_partition *p = make_partition(x, a), *q = make_partition(x, b);
            check_partition(p, a, 5);
            assert_memory_equal(a->inputs.a, b->inputs.a, 201 * sizeof(double));
            assert_memory_equal(p->spans, q->spans, clients * sizeof *p->spans);
            lemma_partition_destroy(p);
            lemma_partition_destroy(q);
            lemma_dataset_destroy(a);
            lemma_dataset_destroy(b);
            lemma_free(x);
        }
}

static void one_client_owns_everything(void **state)
{
    (void) state;
    for (size_t k = 0; lemma_partition_types[k]; k++) {
        struct lemma_experiment *x = make_parts(lemma_partition_types[k]->name, 1);
        struct lemma_dataset *set = make_cycle(11, 2);
        struct lemma_partition *p = make_partition(x, set);
        check_partition(p, set, 2);
        assert_int_equal(p->spans[0].count, 11);
        lemma_partition_destroy(p);
        lemma_dataset_destroy(set);
        lemma_free(x);
    }
}

static void no_clients_and_more_clients_than_samples_are_refused(void **state)
{
    (void) state;
    for (size_t k = 0; lemma_partition_types[k]; k++) {
        struct lemma_experiment *x = make_parts(lemma_partition_types[k]->name, 12);
        struct lemma_dataset *set = make_cycle(11, 2);
        check_no_partition(
            x, set,
            "partition.clients: expected 1 to 11, the number of samples, "
            "found 12");
        x->partition.clients = 0;
        check_no_partition(x, set, "partition.clients");
        lemma_dataset_destroy(set);
        lemma_free(x);
    }
}

static void an_unknown_kind_is_answered_with_the_kinds_there_are(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("random", 2);
    struct lemma_dataset *set = make_cycle(11, 2);

    check_no_partition(x, set,
                       "partition.kind: expected iid, contiguous, label or dirichlet, "
                       "got \"random\"");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void check_pair(const struct lemma_dataset *set, const size_t pair[2], int a,
                       int b)
{
    double first = set->inputs.a[pair[0]], second = set->inputs.a[pair[1]];

    assert_true(pair[0] < pair[1]);
    check_close(fmin(first, second), a, 0);
    check_close(fmax(first, second), b, 0);
}

/* The pairs found by the geometry are the same samples before and after. */
static void duplicates_are_named_where_they_have_moved(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("iid", 4);
    struct lemma_dataset *set = make_cycle(40, 2);
    struct lemma_partition *p;
    struct lemma_geometry *g = &set->geometry;

    g->duplicates = 2;
    g->parallels = 1;
    memcpy(g->duplicate_pairs, ((size_t[][2]){{3, 30}, {5, 6}}), 2 * sizeof(size_t[2]));
    memcpy(g->parallel_pairs, ((size_t[][2]){{7, 8}}), sizeof(size_t[2]));
    p = make_partition(x, set);
    check_pair(set, g->duplicate_pairs[0], 3, 30);
    check_pair(set, g->duplicate_pairs[1], 5, 6);
    check_pair(set, g->parallel_pairs[0], 7, 8);
    lemma_partition_destroy(p);
    lemma_dataset_destroy(set);
    lemma_free(x);
    lemma_partition_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_belongs_to_exactly_one_client),
        cmocka_unit_test(one_client_owns_everything),
        cmocka_unit_test(no_clients_and_more_clients_than_samples_are_refused),
        cmocka_unit_test(an_unknown_kind_is_answered_with_the_kinds_there_are),
        cmocka_unit_test(duplicates_are_named_where_they_have_moved),
    };

    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
