/* How fast a table falls, against numbers by hand. */
#include "sweep/pace.h"

#include <math.h>

#include "support.h"

static struct lemma_measure parse(const char *text)
{
    struct lemma_measure m;
    struct lemma_error err = {""};

    check_ok(lemma_measure_parse(text, "loss/server", &m, &err), &err);
    return m;
}

static void check_refused(const char *text, const char *part)
{
    struct lemma_measure m = {.fraction = 7};
    struct lemma_error err = {""};

    assert_int_equal(lemma_measure_parse(text, "loss/server", &m, &err), LEMMA_EINPUT);
    assert_non_null(strstr(err.text, part));
    assert_true(m.fraction == 7);
}

static double pace(const char *how, const double *value, const double *at, size_t rows)
{
    struct lemma_measure m = parse(how);

    return lemma_pace(&m, value, at, rows);
}

static void words_are_read_in_all_their_forms(void **state)
{
    static const char *const forms[] = {"rounds-to<=0.125",
                                        "rounds-to <= 0.125",
                                        "rounds-to loss<=0.125",
                                        "rounds-to server <= 0.125*initial",
                                        "rounds-to loss/server<=.125",
                                        "rounds-to loss<=0.125\xc2\xb7initial"};

    (void) state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct lemma_measure m = parse(forms[i]);

        assert_int_equal(m.kind, LEMMA_BY_ROUNDS_TO);
        assert_true(m.fraction == 0.125);
    }
    assert_int_equal(parse("round0").reduction, LEMMA_ROUND0);
    assert_int_equal(parse("round0").kind, LEMMA_BY_REDUCTION);
    assert_int_equal(parse("rate").kind, LEMMA_BY_RATE);
    assert_int_equal(parse("first-step").kind, LEMMA_BY_FIRST_STEP);
}

static void other_words_are_refused(void **state)
{
    (void) state;
    check_refused("fnal", "got \"fnal\"; did you mean \"final\"?");
    check_refused("", "got \"\"");
    check_refused("rounds-to", "rounds-to<=F with 0 < F < 1, got \"rounds-to\"");
    check_refused("rounds-to<=0", "0 < F < 1");
    check_refused("rounds-to<=1", "0 < F < 1");
    check_refused("rounds-to gram<=0.5", "0 < F < 1");
    check_refused("rounds-to<=0.5*first", "0 < F < 1");
    check_refused("rounds-to<=*initial", "0 < F < 1");
}

static void rounds_to_is_the_first_round_at_the_fraction(void **state)
{
    static const double value[] = {8, 4, 1, 2, 0.5}, round[] = {0, 1, 3, 4, 9};

    (void) state;
    assert_true(pace("rounds-to<=0.75", value, round, 5) == 1);
    assert_true(pace("rounds-to<=0.125", value, round, 5) == 3);
    assert_true(pace("rounds-to<=0.1", value, round, 5) == 9);
    assert_true(isnan(pace("rounds-to<=0.01", value, round, 5)));
    assert_true(isnan(pace("rounds-to<=0.5", (double[]){NAN, 1}, round, 2)));
    assert_true(isnan(pace("rounds-to<=0.5", value, round, 0)));
}

/* exp(-r/4) at uneven rounds; (0, 2, 0) has no slope, (3, 2, 1) and (0, 1, 2) one. */
static void a_rate_is_minus_the_slope_of_the_logarithm(void **state)
{
    double round[] = {0, 1, 2, 5, 11}, value[5], by_hand[] = {exp(2), exp(-1), exp(1)};

    (void) state;
    for (size_t i = 0; i < 5; i++)
        value[i] = 3 * exp(-round[i] / 4);
    check_close(pace("rate", value, round, 5), 0.25, 1e-14);
    check_close(pace("rate", by_hand, round, 3), 0.5, 1e-14);
    check_close(pace("rate", (double[]){1, exp(1)}, round, 2), -1, 1e-14);
}

static void a_rate_ends_at_the_floor_and_at_what_is_no_number(void **state)
{
    static const double round[] = {0, 1, 2, 3};
    double floor[] = {2, 2 * exp(-1), 2e-10, 1}, nan[] = {1, exp(-2), NAN, 1},
           zero[] = {1, exp(-3), 0, 1};

    (void) state;
    check_close(pace("rate", floor, round, 4), 1, 1e-14);
    check_close(pace("rate", nan, round, 4), 2, 1e-14);
    check_close(pace("rate", zero, round, 4), 3, 1e-14);
    assert_true(isnan(pace("rate", round, round, 4)));
    assert_true(isnan(pace("rate", floor, round, 1)));
    assert_true(isnan(pace("rate", floor, (double[]){1, 1}, 2)));
}

static void the_first_step_is_the_first_row_behind_it(void **state)
{
    static const double value[] = {1, 2, 3}, every[] = {0, 1, 2}, rounds[] = {0, 5, 10};

    (void) state;
    assert_true(pace("first-step", value, every, 3) == 2);
    assert_true(pace("first-step", value, rounds, 3) == 2);
    assert_true(isnan(pace("first-step", value, every, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_in_all_their_forms),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(rounds_to_is_the_first_round_at_the_fraction),
        cmocka_unit_test(a_rate_is_minus_the_slope_of_the_logarithm),
        cmocka_unit_test(a_rate_ends_at_the_floor_and_at_what_is_no_number),
        cmocka_unit_test(the_first_step_is_the_first_row_behind_it),
    };

    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
