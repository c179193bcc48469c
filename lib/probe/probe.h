/* A probe: one observed quantity; and the set of probes that watches a run. */
#ifndef LEMMA_PROBE_PROBE_H
#define LEMMA_PROBE_PROBE_H

#include "config/experiment.h"
#include "record/record.h"
#include "train/trainer.h"

/* Which events make a row of a table. */
enum lemma_axis {
    LEMMA_AXIS_STEP,      /* `step` events: step, round, local_step */
    LEMMA_AXIS_ROUND,     /* `round_begin`, `run_end`: the same axes, local_step = 0 */
    LEMMA_AXIS_CADENCE,   /* one of these two: what `every` counts, rounds if nothing */
    LEMMA_AXIS_MOVE,      /* `averaged`: the round as a whole, axes of its beginning */
    LEMMA_AXIS_AVERAGING, /* `round_end`: <table>_step, <table>_round */
    LEMMA_AXES
};

/* One table. shape: K clients, L layers, N samples, d outputs, E eigenvalues of the
 * tangent kernel: "", "K", "L", "N", "K,L", "N,L", "N,d", "E". All tables of a probe
 * stand on one axis, LEMMA_AXIS_AVERAGING aside. Columns of one name are one table:
 * `has` chooses.
 */
struct lemma_column {
    const char *name, *shape;
    enum lemma_type type; /* LEMMA_F64 or LEMMA_I64 */
    enum lemma_axis axis;
    const char *units, *meaning, *formula, *source;
};

enum lemma_option_type { LEMMA_OPTION_BOOL, LEMMA_OPTION_WORD, LEMMA_OPTION_SIZE };

/* A key under probes.<name> besides `every`; value at offset of the probe's state. */
struct lemma_option {
    const char *name;
    enum lemma_option_type type; /* bool; char[LEMMA_WORD]; size_t */
    size_t offset;
    const char *fallback, *words, *help;
};

/* Buffers for one row: cells[i] belongs to columns[i], NULL where that table is off or
 * belongs to another axis. Filled with NaN or -1 before observe. */
struct lemma_cells {
    size_t count;
    void *const *cells;
};

static inline double *lemma_f64(const struct lemma_cells *row, size_t column)
{
    return row->cells[column];
}

static inline int64_t *lemma_i64(const struct lemma_cells *row, size_t column)
{
    return row->cells[column];
}

/* Bytes to save, to put back, or to count. */
typedef void (*lemma_visit)(void *context, void *data, size_t bytes);

struct lemma_probe_type {
    const char *name, *title, *source;
    const char *cost; /* in words and flops: "one extra gradient a step" */
    const char
        *signal; /* the table plotted by default; the first one where it is off */
    bool log_signal;
    unsigned events;    /* LEMMA_ON_... at which observe wants to be called */
    bool needs_initial; /* W(0) is kept in memory */
    const struct lemma_column *columns; /* ended by {0} */
    const struct lemma_option *options; /* ended by {0}; NULL = none */
    size_t state_size;                  /* zeroed bytes; options are stored into them */
    /* Whether a column is recorded with these options; NULL = all are. */
    bool (*has)(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net);
    /* E of shapes with these options: N d or N. NULL: no table has it. */
    size_t (*order)(const void *state, const struct lemma_dataset *set);
    /* Bytes that begin and observe will ask for, roughly; NULL: few beside a model. */
    double (*memory)(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net);
    /* Sizes are known, nothing has run: allocate. NULL = nothing to do. */
    lemma_status (*begin)(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err);
    lemma_status (*observe)(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row);
    /* Visits every piece of memory whose content observe reads in a later round than it
     * was written: a checkpoint holds these bytes, and resuming puts them back after
     * begin has run at W(0) again. The pieces and their sizes follow from begin alone.
     * NULL = nothing outlives a round but what begin makes. */
    void (*lasting)(void *state, lemma_visit visit, void *context);
    void (*end)(void *state); /* frees; NULL is fine */
};

/* NULL-terminated, in the order of lib/probe/meson.build. */
extern const struct lemma_probe_type *const lemma_probe_types[];
const struct lemma_probe_type *lemma_probe_find(const char *name);

/* The probes of a run: reads their options, declares their tables, writes their rows,
 * and measures what each costs. */
struct lemma_probes;

/* From the experiment's `probes` map, in its order. Unknown probes, options, and values
 * are LEMMA_EINPUT with file and line. */
lemma_status lemma_probes_create(const struct lemma_experiment *x,
                                 const struct lemma_dataset *set, size_t clients,
                                 const struct lemma_network *net,
                                 struct lemma_probes **probes, struct lemma_error *err);
void lemma_probes_destroy(struct lemma_probes *probes);

/* A probe that is not in the registry: the caller's own. every: "5 rounds"; NULL: 1. */
lemma_status lemma_probes_add(struct lemma_probes *probes,
                              const struct lemma_probe_type *type, const char *every,
                              struct lemma_error *err);

/* Declares groups and tables in a record that has not started; NULL record: rows go to
 * `sink` alone. */
typedef lemma_status (*lemma_sink)(void *context, const struct lemma_probe_type *type,
                                   const struct lemma_column *column, size_t step,
                                   size_t count, const void *cells);
lemma_status lemma_probes_declare(struct lemma_probes *probes,
                                  struct lemma_record *record);
void lemma_probes_sink(struct lemma_probes *probes, lemma_sink sink, void *context);

/* Bytes of the probes that tell theirs. */
double lemma_probes_memory(const struct lemma_probes *probes);

/* Hooks all of them to a trainer. */
lemma_status lemma_probes_watch(struct lemma_probes *probes,
                                struct lemma_trainer *trainer);

/* Visits what all probes keep from round to round, and what they have cost; after
 * run_begin. */
void lemma_probes_lasting(struct lemma_probes *probes, lemma_visit visit,
                          void *context);

/* The sentence of a failure while watching, "" where there is none. */
const char *lemma_probes_trouble(const struct lemma_probes *probes);

/* What each has cost so far: wall seconds in begin and observe, tapes it was the first
 * to ask for included. */
size_t lemma_probes_count(const struct lemma_probes *probes);
const struct lemma_probe_type *lemma_probes_type(const struct lemma_probes *probes,
                                                 size_t i);
double lemma_probes_seconds(const struct lemma_probes *probes, size_t i);

/* Replaces the experiment's probes by a choice: economy | standard | full. */
lemma_status lemma_probes_preset(struct lemma_experiment *x, const char *name,
                                 struct lemma_error *err);

#endif
