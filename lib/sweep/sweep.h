/*
 * A sweep: a base experiment, axes along which keys of it change, and seeds.
 *
 * Life: load - experiment, check, state of points - collect what finished - destroy.
 * Points are numbered from 0 in an order that the file fixes: the first axis changes
 * slowest, the seeds fastest. With a search every point is a bisection (search.h).
 */
#ifndef LEMMA_SWEEP_SWEEP_H
#define LEMMA_SWEEP_SWEEP_H

#include "sweep/search.h"

enum {
    LEMMA_SWEEP_POINTS =
        10000,             /* most points of a sweep: their names have four digits */
    LEMMA_SWEEP_KEYS = 32, /* most keys that change */
    LEMMA_SWEEP_NAME = 4 * LEMMA_WORD /* longest name of one */
};

/* One key that changes. */
struct lemma_sweep_key {
    char name[LEMMA_SWEEP_NAME]; /* "network.width" */
    int line;                    /* where the sweep file names it */
    bool number, whole;          /* what its values are; else words or lists */
    size_t axis;                 /* keys of one axis move together */
    size_t count;                /* values, as many as its axis has places */
    char **text;                 /* (count) as lemma_experiment_set takes them */
    double *value;               /* (count) numbers; else i, for text[i] */
};

struct lemma_sweep {
    char file[LEMMA_PATH]; /* where it was read, for messages */
    char *source;          /* the text of the file */
    struct lemma_experiment *base;
    size_t key_count, axis_count, points;
    struct lemma_sweep_key keys[LEMMA_SWEEP_KEYS];
    size_t axes[LEMMA_SWEEP_KEYS];   /* places of each axis */
    struct lemma_search search;      /* its key "": none */
    bool has_paper;                  /* there are sizes meant for a cluster */
    int paper_lines[LEMMA_KEYS_MAX]; /* keys of a base in another file that these
                                        override: where; 0: not */
};

/* Reads a sweep file, and the experiment it names as its base, relative to the file.
 * LEMMA_EINPUT with "file:line: key: expected this, got that". */
lemma_status lemma_sweep_load(const char *path, struct lemma_sweep **sweep,
                              struct lemma_error *err);

/* The same with the sizes meant for a cluster, the file's map `paper`. Either reads and
 * checks both. */
lemma_status lemma_sweep_load_paper(const char *path, struct lemma_sweep **sweep,
                                    struct lemma_error *err);

/* The same from text, of the paper's sizes or not; name stands in messages and says
 * where a base file is looked for. */
lemma_status lemma_sweep_parse_paper(const char *text, size_t length, const char *name,
                                     struct lemma_sweep **sweep,
                                     struct lemma_error *err);
lemma_status lemma_sweep_parse(const char *text, size_t length, const char *name,
                               struct lemma_sweep **sweep, struct lemma_error *err);
void lemma_sweep_destroy(struct lemma_sweep *s);

/* An override of the base, "train.rounds=5". Refused for keys that change or are
 * searched. */
lemma_status lemma_sweep_set(struct lemma_sweep *s, const char *assignment,
                             struct lemma_error *err);

/* Which of its values a key has at a point. */
size_t lemma_sweep_place(const struct lemma_sweep *s, const struct lemma_sweep_key *key,
                         size_t point);

/* "network.width = 256, seed = 2"; cut off where it does not fit. Returns out. */
const char *lemma_sweep_describe(const struct lemma_sweep *s, size_t point, char *out,
                                 size_t size);

/* The experiment of a point: the base with the point's values. */
lemma_status lemma_sweep_experiment(const struct lemma_sweep *s, size_t point,
                                    struct lemma_experiment *x,
                                    struct lemma_error *err);

bool lemma_sweep_searches(const struct lemma_sweep *s);
/* The same with the searched key at this value. */
lemma_status lemma_sweep_experiment_at(const struct lemma_sweep *s, size_t point,
                                       size_t value, struct lemma_experiment *x,
                                       struct lemma_error *err);

/* Whether the point can be run, at both ends of a search: makes all that a run makes,
 * and lets it go. Messages name the point and the line of the key that does not fit. */
lemma_status lemma_sweep_check(const struct lemma_sweep *s, size_t point,
                               struct lemma_error *err);

/* Whether two points differ in their seed alone. */
bool lemma_sweep_is_reseeded(const struct lemma_sweep *s, size_t a, size_t b);

/* Steps times multiplications of a step, roughly: for estimates of time. */
double lemma_sweep_cost(const struct lemma_experiment *x);

#endif
