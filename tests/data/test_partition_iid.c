#include "partitions.h"

static void clients_differ_by_one_sample_at_most(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("iid", 4);
    struct lemma_dataset *set = make_labelled(11, 0, NULL);
    struct lemma_partition *p = make_partition(x, set);
    const size_t counts[] = {3, 3, 3, 2};

    for (size_t c = 0; c < 4; c++)
        assert_int_equal(p->spans[c].count, counts[c]);
    check_partition(p, set, 1);
    lemma_partition_destroy(p);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

/* Samples 0 and 1 of 8 share one of two clients with probability 3/7; 4000 seeds,
 * deviation sqrt(4000 * 12/49) = 31. */
static void every_pair_is_equally_likely_to_share_a_client(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("iid", 2);
    size_t together = 0;

    for (x->seed = 0; x->seed < 4000; x->seed++) {
        struct lemma_dataset *set = make_labelled(8, 0, NULL);
        struct lemma_partition *p = make_partition(x, set);
        together += set->inputs.a[0] == 0 && set->inputs.a[1] == 1;
        together += set->inputs.a[4] == 0 && set->inputs.a[5] == 1;
        lemma_partition_destroy(p);
        lemma_dataset_destroy(set);
    }
    check_close((double) together, 4000 * 3.0 / 7, 5 * 31.3);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_differ_by_one_sample_at_most),
        cmocka_unit_test(every_pair_is_equally_likely_to_share_a_client),
    };

    return cmocka_run_group_tests_name("partition_iid", tests, NULL, NULL);
}
