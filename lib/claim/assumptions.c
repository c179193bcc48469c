#include "claim/assumptions.h"

#include <string.h>

bool lemma_is_two_layer(struct lemma_evidence *e, struct lemma_finding *f)
{
    const char *preset = lemma_evidence_word(e, "network/preset");

    if (strcmp(preset, "two-layer-relu") != 0)
        lemma_not_applicable(f, "the network is %s, not two-layer-relu", preset);
    else if (lemma_evidence_number(e, "network/d") != 1)
        lemma_not_applicable(f, "the network has more than one output");
    else
        return true;
    return false;
}

bool lemma_is_local_gd(struct lemma_evidence *e, struct lemma_finding *f)
{
    if (lemma_evidence_number(e, "train/batch") == 0)
        return true;
    lemma_not_applicable(f, "steps take mini-batches, not all samples");
    return false;
}

bool lemma_has_clients(struct lemma_evidence *e, struct lemma_finding *f,
                       const double **counts, lemma_status *st)
{
    *st = lemma_evidence_clients(e, counts);
    if (*st == LEMMA_OK && !*counts)
        lemma_undecided(f, "the clients of the samples are not recorded");
    return *st == LEMMA_OK && *counts;
}
