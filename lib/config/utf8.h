/* One code point out of UTF-8 text. For this project alone: not installed. */
#ifndef LEMMA_CONFIG_UTF8_H
#define LEMMA_CONFIG_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the first code point of text (1 to 4), its number in *code; 0 where the
 * bytes are not UTF-8 (RFC 3629: no surrogates, no overlong forms) or length is 0. */
size_t lemma_utf8_decode(const char *text, size_t length, uint32_t *code);

/* Whether a terminal or a YAML reader could stumble over it: control characters, also
 * of the direction of writing, line separators, the byte-order mark, U+FFFE and U+FFFF.
 */
bool lemma_utf8_awkward(uint32_t code);

#endif
