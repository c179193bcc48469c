#include "partitions.h"

static void the_order_of_the_set_is_kept(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("contiguous", 3);
    struct lemma_dataset *set = make_labelled(11, 0, NULL);
    struct lemma_partition *p = make_partition(x, set);
    const size_t counts[] = {4, 4, 3};

    for (size_t c = 0; c < 3; c++)
        assert_int_equal(p->spans[c].count, counts[c]);
    for (size_t i = 0; i < 11; i++)
        assert_true(set->inputs.a[i] == (double) i);
    check_partition(p, set, 1);
    lemma_partition_destroy(p);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_order_of_the_set_is_kept)};

    return cmocka_run_group_tests_name("partition_contiguous", tests, NULL, NULL);
}
