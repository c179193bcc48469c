#include "probe/start.h"

#include <math.h>

#include "support.h"

static void the_largest_is_found_by_its_size(void **state)
{
    const double a[] = {-0.5, 2, -3, 1};

    (void) state;
    assert_true(lemma_start_largest(a, 4) == 3);
    assert_true(lemma_start_largest(a, 2) == 2);
    assert_true(lemma_start_largest(a, 0) == 0);
}

/* What follows a NaN must not hide it: a broken identity would look kept. */
static void a_nan_anywhere_is_the_largest(void **state)
{
    (void) state;
    for (size_t i = 0; i < 4; i++) {
        double a[] = {-0.5, 2, INFINITY, 1};

        a[i] = NAN;
        assert_true(isnan(lemma_start_largest(a, 4)));
    }
    assert_true(isinf(lemma_start_largest((const double[]){1, -INFINITY, 2}, 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_is_found_by_its_size),
        cmocka_unit_test(a_nan_anywhere_is_the_largest),
    };
    return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
