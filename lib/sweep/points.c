#include "sweep/points.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/reader.h"

const char *lemma_point_state_name(enum lemma_point_state state)
{
    static const char *const names[] = {"missing",    "complete",  "diverged",
                                        "unfinished", "other",     "censored",
                                        "unreached",  "unreadable"};

    return names[state];
}

bool lemma_point_is_finished(enum lemma_point_state state)
{
    return state == LEMMA_POINT_COMPLETE || state == LEMMA_POINT_DIVERGED ||
           state == LEMMA_POINT_CENSORED || state == LEMMA_POINT_UNREACHED;
}

bool lemma_point_path(const char *dir, size_t point, const char *ending, char *out,
                      size_t size)
{
    int n = snprintf(out, size, "%s/points/%04zu%s", dir, point, ending);

    LEMMA_REQUIRE(point < LEMMA_SWEEP_POINTS);
    return n > 0 && (size_t) n < size;
}

static enum lemma_point_state state_of(const char *status)
{
    if (strcmp(status, "complete") == 0)
        return LEMMA_POINT_COMPLETE;
    return strcmp(status, "diverged") == 0 ? LEMMA_POINT_DIVERGED
                                           : LEMMA_POINT_UNFINISHED;
}

/* A record's experiment as it is printed today: keys that came after it was written
 * have their presets, under which it ran. How often checkpoints are written changes no
 * row. */
static lemma_status print_anew(const char *config, const struct lemma_experiment *as,
                               char **text)
{
    struct lemma_experiment *x = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    lemma_experiment_init(x);
    LEMMA_TRY(lemma_experiment_parse(x, config, strlen(config), "config", NULL));
    x->run = as->run;
    LEMMA_TRY(lemma_experiment_print(x, text));
out:
    lemma_free(x);
    return st;
}

/* What a record at path is to the experiment x. */
static lemma_status compare(const char *path, const struct lemma_experiment *x,
                            enum lemma_point_state *state)
{
    struct lemma_reader *reader = NULL;
    char *wanted = NULL, *found = NULL, *config = NULL, *status = NULL;
    lemma_status st = LEMMA_OK;

    *state = LEMMA_POINT_MISSING;
    if (access(path, F_OK) != 0)
        return LEMMA_OK;
    *state = LEMMA_POINT_UNREADABLE;
    LEMMA_TRY(lemma_experiment_print(x, &wanted));
    LEMMA_TRY(lemma_reader_open(path, &reader, NULL));
    LEMMA_TRY(lemma_reader_text(reader, "config", &config));
    LEMMA_TRY(lemma_reader_text(reader, "status", &status));
    *state = LEMMA_POINT_OTHER;
    LEMMA_TRY(print_anew(config, x, &found));
    if (strcmp(found, wanted) == 0)
        *state = state_of(status);
out:
    lemma_reader_close(reader);
    lemma_free(status);
    lemma_free(found);
    lemma_free(config);
    lemma_free(wanted);
    return st == LEMMA_EMEMORY ? st : LEMMA_OK; /* what cannot be read has its state */
}

static enum lemma_point_state state_of_search(const struct lemma_search *q,
                                              const struct lemma_trail *t)
{
    static const enum lemma_point_state states[] = {
        [LEMMA_SEARCH_ON] = LEMMA_POINT_UNFINISHED,
        [LEMMA_SEARCH_FOUND] = LEMMA_POINT_COMPLETE,
        [LEMMA_SEARCH_AT_FROM] = LEMMA_POINT_CENSORED,
        [LEMMA_SEARCH_NOWHERE] = LEMMA_POINT_UNREACHED};
    size_t value;

    return states[lemma_search_next(q, t, &value)];
}

/* What a record at path is to the point's run at this value of the searched key. */
static lemma_status compare_at(const struct lemma_sweep *s, size_t point, size_t value,
                               const char *path, enum lemma_point_state *state)
{
    struct lemma_experiment *x = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    LEMMA_TRY(lemma_sweep_experiment_at(s, point, value, x, NULL));
    LEMMA_TRY(compare(path, x, state));
out:
    lemma_free(x);
    return st;
}

lemma_status lemma_point_trail(const struct lemma_sweep *s, const char *dir,
                               size_t point, enum lemma_point_state *state,
                               struct lemma_trail *t)
{
    char path[2 * LEMMA_PATH], log[2 * LEMMA_PATH];
    size_t kept, next;
    bool begun, on;
    lemma_status st = LEMMA_OK;

    *state = LEMMA_POINT_MISSING;
    *t = (struct lemma_trail){0};
    if (!lemma_point_path(dir, point, ".h5", path, sizeof path) ||
        !lemma_point_path(dir, point, ".log", log, sizeof log))
        return LEMMA_OK;
    begun = lemma_trail_read(&s->search, log, t);
    kept = lemma_search_kept(t);
    on = lemma_search_next(&s->search, t, &next) == LEMMA_SEARCH_ON;
    if (kept > 0)
        LEMMA_TRY(compare_at(s, point, kept, path, state));
    if (lemma_point_is_finished(*state)) {
        *state = state_of_search(&s->search, t);
        goto out;
    }
    if (on)
        LEMMA_TRY(compare_at(s, point, next, path, state));
    if (begun && lemma_point_is_finished(*state)) {
        *state = LEMMA_POINT_UNFINISHED;
        goto out;
    }
    t->count = 0;
    if (*state != LEMMA_POINT_MISSING && *state != LEMMA_POINT_UNREADABLE)
        *state = LEMMA_POINT_OTHER;
out:
    return st;
}

lemma_status lemma_point_look(const struct lemma_sweep *s, const char *dir,
                              size_t point, enum lemma_point_state *state)
{
    struct lemma_experiment *x = NULL;
    struct lemma_trail trail;
    char path[2 * LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    if (lemma_sweep_searches(s))
        return lemma_point_trail(s, dir, point, state, &trail);
    *state = LEMMA_POINT_MISSING;
    if (!lemma_point_path(dir, point, ".h5", path, sizeof path))
        return LEMMA_OK;
    LEMMA_NEW(x, 1);
    LEMMA_TRY(lemma_sweep_experiment(s, point, x, NULL));
    LEMMA_TRY(compare(path, x, state));
out:
    lemma_free(x);
    return st;
}
