/* One key set from text, and what a key takes, in words. */
#include "config/keys.h"

#include <stdio.h>
#include <string.h>

#include "config/value.h"

static void describe_range(const struct lemma_key *key, const char *what, double top,
                           char *expected)
{
    char min[LEMMA_REAL_TEXT], max[LEMMA_REAL_TEXT];

    lemma_value_print_real(key->min, min);
    lemma_value_print_real(key->max, max);
    if (key->max >= top)
        snprintf(expected, LEMMA_EXPECTED_TEXT, "%s %s %s", what,
                 key->min_open ? "above" : "of at least", min);
    else
        snprintf(expected, LEMMA_EXPECTED_TEXT, "%s %s %s %s %s", what,
                 key->min_open ? "above" : "from", min,
                 key->min_open ? "and at most" : "to", max);
}

static void describe_words(const struct lemma_key *key, char *expected)
{
    char buffer[LEMMA_EXPECTED_TEXT];
    const char *words[8];
    size_t n = lemma_split_words(key->words, buffer, words, 8);
    int used = snprintf(expected, LEMMA_EXPECTED_TEXT, "one of");

    for (size_t i = 0; i < n; i++)
        used += snprintf(expected + used, LEMMA_EXPECTED_TEXT - (size_t) used, "%s %s",
                         i ? "," : "", words[i]);
}

void lemma_key_describe(const struct lemma_key *key, char expected[LEMMA_EXPECTED_TEXT])
{
    const char *fixed = NULL;

    switch (key->type) {
    case LEMMA_KEY_SIZE:
    case LEMMA_KEY_U64:
        describe_range(key, "a whole number", LEMMA_KEY_MOST, expected);
        return;
    case LEMMA_KEY_REAL:
        describe_range(key, "a number", LEMMA_KEY_BIGGEST, expected);
        return;
    case LEMMA_KEY_WORD:
        if (key->words) {
            describe_words(key, expected);
            return;
        }
        fixed = "a word of letters, digits, - and _, shorter than 32";
        break;
    case LEMMA_KEY_PATH:
        fixed = "a path shorter than 4096 bytes";
        break;
    case LEMMA_KEY_BOOL:
        fixed = "true or false";
        break;
    case LEMMA_KEY_CLASSES:
        fixed = "a list of labels from 0 to 255, like [0, 1]";
        break;
    case LEMMA_KEY_EVERY:
        fixed = "N rounds, N minutes or off";
        break;
    }
    lemma_fill(expected, LEMMA_EXPECTED_TEXT, fixed);
}

/* value within [min, max] of the key, or (min, max]. NaN is not. */
static bool in_range(const struct lemma_key *key, double value)
{
    return (key->min_open ? value > key->min : value >= key->min) && value <= key->max;
}

static const char *assign_size(const struct lemma_key *key, const char *text,
                               size_t *field)
{
    size_t v;
    const char *why = lemma_value_size(text, &v);

    if (why)
        return why;
    if (v < (uint64_t) key->min || v > (uint64_t) key->max)
        return "";
    *field = v;
    return NULL;
}

static const char *assign_real(const struct lemma_key *key, const char *text,
                               double *field)
{
    double v;
    const char *why = lemma_value_real(text, &v);

    if (why)
        return why;
    if (!in_range(key, v))
        return "";
    *field = v;
    return NULL;
}

/* The word that a synonym stands for, else the text itself. */
static const char *resolve(const struct lemma_key *key, const char *text,
                           char buffer[LEMMA_EXPECTED_TEXT])
{
    const char *pairs[4];
    size_t n = key->synonyms ? lemma_split_words(key->synonyms, buffer, pairs, 4) : 0;
    size_t length = strlen(text);

    for (size_t i = 0; i < n; i++) {
        if (strncmp(pairs[i], text, length) == 0 && pairs[i][length] == '=')
            return pairs[i] + length + 1;
    }
    return text;
}

static const char *assign_word(const struct lemma_key *key, const char *text,
                               char *field)
{
    char pairs[LEMMA_EXPECTED_TEXT], list[LEMMA_EXPECTED_TEXT];
    const char *words[8], *word = resolve(key, text, pairs);
    size_t n = key->words ? lemma_split_words(key->words, list, words, 8) : 0;
    bool known = !key->words;

    for (size_t i = 0; i < n; i++)
        known = known || strcmp(words[i], word) == 0;
    if (!known || !lemma_is_word(word))
        return "";
    lemma_fill(field, LEMMA_WORD, word);
    return NULL;
}

static const char *assign_path(const char *text, char *field)
{
    if (strlen(text) >= LEMMA_PATH)
        return "a path";
    lemma_fill(field, LEMMA_PATH, text);
    return NULL;
}

bool lemma_every_read(const char *text, struct lemma_every *every)
{
    static const char *const units[] = {"round", "rounds", "minute", "minutes"};
    static const char prefix[] = "every ";
    const char *unit;
    char digits[LEMMA_WORD];
    size_t length, n;

    if (strcmp(text, "off") == 0) {
        *every = (struct lemma_every){0, true};
        return true;
    }
    if (strncmp(text, prefix, sizeof prefix - 1) == 0)
        text += sizeof prefix - 1;
    length = strcspn(text, " ");
    if (length >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int) length, text);
    unit = text + length + strspn(text + length, " ");
    if (lemma_value_size(digits, &n) || n == 0)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (strcmp(unit, units[i]) == 0) {
            *every = (struct lemma_every){n, i < 2};
            return true;
        }
    return false;
}

/* Kept in one spelling, so that equal experiments are equal bytes. */
static const char *assign_every(const char *text, char *field)
{
    struct lemma_every every;
    char spelt[LEMMA_WORD] = "off";

    if (!lemma_every_read(text, &every))
        return "";
    if (every.n > 0)
        snprintf(spelt, sizeof spelt, "%zu %s", every.n,
                 every.rounds ? "rounds" : "minutes");
    lemma_fill(field, LEMMA_WORD, spelt);
    return NULL;
}

/* What the key takes and why the text was refused, in one: "a whole number of at least
 * 1" and "a whole number without leading zeros" share their first words. */
static void explain(const struct lemma_key *key, const char *why, char *expected)
{
    static const char *const kinds[] = {"a whole number ", "a number "};
    size_t used;

    lemma_key_describe(key, expected);
    used = strlen(expected);
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(kinds[i]);
        if (strncmp(why, kinds[i], n) == 0)
            snprintf(expected + used, LEMMA_EXPECTED_TEXT - used, ", %s", why + n);
    }
}

bool lemma_key_assign(struct lemma_experiment *x, const struct lemma_key *key,
                      const char *text, char expected[LEMMA_EXPECTED_TEXT])
{
    void *field = lemma_key_field(x, key);
    const char *why = NULL;

    switch (key->type) {
    case LEMMA_KEY_SIZE:
        why = assign_size(key, text, field);
        break;
    case LEMMA_KEY_U64:
        why = lemma_value_u64(text, field);
        break;
    case LEMMA_KEY_REAL:
        why = assign_real(key, text, field);
        break;
    case LEMMA_KEY_WORD:
        why = assign_word(key, text, field);
        break;
    case LEMMA_KEY_PATH:
        why = assign_path(text, field);
        break;
    case LEMMA_KEY_BOOL:
        why = lemma_value_bool(text, field);
        break;
    case LEMMA_KEY_CLASSES:
        why = *text ? "" : NULL;
        x->data.class_count = why ? x->data.class_count : 0;
        break;
    case LEMMA_KEY_EVERY:
        why = assign_every(text, field);
        break;
    }
    if (why)
        explain(key, why, expected);
    return !why;
}
