/* Reading a probe's configuration; for the files of this folder only. */
#ifndef LEMMA_PROBE_OPTIONS_H
#define LEMMA_PROBE_OPTIONS_H

#include "probe/probe.h"

/* At which steps or rounds a probe is due. */
struct lemma_cadence {
    size_t n;    /* >= 1 */
    bool rounds; /* n counts rounds */
};

/* Sets every option of the type to its fallback, then reads config (NULL: nothing to
 * read). LEMMA_EINPUT with "file:line: probes.name.option: what was expected". */
lemma_status lemma_options_read(const struct lemma_probe_type *type, const char *file,
                                const struct lemma_probe_config *config, void *state,
                                struct lemma_cadence *cadence, struct lemma_error *err);

/* "5", "5 steps", "5 rounds"; the bare number counts what the probe is observed at. */
lemma_status lemma_cadence_read(const struct lemma_probe_type *type, const char *text,
                                struct lemma_cadence *cadence, struct lemma_error *err);

/* Without `every`: at every occasion, counted in what the probe is observed at. */
struct lemma_cadence lemma_cadence_of(const struct lemma_probe_type *type);

/* Whether the probe is observed at local steps, so that `every` may count them. */
bool lemma_probe_has_steps(const struct lemma_probe_type *type);

#endif
