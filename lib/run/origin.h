/* What records have in common whatever was done: where they come from. */
#ifndef LEMMA_RUN_ORIGIN_H
#define LEMMA_RUN_ORIGIN_H

#include "data/dataset.h"
#include "net/network.h"
#include "record/record.h"

/* Data and weights are stored by default while each is at most this many bytes. */
enum { LEMMA_STORED_BYTES = 32 << 20 };
/* Whether so many bytes are, by record.data or record.weights: "all", "auto", others.
 */
bool lemma_stores(const char *rule, double bytes);

/* Parts of a record that are not about training. Before lemma_record_start; NULL texts
 * are "". */
lemma_status lemma_declare_origin(struct lemma_record *r,
                                  const struct lemma_experiment *x,
                                  const char *command_line, const char *config_source);
lemma_status lemma_declare_data(struct lemma_record *r,
                                const struct lemma_experiment *x,
                                const struct lemma_dataset *set,
                                const struct lemma_partition *partition);
lemma_status lemma_declare_network(struct lemma_record *r,
                                   const struct lemma_network *net);

/* LEMMA_EINPUT, with the key, for sizes beyond this machine or any patience, from the
 * experiment alone. */
lemma_status lemma_run_check_sizes(const struct lemma_experiment *x,
                                   struct lemma_error *err);

#endif
