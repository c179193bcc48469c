#include "net/network.h"
#include "support.h"

extern const struct lemma_activation_type lemma_activation_identity;

static void nothing_changes_and_every_unit_is_active(void **state)
{
    (void) state;
    double z[66], copy[66];
    uint64_t pattern[2] = {0, 0};

    draw_normals(1, z, 66);
    memcpy(copy, z, sizeof z);
    lemma_activation_identity.apply(z, 66, pattern);
    assert_memory_equal(z, copy, sizeof z);
    assert_true(pattern[0] == UINT64_MAX && pattern[1] == 3);
    assert_false(lemma_activation_identity.has_pattern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changes_and_every_unit_is_active),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
