/* Parts of `lemma explain`. */
#ifndef LEMMA_TOOLS_EXPLAIN_H
#define LEMMA_TOOLS_EXPLAIN_H

#include "catalogue.h"

/* "gradient_gap/gap" or "gradient_gap.gap"; NULL where there is no such table. */
const struct lemma_column *explain_find_table(const struct catalogue *c,
                                              const char *name,
                                              const struct lemma_probe_type **probe);

/* A JSON array of everything that name means; how much that is. Nothing is printed for
 * 0. */
size_t explain_json(const struct catalogue *c, const char *name);

#endif
