#include "net/network.h"
#include "support.h"

static void presets_fill_their_layers(void **state)
{
    (void) state;
    for (size_t i = 0; lemma_preset_types[i]; i++) {
        const struct lemma_preset_type *p = lemma_preset_types[i];
        size_t L = p->max_depth ? p->max_depth : 3, in;
        struct lemma_network *net = NULL;
        struct lemma_error err = {""};

        check_ok(lemma_network_create(p->name, 5, 2, 16, L, &net, &err), &err);
        assert_true(p->title && p->source && p->width_rule(net) > 0);
        in = net->input.out ? net->input.out : 5;
        assert_true(!net->input.out || net->input.in == 5);
        for (size_t l = 0; l < L; l++) {
            assert_int_equal(net->layers[l].in, in);
            assert_true(net->layers[l].scale > 0 && net->layers[l].activation);
            in = net->layers[l].out;
        }
        assert_int_equal(net->output.in, in);
        assert_int_equal(net->output.out, 2);
        lemma_network_destroy(net);
    }
}

static void an_unknown_preset_is_named(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    struct lemma_error err = {""};

    assert_int_equal(lemma_network_create("deep-relo", 5, 1, 16, 2, &net, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "deep-relo");
    assert_null(net);
}

static void a_depth_the_preset_lacks_is_refused(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    struct lemma_error err = {""};

    assert_int_equal(lemma_network_create("two-layer-relu", 5, 1, 16, 2, &net, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "expected depth 1, got 2");
}

static void sizes_beyond_memory_are_refused(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;
    struct lemma_error err = {""};

    assert_int_equal(
        lemma_network_create("deep-relu", 5, 1, (size_t) 1 << 31, 3, &net, &err),
        LEMMA_EINPUT);
    assert_int_equal(
        lemma_network_create("deep-relu", 5, 1, (size_t) 1 << 30, 1 << 20, &net, &err),
        LEMMA_EINPUT);
    check_contains(err.text, "larger than memory");
    assert_null(net);
}

static void parameters_are_counted(void **state)
{
    (void) state;
    struct lemma_network *net = NULL;

    check_ok(lemma_network_create("deep-relu", 5, 2, 16, 3, &net, NULL), NULL);
    assert_int_equal(lemma_network_parameters(net), 16 * 5 + 2 * 16 * 16);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_fill_their_layers),
        cmocka_unit_test(an_unknown_preset_is_named),
        cmocka_unit_test(a_depth_the_preset_lacks_is_refused),
        cmocka_unit_test(sizes_beyond_memory_are_refused),
        cmocka_unit_test(parameters_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
