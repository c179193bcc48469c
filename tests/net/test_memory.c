/* Networks, weights and tapes when memory runs out. */
#include "failing_alloc.h"
#include "net/tape.h"

enum { WIDTH = 5, DEPTH = 3 };

static lemma_status make_network(void *context)
{
    struct lemma_network *net = NULL;
    lemma_status st = lemma_network_create(context, 4, 2, WIDTH, DEPTH, &net, NULL);

    assert_true((net != NULL) == (st == LEMMA_OK));
    lemma_network_destroy(net);
    return st;
}

static lemma_status make_weights(void *context)
{
    struct lemma_weights *weights = NULL;
    lemma_status st = lemma_weights_create(context, &weights);

    assert_true((weights != NULL) == (st == LEMMA_OK));
    lemma_weights_destroy(weights);
    return st;
}

static lemma_status make_tape(void *context)
{
    static const struct lemma_span spans[] = {{0, 2}, {2, 1}};
    struct lemma_tape *tape = NULL;
    lemma_status st = lemma_tape_create(context, 3, 2, spans, &tape);

    assert_true((tape != NULL) == (st == LEMMA_OK));
    lemma_tape_destroy(tape);
    return st;
}

static void a_network_without_memory_is_not_made(void **state)
{
    char name[] = "deep-relu-fixed-input";

    (void) state;
    assert_int_equal(fail_each_allocation(make_network, name), 2);
}

static void weights_and_tapes_without_memory_are_not_made(void **state)
{
    struct lemma_network *net = NULL;

    (void) state;
    check_ok(lemma_network_create("deep-relu", 4, 2, WIDTH, DEPTH, &net, NULL), NULL);
    assert_int_equal(fail_each_allocation(make_weights, net), 3);
    assert_true(fail_each_allocation(make_tape, net) >= 3 * DEPTH);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_without_memory_is_not_made),
        cmocka_unit_test(weights_and_tapes_without_memory_are_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
