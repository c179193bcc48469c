#include <math.h>

#include "net/network.h"
#include "support.h"

extern const struct lemma_activation_type lemma_activation_relu;

static void ties_are_active_and_nan_is_kept(void **state)
{
    (void) state;
    double z[5] = {-1, 0, -0.0, 2, NAN};
    uint64_t pattern = UINT64_MAX;

    lemma_activation_relu.apply(z, 5, &pattern);
    assert_int_equal(pattern, 2 + 4 + 8);
    assert_true(z[0] == 0 && z[1] == 0 && z[2] == 0 && z[3] == 2 && isnan(z[4]));
}

static void patterns_fill_whole_words(void **state)
{
    (void) state;
    double z[130];
    uint64_t pattern[3] = {7, 7, 7};

    draw_normals(1, z, 130);
    double copy[130];
    memcpy(copy, z, sizeof z);
    lemma_activation_relu.apply(z, 130, pattern);
    for (int j = 0; j < 192; j++)
        assert_int_equal(pattern[j / 64] >> j % 64 & 1, j < 130 && copy[j] >= 0);
    for (int j = 0; j < 130; j++)
        assert_true(z[j] == (copy[j] > 0 ? copy[j] : 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_are_active_and_nan_is_kept),
        cmocka_unit_test(patterns_fill_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
