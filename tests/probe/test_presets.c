#include "probe/watched.h"

static const char *const names[] = {"economy", "standard", "full"};

static bool has_probe(const struct lemma_experiment *x, const char *name)
{
    for (size_t i = 0; i < x->probe_count; i++)
        if (strcmp(x->probes[i].name, name) == 0)
            return true;
    return false;
}

static void every_preset_makes_a_run_that_is_watched(void **state)
{
    static const size_t probes[] = {4, 7, 15};

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        struct watched w = watched_default();
        struct lemma_error err = {""};
        struct lemma_probes *p = NULL;
        struct lemma_dataset set = {.n = 8, .d_x = 5, .d = 1};
        struct lemma_network *net = NULL;

        check_ok(lemma_network_create("deep-relu", 5, 1, 8, 2, &net, &err), &err);
        watched_probe(&w, "gradient", NULL); /* what was there is replaced */
        check_ok(lemma_probes_preset(w.x, names[i], &err), &err);
        assert_int_equal(w.x->probe_count, probes[i]);
        check_ok(lemma_probes_create(w.x, &set, 2, net, &p, &err), &err);
        assert_int_equal(lemma_probes_count(p), probes[i]);
        lemma_probes_destroy(p);
        lemma_network_destroy(net);
        lemma_free(w.x);
    }
}

static void a_dearer_preset_has_all_that_a_cheaper_one_has(void **state)
{
    struct watched cheap = watched_default(), dear = watched_default();

    (void) state;
    for (size_t i = 0; i + 1 < 3; i++) {
        check_ok(lemma_probes_preset(cheap.x, names[i], NULL), NULL);
        check_ok(lemma_probes_preset(dear.x, names[i + 1], NULL), NULL);
        for (size_t k = 0; k < cheap.x->probe_count; k++)
            assert_true(has_probe(dear.x, cheap.x->probes[k].name));
    }
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++)
        assert_true(has_probe(dear.x, (*t)->name));
    lemma_free(cheap.x);
    lemma_free(dear.x);
}

/* Under mini-batches a look at all of the data costs more than a step. */
static void with_mini_batches_the_cheaper_presets_look_once_a_round(void **state)
{
    (void) state;
    for (size_t i = 0; i < 3; i++) {
        struct watched w = watched_default();

        w.x->train.batch = 2;
        w.x->train.local_steps = 7;
        check_ok(lemma_probes_preset(w.x, names[i], NULL), NULL);
        for (size_t k = 0; k < w.x->probe_count; k++) {
            const struct lemma_probe_config *p = &w.x->probes[k];

            if (strcmp(p->name, "local_loss") != 0 &&
                strcmp(p->name, "activation") != 0)
                continue;
            assert_int_equal(p->option_count, i < 2 ? 2 : 0);
            if (i < 2)
                assert_string_equal(p->options[0].value, "7 steps");
        }
        lemma_free(w.x);
    }
}

static void an_unknown_preset_is_refused(void **state)
{
    struct watched w = watched_default();
    struct lemma_error err = {""};

    (void) state;
    assert_int_equal(lemma_probes_preset(w.x, "lavish", &err), LEMMA_EINPUT);
    check_contains(err.text, "expected economy, standard or full, got \"lavish\"");
    lemma_free(w.x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_makes_a_run_that_is_watched),
        cmocka_unit_test(a_dearer_preset_has_all_that_a_cheaper_one_has),
        cmocka_unit_test(with_mini_batches_the_cheaper_presets_look_once_a_round),
        cmocka_unit_test(an_unknown_preset_is_refused),
    };
    return cmocka_run_group_tests_name("presets", tests, NULL, NULL);
}
