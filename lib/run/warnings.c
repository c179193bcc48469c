/* What is worth saying before a run: inputs that theorems exclude. */
#include <string.h>

#include "run/declare.h"

/* "samples 3 and 17, 5 and 40, and 2 more": numbers of the source, the lower first. */
static void name_pairs(const struct lemma_dataset *set, size_t count,
                       const size_t (*pairs)[2], char *out, size_t size)
{
    size_t named = count < LEMMA_PAIRS_MAX ? count : LEMMA_PAIRS_MAX;
    size_t used = (size_t) snprintf(out, size, "samples ");

    for (size_t k = 0; k < named; k++) {
        uint32_t a = set->index[pairs[k][0]], b = set->index[pairs[k][1]];

        used += (size_t) snprintf(out + used, size - used, "%s%lu and %lu",
                                  k ? ", " : "", (unsigned long) (a < b ? a : b),
                                  (unsigned long) (a < b ? b : a));
    }
    if (count > named)
        snprintf(out + used, size - used, ", and %zu more", count - named);
}

static size_t warn(char *out, size_t size, const char *what, size_t count,
                   const struct lemma_dataset *set, const size_t (*pairs)[2],
                   const char *consequence)
{
    char named[512];

    if (count == 0)
        return 0;
    name_pairs(set, count, pairs, named, sizeof named);
    return (size_t) snprintf(out, size, "%zu pair%s of inputs %s %s (%s, from 0): %s\n",
                             count, count == 1 ? "" : "s", count == 1 ? "is" : "are",
                             what, named, consequence);
}

void lemma_run_warn(const struct lemma_dataset *set, char text[LEMMA_WARNINGS])
{
    const struct lemma_geometry *g = &set->geometry;
    size_t used =
        warn(text, LEMMA_WARNINGS, "equal", g->duplicates, set, g->duplicate_pairs,
             "the tangent kernel is singular and theorems that need a "
             "separation do not apply");

    warn(text + used, LEMMA_WARNINGS - used, "parallel", g->parallels, set,
         g->parallel_pairs, "theorems that need +-separated inputs do not apply");
}

void lemma_run_warn_step(const struct lemma_experiment *x, char text[LEMMA_WARNINGS])
{
    size_t used = strlen(text);

    if (strcmp(x->train.step_rule, "lazy-limit") == 0 && x->train.step_size >= 1)
        snprintf(
            text + used, LEMMA_WARNINGS - used,
            "train.step_size %g is not below 1: under step_rule lazy-limit that is "
            "beyond the step proven stable\n",
            x->train.step_size);
}
