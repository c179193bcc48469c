#include <math.h>

#include "net/moments.h"
#include "net/network.h"

/* One more layer of the same law: L = 2 behaves as depth 3 (theory 1.1 and 3(j)). */
static void the_fixed_layer_counts_as_one_more_in_the_moments(void **state)
{
    (void) state;
    struct moments got = measure_moments("deep-relu-fixed-input", 20, 2, 1, 3000);

    check_close(got.h2, 1, 0.07);
    check_close(got.f2, 1, 0.15);
    check_close(got.h2_variance / (pow(1.25, 3) - 1), 1, 0.35);
}

static void all_trained_layers_are_square(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;

    check_ok(lemma_network_create("deep-relu-fixed-input", 6, 1, 24, 2, &net, NULL),
             NULL);
    assert_int_equal(lemma_network_parameters(net), 2 * 24 * 24);
    assert_int_equal(net->input.in, 6);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fixed_layer_counts_as_one_more_in_the_moments),
        cmocka_unit_test(all_trained_layers_are_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
