/*
 * Whether what claims compute with can be computed with: weights and data, and what is
 * derived of them. A weight that is NaN would count as a unit that is off, and a sample
 * of no client as none at all; claims would then hold by it.
 */
#include <math.h>
#include <string.h>

#include "claim/evidence_state.h"

bool lemma_evidence_is_timeless(const char *path)
{
    return strncmp(path, "data/", 5) == 0 || strncmp(path, "network/", 8) == 0;
}

/* K: of data/client; a record that does not say it has no more to check. */
static bool is_client(double x, double K)
{
    return x >= 0 && floor(x) == x && !(x >= K);
}

/* Last weights are NaN until a run comes to its end. */
static bool is_unwritten(const struct lemma_table *t, size_t missing)
{
    return strncmp(t->path, "network/final/", 14) == 0 &&
           missing == t->series.rows * t->series.width;
}

void lemma_evidence_look(struct lemma_evidence *e, struct lemma_table *t)
{
    bool owners = strcmp(t->path, "data/client") == 0;
    double K = owners ? lemma_evidence_number(e, "train/K") : NAN;
    size_t missing = 0;

    for (size_t i = 0; i < t->series.rows * t->series.width; i++) {
        double x = t->series.cells[i];

        missing += isnan(x);
        t->broken |= owners ? !is_client(x, K) : !isfinite(x);
    }
    if (!t->broken || t->series.rows == 0) /* what is derived says itself why */
        return;
    if (is_unwritten(t, missing)) {
        t->broken = false;
        snprintf(t->why, sizeof t->why, "%s is not written yet", t->path);
    } else if (owners)
        snprintf(t->why, sizeof t->why,
                 "%s has a number that is none of the K = %g clients'", t->path, K);
    else
        snprintf(t->why, sizeof t->why, "%s has a number that is not finite", t->path);
    t->series.rows = 0;
}
