/* UTF-8, one code point at a time. */
#include "config/utf8.h"

#include "support.h"

/* RFC 3629, section 4, and the borders of each length. */
static void code_points_of_every_length_are_read(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t code;
    } good[] = {{"A", 1, 'A'},
                {"\x7f", 1, 0x7F},
                {"\xc2\x80", 2, 0x80},
                {"\xdf\xbf", 2, 0x7FF},
                {"\xe0\xa0\x80", 3, 0x800},
                {"\xed\x9f\xbf", 3, 0xD7FF},
                {"\xee\x80\x80", 3, 0xE000},
                {"\xef\xbf\xbf", 3, 0xFFFF},
                {"\xf0\x90\x80\x80", 4, 0x10000},
                {"\xf4\x8f\xbf\xbf", 4, 0x10FFFF}};

    (void) state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint32_t code = 0;
        assert_int_equal(lemma_utf8_decode(good[i].bytes, strlen(good[i].bytes), &code),
                         good[i].size);
        assert_int_equal(code, good[i].code);
        /* Cut short it is nothing. */
        assert_int_equal(lemma_utf8_decode(good[i].bytes, good[i].size - 1, &code), 0);
    }
}

static void overlong_surrogate_and_stray_bytes_are_refused(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "\xc3(",
                                      "\xe2\x82("};

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t code = 7;
        assert_int_equal(lemma_utf8_decode(bad[i], strlen(bad[i]), &code), 0);
        assert_int_equal(code, 7);
    }
}

static void controls_and_separators_are_awkward(void **state)
{
    static const uint32_t awkward[] = {0,      '\n',   0x1B,   0x7F,   0x80,   0x9B,
                                       0x9F,   0x061C, 0x200E, 0x200F, 0x2028, 0x2029,
                                       0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFFFE};

    (void) state;
    for (size_t i = 0; i < sizeof awkward / sizeof *awkward; i++)
        assert_true(lemma_utf8_awkward(awkward[i]));
    assert_false(lemma_utf8_awkward(' '));
    assert_false(lemma_utf8_awkward(0xA0));
    assert_false(lemma_utf8_awkward(0x05D0)); /* alef: a letter of its own direction */
    assert_false(lemma_utf8_awkward(0x1F600));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_points_of_every_length_are_read),
        cmocka_unit_test(overlong_surrogate_and_stray_bytes_are_refused),
        cmocka_unit_test(controls_and_separators_are_awkward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
