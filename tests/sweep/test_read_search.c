/* Searches as sweep files write them, and what is refused with its line. */
#include "grid.h"

#define UNTIL "until: loss/server rounds-to<=1e-2"
#define SEEDS "seeds: 2\n"

static void a_search_is_read_and_is_no_axis(void **state)
{
    struct lemma_sweep *s =
        read_sweep(SEEDS "search: {network.width: {from: 4, to: 4096}, " UNTIL "}\n");
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_error err = {""};

    (void) state;
    assert_non_null(x);
    assert_true(lemma_sweep_searches(s));
    check_points(s, "seed = 1; seed = 2");
    assert_string_equal(s->search.key, "network.width");
    assert_int_equal(s->search.line, 9);
    assert_int_equal(s->search.from, 4);
    assert_int_equal(s->search.to, 4096);
    assert_true(s->search.ratio == 1.1);
    assert_string_equal(s->search.of, "loss/server");
    assert_int_equal(s->search.measure.kind, LEMMA_BY_ROUNDS_TO);
    assert_true(s->search.measure.fraction == 0.01);
    check_ok(lemma_sweep_experiment_at(s, 1, 77, x, &err), &err);
    assert_int_equal(x->network.width, 77);
    assert_int_equal(x->seed, 2);
    assert_int_equal(lemma_sweep_set(s, "network.width=9", &err), LEMMA_EINPUT);
    assert_string_equal(err.text, "--set network.width=9: expected a key that stays, "
                                  "got the one that is searched (s.yaml:9)");
    check_ok(lemma_sweep_set(s, "network.depth=3", &err), &err);
    lemma_free(x);
    lemma_sweep_destroy(s);
    s = read_sweep(SEEDS);
    assert_false(lemma_sweep_searches(s));
    lemma_sweep_destroy(s);
}

static void the_criterion_is_written_as_fits_write_it(void **state)
{
    struct lemma_sweep *s = read_sweep(
        SEEDS "search:\n  until: \"local_loss/average rounds-to average <= "
              "1e-3*initial\"\n  ratio: 1\n  partition.clients: {to: 8, from: 1}\n");

    (void) state;
    assert_string_equal(s->search.of, "local_loss/average");
    assert_true(s->search.measure.fraction == 1e-3);
    assert_true(s->search.ratio == 1);
    lemma_sweep_destroy(s);
}

static void keys_that_can_not_be_searched_are_told(void **state)
{
    (void) state;
    check_sweep_refused("axes: [network.width: [4, 8]]\nsearch: {network.width: {from: "
                        "4, to: 8}, " UNTIL "}\n",
                        "s.yaml:9: network.width: expected a key that is searched "
                        "alone, got one that changes (line 8)");
    check_sweep_refused(SEEDS "search: {train.step_size: {from: 1, to: 2}, " UNTIL
                              "}\n",
                        "s.yaml:9: train.step_size: expected a key of whole numbers to "
                        "search, like network.width");
    check_sweep_refused(SEEDS "search: {probes.gram.every: {from: 1, to: 2}}\n",
                        "s.yaml:9: probes.gram.every: expected a key of whole numbers "
                        "to search, like network.width");
    check_sweep_refused("axes: [network.depth: [1, 2]]\nsearch: {seed: {from: 1, to: "
                        "2}, " UNTIL "}\n",
                        "s.yaml:9: seed: expected a key of whole numbers to search, "
                        "like network.width");
    check_sweep_refused(SEEDS "search: {network: {from: 1, to: 2}}\n",
                        "s.yaml:9: network: expected a key of whole numbers to search, "
                        "like network.width");
    check_sweep_refused(SEEDS "search: {network.widht: {from: 1, to: 2}}\n",
                        "s.yaml:9: network.widht: expected a key of network (preset, "
                        "width, depth), got \"widht\"; did you mean "
                        "\"network.width\"?");
    check_sweep_refused(SEEDS "search:\n  network.width: {from: 4, to: 8}\n  "
                              "network.depth: {from: 1, to: 2}\n",
                        "s.yaml:11: network.depth: expected one key to search, got a "
                        "second (first on line 10: network.width)");
}

static void ends_that_enclose_nothing_are_told(void **state)
{
    (void) state;
    check_sweep_refused(SEEDS "search: {network.width: {from: 8, to: 8}}\n",
                        "s.yaml:9: network.width: expected from below to, got 8 and 8");
    check_sweep_refused(SEEDS "search: {network.width: {from: 8}}\n",
                        "s.yaml:9: network.width: expected {from, to}, both");
    check_sweep_refused(SEEDS "search: {network.width: 8}\n",
                        "s.yaml:9: network.width: expected {from, to}, got \"8\"");
    check_sweep_refused(SEEDS "search: {network.width: {from: 2, to: 8, points: 3}}\n",
                        "s.yaml:9: network.width.points: expected {from, to}");
    check_sweep_refused(SEEDS "search: {network.width: {from: 2.5, to: 8}}\n",
                        "s.yaml:9: network.width.from: expected a whole number of at "
                        "least 1, in decimal digits, got \"2.5\"");
    check_sweep_refused(SEEDS "search: {train.batch: {from: 0, to: 8}}\n",
                        "s.yaml:9: train.batch.from: expected a whole number of at "
                        "least 1, which has a logarithm, got \"0\"");
}

static void criteria_that_nobody_measures_are_told(void **state)
{
    (void) state;
#define WIDTH SEEDS "search: {network.width: {from: 4, to: 8}, "
#define EXPECTED                                                                      \
    "s.yaml:9: search.until: expected a table and rounds-to<=F with 0 < F < 1, like " \
    "\"loss/server rounds-to<=1e-2\", got "
    check_sweep_refused(WIDTH "until: loss/server}\n", EXPECTED "\"loss/server\"");
    check_sweep_refused(WIDTH "until: loss/server final}\n",
                        EXPECTED "\"loss/server final\"");
    check_sweep_refused(WIDTH "until: loss/server rounds-too<=0.1}\n",
                        EXPECTED "\"loss/server rounds-too<=0.1\"");
    check_sweep_refused(WIDTH "until: loss/server rounds-to<=2}\n",
                        EXPECTED "\"loss/server rounds-to<=2\"");
    check_sweep_refused(WIDTH "until: [1]}\n", EXPECTED "a list");
    check_sweep_refused(WIDTH "until: loss/servr rounds-to<=0.1}\n",
                        "s.yaml:9: search.until: expected a table of a probe, got "
                        "\"loss/servr\"; did you mean \"loss/server\"?");
}

static void what_is_missing_or_misspelt_is_told(void **state)
{
    (void) state;
#define FORMS                                                                        \
    "expected a map like {network.width: {from: 4, to: 4096}, until: \"loss/server " \
    "rounds-to<=1e-2\"}, and perhaps ratio, got "
    check_sweep_refused(SEEDS "search: 4\n", "s.yaml:9: search: " FORMS "\"4\"");
    check_sweep_refused(SEEDS "search: {" UNTIL "}\n",
                        "s.yaml:9: search: " FORMS "no key");
    check_sweep_refused(SEEDS "search: {network.width: {from: 4, to: 8}}\n",
                        "s.yaml:9: search: " FORMS "no until");
    check_sweep_refused(SEEDS "search: {untill: x}\n",
                        "s.yaml:9: search: " FORMS
                        "\"untill\"; did you mean \"until\"?");
    check_sweep_refused(SEEDS "search: {ratio: 0.9}\n",
                        "s.yaml:9: search.ratio: expected a number of at least 1 (1: "
                        "to the last whole number), got \"0.9\"");
    check_sweep_refused("search: {network.width: {from: 4, to: 8}, " UNTIL "}\n",
                        "s.yaml:1: axes: expected axes or seeds, got neither");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_is_read_and_is_no_axis),
        cmocka_unit_test(the_criterion_is_written_as_fits_write_it),
        cmocka_unit_test(keys_that_can_not_be_searched_are_told),
        cmocka_unit_test(ends_that_enclose_nothing_are_told),
        cmocka_unit_test(criteria_that_nobody_measures_are_told),
        cmocka_unit_test(what_is_missing_or_misspelt_is_told),
    };

    return cmocka_run_group_tests_name("read_search", tests, NULL, NULL);
}
