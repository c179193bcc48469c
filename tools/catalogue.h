/* Everything that has a name and can be listed and explained, from the registries. */
#ifndef LEMMA_TOOLS_CATALOGUE_H
#define LEMMA_TOOLS_CATALOGUE_H

#include "claim/claim.h"
#include "claim/theorems.h"
#include "config/experiment.h"
#include "probe/probe.h"
#include "scaling/scaling.h"

enum topic {
    TOPIC_PROBES,
    TOPIC_CLAIMS,
    TOPIC_RATES,
    TOPIC_THEOREMS,
    TOPIC_DATA,
    TOPIC_PARTITIONS,
    TOPIC_NETWORKS,
    TOPIC_ACTIVATIONS,
    TOPIC_LOSSES,
    TOPIC_KEYS,
    TOPIC_COUNT
};

struct entry {
    enum topic topic;
    const char *name, *title, *source;     /* source may be NULL */
    const struct lemma_probe_type *probe;  /* of TOPIC_PROBES */
    const struct lemma_key *key;           /* of TOPIC_KEYS */
    const struct lemma_claim_type *claim;  /* of TOPIC_CLAIMS */
    const struct lemma_scaling_type *rate; /* of TOPIC_RATES */
    const struct lemma_theorem *theorem;   /* of TOPIC_THEOREMS */
};

enum { CATALOGUE_MAX = 512 };

struct catalogue {
    size_t count;
    struct entry list[CATALOGUE_MAX];
};

/* Topic by topic, each in its registry's order. */
void catalogue_fill(struct catalogue *c);

/* "probes", and "observed quantities: ..." */
const char *topic_name(enum topic t);
const char *topic_title(enum topic t);

#endif
