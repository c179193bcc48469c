#include "claim/claim.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static const double TOLERANCE = 1e-12;

const char *lemma_verdict_name(enum lemma_verdict v)
{
    static const char *const names[] = {"holds", "violated", "not applicable",
                                        "undecided"};

    return names[v];
}

const struct lemma_claim_type *lemma_claim_find(const char *name)
{
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

static void settle(struct lemma_finding *f, enum lemma_verdict verdict,
                   const char *format, va_list args)
{
    f->verdict = verdict;
    vsnprintf(f->reason, sizeof f->reason, format, args);
}

lemma_status lemma_not_applicable(struct lemma_finding *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    settle(f, LEMMA_NOT_APPLICABLE, format, args);
    va_end(args);
    return LEMMA_OK;
}

lemma_status lemma_undecided(struct lemma_finding *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    settle(f, LEMMA_UNDECIDED, format, args);
    va_end(args);
    return LEMMA_OK;
}

bool lemma_need(struct lemma_evidence *e, struct lemma_finding *f, size_t count,
                const char *const *paths, const struct lemma_series **s,
                lemma_status *st)
{
    for (size_t i = 0; i < count; i++) {
        *st = lemma_evidence_series(e, paths[i], &s[i]);
        if (*st != LEMMA_OK)
            return false;
        if (!s[i]) {
            lemma_undecided(f, "the table %s is missing", paths[i]);
            return false;
        }
    }
    return true;
}

/* measured / bound; 0 where both are 0. */
static double ratio(double measured, double bound)
{
    return measured == bound ? (measured == 0 ? 0 : 1) : measured / bound;
}

void lemma_check_at_most(struct lemma_finding *f, double measured, double bound,
                         double rounding, size_t step, size_t place)
{
    double slack;

    if (f->verdict == LEMMA_UNDECIDED)
        return;
    if (isnan(measured) || isnan(bound)) {
        /* A violation stays one, whatever else cannot be told. */
        if (f->verdict != LEMMA_VIOLATED)
            lemma_undecided(f, "a number at step %zu is missing or not finite", step);
        return;
    }
    if (f->rows == 0) {
        f->slack = -INFINITY;
        f->vacuous = true;
    }
    f->rows++;
    f->vacuous &= isinf(bound) || (measured == 0 && bound == 0);
    slack = ratio(measured, bound);
    if (!(measured <= bound + TOLERANCE * fabs(bound) + rounding))
        f->verdict = LEMMA_VIOLATED;
    else if (slack > 1)
        slack = 1; /* by rounding */
    if (slack > f->slack) {
        f->slack = slack;
        f->step = step;
        f->place = place;
    }
}

lemma_status lemma_claim_judge(const struct lemma_claim_type *claim,
                               struct lemma_evidence *e, struct lemma_finding *f)
{
    lemma_status st;

    *f = (struct lemma_finding){.verdict = LEMMA_HOLDS, .place = LEMMA_NOWHERE};
    st = claim->judge(e, f);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS && f->rows == 0)
        lemma_undecided(f, "no two tables have rows of the same step");
    if (f->rows == 0)
        f->slack = NAN;
    return st;
}
