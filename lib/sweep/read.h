/* From the nodes of a sweep file to its keys and their values; for this folder only. */
#ifndef LEMMA_SWEEP_READ_H
#define LEMMA_SWEEP_READ_H

#include "config/yaml_reader.h"
#include "sweep/sweep.h"

struct lemma_sweep_reading {
    struct lemma_yaml yaml; /* x: what values are tried on */
    struct lemma_sweep *sweep;
    bool paper; /* the sizes that stand in the map `paper` */
};

/* base, axes, seeds and search, or what stands for them in paper. */
lemma_status lemma_sweep_read(struct lemma_sweep_reading *r);

/* The values of one more key, which entry names and holds: a list, or a map that says
 * how to make them. */
lemma_status lemma_sweep_read_values(struct lemma_sweep_reading *r,
                                     const struct lemma_entry *entry);

/* The same of a map alone: geometric: or linear: {from, to, points}. */
lemma_status lemma_sweep_read_range(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry);

/* Room for count values of a new key, where that leaves few enough points; values are
 * then tried on the base. */
lemma_status lemma_sweep_open_key(struct lemma_sweep_reading *r,
                                  const struct lemma_entry *entry, size_t count,
                                  struct lemma_sweep_key **key);
/* The i-th value is what the experiment that values are tried on has now. */
lemma_status lemma_sweep_keep_value(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry,
                                    struct lemma_sweep_key *key, size_t i);

/* `count` seeds from the base's on. */
lemma_status lemma_sweep_read_seeds(struct lemma_sweep_reading *r,
                                    const struct lemma_entry *entry);

/* The key that is searched at every point, after all that change are known. */
lemma_status lemma_sweep_read_search(struct lemma_sweep_reading *r,
                                     const struct lemma_entry *entry);

#endif
