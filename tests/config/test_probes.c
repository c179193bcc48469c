/* The map `probes`. */
#include "config/experiment.h"

#include "settings.h"

static void options_stay_text_in_their_order(void **state)
{
    struct lemma_experiment *x = read_text(sample_text);

    (void) state;
    assert_int_equal(x->probe_count, 4);
    assert_string_equal(x->probes[0].name, "loss");
    assert_int_equal(x->probes[0].option_count, 0);
    assert_string_equal(x->probes[1].name, "activation");
    assert_int_equal(x->probes[1].line, 13);
    assert_int_equal(x->probes[1].option_count, 2);
    assert_string_equal(x->probes[1].options[0].key, "every");
    assert_string_equal(x->probes[1].options[0].value, "5 steps");
    assert_string_equal(x->probes[1].options[1].key, "max");
    assert_string_equal(x->probes[1].options[1].value, "true");
    assert_string_equal(x->probes[2].options[1].key, "kernel");
    assert_int_equal(x->probes[2].options[1].line, 16);
    assert_string_equal(x->probes[3].name, "lazy");
    lemma_free(x);
}

static void a_probe_that_is_off_is_not_there(void **state)
{
    struct lemma_experiment *x = read_text("probes: {a: {}, b: {}, c: {}}");

    (void) state;
    check_ok(lemma_experiment_parse(x, "probes: {b: off}", 16, "y.yaml", NULL), NULL);
    assert_int_equal(x->probe_count, 2);
    assert_string_equal(x->probes[0].name, "a");
    assert_string_equal(x->probes[1].name, "c");
    assert_string_equal(x->probes[2].name, "");
    lemma_free(x);
}

static void a_later_text_replaces_a_probes_options(void **state)
{
    static const char text[] = "probes: {a: {kernel: mean}}";
    struct lemma_experiment *x = read_text("probes: {a: {every: 3}, b: {}}");

    (void) state;
    check_ok(lemma_experiment_parse(x, text, strlen(text), "y.yaml", NULL), NULL);
    assert_int_equal(x->probe_count, 2);
    assert_int_equal(x->probes[0].option_count, 1);
    assert_string_equal(x->probes[0].options[0].key, "kernel");
    lemma_free(x);
}

static void what_is_no_probe_is_refused(void **state)
{
    (void) state;
    check_refused("probes: [loss]\n",
                  "x.yaml:1: probes: expected a map of probes, got a list");
    check_refused(
        "probes:\n  loss: on\n",
        "x.yaml:2: probes.loss: expected a map of options, {} or off, got \"on\"");
    check_refused(
        "probes:\n  loss: 'off'\n",
        "x.yaml:2: probes.loss: expected a map of options, {} or off, got \"off\"");
    check_refused(
        "probes:\n  loss: [every]\n",
        "x.yaml:2: probes.loss: expected a map of options, {} or off, got a list");
    check_refused(
        "probes:\n  loss: {}\n  loss: {}\n",
        "x.yaml:3: probes.loss: expected once, got a second time (first on line 2)");
    check_refused(
        "probes: {a.b: {}}\n",
        "x.yaml:1: probes.a.b: expected the name of a probe (letters, digits, - and "
        "_, shorter than 32), got \"a.b\"");
}

static void what_is_no_option_is_refused(void **state)
{
    (void) state;
    check_refused(
        "probes: {a: {every: [1]}}\n",
        "x.yaml:1: probes.a.every: expected a value shorter than 64 bytes, got a "
        "list");
    check_refused("probes: {a: {every: }}\n",
                  "x.yaml:1: probes.a.every: expected a value, got nothing");
    check_refused("probes: {a: {every: ''}}\n",
                  "x.yaml:1: probes.a.every: expected a value, got \"\"");
    check_refused(
        "probes:\n  a:\n    every: 1\n    every: 2\n",
        "x.yaml:4: probes.a.every: expected once, got a second time (first on line "
        "3)");
    check_refused(
        "probes: {a: {'': 1}}\n",
        "x.yaml:1: probes.a.: expected the name of an option (letters, digits, - "
        "and _, shorter than 32), got \"\"");
    check_refused(
        "probes: {a: {every: "
        "0123456789012345678901234567890123456789012345678901234567890123}}\n",
        "x.yaml:1: probes.a.every: expected a value shorter than 64 bytes, got "
        "\"0123456789012345678901234567890123456789012345678901234567890123\"");
}

/* "probes:" with count entries, or one probe with count options. */
static void write_many(char *text, size_t size, const char *head, const char *entry,
                       size_t count)
{
    size_t used = (size_t) snprintf(text, size, "%s", head);

    for (size_t i = 0; i < count; i++)
        used += (size_t) snprintf(text + used, size - used, entry, i);
}

static void there_is_room_for_64_probes_of_16_options(void **state)
{
    char text[4096];
    struct lemma_experiment *x;

    (void) state;
    write_many(text, sizeof text, "probes:\n", "  p%zu: {}\n", LEMMA_PROBES_MAX);
    x = read_text(text);
    assert_int_equal(x->probe_count, LEMMA_PROBES_MAX);
    assert_int_equal(lemma_experiment_set(x, "probes.more={}", NULL), LEMMA_EINPUT);
    lemma_free(x);
    write_many(text, sizeof text, "probes:\n", "  p%zu: {}\n", LEMMA_PROBES_MAX + 1);
    check_refused(text, "x.yaml:1: probes: expected at most 64 probes, got 65");
    write_many(text, sizeof text, "probes:\n  p:\n", "    o%zu: 1\n",
               LEMMA_OPTIONS_MAX);
    x = read_text(text);
    assert_int_equal(x->probes[0].option_count, LEMMA_OPTIONS_MAX);
    lemma_free(x);
    write_many(text, sizeof text, "probes:\n  p:\n", "    o%zu: 1\n",
               LEMMA_OPTIONS_MAX + 1);
    check_refused(text,
                  "x.yaml:19: probes.p.o16: expected at most 16 options, got one more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stay_text_in_their_order),
        cmocka_unit_test(a_probe_that_is_off_is_not_there),
        cmocka_unit_test(a_later_text_replaces_a_probes_options),
        cmocka_unit_test(what_is_no_probe_is_refused),
        cmocka_unit_test(what_is_no_option_is_refused),
        cmocka_unit_test(there_is_room_for_64_probes_of_16_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
