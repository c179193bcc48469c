#include <math.h>

#include "net/moments.h"
#include "net/network.h"

/* Theory 3(j): E||h_L||^2 = 1, Var||h_L||^2 = (1 + 5/m)^L - 1, E||f||^2 = 1. With 3000
 * draws of m = 20, L = 3 the variance is 0.95; standard errors 0.018 for the mean. */
static void initial_moments_are_those_of_the_theory(void **state)
{
    (void) state;
    struct moments got = measure_moments("deep-relu", 20, 3, 2, 3000);

    check_close(got.h2, 1, 0.07);
    check_close(got.f2, 1, 0.12);
    check_close(got.h2_variance / (pow(1.25, 3) - 1), 1, 0.35);
}

static void the_width_rule_is_d_over_m(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;

    check_ok(lemma_network_create("deep-relu", 6, 3, 24, 2, &net, NULL), NULL);
    assert_true(net->preset->width_rule(net) == 0.125);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_moments_are_those_of_the_theory),
        cmocka_unit_test(the_width_rule_is_d_over_m),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
