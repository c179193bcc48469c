#include "catalogue.h"

#include "data/dataset.h"
#include "net/network.h"

static const struct {
    const char *name, *title;
} topics[TOPIC_COUNT] = {
    [TOPIC_PROBES] = {"probes", "quantities observed while training (probes)"},
    [TOPIC_CLAIMS] = {"claims", "statements of the theory that records are judged by"},
    [TOPIC_RATES] = {"rates",
                     "claims of kind rate: exponents that sweeps are judged by"},
    [TOPIC_THEOREMS] = {"theorems",
                        "main theorems, whose assumptions are set beside a run"},
    [TOPIC_DATA] = {"data", "data sets (data.kind)"},
    [TOPIC_PARTITIONS] = {"partitions",
                          "ways to deal samples to clients (partition.kind)"},
    [TOPIC_NETWORKS] = {"networks", "network presets (network.preset)"},
    [TOPIC_ACTIVATIONS] = {"activations", "activations of layers"},
    [TOPIC_LOSSES] = {"losses", "losses"},
    [TOPIC_KEYS] = {"keys", "keys of experiment files and of --set"},
};

const char *topic_name(enum topic t)
{
    return topics[t].name;
}

const char *topic_title(enum topic t)
{
    return topics[t].title;
}

static void add(struct catalogue *c, struct entry e)
{
    LEMMA_REQUIRE(c->count < CATALOGUE_MAX);
    c->list[c->count++] = e;
}

/* Registries differ in type; name, title and source are common to all. */
#define ADD_ALL(registry, which)                         \
    for (size_t i = 0; (registry)[i]; i++)               \
    add(c, (struct entry){.topic = (which),              \
                          .name = (registry)[i]->name,   \
                          .title = (registry)[i]->title, \
                          .source = (registry)[i]->source})

void catalogue_fill(struct catalogue *c)
{
    size_t keys = 0;
    const struct lemma_key *key = lemma_keys(&keys);

    c->count = 0;
    for (size_t i = 0; lemma_probe_types[i]; i++) {
        const struct lemma_probe_type *p = lemma_probe_types[i];
        add(c, (struct entry){.topic = TOPIC_PROBES,
                              .name = p->name,
                              .title = p->title,
                              .source = p->source,
                              .probe = p});
    }
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++)
        add(c, (struct entry){.topic = TOPIC_CLAIMS,
                              .name = (*t)->name,
                              .title = (*t)->title,
                              .source = (*t)->source,
                              .claim = *t});
    for (const struct lemma_scaling_type *const *t = lemma_scaling_types; *t; t++)
        add(c, (struct entry){.topic = TOPIC_RATES,
                              .name = (*t)->name,
                              .title = (*t)->title,
                              .source = (*t)->laws->source,
                              .rate = *t});
    for (const struct lemma_theorem *const *t = lemma_theorems; *t; t++)
        add(c, (struct entry){.topic = TOPIC_THEOREMS,
                              .name = (*t)->name,
                              .title = (*t)->title,
                              .source = (*t)->source,
                              .theorem = *t});
    ADD_ALL(lemma_data_types, TOPIC_DATA);
    ADD_ALL(lemma_partition_types, TOPIC_PARTITIONS);
    ADD_ALL(lemma_preset_types, TOPIC_NETWORKS);
    ADD_ALL(lemma_activation_types, TOPIC_ACTIVATIONS);
    ADD_ALL(lemma_loss_types, TOPIC_LOSSES);
    for (size_t i = 0; i < keys; i++)
        add(c, (struct entry){.topic = TOPIC_KEYS,
                              .name = key[i].name,
                              .title = key[i].help,
                              .key = &key[i]});
}
