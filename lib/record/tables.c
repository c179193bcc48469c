/* Growing tables: buffered rows, whole chunks, and the order of a commit. */
#include <hdf5_hl.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "record/state.h"

enum { CHUNK_BYTES = 64 << 10, CHUNK_ROWS = 1024, DEFLATE = 4 };

/* A chunk's filter mask: bit i skips filter i, here shuffle and deflate. */
enum { WITHOUT_FILTERS = 3 };

static char *copy_text(const char *text, lemma_status *st)
{
    char *copy = lemma_strdup(text ? text : "");

    if (!copy)
        *st = LEMMA_EMEMORY;
    return copy;
}

lemma_status lemma_record_group(struct lemma_record *r,
                                const struct lemma_group_spec *g)
{
    struct lemma_group_state *more = NULL, *fresh;
    char full[512];
    lemma_status st = LEMMA_OK;

    if (r->failed)
        return LEMMA_EIO;
    LEMMA_REQUIRE(!r->started && lemma_record_path(g->name, full, sizeof full));
    LEMMA_NEW(more, r->group_count + 1);
    if (r->group_count)
        memcpy(more, r->groups, r->group_count * sizeof *more);
    lemma_free(r->groups);
    r->groups = more;
    fresh = &r->groups[r->group_count++];
    fresh->log_signal = g->log_signal;
    fresh->log_axis = g->log_axis;
    fresh->name = copy_text(g->name, &st);
    fresh->title = copy_text(g->title, &st);
    fresh->signal = g->signal ? copy_text(g->signal, &st) : NULL;
    if (st == LEMMA_OK)
        st = lemma_record_groups(r, full, true);
out:
    return st;
}

static lemma_status create_set(struct lemma_record *r, const char *full,
                               const struct lemma_table_spec *spec,
                               struct lemma_table_state *t)
{
    hsize_t now[LEMMA_RANK_MAX + 1] = {0}, most[LEMMA_RANK_MAX + 1] = {H5S_UNLIMITED};
    hsize_t chunk[LEMMA_RANK_MAX + 1] = {t->chunk_rows};
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE), space;
    double nan_value = NAN;
    int64_t none = -1;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < spec->rank; i++)
        now[i + 1] = most[i + 1] = chunk[i + 1] = spec->dims[i];
    H5Pset_chunk(plist, (int) spec->rank + 1, chunk);
    H5Pset_shuffle(plist);
    H5Pset_deflate(plist, DEFLATE);
    if (spec->type == LEMMA_F64)
        H5Pset_fill_value(plist, H5T_NATIVE_DOUBLE, &nan_value);
    else
        H5Pset_fill_value(plist, H5T_NATIVE_INT64, &none);
    space = H5Screate_simple((int) spec->rank + 1, now, most);
    t->set = H5Dcreate2(r->file, full, lemma_hdf5_file_type(spec->type), space,
                        H5P_DEFAULT, plist, H5P_DEFAULT);
    if (t->set < 0)
        st = lemma_record_failed(r, "making a table");
    H5Sclose(space);
    H5Pclose(plist);
    return st;
}

static lemma_status describe_table(struct lemma_record *r, const char *full,
                                   const struct lemma_table_spec *spec)
{
    static const char *const spectrum = "spectrum";
    const char *const texts[][2] = {{"long_name", spec->long_name},
                                    {"units", spec->units},
                                    {"formula", spec->formula},
                                    {"source", spec->source}};
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = texts[i][1] ? texts[i][1] : "";

        LEMMA_TRY(lemma_record_put_texts(r, full, texts[i][0], &text, 0));
    }
    if (spec->spectrum)
        LEMMA_TRY(lemma_record_put_texts(r, full, "interpretation", &spectrum, 0));
out:
    return st;
}

/* What a row's dimensions count, as dimension labels. */
static lemma_status label_dimensions(struct lemma_record *r,
                                     const struct lemma_table_spec *spec, hid_t set)
{
    for (size_t i = 0; i < spec->rank; i++)
        if (spec->dim_names[i] &&
            H5DSset_label(set, (unsigned) i + 1, spec->dim_names[i]) < 0)
            return lemma_record_failed(r, "naming a dimension");
    return LEMMA_OK;
}

/* Bytes of one row; false on overflow or where a dimension is 0. */
static bool measure_row(const struct lemma_table_spec *spec, size_t *bytes)
{
    *bytes = spec->type == LEMMA_I32 ? sizeof(int32_t) : sizeof(int64_t);
    for (size_t i = 0; i < spec->rank; i++)
        if (spec->dims[i] == 0 || !lemma_size_mul(*bytes, spec->dims[i], bytes))
            return false;
    return *bytes < UINT32_MAX; /* HDF5's limit of a chunk */
}

static lemma_status add_table(struct lemma_record *r)
{
    struct lemma_table_state *more = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(more, r->table_count + 1);
    if (r->table_count)
        memcpy(more, r->tables, r->table_count * sizeof *more);
    lemma_free(r->tables);
    r->tables = more;
    r->tables[r->table_count].set = -1;
    r->table_count++;
out:
    return st;
}

static lemma_status join(const char *group, const char *name, char **out)
{
    size_t n = strlen(group) + strlen(name) + 2;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*out, n);
    snprintf(*out, n, "%s%s%s", group, *group ? "/" : "", name);
out:
    return st;
}

/* Rows yet to come read as missing: NaN, or -1, whose bytes are all ones. */
static void clear_chunk(struct lemma_table_state *t)
{
    double nan_value = NAN;

    memset(t->buffer, 0xff, t->chunk_rows * t->row_bytes);
    for (size_t i = 0; t->memory == H5T_NATIVE_DOUBLE &&
                       i < t->chunk_rows * t->row_bytes / sizeof nan_value;
         i++)
        memcpy(t->buffer + i * sizeof nan_value, &nan_value, sizeof nan_value);
}

size_t lemma_record_chunk_rows(size_t row_bytes)
{
    size_t rows = CHUNK_BYTES / row_bytes;

    return rows < 1 ? 1 : rows > CHUNK_ROWS ? CHUNK_ROWS : rows;
}

lemma_status lemma_record_table(struct lemma_record *r, const char *group,
                                const struct lemma_table_spec *spec, size_t *id)
{
    struct lemma_table_state *t;
    char full[512];
    size_t row_bytes;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(!r->started && spec->rank <= LEMMA_RANK_MAX);
    if (r->failed)
        return LEMMA_EIO;
    if (!measure_row(spec, &row_bytes)) {
        snprintf(r->trouble, sizeof r->trouble,
                 "a row of the table %s/%s is empty or larger than a file can hold",
                 group, spec->name);
        return LEMMA_EINPUT;
    }
    LEMMA_TRY(add_table(r));
    t = &r->tables[r->table_count - 1];
    t->memory = lemma_hdf5_memory_type(spec->type);
    t->rank = spec->rank;
    memcpy(t->dims, spec->dims, sizeof t->dims);
    t->row_bytes = row_bytes;
    t->chunk_rows = lemma_record_chunk_rows(row_bytes);
    LEMMA_TRY(join(group, spec->name, &t->path));
    if (spec->axis)
        LEMMA_TRY(join(group, spec->axis, &t->axis));
    LEMMA_NEW(t->buffer, t->chunk_rows * row_bytes);
    t->direct = H5Tequal(t->memory, lemma_hdf5_file_type(spec->type)) > 0;
    clear_chunk(t);
    LEMMA_REQUIRE(lemma_record_path(t->path, full, sizeof full));
    LEMMA_TRY(lemma_record_groups(r, full, false));
    LEMMA_TRY(create_set(r, full, spec, t));
    LEMMA_TRY(describe_table(r, full, spec));
    LEMMA_TRY(label_dimensions(r, spec, t->set));
    *id = r->table_count - 1;
out:
    return st;
}

/* The rows of the current chunk that HDF5 has not seen, by its own cache and filters.
 */
static lemma_status write_filtered(struct lemma_record *r, struct lemma_table_state *t)
{
    hsize_t start[LEMMA_RANK_MAX + 1] = {t->written + t->handed};
    hsize_t count[LEMMA_RANK_MAX + 1] = {t->buffered - t->handed};
    hid_t file_space, memory_space;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < t->rank; i++)
        count[i + 1] = t->dims[i];
    file_space = H5Dget_space(t->set);
    memory_space = H5Screate_simple((int) t->rank + 1, count, NULL);
    if (H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
        H5Dwrite(t->set, t->memory, memory_space, file_space, H5P_DEFAULT,
                 t->buffer + t->handed * t->row_bytes) < 0)
        st = lemma_record_failed(r, "writing rows");
    H5Sclose(memory_space);
    H5Sclose(file_space);
    return st;
}

/* The whole current chunk as it is, no filter applied: its place in the file is then
 * always of one size, and writing it again takes no new one. A compressed chunk changes
 * its size, and SWMR may not give the old place back. */
static lemma_status write_plain(struct lemma_record *r, struct lemma_table_state *t)
{
    hsize_t start[LEMMA_RANK_MAX + 1] = {t->written};

    if (H5Dwrite_chunk(t->set, H5P_DEFAULT, WITHOUT_FILTERS, start,
                       t->chunk_rows * t->row_bytes, t->buffer) < 0)
        return lemma_record_failed(r, "writing rows");
    t->plain = true;
    return LEMMA_OK;
}

lemma_status lemma_record_write_rows(struct lemma_record *r,
                                     struct lemma_table_state *t, bool last)
{
    hsize_t size[LEMMA_RANK_MAX + 1] = {t->written + t->buffered};
    bool full = t->buffered == t->chunk_rows;
    lemma_status st = LEMMA_OK;

    if (t->buffered == t->handed)
        return LEMMA_OK;
    for (size_t i = 0; i < t->rank; i++)
        size[i + 1] = t->dims[i];
    if (H5Dset_extent(t->set, size) < 0)
        return lemma_record_failed(r, "growing a table");
    if (t->direct && (t->plain || !(full || last)))
        st = write_plain(r, t);
    else
        st = write_filtered(r, t);
    t->handed = t->buffered;
    if (full) {
        t->written += t->buffered;
        t->buffered = t->handed = 0;
        t->plain = false;
        clear_chunk(t);
    }
    return st;
}

lemma_status lemma_record_append(struct lemma_record *r, size_t table, const void *row)
{
    struct lemma_table_state *t = &r->tables[table];

    LEMMA_REQUIRE(r->started && table < r->table_count);
    if (r->failed)
        return LEMMA_EIO;
    memcpy(t->buffer + t->buffered * t->row_bytes, row, t->row_bytes);
    t->buffered++;
    return t->buffered == t->chunk_rows ? lemma_record_write_rows(r, t, false)
                                        : LEMMA_OK;
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) (now.tv_sec - then->tv_sec) +
           1e-9 * (double) (now.tv_nsec - then->tv_nsec);
}

lemma_status lemma_record_commit(struct lemma_record *r, int64_t committed, bool force)
{
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(r->started);
    if (r->failed)
        return LEMMA_EIO;
    if (!force && seconds_since(&r->flushed) < LEMMA_FLUSH_SECONDS)
        return LEMMA_OK;
    for (size_t i = 0; i < r->table_count; i++)
        LEMMA_TRY(lemma_record_write_rows(r, &r->tables[i], r->finishing));
    if (H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0) {
        st = lemma_record_failed(r, "flushing the tables");
        goto out;
    }
    LEMMA_TRY(lemma_record_overwrite(r, "committed", &committed));
    if (H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0) {
        st = lemma_record_failed(r, "flushing");
        goto out;
    }
    LEMMA_TRY(lemma_record_check_name(r));
    r->committed = committed;
    if (r->ready && !r->published && committed >= r->behind)
        st = lemma_record_publish(r, NULL);
    if (st == LEMMA_EINPUT) {
        snprintf(r->trouble, sizeof r->trouble,
                 "another run or a folder took its name");
        r->failed = true;
    }
    clock_gettime(CLOCK_MONOTONIC, &r->flushed);
out:
    return st;
}

void lemma_record_free_tables(struct lemma_record *r)
{
    for (size_t i = 0; i < r->table_count; i++) {
        if (r->tables[i].set >= 0)
            H5Dclose(r->tables[i].set);
        lemma_free(r->tables[i].path);
        lemma_free(r->tables[i].axis);
        lemma_free(r->tables[i].buffer);
    }
    for (size_t i = 0; i < r->group_count; i++) {
        lemma_free(r->groups[i].name);
        lemma_free(r->groups[i].title);
        lemma_free(r->groups[i].signal);
    }
    lemma_free(r->tables);
    lemma_free(r->groups);
    r->tables = NULL;
    r->groups = NULL;
    r->table_count = r->group_count = 0;
}
