/* The bisection at a point: what it costs, what became of a try, and what it found. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/alloc.h"
#include "sweep.h"
#include "tool.h"

lemma_status sweep_search_cost(const struct sweep_plan *p, size_t point,
                               const struct lemma_trail *t, double *cost)
{
    const struct lemma_search *q = &p->s->search;
    struct lemma_trail guess = *t;
    struct lemma_experiment *x = NULL;
    size_t value;
    lemma_status st = LEMMA_OK;

    *cost = 0;
    LEMMA_NEW(x, 1);
    while (lemma_search_next(q, &guess, &value) == LEMMA_SEARCH_ON) {
        bool reached = value == q->to || (value != q->from && guess.count % 2 == 0);

        LEMMA_TRY(lemma_sweep_experiment_at(p->s, point, value, x, NULL));
        *cost += SWEEP_START_COST + lemma_sweep_cost(x);
        guess.tries[guess.count++] = (struct lemma_try){
            value, reached ? LEMMA_TRY_REACHED : LEMMA_TRY_MISSED, 0};
    }
out:
    lemma_free(x);
    return st;
}

lemma_status sweep_search_begin(const struct sweep_plan *p, size_t point,
                                struct lemma_trail *t, struct lemma_error *err)
{
    enum lemma_point_state state;
    char log[2 * LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_point_path(p->dir, point, ".log", log, sizeof log));
    LEMMA_TRY(lemma_point_trail(p->s, p->dir, point, &state, t));
    LEMMA_TRY(lemma_trail_write(&p->s->search, t, log, err));
out:
    return st;
}

lemma_status sweep_search_end_try(const struct sweep_plan *p, size_t point,
                                  size_t value, struct lemma_trail *t, bool *ended,
                                  struct lemma_error *err)
{
    const struct lemma_search *q = &p->s->search;
    struct lemma_try now = {.value = value};
    char try[2 * LEMMA_PATH], record[2 * LEMMA_PATH], log[2 * LEMMA_PATH];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_point_path(p->dir, point, ".try.h5", try, sizeof try) &&
                  lemma_point_path(p->dir, point, ".h5", record, sizeof record) &&
                  lemma_point_path(p->dir, point, ".log", log, sizeof log));
    LEMMA_TRY(lemma_search_judge(q, try, &now, err));
    *ended = now.outcome != LEMMA_TRY_NONE;
    if (!*ended)
        goto out;
    t->tries[t->count++] = now;
    if (lemma_search_kept(t) == value ? rename(try, record) : unlink(try))
        st = lemma_fail(err, LEMMA_EIO, "%s: %s", try, strerror(errno));
    LEMMA_TRY(st);
    LEMMA_TRY(lemma_trail_write(q, t, log, err));
out:
    return st;
}

const char *sweep_search_found(const struct sweep_plan *p, size_t point, char *out,
                               size_t size)
{
    const struct lemma_search *q = &p->s->search;
    enum lemma_point_state state = LEMMA_POINT_MISSING;
    struct lemma_trail t;
    size_t value;

    out[0] = '\0';
    if (!lemma_sweep_searches(p->s) ||
        lemma_point_trail(p->s, p->dir, point, &state, &t) != LEMMA_OK ||
        !lemma_point_is_finished(state))
        return out;
    lemma_search_next(q, &t, &value);
    snprintf(out, size, "; least %s %s %zu", q->key,
             state == LEMMA_POINT_COMPLETE   ? "="
             : state == LEMMA_POINT_CENSORED ? "<="
                                             : ">",
             value);
    return out;
}

void sweep_search_say(const struct sweep_plan *p, size_t point, const char *values)
{
    const struct lemma_search *q = &p->s->search;

    if (p->state[point] == LEMMA_POINT_UNREACHED)
        tool_say("point %zu has NO least %s (%s): %zu, the greatest, does not bring %s "
                 "to %g of its start: a finding, and recorded",
                 point, q->key, values, q->to, q->of, q->measure.fraction);
    else if (p->state[point] == LEMMA_POINT_CENSORED)
        tool_say("point %zu (%s): %s = %zu, where the search begins, does already; the "
                 "least may lie below",
                 point, values, q->key, q->from);
}
