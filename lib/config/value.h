/* Numbers and booleans from text and back, whatever the locale; text fit for a message.
 */
#ifndef LEMMA_CONFIG_VALUE_H
#define LEMMA_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEMMA_REAL_TEXT = 32,  /* longest printed double, with its NUL */
    LEMMA_SHOWN_TEXT = 128 /* longest text quoted in a message, with its NUL */
};

/*
 * Each reads the whole text, without blanks around it. NULL where that went well; else
 * what was expected, in words that fit after "expected ", and *value is as it was.
 */

/* Decimal digits alone: no sign, no point, no exponent, no leading zero; at most 2^53,
 * so that every reader of a record shows the same number. */
const char *lemma_value_u64(const char *text, uint64_t *value);
const char *lemma_value_size(const char *text, size_t *value);

/* A finite decimal number, "-1.5e-3", ".5"; no leading zero before a digit, no
 * hexadecimal. -0 is read as 0; what overflows, or falls to 0 without being 0, is
 * refused. */
const char *lemma_value_real(const char *text, double *value);

/* true or false, in these letters. */
const char *lemma_value_bool(const char *text, bool *value);

/* The fewest digits that read back as the same double. value is finite. */
void lemma_value_print_real(double value, char text[LEMMA_REAL_TEXT]);

/* One code point of text (length >= 1) as a terminal may have it: itself, or \xNN for a
 * byte of what is awkward (utf8.h) or no UTF-8. At most 4 bytes and a NUL in out;
 * returns how many bytes of text it stands for. */
size_t lemma_value_escape(const char *text, size_t length, char out[5]);

/* length bytes between quotation marks: odd bytes as \xNN, the end left out ("...")
 * where it is long. Returns out. */
const char *lemma_value_show(const char *text, size_t length,
                             char out[LEMMA_SHOWN_TEXT]);

#endif
