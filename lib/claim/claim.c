#include "claim/claim.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "train/event.h"

static const double TOLERANCE = 1e-12;

const char *lemma_verdict_name(enum lemma_verdict v)
{
    static const char *const names[] = {"holds", "violated", "not applicable",
                                        "undecided"};

    return names[v];
}

const char *lemma_kind_name(enum lemma_kind k)
{
    static const char *const names[] = {"sure", "high probability", "in mean"};

    return names[k];
}

const struct lemma_claim_type *lemma_claim_find(const char *name)
{
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

bool lemma_claim_is_recalled(const struct lemma_claim_type *claim)
{
    return strcmp(claim->status, "recalled") == 0;
}

/* Appends to a list of words. */
static void append(char words[LEMMA_CLAIM_WORDS], const char *separator,
                   const char *more)
{
    size_t n = strlen(words);

    snprintf(words + n, LEMMA_CLAIM_WORDS - n, "%s%s", n ? separator : "", more);
}

void lemma_claim_assumes(const struct lemma_claim_type *claim,
                         char words[LEMMA_CLAIM_WORDS])
{
    words[0] = '\0';
    for (size_t i = 0; claim->assumptions && claim->assumptions[i]; i++)
        append(words, "; ", claim->assumptions[i]->words);
    if (claim->rows)
        append(words, "; ", claim->rows);
    if (!words[0])
        append(words, "", "none");
}

void lemma_claim_reads(const struct lemma_claim_type *claim,
                       char words[LEMMA_CLAIM_WORDS])
{
    words[0] = '\0';
    for (size_t i = 0; claim->tables && claim->tables[i].path; i++)
        append(words, ", ", claim->tables[i].path);
    if (!words[0])
        append(words, "", "none");
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

/* Numbers of a row of this shape; NaN where the record does not say. */
static double width_of(struct lemma_evidence *e, const char *shape)
{
    static const char *const sizes[][2] = {{"K", "train/K"},
                                           {"L", "network/L"},
                                           {"N", "data/samples"},
                                           {"d", "network/d"}};
    double width = 1;

    for (const char *c = shape; *c; c++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            if (*c == sizes[i][0][0])
                width *= lemma_evidence_number(e, sizes[i][1]);
    return width;
}

const struct lemma_series *lemma_need(struct lemma_evidence *e, struct lemma_finding *f,
                                      const char *path, const char *shape,
                                      lemma_status *st)
{
    const struct lemma_series *s = NULL;
    const char *why;

    *st = lemma_evidence_series(e, path, &s);
    if (*st != LEMMA_OK)
        return NULL;
    why = lemma_evidence_why(e, path);
    if (!s && why[0])
        lemma_undecided(f, "%s", why);
    else if (!s)
        lemma_undecided(f, "the table %s is missing", path);
    else if (shape && (double) s->width != width_of(e, shape)) {
        lemma_undecided(f, "rows of %s have %zu numbers, not %s = %g", path, s->width,
                        shape[0] ? shape : "one", width_of(e, shape));
        s = NULL;
    }
    return s;
}

bool lemma_rows_at(const struct lemma_series *const *s, size_t count, double step,
                   const double **row)
{
    for (size_t k = 0; k < count; k++) {
        row[k] = lemma_series_at(s[k], step);
        if (!row[k])
            return false;
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
    /* what both sides have lost is no equality */
    if (isnan(measured) || isnan(bound) || isnan(rounding) || isinf(measured)) {
        /* A violation stays one, whatever else cannot be told. */
        if (f->verdict != LEMMA_VIOLATED)
            lemma_undecided(f, "a number at step %zu is missing or not finite", step);
        return;
    }
    if (f->rows == 0)
        f->vacuous = true;
    f->vacuous &= isinf(bound) || (measured == 0 && bound == 0);
    slack = ratio(measured, bound);
    if (!(measured <= bound + TOLERANCE * fabs(bound) + rounding)) {
        f->verdict = LEMMA_VIOLATED;
        if (slack < 1) /* a bound below 0 */
            slack = measured < 0 ? bound / measured : INFINITY;
    } else if (slack > 1)
        slack = 1; /* by rounding */
    if (f->curve)
        lemma_curve_add(f->curve,
                        (struct lemma_curve_point){step, slack, measured, bound});
    if (f->rows == 0 || slack > f->slack) {
        f->slack = slack;
        f->measured = measured;
        f->bound = bound;
        f->tightest = f->part;
        f->step = step;
        f->place = place;
    }
    f->rows++;
}

void lemma_check_equal(struct lemma_finding *f, double measured, double expected,
                       double rounding, size_t step, size_t place)
{
    lemma_check_at_most(f, fabs(measured - expected), rounding, 0, step, place);
}

void lemma_check_draw(struct lemma_finding *f)
{
    if (f->verdict == LEMMA_UNDECIDED)
        return;
    f->draws++;
    f->failures += f->verdict == LEMMA_VIOLATED;
    f->verdict = LEMMA_HOLDS;
}

void lemma_check_mean(struct lemma_finding *f, double draw)
{
    double off = draw - f->mean;

    if (f->verdict == LEMMA_UNDECIDED)
        return;
    if (!isfinite(draw)) {
        lemma_undecided(f, "a number is missing or not finite");
        return;
    }
    f->rows++;
    f->draws++;
    f->mean += off / (double) f->draws;
    f->square += off * (draw - f->mean);
}

void lemma_note(struct lemma_finding *f, const char *symbol, double value)
{
    size_t i = 0;

    while (i < f->note_count && strcmp(f->notes[i].symbol, symbol) != 0)
        i++;
    LEMMA_REQUIRE(i < LEMMA_NOTES);
    f->notes[i] = (struct lemma_note){symbol, value};
    f->note_count += i == f->note_count;
}

/* Assumptions and tables; false, and the finding settled, where one is not met. */
static bool may_judge(const struct lemma_claim_type *claim, struct lemma_evidence *e,
                      struct lemma_finding *f, const struct lemma_series **s,
                      lemma_status *st)
{
    for (size_t i = 0; claim->assumptions && claim->assumptions[i]; i++) {
        *st = claim->assumptions[i]->check(e, f);
        if (*st != LEMMA_OK || f->verdict != LEMMA_HOLDS)
            return false;
    }
    for (size_t i = 0; claim->tables && claim->tables[i].path; i++) {
        const char *shape = claim->tables[i].shape;
        bool optional = shape && shape[0] == '?';

        LEMMA_REQUIRE(i < LEMMA_CLAIM_TABLES);
        *st = lemma_evidence_series(e, claim->tables[i].path, &s[i]);
        if (*st != LEMMA_OK)
            return false;
        if (optional && !s[i])
            continue;
        s[i] =
            lemma_need(e, f, claim->tables[i].path, optional ? shape + 1 : shape, st);
        if (!s[i])
            return false;
    }
    return true;
}

/* A table that the claim has asked for, and that has an infinite number, cannot be
 * computed with or is named by the run's findings; NULL: none. A bound that overflowed
 * would hold, and so may what is left where numbers are missing. */
static const char *broken_table(struct lemma_evidence *e)
{
    const char *findings = lemma_evidence_word(e, "findings"), *path;
    const char *infinite = lemma_evidence_infinite(e);
    char words[LEMMA_REASON];
    double value;

    for (size_t i = 0; !infinite && (path = lemma_evidence_read(e, i, &value)); i++) {
        snprintf(words, sizeof words, ": %s " LEMMA_NOT_FINITE "\n", path);
        infinite = strstr(findings, words) ? path : NULL;
    }
    return infinite;
}

enum lemma_beside lemma_claim_beside(const char *findings)
{
    return strstr(findings, LEMMA_VANISHED) ? LEMMA_BESIDE_VANISHED
           : strstr(findings, LEMMA_GREW)   ? LEMMA_BESIDE_GREW
                                            : LEMMA_BESIDE_NOTHING;
}

/* Where the arithmetic did not do what the theory speaks of nothing is said to hold,
 * whatever rows a claim has looked at. */
static bool is_beside_theory(struct lemma_evidence *e, struct lemma_finding *f)
{
    enum lemma_beside beside = lemma_claim_beside(lemma_evidence_word(e, "findings"));
    const char *path = broken_table(e);
    size_t rows = f->rows;

    if (strcmp(lemma_evidence_word(e, "status"), "diverged") == 0)
        lemma_undecided(f,
                        "the run diverged; nothing against it in %zu comparisons "
                        "before",
                        rows);
    else if (beside == LEMMA_BESIDE_VANISHED)
        lemma_undecided(f,
                        "updates of the run vanished in rounding; nothing against it "
                        "in %zu comparisons",
                        rows);
    else if (beside == LEMMA_BESIDE_GREW)
        lemma_undecided(f,
                        "the loss of the run grew past 1/epsilon times its first; "
                        "nothing against it in %zu comparisons",
                        rows);
    else if (path && lemma_evidence_why(e, path)[0])
        lemma_undecided(f, "%s", lemma_evidence_why(e, path));
    else if (path)
        lemma_undecided(f, "%s has a number that is not finite", path);
    return f->verdict != LEMMA_HOLDS;
}

lemma_status lemma_claim_judge(const struct lemma_claim_type *claim,
                               struct lemma_evidence *e, struct lemma_finding *f)
{
    const struct lemma_series *s[LEMMA_CLAIM_TABLES];
    lemma_status st = LEMMA_OK;

    *f = LEMMA_FINDING_NONE;
    lemma_evidence_forget(e);
    f->curve = lemma_evidence_curve(e);
    if (f->curve)
        lemma_curve_clear(f->curve);
    if (may_judge(claim, e, f, s, &st))
        st = claim->judge(e, s, f);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS && f->rows == 0)
        lemma_undecided(f, "no row of these tables says anything about it");
    f->delta = lemma_evidence_delta(e);
    if (st == LEMMA_OK)
        lemma_claim_decide(claim, f);
    if (st == LEMMA_OK && f->verdict == LEMMA_HOLDS && is_beside_theory(e, f))
        f->draws = 0; /* of no use to those of other records either */
    if (st == LEMMA_OK && f->curve && f->curve->failed)
        st = LEMMA_EMEMORY;
    f->curve = NULL;
    return st;
}
