/*
 * Writing a record: an HDF5 file of growing tables that can be read while it is
 * written.
 *
 * Life: create (PATH.part) - declare everything - start (SWMR, renamed to PATH) -
 * append rows, commit - finish. After a failure destroy removes PATH.part, if start was
 * not reached; a started record stays with everything flushed so far.
 */
#ifndef LEMMA_RECORD_RECORD_H
#define LEMMA_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/view.h"

enum { LEMMA_RANK_MAX = 3, LEMMA_SCHEMA_VERSION = 1 };
enum { LEMMA_FLUSH_SECONDS = 2 }; /* between commits that are not forced */

enum lemma_type { LEMMA_F64, LEMMA_I64, LEMMA_I32 };

struct lemma_record; /* only declared: owns HDF5 handles */

/* A group under /run. */
struct lemma_group_spec {
    const char *name, *title;
    const char *signal; /* default table of the plot; NULL: not an NXdata */
    bool log_signal;    /* SILX_style: log axis for the signal */
    bool log_axis;      /* and for the table that its rows stand on */
};

/* A growing table /run/<group>/<name>, shape (T, dims...). */
struct lemma_table_spec {
    const char *name;
    enum lemma_type type;
    size_t rank; /* of one row: 0 = scalar */
    size_t dims[LEMMA_RANK_MAX];
    const char *dim_names[LEMMA_RANK_MAX]; /* "client", "layer": NULL = none */
    const char *axis; /* table of the same group that is its T axis, or
                         NULL where it is itself an axis */
    bool spectrum;    /* interpretation="spectrum" */
    const char *units, *long_name, *formula, *source; /* NULL = "" */
};

/* The file that path names where it is a link, else path: a copy, for lemma_free. What
 * stands beside the file is then beside the file itself. */
char *lemma_output_behind_links(const char *path);

/* Refuses what is neither absent nor a file: a folder, a device, a link to nothing. */
lemma_status lemma_output_check(const char *path, struct lemma_error *err);

/* Whether it is an HDF5 file, by its head: only those are replaced by records, and no text
 * replaces one. */
bool lemma_output_is_hdf5(const char *path);

/* Gives the file that will replace path, or lie beside it, the same readers and writers
 * (mode and group); its owner may write. Nothing where path does not exist. */
void lemma_output_permit_as(int fd, const char *path);

/* Fails where path exists (unless force), cannot be written, or no room is left. */
lemma_status lemma_record_create(const char *path, bool force,
                                 struct lemma_record **record, struct lemma_error *err);

/* Before start. Paths are relative to /run ("config", "provenance/version", "data"). */
lemma_status lemma_record_group(struct lemma_record *r,
                                const struct lemma_group_spec *g);
lemma_status lemma_record_table(struct lemma_record *r, const char *group,
                                const struct lemma_table_spec *t, size_t *id);
/* Rows of a table's chunk, which is kept in memory until it is full. */
size_t lemma_record_chunk_rows(size_t row_bytes);
/* Constant arrays: data of `rank` dims, row-major; data NULL leaves fill values (NaN,
 * -1) to be overwritten by lemma_record_overwrite after start. */
lemma_status lemma_record_array(struct lemma_record *r, const char *path,
                                enum lemma_type type, size_t rank, const size_t *dims,
                                const void *data);
lemma_status lemma_record_overwrite(struct lemma_record *r, const char *path,
                                    const void *data);
/* Scalar string dataset, fixed length UTF-8; room >= strlen(text) bytes are kept for a
 * later lemma_record_retext (0: just enough). */
lemma_status lemma_record_text(struct lemma_record *r, const char *path,
                               const char *text, size_t room);
lemma_status lemma_record_retext(struct lemma_record *r, const char *path,
                                 const char *text);
/* Attributes of a group or dataset (path "" = /run). Before start only. */
lemma_status lemma_record_attr_text(struct lemma_record *r, const char *path,
                                    const char *name, const char *text);
lemma_status lemma_record_attr_f64(struct lemma_record *r, const char *path,
                                   const char *name, double value);
lemma_status lemma_record_attr_i64(struct lemma_record *r, const char *path,
                                   const char *name, int64_t value);

/* Everything declared: SWMR on, status "running", PATH.part becomes PATH. */
lemma_status lemma_record_start(struct lemma_record *r, struct lemma_error *err);

/* One row (its doubles or integers, row-major), buffered. */
lemma_status lemma_record_append(struct lemma_record *r, size_t table, const void *row);

/* At a round's end: flushes tables and then /run/committed = committed, where 2 s have
 * passed since the last flush, or always with force. */
lemma_status lemma_record_commit(struct lemma_record *r, int64_t committed, bool force);

/* Flushes, writes end_time and status ("complete", "diverged", "interrupted"), closes.
 * The handle must still be destroyed. */
lemma_status lemma_record_finish(struct lemma_record *r, const char *status,
                                 int64_t committed, struct lemma_error *err);
void lemma_record_destroy(struct lemma_record *r);

/* The sentence of the last HDF5 failure of this record, for messages. */
const char *lemma_record_trouble(const struct lemma_record *r);

#endif
