/* A type's quantity at every point: factors out of the sweep's file, the rest out of
 * the points' records. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "scaling/sweep.h"
#include "sweep/quantity.h"

static lemma_status one_factor(const struct lemma_scaling_sweep *s,
                               const struct lemma_scaling_factor *factor, double *y,
                               bool *known, struct lemma_error *err)
{
    struct lemma_measure how;
    lemma_status st = LEMMA_OK;

    if (!factor->reduce)
        return lemma_scaling_constant(s, factor->of, y, known);
    LEMMA_TRY(lemma_measure_parse(factor->reduce, factor->of, &how, err));
    LEMMA_TRY(lemma_sweep_quantity(s->index, factor->of, &how, y, known, err));
out:
    return st;
}

/* The evidence of a row's record. */
static lemma_status open_record(const struct lemma_scaling_sweep *s, size_t row,
                                struct lemma_reader **reader, struct lemma_evidence **e,
                                struct lemma_error *err)
{
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_sweep_record_open(s->index->record[row], reader, err));
    LEMMA_TRY(lemma_evidence_create(*reader, e));
out:
    return st;
}

static lemma_status by_record(const struct lemma_scaling_sweep *s,
                              const struct lemma_scaling_type *type, double *y,
                              struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct lemma_evidence *e = NULL;
    lemma_status st = LEMMA_OK;

    for (size_t i = 0; i < s->rows; i++) {
        double found = NAN;

        LEMMA_TRY(open_record(s, i, &reader, &e, err));
        LEMMA_TRY(type->measure(e, &found));
        y[i] *= found;
        lemma_evidence_destroy(e);
        lemma_reader_close(reader);
        e = NULL;
        reader = NULL;
    }
out:
    lemma_evidence_destroy(e);
    lemma_reader_close(reader);
    return st;
}

lemma_status lemma_scaling_measure(const struct lemma_scaling_sweep *s,
                                   const struct lemma_scaling_type *type, double *y,
                                   char missing[LEMMA_REASON], struct lemma_error *err)
{
    const struct lemma_scaling_factor *f = type->factors;
    double *one = NULL;
    bool known = true;
    lemma_status st = LEMMA_OK;

    missing[0] = '\0';
    LEMMA_NEW(one, s->rows);
    for (size_t i = 0; i < s->rows; i++)
        y[i] = 1;
    for (; f && f->of; f++) {
        LEMMA_TRY(one_factor(s, f, one, &known, err));
        if (!known) {
            snprintf(missing, LEMMA_REASON, "%s", f->of);
            goto out;
        }
        for (size_t i = 0; i < s->rows; i++)
            y[i] *= pow(one[i], f->power);
    }
    if (type->measure)
        LEMMA_TRY(by_record(s, type, y, err));
out:
    lemma_free(one);
    return st;
}

void lemma_scaling_points_free(struct lemma_scaling_points *p)
{
    lemma_free(p->x);
    lemma_free(p->y);
    lemma_free(p->seed);
    *p = (struct lemma_scaling_points){0};
}

lemma_status lemma_scaling_series(const struct lemma_scaling_sweep *s,
                                  const struct lemma_scaling_type *type,
                                  const bool *rows, struct lemma_scaling_points *p,
                                  struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    struct lemma_evidence *e = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(p->x, s->rows * LEMMA_SCALING_SERIES);
    LEMMA_NEW(p->y, s->rows * LEMMA_SCALING_SERIES);
    LEMMA_NEW(p->seed, s->rows * LEMMA_SCALING_SERIES);
    for (size_t i = 0; i < s->rows; i++) {
        size_t count = 0;

        if (!rows[i])
            continue;
        LEMMA_TRY(open_record(s, i, &reader, &e, err));
        LEMMA_TRY(type->series(e, p->x + p->count, p->y + p->count, &count));
        LEMMA_REQUIRE(count <= LEMMA_SCALING_SERIES);
        for (size_t k = 0; k < count; k++)
            p->seed[p->count + k] = s->index->seed[i];
        p->count += count;
        lemma_evidence_destroy(e);
        lemma_reader_close(reader);
        e = NULL;
        reader = NULL;
    }
out:
    lemma_evidence_destroy(e);
    lemma_reader_close(reader);
    return st;
}
