/* One law on a sweep: on each of its slices, and the worst of them is told. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "scaling/sweep.h"

/* What another constant's exponent may be off: numbers of samples are rounded. */
static const double SLOPE = 0.02;

struct judging {
    const struct lemma_scaling_sweep *s;
    const struct lemma_scaling_type *type;
    const struct lemma_scaling_law *law;
    struct lemma_scaling_finding *f;
    double *x, *y, *per, *other, *points_x, *points_y; /* (rows) */
    uint64_t *points_seed;
    size_t *slice;
    bool *row;     /* of the slice at hand */
    bool measured; /* y is there, or what is missing for it */
    char missing[LEMMA_REASON], because[LEMMA_REASON];
};

static void say(char text[LEMMA_REASON], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(char text[LEMMA_REASON], const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(text, LEMMA_REASON, format, args);
    va_end(args);
}

/* The slope of log b over log a on the slice; of K - 1, without K = 1. */
static double slope(const struct judging *j, const double *a, const double *b)
{
    double n = 0, ma = 0, mb = 0, ab = 0, aa = 0;

    for (size_t i = 0; i < j->s->rows; i++)
        if (j->row[i] && a[i] > 0) {
            n++;
            ma += log(a[i]);
            mb += log(b[i]);
        }
    ma /= n;
    mb /= n;
    for (size_t i = 0; i < j->s->rows; i++)
        if (j->row[i] && a[i] > 0) {
            ab += (log(a[i]) - ma) * (log(b[i]) - mb);
            aa += (log(a[i]) - ma) * (log(a[i]) - ma);
        }
    return ab / aa;
}

static bool varies(const struct judging *j, const double *a)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < j->s->rows; i++)
        if (j->row[i]) {
            low = fmin(low, a[i]);
            high = fmax(high, a[i]);
        }
    return high - low > 1e-6 * fabs(high);
}

static bool is_base(const char *name, const char *constant)
{
    size_t n = strlen(constant);

    return name && strncmp(name, constant, n) == 0 && (!name[n] || name[n] == '-');
}

/* m is what a search finds, and eta may follow it (step_rule: width). */
static bool is_found(const struct judging *j, const char *constant)
{
    return j->type->searched &&
           (strcmp(constant, "m") == 0 || strcmp(constant, "eta") == 0);
}

/* Every other constant stays, or moves along as the law says. eta may differ from seed
 * to seed (a share of a limit that is measured), but not with x. */
static lemma_status check_others(struct judging *j, bool *fine)
{
    static const char *const constants[] = {"m", "L",   "d",   "d_x",   "K",
                                            "N", "tau", "eta", "batch", "server_step"};
    lemma_status st = LEMMA_OK;

    *fine = true;
    for (size_t k = 0; k < sizeof constants / sizeof *constants && *fine; k++) {
        const char *name = constants[k];
        bool along = is_base(j->law->with, name), known;
        double power = along ? j->law->with_power : 0;

        if (is_base(j->law->against, name) || isnan(power) || is_found(j, name))
            continue;
        LEMMA_TRY(lemma_scaling_constant(j->s, name, j->other, &known));
        if (!known || (!along && !varies(j, j->other)))
            continue;
        if (along || strcmp(name, "eta") == 0)
            *fine = fabs(slope(j, j->x, j->other) - power) <= SLOPE;
        else
            *fine = false;
        if (!*fine && along)
            say(j->because, "%s does not move as %s^%g here", name, j->law->against,
                power);
        else if (!*fine)
            say(j->because, "%s varies with %s too", name, j->law->against);
    }
out:
    return st;
}

/* Points that are left of the slice, into points_x and the others; how many. */
static size_t gather(struct judging *j)
{
    size_t n = 0;

    for (size_t i = 0; i < j->s->rows; i++)
        if (j->row[i]) {
            j->points_x[n] = j->x[i];
            j->points_y[n] =
                j->law->per ? j->y[i] / pow(j->per[i], j->law->per_power) : j->y[i];
            j->points_seed[n++] = j->s->index->seed[i];
        }
    return n;
}

/* A law of whole runs says nothing of runs that were stopped half-way. */
static bool is_whole(const struct judging *j, struct lemma_scaling_finding *f)
{
    for (size_t i = 0; i < j->s->rows && j->law->whole_run; i++)
        if (j->row[i] && !(j->s->fall[i] <= LEMMA_SCALING_FALL)) {
            say(f->reason,
                "not near interpolation: the loss fell to %.2g of its start at %s = "
                "%g, %g is needed",
                j->s->fall[i], j->law->against, j->x[i], LEMMA_SCALING_FALL);
            f->verdict = LEMMA_UNDECIDED;
            return false;
        }
    return true;
}

/* Keeps the x that every record of the slice reaches: else those that fall fastest
 * alone would say how the rest goes on. */
static void keep_common(const struct judging *j, struct lemma_scaling_points *p)
{
    size_t records = 0, kept = 0;

    for (size_t i = 0; i < j->s->rows; i++)
        records += j->row[i];
    for (size_t i = 0; i < p->count; i++) {
        size_t same = 0;

        for (size_t k = i; k < p->count; k++)
            same += p->x[k] == p->x[i];
        for (size_t k = 0; k < kept; k++)
            same += p->x[k] == p->x[i];
        if (same < records)
            continue;
        p->x[kept] = p->x[i];
        p->y[kept] = p->y[i];
        p->seed[kept++] = p->seed[i];
    }
    p->count = kept;
}

static lemma_status judge_series(struct judging *j, struct lemma_scaling_finding *f,
                                 struct lemma_error *err)
{
    struct lemma_scaling_points p = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_scaling_series(j->s, j->type, j->row, &p, err));
    keep_common(j, &p);
    LEMMA_TRY(lemma_scaling_decide(j->law, p.x, p.y, p.seed, p.count, f));
out:
    lemma_scaling_points_free(&p);
    return st;
}

/* Where points have no value: what they would be made of. */
static void tell_reads(const struct judging *j, struct lemma_scaling_finding *f)
{
    char reads[LEMMA_SCALING_WORDS];
    size_t n = strlen(f->reason);

    if (f->verdict != LEMMA_UNDECIDED || !strstr(f->reason, " value"))
        return;
    lemma_scaling_reads(j->type, reads);
    snprintf(f->reason + n, sizeof f->reason - n, "; it reads %.200s", reads);
}

static bool is_worse(enum lemma_verdict a, enum lemma_verdict b)
{
    static const int order[] = {[LEMMA_VIOLATED] = 3,
                                [LEMMA_UNDECIDED] = 2,
                                [LEMMA_HOLDS] = 1,
                                [LEMMA_NOT_APPLICABLE] = 0};

    return order[a] > order[b];
}

/* first: a row of the slice. */
static lemma_status judge_slice(struct judging *j, size_t first,
                                struct lemma_error *err)
{
    struct lemma_scaling_finding f = {.verdict = LEMMA_UNDECIDED, .p = NAN};
    const struct lemma_scaling_finding so_far = *j->f;
    size_t slices = j->f->slices + 1;
    bool fine = true;
    lemma_status st = LEMMA_OK;

    if (!j->type->series) {
        if (!varies(j, j->x)) {
            say(j->because, "the sweep does not change %s alone", j->law->against);
            return LEMMA_OK;
        }
        LEMMA_TRY(check_others(j, &fine));
        if (!fine)
            return LEMMA_OK;
    }
    if (!j->measured && !j->type->series)
        LEMMA_TRY(lemma_scaling_measure(j->s, j->type, j->y, j->missing, err));
    j->measured = true;
    if (j->missing[0])
        say(f.reason, "%s is not recorded", j->missing);
    else if (!is_whole(j, &f))
        ;
    else if (j->type->series)
        LEMMA_TRY(judge_series(j, &f, err));
    else
        LEMMA_TRY(lemma_scaling_decide(j->law, j->points_x, j->points_y, j->points_seed,
                                       gather(j), &f));
    tell_reads(j, &f);
    if (slices == 1 || is_worse(f.verdict, j->f->verdict)) {
        lemma_scaling_describe(j->s, j->law, first, f.slice);
        *j->f = f;
    }
    j->f->left_out = so_far.left_out;
    j->f->vanished = so_far.vanished;
    j->f->grown = so_far.grown;
    j->f->slices = slices;
out:
    return st;
}

static void count_left_out(struct lemma_scaling_finding *f, double beside)
{
    f->left_out++;
    f->vanished += beside == LEMMA_BESIDE_VANISHED;
    f->grown += beside == LEMMA_BESIDE_GREW;
}

void lemma_scaling_left_out(const struct lemma_scaling_finding *f,
                            char words[LEMMA_REASON])
{
    const struct {
        size_t count;
        const char *what;
    } parts[] = {{f->vanished, "whose updates vanished in rounding"},
                 {f->grown, "whose loss grew past 1/epsilon times its first"},
                 {f->left_out - f->vanished - f->grown,
                  "that diverged, or found no least value"}};
    int used = 0;

    words[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count > 0)
            used += snprintf(words + used, LEMMA_REASON - (size_t) used, "%s%zu %s",
                             used ? ", " : "", parts[i].count, parts[i].what);
}

static lemma_status judge_slices(struct judging *j, struct lemma_error *err)
{
    const struct lemma_scaling_sweep *s = j->s;
    enum lemma_scaling_network network = j->law->network;
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_scaling_slices(s, j->law, j->slice, &count));
    say(j->because, network == LEMMA_DEEP        ? "the networks are not deep-relu"
                    : network == LEMMA_TWO_LAYER ? "the networks are not two-layer-relu"
                                                 : "no point is finished");
    for (size_t k = 0; k < count; k++) {
        size_t first = s->rows;

        for (size_t i = s->rows; i-- > 0;) {
            j->row[i] = j->slice[i] == k && !s->left_out[i] &&
                        (network == LEMMA_ANY_NETWORK || s->network[i] == network);
            if (j->slice[i] == k && s->left_out[i])
                count_left_out(j->f, s->beside[i]);
            first = j->row[i] ? i : first;
        }
        if (first < s->rows)
            LEMMA_TRY(judge_slice(j, first, err));
    }
out:
    return st;
}

/* x of every row; whether the law can be judged at all. */
static lemma_status prepare(struct judging *j, bool *fine)
{
    bool known = true;
    lemma_status st = LEMMA_OK;

    *fine = j->type->searched == j->s->searched;
    if (!*fine) {
        say(j->f->reason, j->type->searched
                              ? "the sweep does not search for a least width"
                              : "the sweep searches for a least width");
        return LEMMA_OK;
    }
    if (j->type->series)
        return LEMMA_OK;
    LEMMA_TRY(lemma_scaling_constant(j->s, j->law->against, j->x, &known));
    if (known && j->law->per)
        LEMMA_TRY(lemma_scaling_constant(j->s, j->law->per, j->per, &known));
    *fine = known && lemma_scaling_moves(j->s, j->law->against);
    if (!*fine)
        say(j->f->reason, "the sweep does not change %s", j->law->against);
out:
    return st;
}

lemma_status lemma_scaling_judge(struct lemma_scaling_sweep *sweep,
                                 const struct lemma_scaling_type *type,
                                 const struct lemma_scaling_law *law,
                                 struct lemma_scaling_finding *f,
                                 struct lemma_error *err)
{
    struct judging j = {.s = sweep, .type = type, .law = law, .f = f};
    bool fine = true;
    lemma_status st = LEMMA_OK;

    *f = (struct lemma_scaling_finding){.verdict = LEMMA_NOT_APPLICABLE, .p = NAN};
    LEMMA_NEW(j.x, sweep->rows);
    LEMMA_NEW(j.y, sweep->rows);
    LEMMA_NEW(j.per, sweep->rows);
    LEMMA_NEW(j.other, sweep->rows);
    LEMMA_NEW(j.points_x, sweep->rows);
    LEMMA_NEW(j.points_y, sweep->rows);
    LEMMA_NEW(j.points_seed, sweep->rows);
    LEMMA_NEW(j.slice, sweep->rows);
    LEMMA_NEW(j.row, sweep->rows);
    LEMMA_TRY(prepare(&j, &fine));
    if (!fine)
        goto out;
    LEMMA_TRY(judge_slices(&j, err));
    if (f->slices == 0 && f->left_out > 0) {
        lemma_scaling_left_out(f, j.because);
        say(f->reason, "no point is left, without %.300s", j.because);
        f->verdict = LEMMA_UNDECIDED;
    } else if (f->slices == 0)
        say(f->reason, "%s", j.because);
out:
    lemma_free(j.x);
    lemma_free(j.y);
    lemma_free(j.per);
    lemma_free(j.other);
    lemma_free(j.points_x);
    lemma_free(j.points_y);
    lemma_free(j.points_seed);
    lemma_free(j.slice);
    lemma_free(j.row);
    return st;
}
