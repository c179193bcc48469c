/* "Did you mean": the nearest word. */
#include "config/experiment.h"

#include "support.h"

static const char *const words[] = {"preset", "width", "depth"};

static void one_slip_of_each_kind_finds_the_word(void **state)
{
    static const char *const slips[] = {"width",  "wdith", "widht", "with",
                                        "widdth", "wadth", "iwdth"};

    (void) state;
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        assert_string_equal(lemma_nearest(slips[i], words, 3), "width");
}

static void the_nearer_of_two_is_taken_and_the_first_of_equals(void **state)
{
    static const char *const near[] = {"step_rule", "step_size", "step_sizes"};
    static const char *const equal[] = {"ab", "ac"};

    (void) state;
    assert_string_equal(lemma_nearest("step_sise", near, 3), "step_size");
    assert_string_equal(lemma_nearest("ad", equal, 2), "ab");
}

static void what_is_not_near_finds_nothing(void **state)
{
    char longer[200] = "";

    (void) state;
    memset(longer, 'w', sizeof longer - 1);
    assert_null(lemma_nearest("learning_rate", words, 3));
    assert_null(lemma_nearest("", words, 3));
    assert_null(lemma_nearest("x", words, 3));
    assert_null(lemma_nearest(longer, words, 3));
    assert_null(lemma_nearest("width", words, 0));
}

static void a_long_candidate_is_passed_over(void **state)
{
    char longer[200] = "";
    const char *list[2] = {longer, "width"};

    (void) state;
    memset(longer, 'w', sizeof longer - 1);
    assert_string_equal(lemma_nearest("widht", list, 2), "width");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slip_of_each_kind_finds_the_word),
        cmocka_unit_test(the_nearer_of_two_is_taken_and_the_first_of_equals),
        cmocka_unit_test(what_is_not_near_finds_nothing),
        cmocka_unit_test(a_long_candidate_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
