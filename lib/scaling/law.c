/* An exponent against the law it is judged by. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/alloc.h"
#include "scaling/scaling.h"

/* Chance calls a true law violated this often; between this and one in forty nothing
 * is decided. */
static const double VIOLATED = 1e-3, DOUBTED = 0.025;
/* The half width of an interval that tells nothing, where the law lies inside. */
static const double WIDE = 0.25;
/* Exponents of numbers without noise are right to this. */
static const double ROUNDING = 1e-9;
/* Values of x that seeds share are the same to this. */
static const double SAME_X = 1e6;

/* Where the group means scatter about the line by more than seeds explain, the error
 * is theirs (Birge's ratio, 1932): a line through a curve knows its slope no better. */
static bool scatters(const struct lemma_powerlaw *fit)
{
    return fit->lack_of_fit.p < 0.05 && fit->lack_of_fit.f > 1;
}

static struct lemma_estimate honest(const struct lemma_powerlaw *fit)
{
    struct lemma_estimate a = fit->a;

    if (scatters(fit)) {
        a.error *= sqrt(fit->lack_of_fit.f);
        a.dof = fit->lack_of_fit.dof1;
    }
    return a;
}

static lemma_status undecided(struct lemma_scaling_finding *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static lemma_status undecided(struct lemma_scaling_finding *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(f->reason, sizeof f->reason, format, args);
    va_end(args);
    f->verdict = LEMMA_UNDECIDED;
    return LEMMA_OK;
}

static void decide(const struct lemma_scaling_law *law, struct lemma_scaling_finding *f)
{
    double sign = law->side == LEMMA_GROWS_AT_MOST ? 1 : -1;
    double limit = sign * law->exponent + law->margin + ROUNDING;
    struct lemma_estimate a = honest(&f->fit);
    struct lemma_interval i = lemma_t_interval(a, 0.95);
    const char *more =
        scatters(&f->fit) ? "points, where the line is straight," : "seeds";

    f->fit.a = a;
    f->fit.interval = i;
    f->as_predicted =
        law->predicted >= i.low - ROUNDING && law->predicted <= i.high + ROUNDING;
    a.value *= sign;
    f->p = lemma_t_exceeds(a, limit);
    if (f->fit.decades < LEMMA_SCALING_DECADES - 1 / SAME_X)
        undecided(f, "%s spans %.2g decades, %g are needed", law->against,
                  f->fit.decades, LEMMA_SCALING_DECADES);
    else if (f->fit.least_seeds < LEMMA_SCALING_SEEDS)
        undecided(f, "%zu seeds at one %s, %d are needed", f->fit.least_seeds,
                  law->against, LEMMA_SCALING_SEEDS);
    else if (isnan(f->p))
        undecided(f, "the exponent has no error");
    else if (f->p < VIOLATED)
        f->verdict = LEMMA_VIOLATED;
    else if (f->p < DOUBTED)
        undecided(f, "beyond the law by chance with p = %.2g only: more %s would tell",
                  f->p, more);
    else if (a.value + (i.high - i.low) / 2 > limit && i.high - i.low > 2 * WIDE)
        undecided(f, "the interval is wider than +- %g: more %s would tell", WIDE,
                  more);
    else
        f->verdict = LEMMA_HOLDS;
}

/* To six digits: phi of two seeds differs by rounding where it is meant to be one. */
static double rounded(double x)
{
    double scale = pow(10, floor(log10(fabs(x)))) / SAME_X;

    return x > 0 && isfinite(x) ? round(x / scale) * scale : x;
}

lemma_status lemma_scaling_decide(const struct lemma_scaling_law *law, const double *x,
                                  const double *y, const uint64_t *seed, size_t n,
                                  struct lemma_scaling_finding *f)
{
    struct lemma_points points = {.y = y, .seed = seed};
    struct lemma_error why = {""};
    lemma_mat column = {0};
    size_t missing = 0;
    lemma_status st = LEMMA_OK;

    f->p = NAN;
    for (size_t i = 0; i < n; i++)
        missing += x[i] > 0 && !(y[i] > 0 && isfinite(y[i]));
    if (n == 0)
        return undecided(f, "no point has a value");
    if (missing > 0)
        return undecided(f, "%zu of %zu points have no positive value", missing, n);
    LEMMA_TRY(lemma_mat_create(n, 1, &column));
    for (size_t i = 0; i < n; i++)
        lemma_row(column, i).a[0] = rounded(x[i]);
    points.x = lemma_const(column);
    st = lemma_powerlaw_fit(&points, NULL, &f->fit, &why);
    if (st == LEMMA_EINPUT)
        st = undecided(f, "%s", why.text);
    else if (st == LEMMA_OK)
        decide(law, f);
out:
    lemma_free(column.a);
    return st;
}
