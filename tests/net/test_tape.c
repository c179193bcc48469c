#include "net/tape.h"
#include "support.h"

static void patterns_are_compared_by_bits(void **state)
{
    (void) state;
    uint64_t a[2] = {0xf0, 1}, b[2] = {0x0f, 1};

    assert_int_equal(lemma_pattern_distance(a, b, 2), 8);
    assert_int_equal(lemma_pattern_distance(a, a, 2), 0);
    assert_int_equal(lemma_pattern_distance(a, b, 0), 0);
}

static void losses_and_coefficients_are_means_over_the_clients_rows(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    struct lemma_tape *tape = NULL;
    struct lemma_span spans[2] = {{0, 3}, {3, 1}};

    check_ok(lemma_network_create("deep-relu", 2, 1, 4, 2, &net, NULL), NULL);
    check_ok(lemma_tape_create(net, 4, 2, spans, &tape), NULL);
    for (size_t i = 0; i < 4; i++) {
        tape->loss[i] = (double) i;
        tape->residual.a[i] = 3 * (double) i;
    }
    assert_true(lemma_tape_loss(tape, 0) == 1 && lemma_tape_loss(tape, 1) == 3);
    assert_true(lemma_tape_coef(tape, 0, 2) == 2 && lemma_tape_coef(tape, 1, 3) == 9);
    lemma_tape_destroy(tape);
    lemma_network_destroy(net);
    lemma_tape_destroy(NULL);
}

static void several_outputs_weigh_the_sensitivities_themselves(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    struct lemma_tape *tape = NULL;
    struct lemma_span span = {0, 4};

    check_ok(lemma_network_create("deep-relu", 2, 3, 4, 1, &net, NULL), NULL);
    check_ok(lemma_tape_create(net, 4, 1, &span, &tape), NULL);
    assert_false(tape->bare);
    assert_true(lemma_tape_coef(tape, 0, 1) == 0.25);
    lemma_tape_destroy(tape);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_compared_by_bits),
        cmocka_unit_test(losses_and_coefficients_are_means_over_the_clients_rows),
        cmocka_unit_test(several_outputs_weigh_the_sensitivities_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
