/* A small run under one probe: its rows, and all models at every event, kept for
 * oracles. */
#ifndef LEMMA_TESTS_PROBE_WATCHED_H
#define LEMMA_TESTS_PROBE_WATCHED_H

#include "probe/probe.h"
#include "support.h"

enum { WATCHED_CLIENTS = 4, WATCHED_MOMENTS = 256, WATCHED_COLUMNS = 16 };

/* All models at one event, in long double, layer after layer, row-major. */
struct moment {
    unsigned kind;
    size_t step, round, local_step;
    long double *local;                 /* (K, weights) */
    long double *average, *server;      /* (weights) */
    uint32_t *batch;                    /* (K, N) samples of each client's, at `step` */
    size_t batch_rows[WATCHED_CLIENTS]; /* so many of them; 0: full batch */
};

/* Rows of one column: (rows, count), integers converted. */
struct rows {
    const struct lemma_column *column;
    size_t count, rows;
    size_t step[WATCHED_MOMENTS];
    double *cells;
};

struct watched {
    /* The case; watched_default fills it. */
    const char *preset;
    size_t d_x, width, depth, outputs, clients, counts[WATCHED_CLIENTS], test_n;
    size_t classes;  /* 0: random targets; 1: signs; d > 1: one-hot */
    bool twins;      /* all clients hold the same samples, */
    double nudge;    /* but for this much of each target */
    double nearness; /* > 0: all samples are the first one, but for this much */
    struct lemma_train_config config;
    double eta;
    uint64_t seed;              /* of W(0) and the batches; watched_default: 5 */
    struct lemma_experiment *x; /* the probes of the run */

    /* What watched_run leaves. */
    struct lemma_dataset set;
    struct lemma_partition partition;
    struct lemma_span spans[WATCHED_CLIENTS];
    struct lemma_network *net;
    size_t N, L, weights;
    long double *initial, *features, *output; /* (weights), (N, in_0), (d, m) */
    struct moment moments[WATCHED_MOMENTS];
    size_t moment_count;
    struct rows tables[WATCHED_COLUMNS];
    size_t table_count;
    double *final;   /* (weights) the server's */
    bool no_moments; /* only rows and the final model are wanted */
};

/* deep-relu 2 x 12, one output, clients of 5, 2, 4, 3 samples, tau 3, R 3, full batch.
 */
struct watched watched_default(void);

/* Cases that differ in all that probes have to tell apart: presets, one and three
 * outputs, full and mini-batches, factored and dense local models, server steps. */
enum { WATCHED_CASES = 6 };
struct watched watched_case(size_t i);

/* Adds a probe to the experiment, options "key", "value", ..., NULL. */
void watched_probe(struct watched *w, const char *name, ...);

/* Builds, trains and watches; `own` (or NULL) is added at every event. */
void watched_run(struct watched *w, const struct lemma_probe_type *own);
void watched_free(struct watched *w);

/* The table, failing where it has no rows; its row made at this step, failing likewise.
 */
const struct rows *watched_rows(const struct watched *w, const char *column);
const double *watched_row(const struct watched *w, const char *column, size_t step);
bool watched_has(const struct watched *w, const char *column, size_t step);

/* First weight of layer l. */
size_t watched_offset(const struct watched *w, size_t l);

#endif
