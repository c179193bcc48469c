#define _GNU_SOURCE /* strtod_l */
#include "config/value.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/utf8.h"
#include "core/status.h"

static const char whole[] = "a whole number in decimal digits";
static const char number[] = "a number";
static const char leading_zero[] = "a number without leading zeros";

/* Beyond it a double no longer tells neighbours apart, and readers of records that
 * compute in doubles would show another number. */
static const uint64_t most = (uint64_t) 1 << 53;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *lemma_value_u64(const char *text, uint64_t *value)
{
    uint64_t v = 0;

    if (!*text)
        return whole;
    for (const char *c = text; *c; c++) {
        if (!is_digit(*c))
            return whole;
    }
    if (text[0] == '0' && text[1])
        return leading_zero;
    for (const char *c = text; *c; c++) {
        v = 10 * v + (uint64_t) (*c - '0');
        if (v > most)
            return "a whole number of at most 2^53";
    }
    *value = v;
    return NULL;
}

const char *lemma_value_size(const char *text, size_t *value)
{
    uint64_t v;
    const char *expected = lemma_value_u64(text, &v);

    if (expected)
        return expected;
    if (v > SIZE_MAX)
        return "a whole number that this machine can count to";
    *value = (size_t) v;
    return NULL;
}

/* [+-]? (digits [. digits?] | . digits) ([eE] [+-]? digits)?; *zero: no digit of the
 * mantissa but 0. */
static const char *check_real(const char *text, bool *zero)
{
    const char *c = text + (*text == '-' || *text == '+');
    size_t digits = 0;

    if (c[0] == '0' && is_digit(c[1]))
        return leading_zero;
    *zero = true;
    for (; is_digit(*c); c++, digits++)
        *zero = *zero && *c == '0';
    if (*c == '.') {
        for (c++; is_digit(*c); c++, digits++)
            *zero = *zero && *c == '0';
    }
    if (digits == 0)
        return number;
    if (*c == 'e' || *c == 'E') {
        c++;
        c += *c == '-' || *c == '+';
        if (!is_digit(*c))
            return number;
        while (is_digit(*c))
            c++;
    }
    return *c ? number : NULL;
}

const char *lemma_value_real(const char *text, double *value)
{
    bool zero;
    const char *expected = check_real(text, &zero);
    double v;

    if (expected)
        return expected;

    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t) 0);
    LEMMA_REQUIRE(c);
    v = strtod_l(text, NULL, c);
    freelocale(c);

    if (!isfinite(v))
        return "a number below 1.8e308";
    if (v == 0 && !zero)
        return "0 or a number above 4.9e-324";
    *value = v == 0 ? 0 : v;
    return NULL;
}

const char *lemma_value_bool(const char *text, bool *value)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return "true or false";
    *value = *text == 't';
    return NULL;
}

/* Whatever the locale puts for the decimal point becomes one. */
static void set_point(char *text)
{
    char *to = text;
    bool point = false;

    for (const char *from = text; *from; from++) {
        if (is_digit(*from) || strchr("+-e", *from)) {
            *to++ = *from;
        } else if (!point) {
            *to++ = '.';
            point = true;
        }
    }
    *to = '\0';
}

void lemma_value_print_real(double value, char text[LEMMA_REAL_TEXT])
{
    LEMMA_REQUIRE(isfinite(value));
    /* 15 digits are always right, 17 always enough. */
    for (int digits = 15; digits <= 17; digits++) {
        double back = 0;

        snprintf(text, LEMMA_REAL_TEXT, "%.*g", digits, value);
        set_point(text);
        if (!lemma_value_real(text, &back) && back == value)
            break;
    }
}

size_t lemma_value_escape(const char *text, size_t length, char out[5])
{
    uint32_t code;
    size_t size = lemma_utf8_decode(text, length, &code);

    if (size == 0 || lemma_utf8_awkward(code)) {
        snprintf(out, 5, "\\x%02X", (unsigned char) text[0]);
        return 1;
    }
    memcpy(out, text, size);
    out[size] = '\0';
    return size;
}

const char *lemma_value_show(const char *text, size_t length,
                             char out[LEMMA_SHOWN_TEXT])
{
    static const char dots[] = "...";
    char *to = out;
    char *last =
        out + LEMMA_SHOWN_TEXT - sizeof dots - 1; /* room for dots and a mark */
    size_t i = 0;

    *to++ = '"';
    while (i < length && last - to >= 4) {
        i += lemma_value_escape(text + i, length - i, to);
        to += strlen(to);
    }
    if (i < length) {
        memcpy(to, dots, sizeof dots - 1);
        to += sizeof dots - 1;
    }
    *to++ = '"';
    *to = '\0';
    return out;
}
