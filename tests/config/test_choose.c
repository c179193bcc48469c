/* Members of families by name. */
#include "config/experiment.h"

#include "settings.h"

static const char *const kinds[] = {"sphere", "idx", "csv"};

static void check_unknown(const struct lemma_experiment *x, const char *word,
                          const char *with, const char *sentence)
{
    struct lemma_error err = {""};
    size_t which = 9;

    assert_int_equal(
        lemma_experiment_choose(x, "data.kind", word, kinds, 3, with, &which, &err),
        LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    assert_int_equal(which, 9);
    assert_int_equal(
        lemma_experiment_choose(x, "data.kind", word, kinds, 3, with, &which, NULL),
        LEMMA_EINPUT);
}

static void a_member_is_found_by_its_name(void **state)
{
    struct lemma_experiment *x = read_text("seed: 1\n");
    size_t which = 9;

    (void) state;
    for (size_t i = 0; i < 3; i++) {
        check_ok(lemma_experiment_choose(x, "data.kind", kinds[i], kinds, 3, NULL,
                                         &which, NULL),
                 NULL);
        assert_int_equal(which, i);
    }
    lemma_free(x);
}

static void an_unknown_name_has_its_place_the_members_and_the_nearest(void **state)
{
    struct lemma_experiment *x = read_text("seed: 1\ndata: {kind: spere}\n");

    (void) state;
    check_unknown(
        x, "spere", NULL,
        "x.yaml:2: data.kind: expected sphere, idx or csv, got \"spere\"; did "
        "you mean \"sphere\"?");
    check_ok(lemma_experiment_set(x, "data.kind=torus", NULL), NULL);
    check_unknown(x, "torus", NULL,
                  "--set data.kind=torus: expected sphere, idx or csv, got \"torus\"");
    lemma_free(x);
}

static void what_decides_the_members_is_said(void **state)
{
    struct lemma_experiment *x = read_text("data: {kind: torus}\n");

    (void) state;
    check_unknown(
        x, "torus", "phase of moon",
        "x.yaml:1: data.kind: expected sphere, idx or csv with phase of moon, "
        "got \"torus\"");
    lemma_free(x);
}

static void a_family_that_is_too_long_is_cut(void **state)
{
    struct lemma_experiment *x = read_text("data: {kind: torus}\n");
    const char *many[64];
    size_t which;
    struct lemma_error err = {""};

    (void) state;
    for (size_t i = 0; i < 64; i++)
        many[i] = "a-name-of-thirty-one-letters-aa";
    assert_int_equal(
        lemma_experiment_choose(x, "data.kind", "torus", many, 64, NULL, &which, &err),
        LEMMA_EINPUT);
    check_contains(err.text, "expected a-name-of-thirty-one-letters-aa, a-name");
    assert_true(strlen(err.text) < 700);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_found_by_its_name),
        cmocka_unit_test(an_unknown_name_has_its_place_the_members_and_the_nearest),
        cmocka_unit_test(what_decides_the_members_is_said),
        cmocka_unit_test(a_family_that_is_too_long_is_cut),
    };

    return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
