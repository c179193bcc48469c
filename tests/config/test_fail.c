/* Messages about values that were read but do not fit the rest. */
#include "config/experiment.h"

#include "settings.h"

static void check_fails(const struct lemma_experiment *x, const char *key,
                        const char *sentence)
{
    struct lemma_error err = {{0}};

    assert_int_equal(lemma_experiment_fail(x, key, &err, "expected at most %d", 256),
                     LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    assert_int_equal(lemma_experiment_fail(x, key, NULL, "expected"), LEMMA_EINPUT);
}

static void a_key_of_the_file_has_its_line(void **state)
{
    struct lemma_experiment *x = read_text("\nnetwork: {width: 300}\nprobes:\n  gram:\n"
                                           "    every: 3 moons\n");

    (void) state;
    check_fails(x, "network.width", "x.yaml:2: network.width: expected at most 256");
    check_fails(x, "probes.gram", "x.yaml:4: probes.gram: expected at most 256");
    check_fails(x, "probes.gram.every",
                "x.yaml:5: probes.gram.every: expected at most 256");
    lemma_free(x);
}

static void an_override_is_quoted(void **state)
{
    struct lemma_experiment *x = read_text("network: {width: 1}\n");

    (void) state;
    check_ok(lemma_experiment_set(x, "network.width=300", NULL), NULL);
    check_ok(lemma_experiment_set(x, "probes.gram.every=3 moons", NULL), NULL);
    check_ok(lemma_experiment_set(x, "probes.lazy={}", NULL), NULL);
    check_fails(x, "network.width", "--set network.width=300: expected at most 256");
    check_fails(x, "probes.gram.every",
                "--set probes.gram.every=3 moons: expected at most 256");
    check_fails(x, "probes.lazy", "--set probes.lazy={}: expected at most 256");
    lemma_free(x);
}

static void a_default_is_called_so(void **state)
{
    struct lemma_experiment *x = read_text("seed: 1\n"), *bare = defaults();

    (void) state;
    check_fails(x, "network.width",
                "x.yaml: network.width (default 1024): expected at most 256");
    check_fails(bare, "network.width",
                "network.width (default 1024): expected at most 256");
    lemma_free(x);
    lemma_free(bare);
}

static void what_is_not_there_is_still_named(void **state)
{
    struct lemma_experiment *x = read_text("seed: 1\n");

    (void) state;
    check_fails(x, "probes.gram.every",
                "x.yaml: probes.gram.every: expected at most 256");
    check_fails(x, "no.such.key", "x.yaml: no.such.key: expected at most 256");
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_of_the_file_has_its_line),
        cmocka_unit_test(an_override_is_quoted),
        cmocka_unit_test(a_default_is_called_so),
        cmocka_unit_test(what_is_not_there_is_still_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
