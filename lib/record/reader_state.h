/* What a reader holds; for the files of this folder only. */
#ifndef LEMMA_RECORD_READER_STATE_H
#define LEMMA_RECORD_READER_STATE_H

#include "record/driver.h"
#include "record/reader.h"
#include "record/state.h"

/* Lists of names that were handed out live as long as the reader. */
struct lemma_name_list {
    struct lemma_name_list *next;
    size_t count;
    char **names;
};

struct lemma_reader {
    hid_t file, driver_id;
    struct lemma_driver driver; /* the file's */
    struct lemma_name_list *lists;
};

/* The full path of one that is relative to /run; false where it is not in the file. */
bool lemma_reader_path(struct lemma_reader *r, const char *path, char *out,
                       size_t size);

/* An open data set; negative where there is none, or not one that this library writes:
 * external and virtual ones, filters from elsewhere, chunks the file cannot hold. */
hid_t lemma_reader_set(struct lemma_reader *r, const char *path);

/* An attribute of an open object. LEMMA_EINPUT where there is none of this kind; the
 * text is the caller's. */
lemma_status lemma_reader_object_text(const struct lemma_reader *r, hid_t object,
                                      const char *name, char **out);
lemma_status lemma_reader_object_f64(hid_t object, const char *name, double *out);

#endif
