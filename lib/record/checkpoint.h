/*
 * The file from which an interrupted run goes on: FILE.checkpoint, beside its record.
 *
 * A head, bytes in the order they were put, and a checksum of both. It is written under
 * a temporary name, flushed to the disk, and renamed over the one before, so that
 * whatever happens in between there is a whole one or none. Numbers are as this machine
 * keeps them: a checkpoint is for going on here, records are for keeping.
 */
#ifndef LEMMA_RECORD_CHECKPOINT_H
#define LEMMA_RECORD_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct lemma_checkpoint; /* only declared: owns a file */

/* "FILE.checkpoint" of the record at path; owned by the caller, NULL: no memory. */
char *lemma_checkpoint_path(const char *record);

/* Writing. path is the checkpoint's; who may read the record may read it. What fails is
 * LEMMA_EIO and says so in finish. */
lemma_status lemma_checkpoint_create(const char *path, const char *record,
                                     struct lemma_checkpoint **c,
                                     struct lemma_error *err);
void lemma_checkpoint_put(struct lemma_checkpoint *c, const void *data, size_t bytes);
/* Makes it the checkpoint. */
lemma_status lemma_checkpoint_finish(struct lemma_checkpoint *c,
                                     struct lemma_error *err);

/* Reading. *there = false where there is no such file. LEMMA_EINPUT where it is no
 * checkpoint, of another version, cut off, or damaged: what open lets through was
 * written by us as it stands, or forged. Allocates a few kilobytes, whatever the file
 * says. */
lemma_status lemma_checkpoint_open(const char *path, bool *there,
                                   struct lemma_checkpoint **c,
                                   struct lemma_error *err);
/* Bytes that were put and not yet taken. */
uint64_t lemma_checkpoint_left(const struct lemma_checkpoint *c);
/* False where there are not so many left. */
bool lemma_checkpoint_get(struct lemma_checkpoint *c, void *data, size_t bytes);

/* NULL is fine; what was not finished leaves no trace. */
void lemma_checkpoint_destroy(struct lemma_checkpoint *c);

/* And what was left of one that was not finished. No error where there is none, or
 * something else of that name, which stays. */
lemma_status lemma_checkpoint_remove(const char *path, struct lemma_error *err);

#endif
