#include <math.h>

#include "net/moments.h"
#include "net/network.h"

/* Theory 3(e): E f(x)^2 = 1/2 on unit inputs; E||h||^2 = m/2, Var = m 5/4. Standard
 * errors for 4000 draws: 0.011 of f2, 0.035 of h2 / 20. */
static void initial_moments_are_those_of_the_theory(void **state)
{
    (void) state;
    struct moments got = measure_moments("two-layer-relu", 40, 1, 1, 4000);

    check_close(got.f2, 0.5, 0.04);
    check_close(got.h2, 20, 0.5);
    check_close(got.h2_variance / 50, 1, 0.15);
}

static void outputs_are_signs_over_root_m(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    double v[64];
    int plus = 0;

    check_ok(lemma_network_create("two-layer-relu", 6, 1, 64, 1, &net, NULL), NULL);
    lemma_layer_draw(&net->output, 1, LEMMA_LAYER_OUTPUT, lemma_mat_of(v, 1, 64));
    for (int i = 0; i < 64; i++) {
        assert_true(fabs(v[i]) == 0.125);
        plus += v[i] > 0;
    }
    assert_in_range(plus, 16, 48); /* 32 +- 4 standard deviations */
    assert_true(net->preset->width_rule(net) == 1);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_moments_are_those_of_the_theory),
        cmocka_unit_test(outputs_are_signs_over_root_m),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
