/* One override at a time, as --set gives them. */
#include "config/experiment.h"

#include "settings.h"

static void set(struct lemma_experiment *x, const char *assignment)
{
    struct lemma_error err = {{0}};

    check_ok(lemma_experiment_set(x, assignment, &err), &err);
}

static void keys_are_overridden_and_marked(void **state)
{
    struct lemma_experiment *x = read_text("network: {width: 8, depth: 2}");
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);

    (void) state;
    set(x, "network.width=2048");
    set(x, "seed= 9007199254740992");
    set(x, "train.step_size=1e-3");
    set(x, "data.targets.kind=one-hot");
    set(x, "data.classes=[7, 2]");
    set(x, "record.batches=true");
    assert_int_equal(x->network.width, 2048);
    assert_int_equal(x->network.depth, 2);
    assert_true(x->seed == (uint64_t) 1 << 53);
    assert_true(x->train.step_size == 1e-3);
    assert_string_equal(x->data.targets.kind, "one-hot");
    assert_memory_equal(x->data.classes, ((uint8_t[]){7, 2}), 2);
    assert_true(x->record.batches);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].name, "network.width") == 0)
            assert_int_equal(x->lines[i], -1);
        if (strcmp(keys[i].name, "network.depth") == 0)
            assert_int_equal(x->lines[i], 1);
    }
    lemma_free(x);
}

static void a_path_is_taken_as_it_stands(void **state)
{
    struct lemma_experiment *x = defaults();

    (void) state;
    set(x, "data.path=/data/größe #1: [a] = \"b\"");
    assert_string_equal(x->data.path, "/data/größe #1: [a] = \"b\"");
    set(x, "data.path=");
    assert_string_equal(x->data.path, "");
    lemma_free(x);
}

/* Every key's value goes back through --set; paths as they stand. */
static void a_value_is_told_as_it_is_set(void **state)
{
    static const char *const values[][2] = {
        {"network.width", "64"},         {"seed", "9007199254740992"},
        {"train.step_size", "0.125"},    {"data.classes", "[3, 0, 255]"},
        {"data.path", "/data/a b"},      {"record.batches", "true"},
        {"partition.kind", "dirichlet"}, {"probes.gram.every", "10 rounds"},
        {"probes.gram.nothing", "{}"},   {"network.nothing", ""},
    };
    struct lemma_experiment *x = read_text(sample_text), *back = read_text(sample_text);
    char text[64], assignment[128];

    (void) state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(lemma_experiment_value(x, values[i][0], text, sizeof text));
        assert_string_equal(text, values[i][1]);
        snprintf(assignment, sizeof assignment, "%s=%s", values[i][0], text);
        if (i < 8)
            set(back, assignment);
    }
    check_same_settings(x, back);
    assert_false(lemma_experiment_value(x, "seed", text, 16));
    lemma_free(x);
    lemma_free(back);
}

static void a_map_sets_the_keys_it_names(void **state)
{
    struct lemma_experiment *x = defaults();

    (void) state;
    set(x, "network={width: 5, depth: 1}");
    set(x, "data={targets: {outputs: 3}}");
    assert_int_equal(x->network.width, 5);
    assert_string_equal(x->network.preset, "deep-relu");
    assert_int_equal(x->data.targets.outputs, 3);
    lemma_free(x);
}

static void probes_are_added_changed_and_removed(void **state)
{
    struct lemma_experiment *x = defaults();

    (void) state;
    set(x, "probes.loss={}");
    set(x, "probes.gram.every=10 rounds");
    set(x, "probes.gram.kernel=full");
    set(x, "probes.gram.every=5 rounds");
    assert_int_equal(x->probe_count, 2);
    assert_string_equal(x->probes[1].name, "gram");
    assert_int_equal(x->probes[1].option_count, 2);
    assert_string_equal(x->probes[1].options[0].value, "5 rounds");
    assert_int_equal(x->probes[1].options[0].line, -1);
    set(x, "probes.gram={every: 2}");
    assert_int_equal(x->probes[1].option_count, 1);
    set(x, "probes.loss=off");
    set(x, "probes={lazy: {}, gram: off}");
    assert_int_equal(x->probe_count, 1);
    assert_string_equal(x->probes[0].name, "lazy");
    assert_int_equal(x->probes[0].line, -1);
    lemma_free(x);
}

static void bad_values_are_refused_like_those_of_files(void **state)
{
    (void) state;
    check_set_refused("network.width=0",
                      "--set network.width=0: expected a whole number of "
                      "at least 1, got \"0\"");
    check_set_refused("network.width=",
                      "--set network.width=: expected a whole number of at "
                      "least 1, got nothing");
    check_set_refused("network.width=010",
                      "--set network.width=010: expected a whole number of at least 1, "
                      "without leading zeros, got \"010\"");
    check_set_refused(
        "network={width: 0}",
        "--set network={width: 0}: network.width: expected a whole number of "
        "at least 1, got \"0\"");
    check_set_refused("network=",
                      "--set network=: expected a map of keys (preset, width, "
                      "depth), got nothing");
    check_set_refused(
        "train.step_rule=widht",
        "--set train.step_rule=widht: expected one of raw, width, lazy-limit, got "
        "\"widht\"; did you mean \"width\"?");
    check_set_refused(
        "data.classes=0,1",
        "--set data.classes=0,1: expected a list of labels from 0 to 255, like "
        "[0, 1], got \"0,1\"");
    check_set_refused("seed=[1",
                      "--set seed=[1: expected YAML, got: did not find expected "
                      "',' or ']' while parsing a flow sequence");
    check_set_refused("data.path=\xff",
                      "--set data.path=\\xFF: expected a path in UTF-8");
    check_set_refused("seed=\x1b[31m",
                      "--set seed=\\x1B[31m: expected YAML, got: control "
                      "characters are not allowed");
}

static void unknown_keys_are_named_in_full(void **state)
{
    (void) state;
    check_set_refused(
        "network.widht=5",
        "--set network.widht=5: expected a key of network (preset, width, "
        "depth), got \"widht\"; did you mean \"network.width\"?");
    check_set_refused("data.targets.x=5", "--set data.targets.x=5: expected a key of "
                                          "data.targets (kind, outputs), got \"x\"");
    check_set_refused(
        "netwrok.width=5",
        "--set netwrok.width=5: expected a key of an experiment (seed, data, "
        "partition, network, train, record, run, probes), got \"netwrok.width\"; "
        "did you mean \"network.width\"?");
    check_set_refused(
        "rounds=5",
        "--set rounds=5: expected a key of an experiment (seed, data, "
        "partition, network, train, record, run, probes), got \"rounds\"; did you "
        "mean \"train.rounds\"?");
}

static void what_is_no_assignment_is_refused(void **state)
{
    static const char *const bad[] = {"", "=", "=5", "seed"};
    char sentence[128], longer[300];

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(sentence, sizeof sentence,
                 "--set %s: expected key=value, like network.width=2048", bad[i]);
        check_set_refused(bad[i], sentence);
    }
    memset(longer, 'k', sizeof longer);
    strcpy(longer + sizeof longer - 3, "=1");
    struct lemma_experiment *x = defaults();
    struct lemma_error err = {{0}};
    assert_int_equal(lemma_experiment_set(x, longer, &err), LEMMA_EINPUT);
    check_contains(err.text, "...: expected key=value, like network.width=2048");
    lemma_free(x);
}

static void probes_that_are_not_there_cannot_be_removed(void **state)
{
    (void) state;
    check_set_refused(
        "probes.gramm=off",
        "--set probes.gramm=off: expected a probe of this experiment, got "
        "\"gramm\"; did you mean \"gram\"?");
    check_set_refused("probes.deviation=off",
                      "--set probes.deviation=off: expected a probe "
                      "of this experiment, got \"deviation\"");
    check_set_refused("probes.gram=on",
                      "--set probes.gram=on: expected a map of options, {} "
                      "or off, got \"on\"");
    check_set_refused("probes.gram.every=",
                      "--set probes.gram.every=: expected a value "
                      "shorter than 64 bytes, got nothing");
    check_set_refused(
        "probes.=1",
        "--set probes.=1: expected the name of a probe (letters, digits, - and "
        "_, shorter than 32), got \"\"");
    check_set_refused("probes.a.b.c=1",
                      "--set probes.a.b.c=1: expected the name of an option (letters, "
                      "digits, - and _, shorter than 32), got \"b.c\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_overridden_and_marked),
        cmocka_unit_test(a_path_is_taken_as_it_stands),
        cmocka_unit_test(a_value_is_told_as_it_is_set),
        cmocka_unit_test(a_map_sets_the_keys_it_names),
        cmocka_unit_test(probes_are_added_changed_and_removed),
        cmocka_unit_test(bad_values_are_refused_like_those_of_files),
        cmocka_unit_test(unknown_keys_are_named_in_full),
        cmocka_unit_test(what_is_no_assignment_is_refused),
        cmocka_unit_test(probes_that_are_not_there_cannot_be_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
