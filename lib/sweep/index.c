#include "sweep/index.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/alloc.h"
#include "sweep/points.h"

enum { PATH_ROOM = 32 + LEMMA_SWEEP_NAME };

void lemma_sweep_index_close(struct lemma_sweep_index *x)
{
    if (!x)
        return;
    for (size_t k = 0; x->keys && k < x->key_count; k++) {
        lemma_free(x->keys[k].name);
        lemma_free(x->keys[k].value);
        lemma_free(x->keys[k].words);
    }
    for (size_t i = 0; x->record && i < x->rows; i++)
        lemma_free(x->record[i]);
    lemma_free(x->keys);
    lemma_free(x->record);
    lemma_free(x->point);
    lemma_free(x->seed);
    lemma_reader_close(x->reader);
    lemma_free(x);
}

/* A number of every row. The points are read first and say how many rows there are. */
static lemma_status read_series(struct lemma_sweep_index *x, const char *name,
                                double **out)
{
    bool first = !x->point;
    struct lemma_shape shape;
    char path[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    snprintf(path, sizeof path, "sweep/%s", name);
    LEMMA_TRY(lemma_reader_all(x->reader, path, out, &shape));
    if (shape.rank != 1 || (!first && shape.dims[0] != x->rows))
        return LEMMA_EINPUT;
    x->rows = shape.dims[0];
out:
    return st;
}

static lemma_status read_seeds(struct lemma_sweep_index *x)
{
    double *seed = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(read_series(x, "seed", &seed));
    LEMMA_NEW(x->seed, x->rows);
    for (size_t i = 0; i < x->rows; i++)
        x->seed[i] = seed[i] >= 0 && seed[i] < 0x1p64 ? (uint64_t) seed[i] : 0;
out:
    lemma_free(seed);
    return st;
}

static lemma_status read_key(struct lemma_sweep_index *x, const char *name,
                             struct lemma_sweep_series *key)
{
    char path[PATH_ROOM];
    lemma_status st = LEMMA_OK;

    key->name = lemma_strdup(name);
    if (!key->name)
        st = LEMMA_EMEMORY;
    LEMMA_TRY(st);
    snprintf(path, sizeof path, "words/%s", name);
    st = lemma_reader_text(x->reader, path, &key->words);
    if (st == LEMMA_EMEMORY)
        goto out;
    key->number = st != LEMMA_OK;
    LEMMA_TRY(read_series(x, name, &key->value));
out:
    return st;
}

/* A line of text, of which *rest is what follows; NULL behind the last. */
static char *next_line(char **rest)
{
    char *line = *rest, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *rest = end + 1;
    return line;
}

static lemma_status read_keys(struct lemma_sweep_index *x)
{
    char *text = NULL, *rest, *name;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_attr_text(x->reader, "sweep", "keys", &text));
    for (const char *c = text; *c; c++)
        count += *c == '\n';
    LEMMA_NEW(x->keys, count);
    rest = text;
    while ((name = next_line(&rest))) {
        if (strlen(name) >= LEMMA_SWEEP_NAME)
            st = LEMMA_EINPUT;
        LEMMA_TRY(st);
        x->key_count++;
        LEMMA_TRY(read_key(x, name, &x->keys[x->key_count - 1]));
    }
out:
    lemma_free(text);
    return st;
}

/* Records lie where the sweep's file lies. */
static lemma_status place_records(struct lemma_sweep_index *x, const char *dir)
{
    char path[2 * LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x->record, x->rows);
    for (size_t i = 0; i < x->rows; i++) {
        if (!(x->point[i] >= 0 && x->point[i] < LEMMA_SWEEP_POINTS) ||
            !lemma_point_path(dir, (size_t) x->point[i], ".h5", path, sizeof path))
            st = LEMMA_EINPUT;
        LEMMA_TRY(st);
        x->record[i] = lemma_strdup(path);
        if (!x->record[i])
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
out:
    return st;
}

static lemma_status read_index(struct lemma_sweep_index *x, const char *dir)
{
    double points = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_attr_f64(x->reader, "sweep", "points", &points));
    LEMMA_TRY(read_series(x, "point", &x->point));
    LEMMA_TRY(read_seeds(x));
    LEMMA_TRY(read_keys(x));
    LEMMA_TRY(place_records(x, dir));
    if (!(points >= (double) x->rows && points <= LEMMA_SWEEP_POINTS))
        st = LEMMA_EINPUT;
    else
        x->points = (size_t) points;
out:
    return st;
}

lemma_status lemma_sweep_index_open(const char *path, struct lemma_sweep_index **index,
                                    struct lemma_error *err)
{
    struct lemma_sweep_index *x = NULL;
    struct stat info;
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    const char *slash = strrchr(path, '/');
    char file[LEMMA_PATH], dir[LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    if (strlen(path) + sizeof "/sweep.h5" > sizeof file)
        return lemma_fail(err, LEMMA_EINPUT, "%s: the name is too long", path);
    snprintf(file, sizeof file, folder ? "%s/sweep.h5" : "%s", path);
    snprintf(dir, sizeof dir, "%.*s",
             folder  ? (int) strlen(path)
             : slash ? (int) (slash - path)
                     : 1,
             folder || slash ? path : ".");
    LEMMA_NEW(x, 1);
    if (folder && stat(file, &info) != 0)
        LEMMA_TRY(lemma_fail(err, LEMMA_EINPUT,
                             "%s: expected a sweep's folder, but it has no sweep.h5, "
                             "which lemma sweep writes when its points are done",
                             path));
    LEMMA_TRY(lemma_reader_open(file, &x->reader, err));
    st = read_index(x, dir);
    if (st == LEMMA_EINPUT)
        lemma_fail(err, st, "%s: expected a sweep's file, DIR/sweep.h5, got another",
                   file);
    LEMMA_TRY(st);
    *index = x;
    x = NULL;
out:
    lemma_sweep_index_close(x);
    return st;
}

lemma_status lemma_sweep_record_open(const char *path, struct lemma_reader **reader,
                                     struct lemma_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%s: %s; records of a sweep's points are looked for beside "
                          "its sweep.h5",
                          path, strerror(errno));
    return lemma_reader_open(path, reader, err);
}

const struct lemma_sweep_series *
lemma_sweep_index_key(const struct lemma_sweep_index *x, const char *name)
{
    for (size_t k = 0; k < x->key_count; k++)
        if (strcmp(x->keys[k].name, name) == 0)
            return &x->keys[k];
    return NULL;
}
