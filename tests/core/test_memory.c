/* Blocks and copies when memory runs out. */
#include "failing_alloc.h"

static lemma_status take_two(void *context)
{
    double *first = NULL, *second = NULL;
    lemma_status st = LEMMA_OK;

    (void) context;
    LEMMA_NEW(first, 3);
    LEMMA_NEW(second, 3);
out:
    lemma_free(first);
    lemma_free(second);
    return st;
}

static void a_block_that_fails_leaves_by_the_exit(void **state)
{
    (void) state;
    assert_int_equal(fail_each_allocation(take_two, NULL), 2);
}

static void a_copy_without_memory_is_null(void **state)
{
    (void) state;
    fail_allocation_after(0);
    assert_null(lemma_strdup("tangent"));
    assert_true(allocation_has_failed());
    fail_allocation_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_that_fails_leaves_by_the_exit),
        cmocka_unit_test(a_copy_without_memory_is_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
