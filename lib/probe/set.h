/* What a set of probes holds; for the files of this folder only. */
#ifndef LEMMA_PROBE_SET_H
#define LEMMA_PROBE_SET_H

#include "probe/options.h"

/* One column of one probe: its row buffer and where the row goes. */
struct lemma_watched_column {
    bool on;
    bool told;            /* that a number of it was not finite: once is enough */
    enum lemma_axis axis; /* never LEMMA_AXIS_CADENCE */
    size_t rank, dims[LEMMA_RANK_MAX], count; /* of one row */
    const char *dim_names[LEMMA_RANK_MAX];
    void *row;
    size_t table;   /* of the record */
    size_t axes[2]; /* averaging: the tables <name>_step, <name>_round */
};

struct lemma_watched {
    struct lemma_probes *owner;
    const struct lemma_probe_type *type;
    struct lemma_cadence cadence;
    void *state;
    size_t columns;
    struct lemma_watched_column *column; /* (columns) */
    void **cells;                        /* (columns) what observe sees */
    size_t axes[3];                      /* tables step, round, local_step */
    double seconds;
};

struct lemma_probes {
    const struct lemma_dataset *set;
    const struct lemma_network *net;
    size_t clients;
    size_t count;
    struct lemma_watched *watched[LEMMA_PROBES_MAX];
    struct lemma_record *record;
    lemma_sink sink;
    void *sink_context;
    struct lemma_error trouble;
};

/* An observer's `see`: context is a struct lemma_watched. */
lemma_status lemma_watched_see(void *context, const struct lemma_event *ev);

#endif
