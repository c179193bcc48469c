/* Values made from two ends and a number of points. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sweep/read.h"

enum { RANGE_DIGITS = 12 }; /* pow() may differ in the last of 17 digits elsewhere */

struct range {
    bool geometric;
    double from, to;
    size_t points;
};

/* One of from, to, points out of the i-th pair of a range's map. */
static lemma_status read_bound(struct lemma_sweep_reading *r,
                               const struct lemma_entry *entry, size_t i,
                               struct range *range, unsigned *seen)
{
    char word[LEMMA_WORD], name[LEMMA_FULL_NAME], text[64], shown[LEMMA_SHOWN_TEXT];
    struct lemma_entry pair;
    const char *expected = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_pair(&r->yaml, entry, i, LEMMA_WORD, word, name, &pair));
    LEMMA_TRY(lemma_yaml_text(&r->yaml, &pair, "a number", sizeof text, text));
    if (strcmp(word, "from") == 0) {
        *seen |= 1;
        expected = lemma_value_real(text, &range->from);
    } else if (strcmp(word, "to") == 0) {
        *seen |= 2;
        expected = lemma_value_real(text, &range->to);
    } else if (strcmp(word, "points") == 0) {
        *seen |= 4;
        expected = lemma_value_size(text, &range->points);
    } else {
        st = lemma_yaml_fail(&r->yaml, pair.line, pair.name,
                             "expected a key of a range (from, to, points)");
        goto out;
    }
    if (expected)
        st = lemma_yaml_fail(&r->yaml, pair.line, pair.name, "expected %s, got %s",
                             expected, lemma_node_show(pair.node, shown));
out:
    return st;
}

/* The i-th value. The ends are exact. */
static double range_value(const struct range *range, size_t i)
{
    double share = (double) i / (double) (range->points - 1);

    if (i == 0)
        return range->from;
    if (i == range->points - 1)
        return range->to;
    return range->geometric ? range->from * pow(range->to / range->from, share)
                            : range->from + share * (range->to - range->from);
}

static lemma_status make_values(struct lemma_sweep_reading *r,
                                const struct lemma_entry *entry,
                                const struct range *range)
{
    size_t count;
    int known = lemma_key_find(entry->name);
    struct lemma_sweep_key *key = NULL;
    char text[LEMMA_REAL_TEXT], expected[LEMMA_EXPECTED_TEXT];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_sweep_open_key(r, entry, range->points, &key));
    if (!key->number)
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                             "expected a list of values: only numbers have ranges");
    LEMMA_TRY(st);
    for (size_t i = 0; i < range->points; i++) {
        double x = range_value(range, i), unit;

        if (key->whole) {
            x = nearbyint(x);
        } else if (i > 0 && i < range->points - 1 && x != 0) {
            unit = pow(10, RANGE_DIGITS - 1 - floor(log10(fabs(x))));
            x = isfinite(unit) && isfinite(x * unit) ? round(x * unit) / unit : x;
        }
        if (key->whole && fabs(x) <= LEMMA_KEY_MOST)
            snprintf(text, sizeof text, "%.0f", x);
        else
            lemma_value_print_real(x, text);
        if (!lemma_key_assign(r->yaml.x, &lemma_keys(&count)[known], text, expected)) {
            st = lemma_yaml_fail(&r->yaml, entry->line, entry->name,
                                 "expected %s, got %s from the range", expected, text);
            goto out;
        }
        LEMMA_TRY(lemma_sweep_keep_value(r, entry, key, i));
    }
out:
    return st;
}

lemma_status lemma_sweep_read_range(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry)
{
    static const char forms[] =
        "a list of values, or geometric: or linear: {from, to, points}";
    char word[LEMMA_WORD] = "", name[LEMMA_FULL_NAME];
    struct lemma_entry pair = {0};
    struct range range = {0};
    unsigned seen = 0;
    size_t pairs = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_map(&r->yaml, entry, forms, &pairs));
    if (pairs == 1)
        LEMMA_TRY(lemma_yaml_pair(&r->yaml, entry, 0, LEMMA_WORD, word, name, &pair));
    range.geometric = strcmp(word, "geometric") == 0;
    if (!range.geometric && strcmp(word, "linear") != 0) {
        st = lemma_yaml_fail(&r->yaml, entry->line, entry->name, "expected %s", forms);
        goto out;
    }
    pair.name = entry->name; /* short, and clear enough */
    LEMMA_TRY(lemma_yaml_map(&r->yaml, &pair, "{from, to, points}", &pairs));
    for (size_t i = 0; i < pairs; i++)
        LEMMA_TRY(read_bound(r, &pair, i, &range, &seen));
    if (seen != 7 || range.points < 2 || range.from == range.to)
        st = lemma_yaml_fail(&r->yaml, pair.line, pair.name,
                             "expected {from, to, points} with two ends that differ "
                             "and at least 2 points");
    else if (range.geometric && !(range.from > 0 && range.to > 0))
        st = lemma_yaml_fail(&r->yaml, pair.line, pair.name,
                             "expected geometric ends above 0; linear takes any");
    LEMMA_TRY(st);
    LEMMA_TRY(make_values(r, entry, &range));
out:
    return st;
}
