#include "sweep/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/value.h"
#include "core/alloc.h"
#include "sweep/columns.h"

/* The greatest value that failed and the least that did; 0: none yet. */
static void bracket(const struct lemma_trail *t, size_t *low, size_t *high)
{
    *low = *high = 0;
    for (size_t i = 0; i < t->count; i++) {
        size_t value = t->tries[i].value;

        if (t->tries[i].outcome == LEMMA_TRY_REACHED)
            *high = *high == 0 || value < *high ? value : *high;
        else
            *low = value > *low ? value : *low;
    }
}

enum lemma_search_state lemma_search_next(const struct lemma_search *q,
                                          const struct lemma_trail *t, size_t *value)
{
    size_t low, high, middle;

    bracket(t, &low, &high);
    *value = q->to;
    if (t->count == 0)
        return LEMMA_SEARCH_ON;
    if (high == 0)
        return LEMMA_SEARCH_NOWHERE;
    *value = q->from;
    if (high == q->from)
        return LEMMA_SEARCH_AT_FROM;
    if (low == 0)
        return LEMMA_SEARCH_ON;
    *value = high;
    if (high - low <= 1 || (double) high <= q->ratio * (double) low)
        return LEMMA_SEARCH_FOUND;
    middle = (size_t) nearbyint(sqrt((double) low) * sqrt((double) high));
    *value = middle <= low ? low + 1 : middle >= high ? high - 1 : middle;
    return LEMMA_SEARCH_ON;
}

size_t lemma_search_kept(const struct lemma_trail *t)
{
    size_t low, high;

    bracket(t, &low, &high);
    return high ? high : low;
}

const char *lemma_search_print(const struct lemma_search *q,
                               char out[LEMMA_SEARCH_TEXT])
{
    char fraction[LEMMA_REAL_TEXT];

    lemma_value_print_real(q->measure.fraction, fraction);
    snprintf(out, LEMMA_SEARCH_TEXT, "%s from %zu to %zu until %s rounds-to<=%s",
             q->key, q->from, q->to, q->of, fraction);
    return out;
}

/* The largest number of each row, as reduce.h has it, over all that the row holds. */
static double round_of(const struct lemma_search *q, const struct lemma_sweep_rows *t,
                       double *series)
{
    size_t width = t->others * (t->layers ? t->layers : 1);

    for (size_t i = 0; i < t->rows; i++) {
        series[i] = NAN;
        for (size_t j = 0; j < width; j++)
            series[i] = fmax(series[i], t->cells[i * width + j]);
    }
    return lemma_pace(&q->measure, series, t->round, t->rows);
}

static lemma_status measure(const struct lemma_search *q, struct lemma_reader *reader,
                            const char *record, double *round, struct lemma_error *err)
{
    struct lemma_sweep_rows t = {0};
    size_t group_length = strcspn(q->of, "/");
    char group[LEMMA_SEARCH_TABLE];
    double *series = NULL;
    lemma_status st = LEMMA_OK;

    snprintf(group, sizeof group, "%.*s", (int) group_length, q->of);
    st = lemma_sweep_rows_read(reader, group, q->of + group_length + 1, &t);
    if (st == LEMMA_EINPUT || (st == LEMMA_OK && !t.round))
        st = lemma_fail(err, LEMMA_EINPUT, "%s: %s: expected a table with rounds",
                        record, q->of);
    LEMMA_TRY(st);
    LEMMA_NEW(series, t.rows);
    *round = round_of(q, &t, series);
out:
    lemma_free(series);
    lemma_sweep_rows_free(&t);
    return st;
}

lemma_status lemma_search_judge(const struct lemma_search *q, const char *record,
                                struct lemma_try *t, struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    char *status = NULL;
    double round = NAN;
    lemma_status st = LEMMA_OK;

    t->outcome = LEMMA_TRY_NONE;
    t->round = 0;
    st = lemma_reader_open(record, &reader, NULL);
    if (st == LEMMA_OK)
        st = lemma_reader_text(reader, "status", &status);
    if (st != LEMMA_OK) { /* no record is no outcome */
        st = st == LEMMA_EMEMORY ? st : LEMMA_OK;
        goto out;
    }
    if (strcmp(status, "diverged") == 0) {
        t->outcome = LEMMA_TRY_DIVERGED;
    } else if (strcmp(status, "complete") == 0) {
        LEMMA_TRY(measure(q, reader, record, &round, err));
        t->outcome = isnan(round) ? LEMMA_TRY_MISSED : LEMMA_TRY_REACHED;
        t->round = isnan(round) ? 0 : (size_t) round;
    }
out:
    lemma_free(status);
    lemma_reader_close(reader);
    return st;
}
