/* Keys of experiment files: what is read, what is refused and how that is said. */
#include "config/experiment.h"

#include "settings.h"

static void every_kind_of_value_is_read(void **state)
{
    struct lemma_experiment *x = read_text(sample_text);

    (void) state;
    assert_true(x->seed == (uint64_t) 1 << 53);
    assert_string_equal(x->data.kind, "idx");
    assert_string_equal(x->data.path, "/data/a b");
    assert_int_equal(x->data.class_count, 3);
    assert_memory_equal(x->data.classes, ((uint8_t[]){3, 0, 255, 0}), 4);
    assert_int_equal(x->data.samples, 100);
    assert_int_equal(x->data.test_samples, 20);
    assert_string_equal(x->data.targets.kind, "one-hot");
    assert_string_equal(x->partition.kind, "dirichlet");
    assert_int_equal(x->partition.clients, 5);
    assert_true(x->partition.alpha == 0.25);
    assert_string_equal(x->network.preset, "deep-relu");
    assert_int_equal(x->network.width, 64);
    assert_int_equal(x->network.depth, 2);
    assert_string_equal(x->train.step_rule, "raw");
    assert_true(x->train.step_size == 0.125);
    assert_int_equal(x->train.batch, 4);
    assert_string_equal(x->train.sampling, "epoch");
    assert_string_equal(x->record.data, "all");
    assert_string_equal(x->record.weights, "initial");
    assert_true(x->record.batches);
    /* Not in the text: as it was. */
    assert_int_equal(x->train.local_steps, 10);
    assert_int_equal(x->data.dimension, 32);
    lemma_free(x);
}

static void lines_and_the_file_are_kept(void **state)
{
    struct lemma_experiment *x = read_text("seed: 2\n\nnetwork:\n  width: 7\n");
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);

    (void) state;
    assert_string_equal(x->file, "x.yaml");
    for (size_t i = 0; i < count; i++)
        assert_int_equal(x->lines[i], strcmp(keys[i].name, "seed") == 0            ? 1
                                      : strcmp(keys[i].name, "network.width") == 0 ? 4
                                                                                   : 0);
    lemma_free(x);
}

static void an_empty_file_is_all_defaults(void **state)
{
    static const char *const empty[] = {
        "",      "\n\n",          "# nothing\n",
        "---\n", "--- {}\n...\n", "data:\nnetwork:\nprobes:\n",
        "~",     "\xef\xbb\xbf"};
    struct lemma_experiment *x = defaults();

    (void) state;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct lemma_experiment *y = read_text(empty[i]);
        check_same_settings(x, y);
        lemma_free(y);
    }
    lemma_free(x);
}

static void unknown_keys_are_answered_with_the_nearest(void **state)
{
    (void) state;
    check_refused("network:\n  widht: 5\n",
                  "x.yaml:2: network.widht: expected a key of network (preset, width, "
                  "depth), got \"widht\"; did you mean \"width\"?");
    check_refused(
        "netwrok: {}\n",
        "x.yaml:1: netwrok: expected a key of an experiment (seed, data, "
        "partition, network, train, record, run, probes), got \"netwrok\"; did you "
        "mean \"network\"?");
    check_refused("data:\n  targets:\n    kimd: teacher\n",
                  "x.yaml:3: data.targets.kimd: expected a key of data.targets (kind, "
                  "outputs), got \"kimd\"; did you mean \"kind\"?");
}

static void a_key_in_the_wrong_place_is_told_its_section(void **state)
{
    (void) state;
    check_refused("width: 5\n",
                  "x.yaml:1: width: expected a key of an experiment (seed, data, "
                  "partition, network, train, record, run, probes), got \"width\"; "
                  "did you mean \"width\" inside \"network\"?");
    check_refused(
        "network.width: 5\n",
        "x.yaml:1: network.width: expected a key of an experiment (seed, data, "
        "partition, network, train, record, run, probes), got \"network.width\"; did "
        "you mean \"width\" inside \"network\"?");
}

static void an_unknown_key_without_a_neighbour_lists_the_section(void **state)
{
    (void) state;
    check_refused(
        "network: {learning_speed: 5}\n",
        "x.yaml:1: network.learning_speed: expected a key of network (preset, "
        "width, depth), got \"learning_speed\"");
}

static void whole_numbers_are_strict(void **state)
{
    static const struct {
        const char *value, *sentence;
    } bad[] = {
        {"0", "expected a whole number of at least 1, got \"0\""},
        {"-1", "expected a whole number of at least 1, in decimal digits, got \"-1\""},
        {"1.5",
         "expected a whole number of at least 1, in decimal digits, got \"1.5\""},
        {"1e3",
         "expected a whole number of at least 1, in decimal digits, got \"1e3\""},
        {"0x10",
         "expected a whole number of at least 1, in decimal digits, got \"0x10\""},
        {"010",
         "expected a whole number of at least 1, without leading zeros, got \"010\""},
        {"9007199254740993",
         "expected a whole number of at least 1, of at most 2^53, got "
         "\"9007199254740993\""},
        {"99999999999999999999", "expected a whole number of at least 1, of at most "
                                 "2^53, got \"99999999999999999999\""},
        {"\"5\"",
         "expected a whole number of at least 1, got \"5\" in quotation marks"},
        {"[5]", "expected a whole number of at least 1, got a list"},
        {"{a: 5}", "expected a whole number of at least 1, got a map"},
        {"", "expected a whole number of at least 1, got nothing"},
        {"~", "expected a whole number of at least 1, got nothing"},
        {"null", "expected a whole number of at least 1, got nothing"},
        {"wide",
         "expected a whole number of at least 1, in decimal digits, got \"wide\""},
        {"!!int 5",
         "expected a value without a tag, got the tag \"tag:yaml.org,2002:int\""},
    };
    char text[256], sentence[256];

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "network: {width: %s}\n", bad[i].value);
        snprintf(sentence, sizeof sentence, "x.yaml:1: network.width: %s",
                 bad[i].sentence);
        check_refused(text, sentence);
    }
}

static void reals_are_strict(void **state)
{
    static const struct {
        const char *value, *sentence;
    } bad[] = {
        {"0", "expected a number above 0, got \"0\""},
        {"-0.5", "expected a number above 0, got \"-0.5\""},
        {".nan", "expected a number above 0, got \".nan\""},
        {".inf", "expected a number above 0, got \".inf\""},
        {"1e999", "expected a number above 0, below 1.8e308, got \"1e999\""},
        {"1/2", "expected a number above 0, got \"1/2\""},
        {"00.5", "expected a number above 0, without leading zeros, got \"00.5\""},
        {"true", "expected a number above 0, got \"true\""},
    };
    char text[256], sentence[256];

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "train:\n  step_size: %s\n", bad[i].value);
        snprintf(sentence, sizeof sentence, "x.yaml:2: train.step_size: %s",
                 bad[i].sentence);
        check_refused(text, sentence);
    }
    check_refused("data: {separation: 1.5}",
                  "x.yaml:1: data.separation: expected a number "
                  "from 0 to 1.4142135623730951, got \"1.5\"");
}

static void seeds_end_at_2_to_the_53(void **state)
{
    (void) state;
    static const char *const bad[] = {"9007199254740993", "18446744073709551616"};
    char text[64], sentence[160];

    for (size_t i = 0; i < 2; i++) {
        snprintf(text, sizeof text, "seed: %s\n", bad[i]);
        snprintf(sentence, sizeof sentence,
                 "x.yaml:1: seed: expected a whole number of at least 0, of at most "
                 "2^53, got \"%s\"",
                 bad[i]);
        check_refused(text, sentence);
    }
    check_refused("seed: -1\n",
                  "x.yaml:1: seed: expected a whole number of at least 0, in "
                  "decimal digits, got \"-1\"");
}

static void booleans_are_true_or_false(void **state)
{
    (void) state;
    check_refused("record: {batches: yes}\n",
                  "x.yaml:1: record.batches: expected true or false, got \"yes\"");
    check_refused("record: {batches: 1}\n",
                  "x.yaml:1: record.batches: expected true or false, got \"1\"");
    check_refused("record: {batches: 'true'}\n",
                  "x.yaml:1: record.batches: expected true or false, got \"true\" in "
                  "quotation marks");
}

static void cadences_are_kept_in_one_spelling(void **state)
{
    static const char *const same[][2] = {{"off", "off"},
                                          {"20 rounds", "20 rounds"},
                                          {"every 20 rounds", "20 rounds"},
                                          {"1 round", "1 rounds"},
                                          {"every 1 minute", "1 minutes"},
                                          {"'5 minutes'", "5 minutes"}};

    (void) state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char text[64];

        snprintf(text, sizeof text, "run: {checkpoint: %s}\n", same[i][0]);
        struct lemma_experiment *x = read_text(text);
        assert_string_equal(x->run.checkpoint, same[i][1]);
        lemma_free(x);
    }
#define EVERY "x.yaml:1: run.checkpoint: expected N rounds, N minutes or off, "
    check_refused("run: {checkpoint: 5}\n", EVERY "got \"5\"");
    check_refused("run: {checkpoint: 0 rounds}\n", EVERY "got \"0 rounds\"");
    check_refused("run: {checkpoint: -1 rounds}\n", EVERY "got \"-1 rounds\"");
    check_refused("run: {checkpoint: 5 steps}\n", EVERY "got \"5 steps\"");
    check_refused("run: {checkpoint: every rounds}\n", EVERY "got \"every rounds\"");
    check_refused("run: {checkpoint: 99999999999999999999 rounds}\n",
                  EVERY "got \"99999999999999999999 rounds\"");
}

static void words_come_from_their_list(void **state)
{
    (void) state;
    check_refused("train: {step_rule: widht}\n",
                  "x.yaml:1: train.step_rule: expected one of raw, width, lazy-limit, "
                  "got \"widht\"; "
                  "did you mean \"width\"?");
    check_refused(
        "train: {sampling: sometimes}\n",
        "x.yaml:1: train.sampling: expected one of subset, replacement, epoch, got "
        "\"sometimes\"");
    check_refused(
        "train: {sampling: }\n",
        "x.yaml:1: train.sampling: expected one of subset, replacement, epoch, got "
        "nothing");
    check_refused(
        "network: {preset: deep relu}\n",
        "x.yaml:1: network.preset: expected a word of letters, digits, - and _, "
        "shorter than 32, got \"deep relu\"");
    check_refused(
        "network: {preset: \"deep\\0relu\"}\n",
        "x.yaml:1: network.preset: expected a word of letters, digits, - and _, "
        "shorter than 32, got \"deep\\x00relu\"");
}

/* Whether such a kind exists is known to the room that has them. */
static void words_of_registries_are_left_to_them(void **state)
{
    struct lemma_experiment *x =
        read_text("data: {kind: torus}\nnetwork: {preset: '7'}\n");

    (void) state;
    assert_string_equal(x->data.kind, "torus");
    assert_string_equal(x->network.preset, "7");
    lemma_free(x);
}

static void stored_data_may_be_called_true_or_false(void **state)
{
    struct lemma_experiment *x = read_text("record: {data: true, weights: false}\n");

    (void) state;
    assert_string_equal(x->record.data, "all");
    assert_string_equal(x->record.weights, "none");
    lemma_free(x);
    check_refused("record: {data: True}\n",
                  "x.yaml:1: record.data: expected one of auto, "
                  "none, all, got \"True\"");
    check_refused(
        "record: {data: tru}\n",
        "x.yaml:1: record.data: expected one of auto, none, all, got \"tru\"");
}

static void classes_are_a_list_of_bytes(void **state)
{
    struct lemma_experiment *x = read_text("data:\n  classes:\n  - 9\n  - 4\n");

    (void) state;
    assert_int_equal(x->data.class_count, 2);
    assert_memory_equal(x->data.classes, ((uint8_t[]){9, 4}), 2);
    lemma_free(x);
#define CLASSES \
    "x.yaml:1: data.classes: expected a list of labels from 0 to 255, like [0, 1], "
    check_refused("data: {classes: 3}", CLASSES "got \"3\"");
    check_refused("data: {classes: }", CLASSES "got nothing");
    check_refused("data: {classes: [256]}", CLASSES "got \"256\" in it");
    check_refused("data: {classes: [-1]}", CLASSES "got \"-1\" in it");
    check_refused("data: {classes: ['1']}", CLASSES "got \"1\" in it");
    check_refused("data: {classes: [[1]]}", CLASSES "got a list");
    check_refused("data: {classes: [1, 2, 1]}",
                  "x.yaml:1: data.classes: expected each label once, got 1 twice");
}

static void a_path_has_an_end(void **state)
{
    char *text = lemma_alloc(LEMMA_PATH + 64, 1);
    struct lemma_experiment *x = defaults();
    struct lemma_error err = {{0}};

    (void) state;
    assert_non_null(text);
    strcpy(text, "data: {path: ");
    memset(text + strlen(text), 'p', LEMMA_PATH - 1);
    strcat(text, "}");
    check_ok(lemma_experiment_parse(x, text, strlen(text), "x.yaml", &err), &err);
    assert_int_equal(strlen(x->data.path), LEMMA_PATH - 1);
    text[strlen(text) - 1] = 'p';
    strcat(text, "}");
    assert_int_equal(lemma_experiment_parse(x, text, strlen(text), "x.yaml", &err),
                     LEMMA_EINPUT);
    check_contains(err.text,
                   "x.yaml:1: data.path: expected a path shorter than 4096 bytes");
    lemma_free(x);
    lemma_free(text);
}

static void what_is_no_map_is_refused_where_one_belongs(void **state)
{
    (void) state;
    check_refused("hello\n", "x.yaml:1: expected a map of keys (seed, data, partition, "
                             "network, train, record, run, probes), got \"hello\"");
    check_refused("\n- seed\n",
                  "x.yaml:2: expected a map of keys (seed, data, partition, "
                  "network, train, record, run, probes), got a list");
    check_refused("network: 5\n",
                  "x.yaml:1: network: expected a map of keys (preset, width, "
                  "depth), got \"5\"");
    check_refused(
        "network: !net {width: 5}\n",
        "x.yaml:1: network: expected a value without a tag, got the tag \"!net\"");
}

static void keys_stand_once(void **state)
{
    (void) state;
    check_refused("seed: 1\ndata: {}\nseed: 1\n",
                  "x.yaml:3: seed: expected once, got a second time (first on line 1)");
    check_refused(
        "network: {width: 1}\nnetwork: {depth: 1}\n",
        "x.yaml:2: network: expected once, got a second time (first on line 1)");
    check_refused(
        "data:\n  targets:\n    kind: a\n    'kind': b\n",
        "x.yaml:4: data.targets.kind: expected once, got a second time (first on "
        "line 3)");
}

static void keys_are_text(void **state)
{
    (void) state;
    check_refused("? [a, b]\n: 1\n", "x.yaml:1: expected a key, got a list");
    check_refused("network: {{a: b}: 1}\n",
                  "x.yaml:1: network: expected a key, got a map");
    check_refused("\"se\\0ed\": 1\n", "x.yaml:1: expected a key, got \"se\\x00ed\"");
    check_refused(
        "? >-\n  abcdefghijklmnopqrstuvwxyz0123456789\n: 1\n",
        "x.yaml:1: expected a key, got \"abcdefghijklmnopqrstuvwxyz0123456789\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(lines_and_the_file_are_kept),
        cmocka_unit_test(an_empty_file_is_all_defaults),
        cmocka_unit_test(unknown_keys_are_answered_with_the_nearest),
        cmocka_unit_test(a_key_in_the_wrong_place_is_told_its_section),
        cmocka_unit_test(an_unknown_key_without_a_neighbour_lists_the_section),
        cmocka_unit_test(whole_numbers_are_strict),
        cmocka_unit_test(reals_are_strict),
        cmocka_unit_test(seeds_end_at_2_to_the_53),
        cmocka_unit_test(booleans_are_true_or_false),
        cmocka_unit_test(cadences_are_kept_in_one_spelling),
        cmocka_unit_test(words_come_from_their_list),
        cmocka_unit_test(words_of_registries_are_left_to_them),
        cmocka_unit_test(stored_data_may_be_called_true_or_false),
        cmocka_unit_test(classes_are_a_list_of_bytes),
        cmocka_unit_test(a_path_has_an_end),
        cmocka_unit_test(what_is_no_map_is_refused_where_one_belongs),
        cmocka_unit_test(keys_stand_once),
        cmocka_unit_test(keys_are_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
