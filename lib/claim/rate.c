#include "claim/rate.h"

#include <float.h>
#include <math.h>

/* lambda_min(H(0)) >= (3/4) lambda_0 > 0 (Du et al., Lemma 3.1). */
static void suppose_width(struct lemma_finding *f, const struct lemma_rate *rate,
                          double initial)
{
    double N = rate->N, lambda_0 = rate->ends.least;

    lemma_note(f, "lambda_0", lambda_0);
    lemma_note(f, "lambda_min(H(0))", initial);
    if (!isfinite(lambda_0) || !isfinite(initial) || !isfinite(rate->start))
        lemma_undecided(f, "H^inf, H(0) or the residuals of W(0) are not finite");
    else if (!(lambda_0 > lemma_eigenvalue_rounding(N, rate->ends.most)))
        lemma_not_applicable(f, "lambda_0 = %.3g: H^inf is singular to rounding",
                             lambda_0);
    else if (!(initial >= 0.75 * lambda_0))
        lemma_not_applicable(
            f, "lambda_min(H(0)) = %.3g is below (3/4) lambda_0 = %.3g: too narrow",
            initial, 0.75 * lambda_0);
}

lemma_status lemma_rate_read(struct lemma_evidence *e, struct lemma_finding *f,
                             struct lemma_rate *rate)
{
    double N = lemma_evidence_number(e, "data/samples");
    double m = lemma_evidence_number(e, "network/m");
    const struct lemma_series *residual, *kernel;
    struct lemma_extremes initial;
    lemma_status st = LEMMA_OK;

    *rate = (struct lemma_rate){.N = N, .rounding = 8 * DBL_EPSILON * sqrt(N * m)};
    rate->limit = lemma_need_matrix(e, f, "start/limit", N, N, &st);
    kernel = rate->limit ? lemma_need_matrix(e, f, "start/kernel", N, N, &st) : NULL;
    residual = kernel ? lemma_need_matrix(e, f, "start/residual", N, 1, &st) : NULL;
    if (!residual)
        return st;
    LEMMA_TRY(lemma_matrix_extremes(rate->limit, &rate->ends));
    LEMMA_TRY(lemma_matrix_extremes(kernel, &initial));
    for (size_t i = 0; i < residual->rows; i++)
        rate->start += residual->cells[i] * residual->cells[i];
    suppose_width(f, rate, initial.least);
out:
    return st;
}

lemma_status lemma_rate_gd(struct lemma_evidence *e, struct lemma_finding *f,
                           struct lemma_rate *rate)
{
    double step = lemma_evidence_number(e, "train/eta") / rate->N, frozen;

    rate->unit = 1;
    rate->factor = 1 - step * rate->ends.least / 2;
    frozen = fmax(fabs(1 - step * rate->ends.least), fabs(1 - step * rate->ends.most));
    lemma_note(f, "frozen kernel's factor", frozen * frozen);
    if (isnan(step))
        return lemma_undecided(f, "eta is missing");
    if (frozen * frozen > rate->factor)
        return lemma_not_applicable(
            f,
            "the step is too long even for the frozen kernel: its factor is %.3g, the "
            "theorem's %.3g",
            frozen * frozen, rate->factor);
    return LEMMA_OK;
}

/* The rate between two losses, over the theorem's. */
static double relative(const struct lemma_rate *rate, double from, double to,
                       double steps)
{
    return log(from / to) / (-log(rate->factor) * steps / rate->unit);
}

static void note_rates(struct lemma_finding *f, const struct lemma_rate *rate,
                       const struct lemma_series *loss)
{
    double trust = pow(1e3 * rate->rounding, 2) / (2 * rate->N);
    size_t last = 0;

    while (last + 1 < loss->rows && loss->cells[last + 1] > trust)
        last++;
    if (last == 0)
        return;
    lemma_note(f, "measured/theorem rate",
               relative(rate, loss->cells[0], loss->cells[last],
                        loss->step[last] - loss->step[0]));
    lemma_note(f, "the same, late",
               relative(rate, loss->cells[last - 1], loss->cells[last],
                        loss->step[last] - loss->step[last - 1]));
}

void lemma_rate_check(struct lemma_finding *f, const struct lemma_rate *rate,
                      const struct lemma_series *loss)
{
    for (size_t i = 0; i < loss->rows; i++) {
        double step = loss->step[i], square = 2 * rate->N * loss->cells[i];
        /* (a + rounding)^2 - a^2 */
        double off = rate->rounding * (2 * sqrt(square) + rate->rounding);

        f->part = step == 0 ? "start" : "rate";
        if (step == 0)
            lemma_check_equal(f, square, rate->start, off, 0, LEMMA_NOWHERE);
        else
            lemma_check_at_most(f, square,
                                pow(rate->factor, step / rate->unit) * rate->start, off,
                                (size_t) step, LEMMA_NOWHERE);
    }
    lemma_note(f, "theorem's factor", rate->factor);
    note_rates(f, rate, loss);
}
