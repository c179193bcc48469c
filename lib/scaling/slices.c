/* Which points of a sweep an exponent is measured on: those that differ in what the
 * law names alone. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "scaling/sweep.h"

/* Keys of experiments behind the constants. */
static const struct {
    const char *constant, *key;
} keys[] = {{"m", "network.width"},        {"L", "network.depth"},
            {"N", "data.samples"},         {"d_x", "data.dimension"},
            {"K", "partition.clients"},    {"tau", "train.local_steps"},
            {"eta", "train.step_size"},    {"batch", "train.batch"},
            {"phi", "data.closest_pair"},  {"phi", "data.separation"},
            {"d", "data.targets.outputs"}, {"server_step", "train.server_step"}};

static bool moves(const char *constant, const char *key)
{
    for (size_t i = 0; constant && i < sizeof keys / sizeof *keys; i++)
        if (strncmp(constant, keys[i].constant, strlen(keys[i].constant)) == 0 &&
            strcspn(constant, "-") == strlen(keys[i].constant) &&
            strcmp(keys[i].key, key) == 0)
            return true;
    return false;
}

bool lemma_scaling_moves(const struct lemma_scaling_sweep *s, const char *constant)
{
    bool any = false;

    for (size_t k = 0; k < s->index->key_count; k++)
        any |= moves(constant, s->index->keys[k].name);
    return any;
}

static bool is_held(const struct lemma_scaling_law *law, const char *key)
{
    return strcmp(key, "seed") != 0 && strcmp(key, "train.rounds") != 0 &&
           !moves(law->against, key) && !moves(law->with, key);
}

static bool same(const struct lemma_scaling_sweep *s,
                 const struct lemma_scaling_law *law, size_t i, size_t j)
{
    bool agree = s->network[i] == s->network[j];

    for (size_t k = 0; k < s->index->key_count && agree; k++)
        if (is_held(law, s->index->keys[k].name))
            agree = s->index->keys[k].value[i] == s->index->keys[k].value[j];
    return agree;
}

lemma_status lemma_scaling_slices(const struct lemma_scaling_sweep *s,
                                  const struct lemma_scaling_law *law, size_t *slice,
                                  size_t *count)
{
    size_t *first = NULL; /* a row of each slice */
    lemma_status st = LEMMA_OK;

    *count = 0;
    LEMMA_NEW(first, s->rows);
    for (size_t i = 0; i < s->rows; i++) {
        slice[i] = 0;
        while (slice[i] < *count && !same(s, law, i, first[slice[i]]))
            slice[i]++;
        if (slice[i] == *count)
            first[(*count)++] = i;
    }
out:
    lemma_free(first);
    return st;
}

void lemma_scaling_describe(const struct lemma_scaling_sweep *s,
                            const struct lemma_scaling_law *law, size_t row,
                            char text[LEMMA_REASON])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t k = 0; k < s->index->key_count && used < LEMMA_REASON; k++) {
        const struct lemma_sweep_series *key = &s->index->keys[k];
        const char *word = key->words;

        if (!is_held(law, key->name))
            continue;
        for (size_t i = (size_t) key->value[row]; word && i > 0; i--)
            word = strchr(word, '\n') + 1;
        used += (size_t) snprintf(text + used, LEMMA_REASON - used,
                                  "%s%s = ", used ? ", " : "", key->name);
        if (used < LEMMA_REASON && word)
            used += (size_t) snprintf(text + used, LEMMA_REASON - used, "%.*s",
                                      (int) strcspn(word, "\n"), word);
        else if (used < LEMMA_REASON)
            used += (size_t) snprintf(text + used, LEMMA_REASON - used, "%g",
                                      key->value[row]);
    }
}
