#include "probe/options.h"
#include "support.h"

struct state {
    bool yes;
    char word[LEMMA_WORD];
    size_t size;
};

static const struct lemma_option options[] = {
    {"yes", LEMMA_OPTION_BOOL, offsetof(struct state, yes), "true", NULL, ""},
    {"word", LEMMA_OPTION_WORD, offsetof(struct state, word), "full", "full|mean", ""},
    {"size", LEMMA_OPTION_SIZE, offsetof(struct state, size), "17", NULL, ""},
    {0}};
static const struct lemma_probe_type at_steps = {
    .name = "thing", .events = LEMMA_ON_STEP | LEMMA_ON_ROUND_END, .options = options};
static const struct lemma_probe_type at_rounds = {
    .name = "thing", .events = LEMMA_ON_ROUND_BEGIN, .options = options};

static const struct lemma_column cadence_column[] = {
    {.name = "a", .shape = "", .axis = LEMMA_AXIS_CADENCE}, {0}};
static const struct lemma_column move_column[] = {
    {.name = "a", .shape = "", .axis = LEMMA_AXIS_MOVE}, {0}};
static const struct lemma_probe_type at_either = {.name = "thing",
                                                  .events = LEMMA_ON_STEP |
                                                            LEMMA_ON_ROUND_BEGIN,
                                                  .columns = cadence_column,
                                                  .options = options};
static const struct lemma_probe_type at_moves = {.name = "thing",
                                                 .events =
                                                     LEMMA_ON_STEP | LEMMA_ON_AVERAGED,
                                                 .columns = move_column,
                                                 .options = options};

static lemma_status read(const struct lemma_probe_type *type, const char *key,
                         const char *value, int line, struct state *s,
                         struct lemma_cadence *cadence, struct lemma_error *err)
{
    struct lemma_probe_config config = {.name = "thing", .line = 3, .option_count = 1};

    memset(s, 0, sizeof *s);
    snprintf(config.options[0].key, LEMMA_WORD, "%s", key);
    snprintf(config.options[0].value, LEMMA_VALUE, "%s", value);
    config.options[0].line = line;
    return lemma_options_read(type, "a.yaml", &config, s, cadence, err);
}

static void options_not_given_have_their_defaults(void **state)
{
    struct lemma_cadence cadence;
    struct state s = {0};

    (void) state;
    check_ok(lemma_options_read(&at_steps, "a.yaml", NULL, &s, &cadence, NULL), NULL);
    assert_true(s.yes);
    assert_string_equal(s.word, "full");
    assert_int_equal(s.size, 17);
    assert_int_equal(cadence.n, 1);
    assert_false(cadence.rounds);
    check_ok(lemma_options_read(&at_rounds, "a.yaml", NULL, &s, &cadence, NULL), NULL);
    assert_true(cadence.rounds);
    check_ok(lemma_options_read(&at_either, "a.yaml", NULL, &s, &cadence, NULL), NULL);
    assert_true(cadence.rounds);
    check_ok(lemma_options_read(&at_moves, "a.yaml", NULL, &s, &cadence, NULL), NULL);
    assert_true(cadence.rounds);
}

static void what_counts_both_takes_both_and_whole_rounds_take_rounds(void **state)
{
    struct lemma_cadence cadence;
    struct lemma_error err;
    struct state s;

    (void) state;
    check_ok(read(&at_either, "every", "3 steps", 4, &s, &cadence, &err), &err);
    assert_false(cadence.rounds);
    check_ok(read(&at_either, "every", "3", 4, &s, &cadence, &err), &err);
    assert_true(cadence.rounds);
    assert_int_equal(read(&at_moves, "every", "3 steps", 4, &s, &cadence, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "observed once a round");
}

static void values_are_read(void **state)
{
    struct lemma_cadence cadence;
    struct lemma_error err;
    struct state s;

    (void) state;
    check_ok(read(&at_steps, "yes", "false", 4, &s, &cadence, &err), &err);
    assert_false(s.yes);
    check_ok(read(&at_steps, "word", "mean", 4, &s, &cadence, &err), &err);
    assert_string_equal(s.word, "mean");
    check_ok(read(&at_steps, "size", "0", 4, &s, &cadence, &err), &err);
    assert_int_equal(s.size, 0);
}

static void cadences_are_read(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        bool rounds;
    } good[] = {{"5", 5, false},         {"5 steps", 5, false}, {"1 step", 1, false},
                {"12 rounds", 12, true}, {"1 round", 1, true},  {"7rounds", 7, true}};
    struct lemma_cadence cadence;
    struct lemma_error err;
    struct state s;

    (void) state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        check_ok(read(&at_steps, "every", good[i].text, 4, &s, &cadence, &err), &err);
        assert_int_equal(cadence.n, good[i].n);
        assert_int_equal(cadence.rounds, good[i].rounds);
    }
    check_ok(read(&at_rounds, "every", "5", 4, &s, &cadence, &err), &err);
    assert_int_equal(cadence.n, 5);
    assert_true(cadence.rounds);
}

static void bad_values_name_file_line_and_key(void **state)
{
    static const struct {
        const char *key, *value, *part;
    } bad[] = {
        {"every", "0",
         "expected a cadence such as \"5 steps\" or \"5 rounds\", got \"0\""},
        {"every", "", "expected a cadence"},
        {"every", "five", "expected a cadence"},
        {"every", "5 epochs", "expected a cadence"},
        {"every", "-1", "expected a cadence"},
        {"every", "99999999999999999999999", "expected a cadence"},
        {"yes", "maybe", "expected true or false, got \"maybe\""},
        {"word", "ful", "expected full|mean, got \"ful\""},
        {"word", "full|mean", "expected full|mean"},
        {"size", "-3", "expected a whole number, got \"-3\""},
        {"size", "3.5", "expected a whole number"},
        {"wrod", "mean", "thing has no such option; did you mean \"word\"?"},
        {"evry", "5", "did you mean \"every\"?"},
        {"quite_different", "5", "see \"lemma explain thing\""},
    };

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lemma_cadence cadence;
        struct lemma_error err = {""};
        struct state s;
        char place[64];

        assert_int_equal(
            read(&at_steps, bad[i].key, bad[i].value, 4, &s, &cadence, &err),
            LEMMA_EINPUT);
        snprintf(place, sizeof place, "a.yaml:4: probes.thing.%s: ", bad[i].key);
        check_contains(err.text, place);
        check_contains(err.text, bad[i].part);
        assert_int_equal(
            read(&at_steps, bad[i].key, bad[i].value, 4, &s, &cadence, NULL),
            LEMMA_EINPUT);
    }
}

static void an_override_is_named_as_one(void **state)
{
    struct lemma_cadence cadence;
    struct lemma_error err;
    struct state s;

    (void) state;
    assert_int_equal(read(&at_steps, "size", "x", -1, &s, &cadence, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "--set probes.thing.size=x: expected a whole number");
}

static void what_is_seen_once_a_round_cannot_count_steps(void **state)
{
    struct lemma_cadence cadence;
    struct lemma_error err;
    struct state s;

    (void) state;
    assert_int_equal(read(&at_rounds, "every", "5 steps", 4, &s, &cadence, &err),
                     LEMMA_EINPUT);
    check_contains(err.text, "thing is observed once a round: expected \"5 rounds\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_not_given_have_their_defaults),
        cmocka_unit_test(what_counts_both_takes_both_and_whole_rounds_take_rounds),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(cadences_are_read),
        cmocka_unit_test(bad_values_name_file_line_and_key),
        cmocka_unit_test(an_override_is_named_as_one),
        cmocka_unit_test(what_is_seen_once_a_round_cannot_count_steps),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
