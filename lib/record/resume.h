/* Going on with a record that another process began. */
#ifndef LEMMA_RECORD_RESUME_H
#define LEMMA_RECORD_RESUME_H

#include "record/reader.h"

/* Tables so far, and rows that were appended to one: what a checkpoint notes. */
size_t lemma_record_tables(const struct lemma_record *r);
uint64_t lemma_record_rows(const struct lemma_record *r, size_t table);

/* When the record was begun, as it says. */
const char *lemma_record_start_time(const struct lemma_record *r);

/* In place of any other row, before start: the first rows[i] rows of every table i as
 * they stand in another record of the same run, which start may then replace; every row
 * with step < committed is among them. LEMMA_EINPUT, with lemma_record_trouble, where
 * it has other tables or fewer rows. */
lemma_status lemma_record_take(struct lemma_record *r, struct lemma_reader *from,
                               const uint64_t *rows, int64_t committed);

/* The record at the same path has so many steps: it keeps its name until this one has
 * as many, or has come to its end, so that a crash on the way takes no row away. Before
 * start. */
void lemma_record_stay_behind(struct lemma_record *r, int64_t committed);
/* Whether it still does. */
bool lemma_record_is_behind(const struct lemma_record *r);

/* Puts the file on the disk, so that no crash of the machine takes it back. After
 * commit. */
lemma_status lemma_record_sync(struct lemma_record *r);

#endif
