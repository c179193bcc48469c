#include "support.h"

static void sizes_that_overflow_are_refused(void **state)
{
    (void) state;
    size_t out = 7;

    assert_false(lemma_size_mul(SIZE_MAX / 2, 3, &out));
    assert_int_equal(out, 7);
    assert_true(lemma_size_mul(1000, 1000, &out));
    assert_int_equal(out, 1000000);
    assert_null(lemma_alloc(SIZE_MAX / 4, 8));
    assert_null(lemma_alloc((size_t) PTRDIFF_MAX + 1, 1));
}

static void a_block_is_zeroed_and_none_is_fine(void **state)
{
    (void) state;
    unsigned char *block = lemma_alloc(100, 3);

    assert_non_null(block);
    for (int i = 0; i < 300; i++)
        assert_int_equal(block[i], 0);
    lemma_free(block);
    block = lemma_alloc(0, 8);
    assert_non_null(block);
    lemma_free(block);
    lemma_free(NULL);
}

static void a_string_is_copied(void **state)
{
    (void) state;
    char *copy = lemma_strdup("tangent");

    assert_string_equal(copy, "tangent");
    lemma_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_block_is_zeroed_and_none_is_fine),
        cmocka_unit_test(a_string_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
