/* Two records side by side: what is the same, close, or different, table by table. */
#ifndef LEMMA_RECORD_COMPARE_H
#define LEMMA_RECORD_COMPARE_H

#include "config/tolerances.h"
#include "record/reader.h"

/*
 * Compared are every table under /run (axes, samples, weights, batches too), and what
 * was run: status, texts and attributes of data, network, train, and the attributes of
 * probes. Not compared: provenance, start_time, end_time, config, config_source, and
 * what only describes or draws (titles, units, formulas, NeXus).
 *
 * The relative difference of two numbers in a table is
 *
 *     |a - b| / max |x|,
 *
 * the maximum over both records' finite entries x of the same place in every row
 * compared (client c's layer l over all steps). So a quantity that starts at rounding
 * noise around zero is measured by what it grows to; one that never leaves the noise
 * wants an absolute tolerance. Two NaN are equal, and so are two missing integers (-1);
 * one alone is a difference whatever the tolerance. Axes must agree exactly: where rows
 * stand for other steps, the table is different.
 */

enum lemma_likeness {
    LEMMA_SAME,    /* bit for bit */
    LEMMA_CLOSE,   /* within tolerance */
    LEMMA_IGNORED, /* the tolerances say so; not looked at */
    LEMMA_DIFFERENT
};

enum { LEMMA_COMPARED_REASON = 384 };

/* A table, or a constant: an attribute ("train/eta") or a text ("status"). */
struct lemma_compared {
    char *name;
    bool constant;
    enum lemma_likeness likeness;
    char reason[LEMMA_COMPARED_REASON]; /* of a difference not of numbers; or "" */

    double tolerance; /* worst <= tolerance is close */
    bool absolute;    /* of |a - b|; else relative */
    size_t rows;      /* compared; 0 of a constant */
    double worst;     /* difference, in the tolerance's measure; NaN: none was taken */

    /* Where the worst, or the first number missing in one record alone; where
     * placed is false: nowhere. */
    bool placed;
    double a, b;
    size_t row;
    size_t rank, index[LEMMA_RANK_MAX]; /* place in the row */
    const char *axis; /* "step", "draw", or NULL: rows are not named */
    double at;        /* the axis there, in A */
};

/* Attributes first, then data sets in A's order, then what only B has. */
struct lemma_comparison {
    size_t count;
    struct lemma_compared *items;
    size_t counts[LEMMA_DIFFERENT + 1]; /* by likeness */
};

struct lemma_side {
    struct lemma_reader *reader;
    const char *file; /* for messages */
};

/* A and B, sides[0] and sides[1]; rtol for all that tolerances (NULL: none) do not
 * name. LEMMA_EINPUT where a table cannot be read, or a tolerance names nothing. Rows
 * are read a block of 1 MiB at a time. */
lemma_status lemma_compare(const struct lemma_side sides[2], double rtol,
                           const struct lemma_tolerances *tolerances,
                           struct lemma_comparison **comparison,
                           struct lemma_error *err);

/* Position of a name among the items, or count where it is none of them. */
size_t lemma_comparison_find(const struct lemma_comparison *c, const char *name,
                             bool constant);
void lemma_comparison_destroy(struct lemma_comparison *c);

/* "same", "close", "ignored", "different". */
const char *lemma_likeness_name(enum lemma_likeness likeness);

#endif
