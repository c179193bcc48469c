/* The member of a family that a key names. */
#include "config/experiment.h"

#include <stdio.h>
#include <string.h>

/* "sphere, idx or csv", as far as there is room. */
static void list_words(const char *const *words, size_t count, char *list, size_t size)
{
    size_t used = 0;

    list[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++) {
        const char *link = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        used += (size_t) snprintf(list + used, size - used, "%s%s", link, words[i]);
    }
}

lemma_status lemma_experiment_choose(const struct lemma_experiment *x, const char *key,
                                     const char *word, const char *const *words,
                                     size_t count, const char *with, size_t *which,
                                     struct lemma_error *err)
{
    char list[512];
    const char *near;

    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0) {
            *which = i;
            return LEMMA_OK;
        }
    list_words(words, count, list, sizeof list);
    near = lemma_nearest(word, words, count);
    return lemma_experiment_fail(x, key, err, "expected %s%s%s, got \"%s\"%s%s%s", list,
                                 with ? " with " : "", with ? with : "", word,
                                 near ? "; did you mean \"" : "", near ? near : "",
                                 near ? "\"?" : "");
}
