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

static void a_matrix_is_made_of_zeros_or_not_at_all(void **state)
{
    lemma_mat m = {0};

    (void) state;
    check_ok(lemma_mat_create(3, 2, &m), NULL);
    assert_true(m.rows == 3 && m.cols == 2 && m.ld == 2);
    for (size_t i = 0; i < 6; i++)
        assert_true(m.a[i] == 0);
    lemma_free(m.a);
    m.a = NULL;
    assert_int_equal(lemma_mat_create(SIZE_MAX / 2, 3, &m), LEMMA_EMEMORY);
    assert_null(m.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_is_made_of_zeros_or_not_at_all),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_block_is_zeroed_and_none_is_fine),
        cmocka_unit_test(a_string_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
