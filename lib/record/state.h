/* What a record being written holds; for the files of this folder only. */
#ifndef LEMMA_RECORD_STATE_H
#define LEMMA_RECORD_STATE_H

#include <hdf5.h>
#include <time.h>

#include "record/driver.h"
#include "record/record.h"

enum { LEMMA_TIME_ROOM = 32 };

struct lemma_table_state {
    char *path; /* relative to /run */
    char *axis; /* path of its axis, or NULL */
    hid_t set;
    hid_t memory; /* HDF5's type of a cell in memory */
    size_t rank, row_bytes, chunk_rows;
    size_t dims[LEMMA_RANK_MAX];
    unsigned char *buffer; /* the current chunk: chunk_rows rows */
    size_t buffered;       /* rows in it */
    size_t handed;         /* of them, rows that HDF5 has */
    bool plain;            /* the current chunk is in the file, unfiltered */
    bool direct;           /* cells have the same bytes in memory and in the file */
    uint64_t written;      /* rows of the chunks before */
};

struct lemma_group_state {
    char *name, *title, *signal;
    bool log_signal, log_axis;
};

struct lemma_record {
    hid_t file;
    char *path, *part;
    hid_t driver_id;
    struct lemma_driver driver; /* the file's */
    int lock; /* a descriptor of the open file description HDF5 writes through */
    bool force, started, published, failed, finishing, finished; /* started: SWMR */
    bool ready;                /* to be seen, as soon as it has caught up */
    int64_t committed, behind; /* steps in it, and in the one whose name it takes */
    struct timespec flushed;
    char start_time[LEMMA_TIME_ROOM];
    struct lemma_table_state *tables;
    size_t table_count;
    struct lemma_group_state *groups;
    size_t group_count;
    char trouble[640];
};

/* Everything declared: SWMR on; rows may come, under the name PATH.part. */
lemma_status lemma_record_begin(struct lemma_record *r);

/* Makes PATH.part, which no other run may write, and opens it. */
lemma_status lemma_record_open_part(struct lemma_record *r, struct lemma_error *err);

/* "PATH.part" and the like; owned by the caller, NULL: no memory. */
char *lemma_with_ending(const char *path, const char *ending);

/* PATH.part becomes PATH, unless somebody else took that name since. */
lemma_status lemma_record_publish(struct lemma_record *r, struct lemma_error *err);

/* LEMMA_EIO where PATH is no more the file that is being written: somebody has removed,
 * moved or replaced it, and what came after would be lost. */
lemma_status lemma_record_check_name(struct lemma_record *r);

/* Gives up the lock, and removes PATH.part where it is still called so. */
void lemma_record_let_go(struct lemma_record *r);

/* LEMMA_EIO, keeping the deepest sentence of HDF5's error stack; no write is tried
 * after. */
lemma_status lemma_record_failed(struct lemma_record *r, const char *doing);

/* Why the last call failed on a driver's file, with what helps where a lock was
 * refused.
 */
void lemma_driver_reason(const struct lemma_driver *d, char *out, size_t size);

/* HDF5's sentence for the last error, deepest first. */
void lemma_hdf5_sentence(char *out, size_t size);

/* A fixed-length UTF-8 string type of at least `room` bytes; H5Tclose it. */
hid_t lemma_hdf5_text(size_t room);

/* Types of cells. */
hid_t lemma_hdf5_file_type(enum lemma_type type);
hid_t lemma_hdf5_memory_type(enum lemma_type type);

/* "/run/" path; false where it does not fit size. */
bool lemma_record_path(const char *path, char *out, size_t size);

/* Makes the groups above a path (and the path itself, with `leaf`), in creation order.
 */
lemma_status lemma_record_groups(struct lemma_record *r, const char *path, bool leaf);

/* An attribute on an object by its full path; count > 0: a list of texts. */
lemma_status lemma_record_put_texts(struct lemma_record *r, const char *object,
                                    const char *name, const char *const *texts,
                                    size_t count);

/* Groups' and tables' attributes that need all tables: before SWMR starts. */
lemma_status lemma_record_describe(struct lemma_record *r);

/* Hands buffered rows to HDF5; `last`: no more will come. */
lemma_status lemma_record_write_rows(struct lemma_record *r,
                                     struct lemma_table_state *t, bool last);

/* Frees tables and groups, closing their handles. */
void lemma_record_free_tables(struct lemma_record *r);

#endif
