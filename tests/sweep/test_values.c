/* Values of the keys that change: ranges, limits, and what is refused with its line. */
#include "grid.h"

static void geometric_ranges_are_rounded_to_whole_numbers(void **state)
{
    struct lemma_sweep *s = read_sweep(
        "axes: [network.width: {geometric: {from: 3, to: 100, points: 4}}]\n");

    (void) state;
    /* 3 (100/3)^(i/3): 3, 9.65, 31.07, 100 */
    check_points(s, "network.width = 3; network.width = 10; network.width = 31; "
                    "network.width = 100");
    assert_true(s->keys[0].whole && s->keys[0].number);
    assert_true(s->keys[0].value[1] == 10);
    lemma_sweep_destroy(s);
}

static void ranges_of_numbers_have_clean_digits_and_exact_ends(void **state)
{
    struct lemma_sweep *s = read_sweep(
        "axes:\n"
        "  - data.separation: {linear: {from: 0.1, to: 0.4, points: 4}}\n"
        "  - train.step_size: {geometric: {from: 1, to: 0.001, points: 4}}\n");

    (void) state;
    assert_string_equal(s->keys[0].text[2], "0.3");
    assert_string_equal(s->keys[0].text[3], "0.4");
    assert_string_equal(s->keys[1].text[1], "0.1");
    assert_string_equal(s->keys[1].text[2], "0.01");
    assert_string_equal(s->keys[1].text[3], "0.001");
    assert_true(s->keys[0].value[2] == 0.3);
    lemma_sweep_destroy(s);
}

static void values_are_told_with_line_key_and_nearest(void **state)
{
    (void) state;
    check_sweep_refused("axes:\n  - network.width: [4,\n     wide]\n",
                        "s.yaml:10: network.width: expected a whole number of at least "
                        "1, in decimal digits, got \"wide\"");
    check_sweep_refused(
        "axes:\n  - network.widht: [4]\n",
        "s.yaml:9: network.widht: expected a key of network (preset, "
        "width, depth), got \"widht\"; did you mean \"network.width\"?");
    check_sweep_refused("axes: [train.step_rule: [rew]]\n",
                        "s.yaml:8: train.step_rule: expected one of raw, width, "
                        "lazy-limit, got \"rew\"; did you mean \"raw\"?");
    check_sweep_refused("axes: [network: [4]]\n",
                        "s.yaml:8: network: expected one key, got a section of keys or "
                        "a whole probe; name the key, like network.width or "
                        "probes.gram.every");
    check_sweep_refused("axes: [probes.gram: [off]]\n",
                        "s.yaml:8: probes.gram: expected one key, got a section of "
                        "keys or a whole probe; name the key, like network.width or "
                        "probes.gram.every");
    check_sweep_refused("axes: [network.width: 4]\n",
                        "s.yaml:8: network.width: expected a list of values, or "
                        "geometric: or linear: {from, to, points}, got \"4\"");
    check_sweep_refused(
        "axes: [network.width: []]\n",
        "s.yaml:8: network.width: expected at least one value, got none");
}

static void values_that_stand_twice_are_refused(void **state)
{
    (void) state;
    check_sweep_refused(
        "axes: [network.width: [4, 8, 4]]\n",
        "s.yaml:8: network.width: expected each value once, got 4 twice "
        "(ranges of whole numbers are rounded)");
    check_sweep_refused(
        "axes: [network.width: {geometric: {from: 1, to: 4, points: 9}}]\n",
        "s.yaml:8: network.width: expected each value once, got 1 twice (ranges of "
        "whole numbers are rounded)");
    check_sweep_refused("axes: [train.step_size: [0.5, .5]]\n",
                        "s.yaml:8: train.step_size: expected each value once, got 0.5 "
                        "twice");
    /* In a zip one key may stay where another moves. */
    lemma_sweep_destroy(
        read_sweep("axes: [zip: {network.width: [4, 4], network.depth: [1, 2]}]\n"));
}

static void a_key_stands_in_one_axis(void **state)
{
    (void) state;
    check_sweep_refused("axes:\n  - network.width: [4]\n  - network.width: [8]\n",
                        "s.yaml:10: network.width: expected each key in one axis, got "
                        "it a second time (first on line 9)");
    check_sweep_refused(
        "axes: [seed: [4]]\nseeds: 2\n",
        "s.yaml:9: seed: expected each key in one axis, got it a second "
        "time (first on line 8); seeds: is an axis of the key seed");
}

static void the_form_of_axes_is_explained(void **state)
{
    (void) state;
    check_sweep_refused("axes: {network.width: [4]}\n",
                        "s.yaml:8: axes: expected a list, each item a key with its "
                        "values, like `network.width: [256, 512]`, or zip, got a map");
    check_sweep_refused(
        "axes: [{network.width: [4], network.depth: [1]}]\n",
        "s.yaml:8: axes: expected a key with its values, like `network.width: [256, "
        "512]`, or zip, got a map of 2 keys; keys that move together stand in a zip, "
        "others in items of their own");
    check_sweep_refused("axes: [zip: {network.width: [4, 8], network.depth: [1]}]\n",
                        "s.yaml:8: network.depth: expected as many values as "
                        "network.width in the same zip, 2, got 1");
    check_sweep_refused("axes: [zip: {}]\n",
                        "s.yaml:8: zip: expected a map of keys that "
                        "move together, got nothing");
    check_sweep_refused(
        "axis: [network.width: [4]]\n",
        "s.yaml:8: expected a key of a sweep (base, axes, seeds, search, paper), got "
        "\"axis\"; did you mean \"axes\"?");
    check_sweep_refused("", "s.yaml:1: axes: expected axes or seeds, got neither");
    check_sweep_refused("axes: []\n",
                        "s.yaml:1: axes: expected axes or seeds, got neither");
    check_sweep_refused("base: x.yaml\nseeds: 2\n",
                        "s.yaml:8: base: expected once, got a second time (first on "
                        "line 1)");
}

static void ranges_are_checked(void **state)
{
    static const char ends[] = "s.yaml:8: network.width: expected {from, to, points} "
                               "with two ends that differ "
                               "and at least 2 points";

    (void) state;
    check_sweep_refused("axes: [network.width: {geometric: {from: 4, to: 8}}]\n", ends);
    check_sweep_refused(
        "axes: [network.width: {geometric: {from: 4, to: 8, points: 1}}]\n", ends);
    check_sweep_refused(
        "axes: [network.width: {linear: {from: 4, to: 4, points: 3}}]\n", ends);
    check_sweep_refused(
        "axes: [network.width: {geometric: {from: -4, to: 8, points: 3}}]\n",
        "s.yaml:8: network.width: expected geometric ends above 0; linear takes any");
    check_sweep_refused(
        "axes: [network.width: {linear: {from: 0, to: 8, points: 3}}]\n",
        "s.yaml:8: network.width: expected a whole number of at least 1, got 0 from "
        "the "
        "range");
    check_sweep_refused(
        "axes: [network.width: {geometrical: {from: 4, to: 8, points: 3}}]\n",
        "s.yaml:8: network.width: expected a list of values, or geometric: or linear: "
        "{from, to, points}");
    check_sweep_refused(
        "axes: [network.width: {linear: {from: 4, to: 8, point: 3}}]\n",
        "s.yaml:8: network.width.point: expected a key of a range (from, to, points)");
    check_sweep_refused(
        "axes: [network.width: {linear: {from: 4, to: x, points: 3}}]\n",
        "s.yaml:8: network.width.to: expected a number, got \"x\"");
    check_sweep_refused(
        "axes: [partition.kind: {linear: {from: 4, to: 8, points: 3}}]\n",
        "s.yaml:8: partition.kind: expected a list of values: only numbers have "
        "ranges");
}

static void the_number_of_points_is_limited_before_room_is_made(void **state)
{
    (void) state;
    check_sweep_refused(
        "axes:\n"
        "  - train.step_size: {linear: {from: 1, to: 2, points: 9007199254740992}}\n",
        "s.yaml:9: train.step_size: expected at most 10000 points in all, got 1 times "
        "9007199254740992 of them");
    check_sweep_refused(
        "axes:\n"
        "  - train.step_size: {linear: {from: 1, to: 2, points: 101}}\n"
        "  - data.separation: {linear: {from: 0, to: 1, points: 100}}\n",
        "s.yaml:10: data.separation: expected at most 10000 points in all, got 101 "
        "times 100 of them");
    check_sweep_refused("seeds: 10001\n",
                        "s.yaml:8: seed: expected at most 10000 points in all, got 1 "
                        "times 10001 of them");
}

static void seeds_are_a_number_or_a_list(void **state)
{
    (void) state;
    check_sweep_refused("seeds: five\n", "s.yaml:8: seeds: expected a number of seeds, "
                                         "or a list of them, got \"five\"");
    check_sweep_refused("seeds: 0\n", "s.yaml:8: seeds: expected a number of seeds, or "
                                      "a list of them, got \"0\"");
    check_sweep_refused("  seed: 9007199254740992\nseeds: 2\n",
                        "s.yaml:9: seeds: expected seeds up to 2^53, got 2 from the "
                        "base's seed on");
    check_sweep_refused("seeds: [1, x]\n",
                        "s.yaml:8: seed: expected a whole number of at least 0, in "
                        "decimal digits, got \"x\"");
}

/* Nothing, no map, no base; and what the base says wrongly. */
static void whole_files_are_refused(void **state)
{
    static const char *const texts[][2] = {
        {"",
         "s.yaml:1: base: expected an experiment file, or the map of an experiment, "
         "got nothing"},
        {"- 1\n",
         "s.yaml:1: expected a map of base, axes, seeds and search, got a list"},
        {"seeds: 2\n", "s.yaml:1: base: expected an experiment file, or the map of an "
                       "experiment, got nothing"},
        {"seeds: 2\nbase:\n", "s.yaml:2: base: expected an experiment file, or the map "
                              "of an experiment, got nothing"},
        {"seeds: 2\nbase:\n  network: {widht: 4}\n",
         "s.yaml:3: network.widht: expected a key of network (preset, width, depth), "
         "got \"widht\"; did you mean \"width\"?"},
        {"a: &x 1\n", "s.yaml:1: expected values written out, got an anchor (&) or "
                      "alias (*)"},
    };

    (void) state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct lemma_sweep *s = NULL;
        struct lemma_error err = {""};

        assert_int_equal(
            lemma_sweep_parse(texts[i][0], strlen(texts[i][0]), "s.yaml", &s, &err),
            LEMMA_EINPUT);
        assert_string_equal(err.text, texts[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geometric_ranges_are_rounded_to_whole_numbers),
        cmocka_unit_test(ranges_of_numbers_have_clean_digits_and_exact_ends),
        cmocka_unit_test(values_are_told_with_line_key_and_nearest),
        cmocka_unit_test(values_that_stand_twice_are_refused),
        cmocka_unit_test(a_key_stands_in_one_axis),
        cmocka_unit_test(the_form_of_axes_is_explained),
        cmocka_unit_test(ranges_are_checked),
        cmocka_unit_test(the_number_of_points_is_limited_before_room_is_made),
        cmocka_unit_test(seeds_are_a_number_or_a_list),
        cmocka_unit_test(whole_files_are_refused),
    };

    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
