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

/* Bytes to save, to put back, or to count. FIXED: they stay what the first row made of
 * them. MOVING: any row may change them, and they are copied once a round. */
enum lemma_lasting { LEMMA_FIXED, LEMMA_MOVING };
typedef void (*lemma_visit)(void *context, void *data, size_t bytes,
                            enum lemma_lasting kind);

/* What a run's costs are made of, as doubles, which do not overflow. */
struct lemma_scale {
    double N, K, L, d, tau, test; /* test: samples of the test set */
    double rows;                  /* samples of a local step, of all clients */
    double square, cube;          /* sums over clients of n_c^2, n_c^3 */
    double weights, first;        /* sum over layers of m_in m_out; of layer 1 */
    double sides, units, words;   /* of m_in + m_out; of m_out; of its patterns */
    bool full;                    /* full batch */
};

enum lemma_passes { LEMMA_NO_PASS, LEMMA_ONE_WAY, LEMMA_BOTH_WAYS };

/* Of a probe: flops at W(0), in every local step and round that are due, and for each
 * row of the steps' or rounds' axis; bytes of a checkpoint. Passes of all samples at
 * the average or at the local models are made once for all probes. */
struct lemma_work {
    double once, step, round, row, lasting;
    enum lemma_passes average, local;
};

struct lemma_probe_type {
    const char *name, *title, *source;
    const char *cost; /* in words and flops: "one extra gradient a step" */
    const char
        *signal; /* the table plotted by default; the first one where it is off */
    bool log_signal;
    unsigned events;    /* LEMMA_ON_... at which observe wants to be called */
    bool needs_initial; /* W(0) is kept in memory */
    const struct lemma_column *columns; /* ended by {0} */
    /* Bit i: column i may be NaN where there is nothing to tell, or where the probe
     * tells by itself why. What is not finite elsewhere is a finding. */
    uint64_t missing;
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
    /* Fills a zeroed work, roughly; NULL: nothing but sums. */
    void (*work)(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work);
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

/* One table of a run that is not cut short. */
struct lemma_rows {
    const char *group, *name; /* name NULL: an axis */
    enum lemma_type type;
    double cells, rows; /* cells of one row */
};
void lemma_probes_rows(const struct lemma_probes *probes,
                       const struct lemma_train_config *t,
                       void (*visit)(void *context, const struct lemma_rows *rows),
                       void *context);

/* Of probe i: bytes it asks for (row buffers too), flops of the whole run without the
 * passes that it shares, bytes in a checkpoint. */
struct lemma_probe_cost {
    double bytes, flops, lasting;
};
struct lemma_probe_cost lemma_probes_cost(const struct lemma_probes *probes, size_t i,
                                          const struct lemma_train_config *t,
                                          const struct lemma_scale *z);
/* Flops of the passes that probes share. */
double lemma_probes_passes(const struct lemma_probes *probes,
                           const struct lemma_train_config *t,
                           const struct lemma_scale *z);

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
