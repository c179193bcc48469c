/*
 * Going on with a record: its rows become the first rows of a new one.
 *
 * The record of a killed run is not opened for writing. HDF5 would need it mended first
 * (its flags cleared, its end moved), and whatever failed then would fail on the only
 * copy. It is read, as any reader does, while a new file under PATH.part gets its rows;
 * the rename that puts the new one in its place is the moment from which it counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/reader_state.h"
#include "record/resume.h"

enum { BLOCK_BYTES = 1 << 20 };

size_t lemma_record_tables(const struct lemma_record *r)
{
    return r->table_count;
}

uint64_t lemma_record_rows(const struct lemma_record *r, size_t table)
{
    LEMMA_REQUIRE(table < r->table_count);
    return r->tables[table].written + r->tables[table].buffered;
}

const char *lemma_record_start_time(const struct lemma_record *r)
{
    return r->start_time;
}

static lemma_status say(struct lemma_record *r, const struct lemma_table_state *t,
                        const char *what)
{
    snprintf(r->trouble, sizeof r->trouble,
             "the record does not go with its checkpoint: /run/%s %s; remove "
             "%s.checkpoint to run from the beginning",
             t->path, what, r->path);
    return LEMMA_EINPUT;
}

/* Whether the table is one like t, of so many rows at least. */
static bool is_like(hid_t set, const struct lemma_table_state *t, uint64_t rows)
{
    hsize_t dims[LEMMA_RANK_MAX + 2];
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    int rank = H5Sget_simple_extent_ndims(space);
    bool like = rank == (int) t->rank + 1 &&
                H5Tget_class(type) == H5Tget_class(t->memory) &&
                H5Sget_simple_extent_dims(space, dims, NULL) == rank && dims[0] >= rows;

    for (size_t i = 0; like && i < t->rank; i++)
        like = dims[i + 1] == t->dims[i];
    H5Tclose(type);
    H5Sclose(space);
    return like;
}

static bool read_block(hid_t set, const struct lemma_table_state *t, uint64_t first,
                       size_t count, void *rows)
{
    hsize_t start[LEMMA_RANK_MAX + 1] = {first}, size[LEMMA_RANK_MAX + 1] = {count};
    hid_t file = H5Dget_space(set), memory;
    bool fine;

    for (size_t i = 0; i < t->rank; i++)
        size[i + 1] = t->dims[i];
    memory = H5Screate_simple((int) t->rank + 1, size, NULL);
    fine = H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
           H5Dread(set, t->memory, memory, file, H5P_DEFAULT, rows) >= 0;
    H5Sclose(memory);
    H5Sclose(file);
    return fine;
}

static lemma_status take_table(struct lemma_record *r, size_t table,
                               struct lemma_reader *from, uint64_t rows)
{
    struct lemma_table_state *t = &r->tables[table];
    size_t block = t->row_bytes < BLOCK_BYTES ? BLOCK_BYTES / t->row_bytes : 1;
    unsigned char *cells = NULL;
    hid_t set = lemma_reader_set(from, t->path);
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(cells, block * t->row_bytes);
    if (set < 0 || !is_like(set, t, rows)) {
        st = say(r, t, "has not the rows it had");
        goto out;
    }
    for (uint64_t i = 0; i < rows; i += block) {
        size_t count = rows - i < block ? (size_t) (rows - i) : block;

        if (!read_block(set, t, i, count, cells)) {
            st = say(r, t, "cannot be read");
            goto out;
        }
        for (size_t k = 0; k < count; k++)
            LEMMA_TRY(lemma_record_append(r, table, cells + k * t->row_bytes));
    }
out:
    if (set >= 0)
        H5Dclose(set);
    lemma_free(cells);
    return st;
}

lemma_status lemma_record_take(struct lemma_record *r, struct lemma_reader *from,
                               const uint64_t *rows, int64_t committed)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_begin(r));
    for (size_t i = 0; i < r->table_count; i++)
        LEMMA_TRY(take_table(r, i, from, rows[i]));
    LEMMA_TRY(lemma_record_commit(r, committed, true));
out:
    return st;
}

void lemma_record_stay_behind(struct lemma_record *r, int64_t committed)
{
    int fd = open(r->path, O_RDONLY | O_CLOEXEC);

    r->behind = committed;
    if (fd < 0)
        return;
    fsync(fd); /* the next checkpoint counts on it */
    close(fd);
}

bool lemma_record_is_behind(const struct lemma_record *r)
{
    return !r->published;
}

lemma_status lemma_record_sync(struct lemma_record *r)
{
    if (r->failed)
        return LEMMA_EIO;
    if (fsync(r->lock) == 0)
        return LEMMA_OK;
    snprintf(r->trouble, sizeof r->trouble, "flushing to the disk failed: %s",
             strerror(errno));
    r->failed = true;
    return LEMMA_EIO;
}
