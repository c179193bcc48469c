/* Numbers and booleans from text and back. */
#include "config/value.h"

#include <float.h>
#include <math.h>

#include "support.h"

static void whole_numbers_are_read_exactly(void **state)
{
    uint64_t v = 7;
    size_t s = 7;

    (void) state;
    assert_null(lemma_value_u64("0", &v));
    assert_true(v == 0);
    assert_null(lemma_value_u64("9007199254740992", &v));
    assert_true(v == (uint64_t) 1 << 53);
    assert_null(lemma_value_size("9007199254740991", &s));
    assert_true(s == ((size_t) 1 << 53) - 1);
}

static void what_is_no_whole_number_is_refused(void **state)
{
    static const char *const bad[] = {"",   "1.5", "1.0", "1e3", "-1",   "+1",  " 1",
                                      "1 ", "0x1", "1_0", "1,5", "nan",  "inf", "one",
                                      "1.", "٣",   "-0",  "1k",  "true", "~"};
    uint64_t v = 7;

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *expected = lemma_value_u64(bad[i], &v);
        assert_non_null(expected);
        assert_string_equal(expected, "a whole number in decimal digits");
        assert_true(v == 7);
    }
}

static void leading_zeros_and_overflow_have_their_own_reasons(void **state)
{
    uint64_t v = 7;
    size_t s = 7;
    double x = 7;

    (void) state;
    check_contains(lemma_value_u64("010", &v), "without leading zeros");
    check_contains(lemma_value_u64("00", &v), "without leading zeros");
    check_contains(lemma_value_real("00.5", &x), "without leading zeros");
    check_contains(lemma_value_real("-01", &x), "without leading zeros");
    check_contains(lemma_value_u64("9007199254740993", &v), "at most 2^53");
    check_contains(lemma_value_u64("18446744073709551616", &v), "at most 2^53");
    check_contains(lemma_value_size("99999999999999999999999", &s), "at most 2^53");
    assert_true(v == 7 && s == 7 && x == 7);
}

static void reals_are_read_to_the_nearest_double(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},
                {"0.1", 0.1},
                {"-1.5e-3", -1.5e-3},
                {".5", 0.5},
                {"5.", 5},
                {"1e3", 1000},
                {"1E+3", 1000},
                {"+2", 2},
                {"0e5", 0},
                {"4.9e-324", 0x1p-1074},
                {"1.7976931348623157e308", DBL_MAX},
                {"9007199254740993", 9007199254740992.0}};

    (void) state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double v = NAN;
        assert_null(lemma_value_real(good[i].text, &v));
        assert_true(v == good[i].value);
    }
}

static void minus_zero_is_read_as_zero(void **state)
{
    double v = 7;

    (void) state;
    assert_null(lemma_value_real("-0.0", &v));
    assert_true(v == 0 && !signbit(v));
}

static void what_is_no_finite_number_is_refused(void **state)
{
    static const char *const bad[] = {
        "",      "nan",   ".nan",   "inf",    "-.inf", "infinity", "1,5",
        "0x1p3", "1e",    "1e+",    ".",      "-",     "1.5 ",     " 1",
        "1.5.2", "1e400", "-1e400", "1e-400", "1d3",   "--1",      "e3"};

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double v = 7;
        assert_non_null(lemma_value_real(bad[i], &v));
        assert_true(v == 7);
    }
}

static void only_true_and_false_are_booleans(void **state)
{
    static const char *const bad[] = {"yes", "no",   "on", "off",    "True",
                                      "1",   "TRUE", "",   "false ", "truee"};
    bool v = false;

    (void) state;
    assert_null(lemma_value_bool("true", &v));
    assert_true(v);
    assert_null(lemma_value_bool("false", &v));
    assert_false(v);
    v = true;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(lemma_value_bool(bad[i], &v), "true or false");
    assert_true(v);
}

static void a_printed_real_is_short_and_reads_back(void **state)
{
    static const struct {
        double value;
        const char *text;
    } known[] = {{0.1, "0.1"},
                 {0.5, "0.5"},
                 {1, "1"},
                 {1e300, "1e+300"},
                 {-0.25, "-0.25"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.1 + 0.2, "0.30000000000000004"}};
    char text[LEMMA_REAL_TEXT];

    (void) state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        lemma_value_print_real(known[i].value, text);
        assert_string_equal(text, known[i].text);
    }
}

/* Every exponent and mantissa: the 64 bits of a double are drawn. */
static void any_finite_double_survives_printing(void **state)
{
    struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, 1, 0, 0);
    size_t seen = 0;

    (void) state;
    for (size_t i = 0; i < 2000; i++) {
        uint64_t bits = lemma_stream_u64(&s);
        double value, back = NAN;
        char text[LEMMA_REAL_TEXT];

        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        lemma_value_print_real(value, text);
        assert_null(lemma_value_real(text, &back));
        assert_memory_equal(&back, &value, sizeof value);
        seen++;
    }
    assert_true(seen > 1900);
}

static void shown_text_cannot_disturb_a_terminal(void **state)
{
    char out[LEMMA_SHOWN_TEXT];

    (void) state;
    assert_string_equal(lemma_value_show("a b", 3, out), "\"a b\"");
    assert_string_equal(lemma_value_show("\x1b[31m\n", 6, out), "\"\\x1B[31m\\x0A\"");
    assert_string_equal(lemma_value_show("a\0b", 3, out), "\"a\\x00b\"");
    assert_string_equal(lemma_value_show("\xc2\x9b", 2, out), "\"\\xC2\\x9B\"");
    assert_string_equal(lemma_value_show("\xff\xe2\x82", 3, out),
                        "\"\\xFF\\xE2\\x82\"");
    assert_string_equal(lemma_value_show("größe €", strlen("größe €"), out),
                        "\"größe €\"");
}

static void an_escaped_code_point_is_itself_or_a_byte(void **state)
{
    char out[5];

    (void) state;
    assert_int_equal(lemma_value_escape("€uro", 6, out), 3);
    assert_string_equal(out, "€");
    assert_int_equal(lemma_value_escape("\x1b[31m", 5, out), 1);
    assert_string_equal(out, "\\x1B");
    assert_int_equal(lemma_value_escape("\xe2\x82", 2, out), 1);
    assert_string_equal(out, "\\xE2");
    assert_int_equal(lemma_value_escape("\xe2\x80\xae", 3, out), 1);
    assert_string_equal(out, "\\xE2");
}

static void long_shown_text_is_cut_between_letters(void **state)
{
    char text[400], out[LEMMA_SHOWN_TEXT];
    size_t n;

    (void) state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 <= sizeof text; i += 3)
            memcpy(text + i, "€", 3);
        lemma_value_show(text, 390, out);
        n = strlen(out);
        assert_true(n < LEMMA_SHOWN_TEXT);
        assert_string_equal(out + n - 4, "...\"");
        assert_memory_equal(out + n - 7, "€", 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_exactly),
        cmocka_unit_test(what_is_no_whole_number_is_refused),
        cmocka_unit_test(leading_zeros_and_overflow_have_their_own_reasons),
        cmocka_unit_test(reals_are_read_to_the_nearest_double),
        cmocka_unit_test(minus_zero_is_read_as_zero),
        cmocka_unit_test(what_is_no_finite_number_is_refused),
        cmocka_unit_test(only_true_and_false_are_booleans),
        cmocka_unit_test(a_printed_real_is_short_and_reads_back),
        cmocka_unit_test(any_finite_double_survives_printing),
        cmocka_unit_test(shown_text_cannot_disturb_a_terminal),
        cmocka_unit_test(an_escaped_code_point_is_itself_or_a_byte),
        cmocka_unit_test(long_shown_text_is_cut_between_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
