/* Reading a record, running or complete; used by every command that reads files. */
#ifndef LEMMA_RECORD_READER_H
#define LEMMA_RECORD_READER_H

#include "record/record.h"

struct lemma_reader; /* only declared: owns HDF5 handles */

/* A table's shape as found in the file. */
struct lemma_shape {
    enum lemma_type type;
    size_t rank; /* with the row axis */
    size_t dims[LEMMA_RANK_MAX + 1];
};

/* Opens a lemma record (SWMR where it is being written). LEMMA_EINPUT where the file is
 * missing, is not HDF5, is not ours, or has a newer schema. */
lemma_status lemma_reader_open(const char *path, struct lemma_reader **reader,
                               struct lemma_error *err);
void lemma_reader_close(struct lemma_reader *reader);

/* Whether a process that this machine knows of is writing the record at path: its
 * writer holds a lock for life, a killed one holds none. False also where the file
 * system's locks do not reach the writer's machine; on NFS a reader's lock counts too.
 */
bool lemma_record_has_writer(const char *path);

/* LEMMA_EINPUT, with a sentence, where /run/committed cannot be: it is negative, or
 * more than the steps of the run and its last model. */
lemma_status lemma_reader_check_committed(struct lemma_reader *r, const char *path,
                                          struct lemma_error *err);

/* Names of the NXdata groups under /run, and of a group's tables (axes included), in
 * file order. Arrays owned by the reader; *count entries. */
lemma_status lemma_reader_groups(struct lemma_reader *r, const char *const **names,
                                 size_t *count);
lemma_status lemma_reader_tables(struct lemma_reader *r, const char *group,
                                 const char *const **names, size_t *count);

/* Paths of all data sets under /run, whatever they hold; names of an object's
 * attributes. Arrays as above. */
lemma_status lemma_reader_paths(struct lemma_reader *r, const char *const **paths,
                                size_t *count);
lemma_status lemma_reader_attrs(struct lemma_reader *r, const char *path,
                                const char *const **names, size_t *count);

/* path is relative to /run: "loss/server". LEMMA_EINPUT where it is missing, or of more
 * rows than the file can hold. */
lemma_status lemma_reader_shape(struct lemma_reader *r, const char *path,
                                struct lemma_shape *shape);
/* "client", "layer": what dimension `dim` of a row counts (0: the first after the row
 * axis); "" where the file does not say. */
void lemma_reader_dim_name(struct lemma_reader *r, const char *path, size_t dim,
                           char *name, size_t size);
/* Whether the file is large enough to hold so many bytes of table: what claims more is
 * damaged. */
bool lemma_reader_can_hold(const struct lemma_reader *r, double bytes);
/* Rows [first, first + count) as doubles (integers converted) into out, or all of it.
 */
lemma_status lemma_reader_rows(struct lemma_reader *r, const char *path, size_t first,
                               size_t count, double *out);
/* The one number of a row (of one without rows: row 0). LEMMA_EINPUT where it has
 * several: whatever a file says, *out is all that is written. */
lemma_status lemma_reader_number(struct lemma_reader *r, const char *path, size_t row,
                                 double *out);
lemma_status lemma_reader_all(struct lemma_reader *r, const char *path, double **out,
                              struct lemma_shape *shape);
/* Strings of a text dataset or attribute, of fixed length, as lemma writes them; *out
 * owned by the caller (lemma_free). */
lemma_status lemma_reader_text(struct lemma_reader *r, const char *path, char **out);
/* The sentence for a text that is not such, with what was found; LEMMA_EINPUT. */
lemma_status lemma_reader_no_text(struct lemma_reader *r, const char *file,
                                  const char *path, struct lemma_error *err);
lemma_status lemma_reader_attr_text(struct lemma_reader *r, const char *path,
                                    const char *name, char **out);
lemma_status lemma_reader_attr_f64(struct lemma_reader *r, const char *path,
                                   const char *name, double *out);

#endif
