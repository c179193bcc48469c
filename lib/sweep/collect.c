#include "sweep/collect.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "claim/claim.h"
#include "core/alloc.h"
#include "sweep/index.h"
#include "sweep/layout.h"

static lemma_status open_point(const struct lemma_collection *c, size_t row,
                               struct lemma_reader **reader, struct lemma_error *err)
{
    char path[2 * LEMMA_PATH];

    LEMMA_REQUIRE(lemma_point_path(c->dir, c->point[row], ".h5", path, sizeof path));
    return lemma_reader_open(path, reader, err);
}

static double read_seconds(struct lemma_reader *reader)
{
    double x = NAN;

    return lemma_reader_number(reader, "provenance/seconds", 0, &x) == LEMMA_OK ? x
                                                                                : NAN;
}

/* Of a search the run that is kept may have diverged, where none did better. */
static lemma_status read_diverged(struct lemma_reader *reader, bool *diverged)
{
    char *status = NULL;
    lemma_status st = lemma_reader_text(reader, "status", &status);

    *diverged = st == LEMMA_OK && strcmp(status, "diverged") == 0;
    lemma_free(status);
    return st;
}

/* A record without findings has none. */
static lemma_status read_beside(struct lemma_reader *reader, int *beside)
{
    char *findings = NULL;
    lemma_status st = lemma_reader_text(reader, "findings", &findings);

    *beside = st == LEMMA_OK ? (int) lemma_claim_beside(findings) : 0;
    lemma_free(findings);
    return st == LEMMA_EMEMORY ? st : LEMMA_OK;
}

/* Records of before they were kept have none. */
static lemma_status read_checksums(struct lemma_reader *reader, char **checksums)
{
    lemma_status st = lemma_reader_attr_text(reader, "data", "checksums", checksums);

    return st == LEMMA_EMEMORY ? st : LEMMA_OK;
}

/* Which points are finished, and the tables they have. */
static lemma_status scan(struct lemma_collection *c, struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    enum lemma_point_state state;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(c->point, c->s->points);
    LEMMA_NEW(c->diverged, c->s->points);
    LEMMA_NEW(c->beside, c->s->points);
    LEMMA_NEW(c->seconds, c->s->points);
    LEMMA_NEW(c->state, c->s->points);
    LEMMA_NEW(c->checksums, c->s->points);
    for (size_t i = 0; i < c->s->points; i++) {
        LEMMA_TRY(lemma_point_look(c->s, c->dir, i, &state));
        if (!lemma_point_is_finished(state))
            continue;
        c->point[c->rows] = i;
        c->state[c->rows] = state;
        LEMMA_TRY(open_point(c, c->rows, &reader, err));
        LEMMA_TRY(read_diverged(reader, &c->diverged[c->rows]));
        LEMMA_TRY(read_beside(reader, &c->beside[c->rows]));
        LEMMA_TRY(read_checksums(reader, &c->checksums[c->rows]));
        c->seconds[c->rows] = read_seconds(reader);
        LEMMA_TRY(lemma_sweep_columns_scan(&c->columns, reader));
        lemma_reader_close(reader);
        reader = NULL;
        c->rows++;
    }
out:
    lemma_reader_close(reader);
    return st;
}

static lemma_status append_number(struct lemma_collection *c, size_t id, bool whole,
                                  double x)
{
    int64_t n = whole && !isnan(x) ? (int64_t) x : -1;

    return lemma_record_append(c->record, id, whole ? (const void *) &n : &x);
}

static lemma_status append_key(struct lemma_collection *c, size_t id,
                               const struct lemma_sweep_key *key, size_t point)
{
    return append_number(c, id, key->whole || !key->number,
                         key->value[lemma_sweep_place(c->s, key, point)]);
}

/* /run/sweep/search. */
static double how_it_ended(enum lemma_point_state state)
{
    return state == LEMMA_POINT_CENSORED    ? LEMMA_SWEEP_CENSORED
           : state == LEMMA_POINT_UNREACHED ? LEMMA_SWEEP_UNREACHED
                                            : LEMMA_SWEEP_FOUND;
}

static lemma_status append(struct lemma_collection *c, size_t row,
                           struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    size_t point = c->point[row];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(open_point(c, row, &reader, err));
    LEMMA_TRY(append_number(c, c->number, true, (double) point));
    for (size_t k = 0; k < c->s->key_count; k++)
        LEMMA_TRY(append_key(c, c->key[k], &c->s->keys[k], point));
    LEMMA_TRY(append_number(c, c->diverged_id, true, c->diverged[row]));
    LEMMA_TRY(append_number(c, c->beside_id, true, c->beside[row]));
    if (lemma_sweep_searches(c->s))
        LEMMA_TRY(append_number(c, c->search_id, true, how_it_ended(c->state[row])));
    for (size_t i = 0; i < LEMMA_CONSTANTS; i++) {
        double x = NAN;

        if (lemma_collection_has_key(c, lemma_constants[i].name))
            continue;
        if (lemma_reader_attr_f64(reader, lemma_constants[i].group,
                                  lemma_constants[i].attribute, &x) != LEMMA_OK)
            x = NAN;
        LEMMA_TRY(append_number(c, c->constant[i], lemma_constants[i].whole, x));
    }
    for (size_t g = 0; g < c->group_count; g++) {
        LEMMA_TRY(append_number(c, c->group_number[g], true, (double) point));
        if (c->x)
            LEMMA_TRY(append_key(c, c->group_x[g], c->x, point));
    }
    LEMMA_TRY(lemma_sweep_columns_append(&c->columns, c->record, reader));
out:
    lemma_reader_close(reader);
    return st;
}

static lemma_status write_all(struct lemma_collection *c, const char *command_line,
                              struct lemma_error *err)
{
    bool whole = c->rows == c->s->points;
    char name[2 * LEMMA_PATH], path[2 * LEMMA_PATH], *old = NULL;
    lemma_status st = LEMMA_OK;

    snprintf(name, sizeof name, "%s/sweep.h5", c->dir);
    old = lemma_output_behind_links(name);
    if (!old)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    snprintf(path, sizeof path, "%s.new", old);
    LEMMA_TRY(lemma_record_create(path, true, &c->record, err));
    LEMMA_TRY(lemma_collection_declare(c, command_line));
    LEMMA_TRY(lemma_record_start(c->record, err));
    for (size_t i = 0; i < c->rows; i++)
        LEMMA_TRY(append(c, i, err));
    LEMMA_TRY(lemma_record_finish(c->record, whole ? "complete" : "interrupted",
                                  (int64_t) c->rows, err));
    lemma_record_destroy(c->record);
    c->record = NULL;
    /* Only now: whoever reads meanwhile has all points of before. */
    if (rename(path, old) != 0)
        st = lemma_fail(err, LEMMA_EIO, "%s: %s", old, strerror(errno));
out:
    if (st != LEMMA_OK && st != LEMMA_EMEMORY && err && !err->text[0])
        lemma_fail(err, st, "%s: %s", name,
                   c->record ? lemma_record_trouble(c->record) : "");
    lemma_free(old);
    return st;
}

lemma_status lemma_sweep_collect(const struct lemma_sweep *s, const char *dir,
                                 const char *command_line, size_t *finished,
                                 struct lemma_error *err)
{
    struct lemma_collection *c = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(c, 1);
    c->s = s;
    c->dir = dir;
    LEMMA_TRY(scan(c, err));
    LEMMA_TRY(lemma_collection_check_data(c, err));
    if (c->rows > 0)
        LEMMA_TRY(write_all(c, command_line, err));
    *finished = c->rows;
out:
    if (c) {
        lemma_record_destroy(c->record);
        lemma_sweep_columns_free(&c->columns);
        lemma_free(c->point);
        lemma_free(c->diverged);
        lemma_free(c->beside);
        lemma_free(c->seconds);
        lemma_free(c->state);
        for (size_t i = 0; c->checksums && i < s->points; i++)
            lemma_free(c->checksums[i]);
        lemma_free(c->checksums);
    }
    lemma_free(c);
    return st;
}
