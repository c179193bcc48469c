/* A record's life: made under PATH.part, renamed when complete in structure, closed. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/state.h"

enum { STATUS_ROOM = 16 };

/* Of the metadata cache, apart from headers: for all, and an index's head and last
 * block. */
enum { CACHE_BYTES = 24 << 10, INDEX_BYTES = 512 };

static void time_text(char out[LEMMA_TIME_ROOM])
{
    time_t now = time(NULL);
    struct tm utc;

    gmtime_r(&now, &utc);
    strftime(out, LEMMA_TIME_ROOM, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static lemma_status write_head(struct lemma_record *r)
{
    int64_t zero = 0;
    static const char *const root = "NXroot", *const entry = "NXentry",
                             *const run = "run";
    static const char *const creator = "lemma";
    lemma_status st = LEMMA_OK;

    time_text(r->start_time);
    LEMMA_TRY(lemma_record_groups(r, "/run", true));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "NX_class", &root, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "default", &run, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/", "creator", &creator, 0));
    LEMMA_TRY(lemma_record_put_texts(r, "/run", "NX_class", &entry, 0));
    LEMMA_TRY(lemma_record_attr_i64(r, "/", "schema_version", LEMMA_SCHEMA_VERSION));
    LEMMA_TRY(lemma_record_text(r, "start_time", r->start_time, LEMMA_TIME_ROOM));
    LEMMA_TRY(lemma_record_text(r, "end_time", "", LEMMA_TIME_ROOM));
    LEMMA_TRY(lemma_record_text(r, "status", "running", STATUS_ROOM));
    LEMMA_TRY(lemma_record_array(r, "committed", LEMMA_I64, 0, NULL, &zero));
out:
    return st;
}

lemma_status lemma_record_create(const char *path, bool force,
                                 struct lemma_record **record, struct lemma_error *err)
{
    struct lemma_record *r = NULL;
    lemma_status st = LEMMA_OK;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    LEMMA_NEW(r, 1);
    r->file = -1;
    r->lock = -1;
    r->driver_id = lemma_driver_register();
    r->force = force;
    r->part = lemma_with_ending(path, ".part");
    r->path = lemma_strdup(path);
    if (!r->part || !r->path) {
        st = LEMMA_EMEMORY;
        goto out;
    }
    LEMMA_TRY(lemma_record_open_part(r, err));
    st = write_head(r);
    if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", path, r->trouble);
    LEMMA_TRY(st);
    clock_gettime(CLOCK_MONOTONIC, &r->flushed);
    *record = r;
    r = NULL;
out:
    lemma_record_destroy(r);
    return st;
}

/* HDF5's metadata cache grows to 32 MB with the indices of chunks, for hours. It is
 * kept at what the open tables need: their headers stay in it, and where these alone
 * are more than its size HDF5 1.10 drops an index while making it, and fails. */
static herr_t keep_little(const struct lemma_record *r)
{
    H5AC_cache_config_t config = {.version = H5AC__CURR_CACHE_CONFIG_VERSION};
    size_t bytes = CACHE_BYTES;
    H5O_info_t info;

    for (size_t i = 0; i < r->table_count; i++) {
        if (H5Oget_info2(r->tables[i].set, &info, H5O_INFO_HDR) < 0)
            return -1;
        bytes += INDEX_BYTES + info.hdr.space.total;
    }
    if (H5Fget_mdc_config(r->file, &config) < 0)
        return -1;
    bytes = bytes < config.max_size ? bytes : config.max_size;
    config.set_initial_size = true;
    config.initial_size = config.min_size = config.max_size = bytes;
    config.incr_mode = H5C_incr__off;
    config.flash_incr_mode = H5C_flash_incr__off;
    config.decr_mode = H5C_decr__off;
    return H5Fset_mdc_config(r->file, &config);
}

lemma_status lemma_record_begin(struct lemma_record *r)
{
    lemma_status st = lemma_record_describe(r);

    LEMMA_REQUIRE(!r->started);
    if (st == LEMMA_OK &&
        (keep_little(r) < 0 || H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0 ||
         H5Fstart_swmr_write(r->file) < 0 || H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0))
        st = lemma_record_failed(r, "starting the file");
    r->started = st == LEMMA_OK;
    return st;
}

lemma_status lemma_record_start(struct lemma_record *r, struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(!r->ready);
    if (!r->started)
        st = lemma_record_begin(r);
    if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", r->path, r->trouble);
    r->ready = st == LEMMA_OK;
    return r->ready && r->committed >= r->behind ? lemma_record_publish(r, err) : st;
}

/* False where HDF5 could not write all it held. Flushed first, and twice: a failed
 * flush leaves HDF5 1.10 unable to close, which the next one, writing nothing, mends.
 */
static bool close_file(struct lemma_record *r)
{
    bool fine = H5Fflush(r->file, H5F_SCOPE_GLOBAL) >= 0;

    if (!fine)
        lemma_record_failed(r, "flushing");
    H5Fflush(r->file, H5F_SCOPE_GLOBAL);
    lemma_record_free_tables(r);
    if (H5Fclose(r->file) < 0 || r->driver.stopped) {
        lemma_record_failed(r, "closing the file");
        fine = false;
    }
    r->file = -1;
    return fine;
}

lemma_status lemma_record_finish(struct lemma_record *r, const char *status,
                                 int64_t committed, struct lemma_error *err)
{
    char now[LEMMA_TIME_ROOM];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(r->ready && !r->finished);
    time_text(now);
    r->finishing = true;
    if (strcmp(status, "interrupted") != 0)
        r->behind = 0; /* whatever it has, it is all there will be */
    LEMMA_TRY(lemma_record_commit(r, committed, true));
    LEMMA_TRY(lemma_record_retext(r, "end_time", now));
    LEMMA_TRY(lemma_record_retext(r, "status", status));
    if (!close_file(r)) {
        st = LEMMA_EIO;
        goto out;
    }
    r->finished = true;
    if (fsync(r->lock) != 0) {
        snprintf(r->trouble, sizeof r->trouble, "closing the file failed: %s",
                 strerror(errno));
        st = LEMMA_EIO;
    }
out:
    if (st == LEMMA_EIO)
        lemma_fail(err, st, "%s: %s", r->path, r->trouble);
    return st;
}

void lemma_record_destroy(struct lemma_record *r)
{
    if (!r)
        return;
    if (r->published && !r->finished && !r->failed)
        lemma_record_retext(r, "status", "interrupted");
    if (r->file >= 0)
        close_file(r);
    lemma_record_free_tables(r);
    if (r->driver_id >= 0)
        H5FDunregister(r->driver_id);
    lemma_record_let_go(r);
    lemma_free(r->path);
    lemma_free(r->part);
    lemma_free(r);
}

const char *lemma_record_trouble(const struct lemma_record *r)
{
    return r->trouble;
}
