/* Experiments where numbers have a decimal comma. */
#include "config/experiment.h"

#include "config/value.h"
#include "settings.h"

static void the_locale_has_a_comma(void **state)
{
    char text[8];

    (void) state;
    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, "0,5");
}

static void points_are_points_and_commas_refused(void **state)
{
    char text[LEMMA_REAL_TEXT];
    double v = 7;

    (void) state;
    assert_null(lemma_value_real("0.25", &v));
    assert_true(v == 0.25);
    assert_non_null(lemma_value_real("0,25", &v));
    lemma_value_print_real(0.125, text);
    assert_string_equal(text, "0.125");
    lemma_value_print_real(-1.0 / 3, text);
    assert_string_equal(text, "-0.3333333333333333");
}

static void experiments_come_back(void **state)
{
    struct lemma_experiment *x = read_text(sample_text);

    (void) state;
    check_round_trip(x);
    check_refused(
        "train: {step_size: '0,5'}\n",
        "x.yaml:1: train.step_size: expected a number above 0, got \"0,5\" in "
        "quotation marks");
    check_refused("data: {separation: 9}\n",
                  "x.yaml:1: data.separation: expected a number "
                  "from 0 to 1.4142135623730951, got \"9\"");
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_locale_has_a_comma),
        cmocka_unit_test(points_are_points_and_commas_refused),
        cmocka_unit_test(experiments_come_back),
    };

    /* Not cmocka's skip(): its TAP says "not ok", which is a failure to meson. */
    if (!use_decimal_comma()) {
        puts("1..0 # SKIP no locale with a decimal comma here");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
