#include <math.h>

#include "net/moments.h"
#include "net/network.h"
#include "core/alloc.h"

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

/* Reference R6: Var||h_6||^2 at m = 100 is (1.05)^6 - 1 = .340; the estimate from 1000
 * draws has a standard error of some 8 %. */
static void the_variance_of_a_deep_net_is_the_references_R6(void **state)
{
    (void) state;
    struct moments got = measure_moments("deep-relu", 100, 6, 1, 1000);

    check_close(got.h2_variance / .340, 1, 0.3);
    check_close(got.h2, 1, 0.07);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

/* Theory 3(b5), reference R6: z = W_1 x of m units; how many of the smallest have
 * squares that sum to omega^2, as a share of m omega^(2/3): .983 at omega = .1, .997 at
 * .01, and (3 / pi)^(1/3) = .985 in the limit of m first. The share's scatter is that
 * of the count (the square root of it), below 1 % here. */
static void few_units_have_little_energy_R6(void **state)
{
    enum { M = 400000 };
    static const double omegas[] = {.1, .01}, shares[] = {.983, .985};
    struct lemma_network *net = NULL;
    double *z = lemma_alloc(M, sizeof *z);

    (void) state;
    assert_non_null(z);
    check_ok(lemma_network_create("deep-relu", 1, 1, M, 1, &net, NULL), NULL);
    lemma_layer_draw(&net->layers[0], 6, 0, lemma_mat_of(z, M, 1));
    for (size_t i = 0; i < M; i++)
        z[i] *= z[i];
    qsort(z, M, sizeof *z, by_value);
    for (size_t k = 0; k < 2; k++) {
        double sum = 0, share;
        size_t count = 0;

        while (count < M && sum + z[count] <= omegas[k] * omegas[k])
            sum += z[count++];
        share = (double) count / (M * pow(omegas[k], 2. / 3));
        check_close(share, shares[k], 4 / sqrt((double) count));
    }
    check_close(pow(3 / M_PI, 1. / 3), .985, 5e-4);
    lemma_free(z);
    lemma_network_destroy(net);
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
        cmocka_unit_test(the_variance_of_a_deep_net_is_the_references_R6),
        cmocka_unit_test(few_units_have_little_energy_R6),
        cmocka_unit_test(the_width_rule_is_d_over_m),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
