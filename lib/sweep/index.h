/* Reading a sweep's own file: which points there are, with which values, and where. */
#ifndef LEMMA_SWEEP_INDEX_H
#define LEMMA_SWEEP_INDEX_H

#include "record/reader.h"

/* Numbers of /run/sweep/search. */
enum { LEMMA_SWEEP_FOUND, LEMMA_SWEEP_CENSORED, LEMMA_SWEEP_UNREACHED };

/* Of one key that changes. */
struct lemma_sweep_series {
    char *name;    /* "network.width" */
    bool number;   /* else value is a place in words */
    double *value; /* (rows) */
    char *words;   /* a line each; NULL where they are numbers */
};

/* A row is a finished point, in the order of their numbers. */
struct lemma_sweep_index {
    struct lemma_reader
        *reader;         /* of the sweep's file: "loss/server.final" and others */
    size_t points, rows; /* of the whole sweep; finished */
    double *point;       /* (rows) */
    uint64_t *seed;      /* (rows); 0 where the file has none such */
    char **record;       /* (rows) paths */
    size_t key_count;
    struct lemma_sweep_series *keys; /* in axis order, the seed's too if it changes */
};

/* path: the file, or its folder. LEMMA_EINPUT where it is no sweep's. */
lemma_status lemma_sweep_index_open(const char *path, struct lemma_sweep_index **index,
                                    struct lemma_error *err);
void lemma_sweep_index_close(struct lemma_sweep_index *x);

/* A point's record; says so where it is gone. */
lemma_status lemma_sweep_record_open(const char *path, struct lemma_reader **reader,
                                     struct lemma_error *err);

/* NULL where it does not change. */
const struct lemma_sweep_series *
lemma_sweep_index_key(const struct lemma_sweep_index *x, const char *name);

#endif
