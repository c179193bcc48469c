/* Reading and writing one key of the table. Internal to config. */
#ifndef LEMMA_CONFIG_KEYS_H
#define LEMMA_CONFIG_KEYS_H

#include "config/experiment.h"

/* The limits that go without saying: the record's numbers are int64 kept below 2^53,
 * exact in a double; the largest double. */
#define LEMMA_KEY_MOST 0x1p53
#define LEMMA_KEY_BIGGEST 1.7976931348623157e308

enum {
    LEMMA_EXPECTED_TEXT = 256, /* what was expected, in words */
    LEMMA_NOT_A_KEY = -1
};

/* Index in the table of a full name, "network.width", or LEMMA_NOT_A_KEY. */
int lemma_key_find(const char *name);

/* Whether some key begins with "name.". */
bool lemma_key_is_section(const char *name);

/* The bytes of x that key stands for. */
void *lemma_key_field(struct lemma_experiment *x, const struct lemma_key *key);
const void *lemma_key_view(const struct lemma_experiment *x,
                           const struct lemma_key *key);

/* Sets a key from text; classes from an empty text alone. False: *expected says what
 * would have been right, and x is as it was. */
bool lemma_key_assign(struct lemma_experiment *x, const struct lemma_key *key,
                      const char *text, char expected[LEMMA_EXPECTED_TEXT]);

/* What a key takes, "a whole number of at least 1". */
void lemma_key_describe(const struct lemma_key *key,
                        char expected[LEMMA_EXPECTED_TEXT]);

/* A word, a probe's or option's name: ASCII letters, digits, '-' and '_', 1 to
 * LEMMA_WORD - 1 of them. */
bool lemma_is_word(const char *text);

/* Copies text of less than size bytes and zeroes the rest, so that equal experiments
 * are equal bytes. */
void lemma_fill(char *field, size_t size, const char *text);

/* Splits "a|b|c" into at most max words, copied into buffer; their count. */
size_t lemma_split_words(const char *list, char buffer[LEMMA_EXPECTED_TEXT],
                         const char **words, size_t max);

#endif
