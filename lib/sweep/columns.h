/* The tables of a sweep's points and their reductions; for this folder only. */
#ifndef LEMMA_SWEEP_COLUMNS_H
#define LEMMA_SWEEP_COLUMNS_H

#include "record/reader.h"
#include "record/record.h"
#include "sweep/reduce.h"

/* A table that some point has. */
struct lemma_sweep_column {
    char *group, *table;
    char *units, *long_name, *formula, *source;
    size_t layers; /* most layers of all points; 0: a number a row */
    size_t id[LEMMA_REDUCTIONS];
};

struct lemma_sweep_columns {
    size_t count;
    struct lemma_sweep_column *list;
};

/* Adds the tables of a record. */
lemma_status lemma_sweep_columns_scan(struct lemma_sweep_columns *c,
                                      struct lemma_reader *reader);
void lemma_sweep_columns_free(struct lemma_sweep_columns *c);

/* The groups of a sweep file and their tables, on the axis of this name, which the
 * caller declares and fills. */
lemma_status lemma_sweep_columns_declare(struct lemma_sweep_columns *c,
                                         struct lemma_record *r, const char *group,
                                         const char *axis);

/* A row of all tables of all groups: the record's reductions, NaN where it has no such
 * table. */
lemma_status lemma_sweep_columns_append(const struct lemma_sweep_columns *c,
                                        struct lemma_record *r,
                                        struct lemma_reader *reader);

/* A table of one record, as reductions take it. */
struct lemma_sweep_rows {
    size_t rows, others, layers; /* layers 0: a number for each of the others */
    double *cells;               /* (rows, others, layers or 1), missing ones NaN */
    double *round, *step;        /* (rows); NULL: not told */
};

/* LEMMA_EINPUT where the record has no such table, or it is a spectrum. */
lemma_status lemma_sweep_rows_read(struct lemma_reader *reader, const char *group,
                                   const char *table, struct lemma_sweep_rows *t);
void lemma_sweep_rows_free(struct lemma_sweep_rows *t);

#endif
