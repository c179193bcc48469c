/* One probe at one event: is it due, what does it see, where does its row go. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "probe/set.h"

/* The events at which a table gets a row. */
static bool is_at(enum lemma_axis axis, unsigned kind)
{
    static const unsigned kinds[LEMMA_AXES] = {
        [LEMMA_AXIS_STEP] = LEMMA_ON_STEP,
        [LEMMA_AXIS_ROUND] = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
        [LEMMA_AXIS_MOVE] = LEMMA_ON_AVERAGED,
        [LEMMA_AXIS_AVERAGING] = LEMMA_ON_ROUND_END,
    };

    return kinds[axis] & kind;
}

/* Steps are due at t % n = 0, or in all steps of rounds with r % n = 0; what happens
 * once a round is due where r % n = 0 and at the end, and every round where n counts
 * steps. */
static bool is_due(struct lemma_cadence cadence, const struct lemma_event *ev)
{
    if (cadence.rounds)
        return ev->round % cadence.n == 0 || ev->kind == LEMMA_ON_RUN_END;
    return ev->kind != LEMMA_ON_STEP || ev->step % cadence.n == 0;
}

static void fill_missing(void *row, enum lemma_type type, size_t count)
{
    double *f = row;
    int64_t *n = row;

    for (size_t i = 0; i < count; i++)
        if (type == LEMMA_F64)
            f[i] = NAN;
        else
            n[i] = -1;
}

/* Chooses the cells of this kind of event; false where there are none. */
static bool prepare(struct lemma_watched *w, unsigned kind)
{
    bool any = false;

    for (size_t i = 0; i < w->columns; i++) {
        bool mine = w->column[i].on && is_at(w->column[i].axis, kind);

        w->cells[i] = mine ? w->column[i].row : NULL;
        if (mine)
            fill_missing(w->column[i].row, w->type->columns[i].type,
                         w->column[i].count);
        any |= mine;
    }
    return any;
}

/* The step a row stands at: a round as a whole is told by its first. */
static size_t row_step(const struct lemma_event *ev)
{
    return ev->kind == LEMMA_ON_AVERAGED ? ev->step - ev->local_step : ev->step;
}

/* Whether a number of a row is infinite or, unless that means missing, NaN. */
static bool is_broken(const double *x, size_t count, bool missing)
{
    int broken = 0;

    for (size_t i = 0; i < count; i++)
        broken |= !(fabs(x[i]) <= DBL_MAX) & !(missing & (x[i] != x[i]));
    return broken;
}

/* A row that is not finite is a finding the first time, with the client whose number is
 * the first such one. */
static void examine(struct lemma_watched *w, size_t i, const struct lemma_event *ev)
{
    struct lemma_watched_column *mine = &w->column[i];
    bool missing = w->type->missing >> i & 1;
    const double *row = mine->row;
    struct lemma_event at = *ev;
    int64_t client = -1;
    char what[2 * LEMMA_VALUE];
    size_t part;

    if (mine->told || w->type->columns[i].type != LEMMA_F64 ||
        !is_broken(row, mine->count, missing))
        return;
    mine->told = true;
    if (w->type->columns[i].shape[0] == 'K') {
        part = mine->count / w->owner->clients;
        for (client = 0; !is_broken(row, part, missing); client++)
            row += part;
    }
    snprintf(what, sizeof what, "%s/%s " LEMMA_NOT_FINITE, w->type->name,
             w->type->columns[i].name);
    at.step = row_step(ev);
    lemma_event_found(&at, client, what);
}

static lemma_status append_axes(const struct lemma_watched *w,
                                struct lemma_record *record,
                                const struct lemma_event *ev)
{
    int64_t step = (int64_t) row_step(ev), round = (int64_t) ev->round;
    int64_t local_step = step - round * (int64_t) lemma_event_local_steps(ev);
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_append(record, w->axes[0], &step));
    LEMMA_TRY(lemma_record_append(record, w->axes[1], &round));
    LEMMA_TRY(lemma_record_append(record, w->axes[2], &local_step));
out:
    return st;
}

/* A row of every table that has cells now. */
static lemma_status append(const struct lemma_watched *w, struct lemma_record *record,
                           const struct lemma_event *ev)
{
    int64_t step = (int64_t) ev->step, round = (int64_t) ev->round;
    lemma_status st = LEMMA_OK;

    if (ev->kind != LEMMA_ON_ROUND_END)
        LEMMA_TRY(append_axes(w, record, ev));
    for (size_t i = 0; i < w->columns; i++) {
        const struct lemma_watched_column *mine = &w->column[i];

        if (!w->cells[i])
            continue;
        if (mine->axis == LEMMA_AXIS_AVERAGING) {
            LEMMA_TRY(lemma_record_append(record, mine->axes[0], &step));
            LEMMA_TRY(lemma_record_append(record, mine->axes[1], &round));
        }
        LEMMA_TRY(lemma_record_append(record, mine->table, mine->row));
    }
out:
    return st;
}

static lemma_status send(const struct lemma_watched *w, const struct lemma_event *ev)
{
    const struct lemma_probes *p = w->owner;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; p->sink && i < w->columns; i++)
        if (w->cells[i])
            LEMMA_TRY(p->sink(p->sink_context, w->type, &w->type->columns[i],
                              row_step(ev), w->column[i].count, w->cells[i]));
out:
    return st;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

lemma_status lemma_watched_see(void *context, const struct lemma_event *ev)
{
    struct lemma_watched *w = context;
    struct lemma_probes *p = w->owner;
    struct lemma_cells row = {w->columns, w->cells};
    double start = now();
    bool any = false;
    lemma_status st = LEMMA_OK;

    if (ev->kind == LEMMA_ON_RUN_BEGIN && w->type->begin)
        LEMMA_TRY(w->type->begin(w->state, p->set, ev, &p->trouble));
    if (!(w->type->events & ev->kind) || !is_due(w->cadence, ev))
        goto out;
    any = prepare(w, ev->kind);
    LEMMA_TRY(w->type->observe(w->state, ev, &row));
out:
    w->seconds += now() - start;
    for (size_t i = 0; st == LEMMA_OK && any && i < w->columns; i++)
        if (w->cells[i])
            examine(w, i, ev);
    if (st == LEMMA_OK && any && p->record)
        st = append(w, p->record, ev);
    if (st == LEMMA_OK && any)
        st = send(w, ev);
    return st;
}
