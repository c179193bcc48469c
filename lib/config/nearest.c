/* The nearest of a few words, for "did you mean". */
#include "config/experiment.h"

#include <string.h>

enum { LONGEST = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein's distance with swaps of neighbours (Damerau,
 * CACM 7(3), 1964). Both words have at most LONGEST letters; O(|a| |b|). */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1]; /* i-2, i-1, i */
    size_t *before = rows[0], *above = rows[1], *now = rows[2];
    size_t n = strlen(a), m = strlen(b);

    for (size_t j = 0; j <= m; j++)
        above[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *free_row = before;

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            now[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = least(now[j], least(above[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        before = above;
        above = now;
        now = free_row;
    }
    return above[m];
}

const char *lemma_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t n = strlen(word), best = (n + 2) / 3 + 1;

    if (n > LONGEST)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(words[i]), d;

        /* their lengths alone are that far apart */
        if (m > LONGEST || (m > n ? m - n : n - m) >= best)
            continue;
        d = distance(word, words[i]);
        if (d < best && d < m) {
            best = d;
            nearest = words[i];
        }
    }
    return nearest;
}
