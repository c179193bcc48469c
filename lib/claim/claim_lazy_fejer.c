/*
 * Claim: in the lazy limit no round of Local GD moves away from the models that fit all
 * data.
 *
 *     eta < 2 min_c n_c / lambda_max(H_cc):
 *     r(t+1)^T H^-1 r(t+1) <= r(t)^T H^-1 r(t),  r(t) = M^t r(0)
 *     ||r(t)||_2 <= sqrt(lambda_max(H) / lambda_min(H)) min_{s<=t} ||r(s)||_2
 *
 * The first is the squared distance of W_lin(t) to the nearest interpolant; the second
 * says what it leaves the loss to do, and is judged on the recorded norms.
 * Kind: sure.  Assumptions: Local GD, server_step = 1, eta below the limit, r(0) in the
 * range of H.  Any n_c.  Source: theory 2.4, L5.  Constants: explicit; a round is right
 * to 8 N d eps (1 + ||H|| ||B||) of the distance.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};
static const struct lemma_claim_table tables[] = {{"lazy/predicted_norm", ""}, {0}};

static void check_recorded(const struct lemma_lazy *z, const struct lemma_series *norm,
                           struct lemma_finding *f)
{
    double factor = sqrt(z->most / z->least), least = INFINITY;

    f->part = "||M^t r(0)|| against its least so far";
    for (size_t i = 0; i < norm->rows; i++) {
        size_t t = lemma_lazy_round_at(z, norm->step[i]);

        if (t == SIZE_MAX)
            continue;
        if (i > 0)
            lemma_check_at_most(f, norm->cells[i], factor * least,
                                (1 + factor) * z->rounding[t], (size_t) norm->step[i],
                                LEMMA_NOWHERE);
        least = norm->cells[i] < least ? norm->cells[i] : least;
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_stable(z, f))
        goto out;
    LEMMA_TRY(lemma_lazy_rounds(e, z));
    if (!lemma_lazy_is_reached(z, f))
        goto out;
    f->part = "r^T H^-1 r falls";
    for (size_t t = 0; t < z->rounds; t++)
        lemma_check_at_most(f, z->distance2[t + 1], z->distance2[t],
                            2 * lemma_lazy_rounding(z) * fabs(z->distance2[t]) +
                                DBL_MIN,
                            t * z->tau, LEMMA_NOWHERE);
    check_recorded(z, s[0], f);
    lemma_note(f, "lambda_max(H) / lambda_min(H)", z->most / z->least);
    lemma_note(f, "r^T H^-1 r at the start", z->distance2[0]);
    lemma_note(f, "r^T H^-1 r at the end", z->distance2[z->rounds]);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_fejer = {
    .name = "lazy_fejer",
    .title = "no round of the lazy limit moves away from the interpolants",
    .statement = "eta < 2 min_c n_c / lambda_max(H_cc), r(t) = M^t r(0): r(t+1)^T H^-1 "
                 "r(t+1) <= r(t)^T H^-1 r(t); ||r(t)||_2 <= sqrt(lambda_max(H) / "
                 "lambda_min(H)) min_{s<=t} ||r(s)||_2",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta below L1's limit, r(0) in the range of H",
    .tables = tables,
    .place = "client",
    .source = "theory 2.4, L5",
    .status = "derived",
    .proof =
        "a local step moves no client away from an interpolant of its data below its "
        "limit, and the average is no further than the furthest; r^T H^-1 r is the "
        "squared distance, and lies between ||r||^2 / lambda_max and / lambda_min",
    .judge = judge,
};
