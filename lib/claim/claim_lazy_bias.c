/*
 * Claim: in the lazy limit Local GD goes to the interpolant nearest to W(0), whatever
 * tau, eta, K and the partition are.
 *
 *     W_inf = W(0) - J^T H^-1 r(0), ||W_inf - W(0)||_F^2 = r(0)^T H^-1 r(0)
 *     ||M^t r(0)||_2 / sqrt(lambda_max(H)) <= ||W_lin(t) - W_inf||_F
 *                                          <= ||M^t r(0)||_2 / sqrt(lambda_min(H))
 *
 * The middle is worked out from where the rounds lead, (u - H^-1 r(0))^T H (u - H^-1
 * r(0)) with u = sum_{s<t} B r(s); the outer sides from the recorded norms.
 * Kind: sure.  Assumptions: Local GD, server_step = 1, eta below L1's limit, r(0) in
 * the range of H, H semidefinite.  Any n_c.  Source: theory 2.4, L6.  Constants:
 * explicit; u is right to 8 N d eps (1 + ||H|| ||B||) a round.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};
static const struct lemma_claim_table tables[] = {{"lazy/predicted_norm", ""}, {0}};

static void check_row(const struct lemma_lazy *z, double norm, size_t t,
                      struct lemma_finding *f)
{
    double left = sqrt(z->left2[t]);
    double rounding = lemma_lazy_rounding(z) * (1 + (double) t) * sqrt(z->distance2[0]);

    f->part = "W_lin(t) is as far from W_inf";
    lemma_check_at_most(f, norm / sqrt(z->most), left,
                        rounding + z->rounding[t] / sqrt(z->most), t * z->tau,
                        LEMMA_NOWHERE);
    f->part = "W_lin(t) is as near to W_inf";
    lemma_check_at_most(f, left, norm / sqrt(z->least),
                        rounding + z->rounding[t] / sqrt(z->least), t * z->tau,
                        LEMMA_NOWHERE);
}

/* How far the run itself came, as a share of that: finite width. */
static lemma_status note_run(struct lemma_evidence *e, const struct lemma_lazy *z,
                             struct lemma_finding *f)
{
    const struct lemma_series *moved;
    double square = 0;
    lemma_status st = lemma_evidence_series(e, "distance/frobenius", &moved);

    if (st != LEMMA_OK || !moved)
        return st;
    for (size_t l = 0; l < moved->width; l++) {
        double part = moved->cells[(moved->rows - 1) * moved->width + l];

        square += part * part;
    }
    lemma_note(f, "||W(R) - W(0)||_F / ||W_inf - W(0)||_F",
               sqrt(square / z->distance2[0]));
    return LEMMA_OK;
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
    if (!(z->least > 0)) {
        lemma_not_applicable(f, "start/kernel has the eigenvalue %g", z->least);
        goto out;
    }
    for (size_t i = 0; i < s[0]->rows; i++) {
        size_t t = lemma_lazy_round_at(z, s[0]->step[i]);

        if (t != SIZE_MAX)
            check_row(z, s[0]->cells[i], t, f);
    }
    lemma_note(f, "||W_inf - W(0)||_F", sqrt(z->distance2[0]));
    lemma_note(f, "||W_lin(R) - W_inf||_F", sqrt(z->left2[z->rounds]));
    LEMMA_TRY(note_run(e, z, f));
out:
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_bias = {
    .name = "lazy_bias",
    .title = "the lazy limit ends at the interpolant nearest to W(0)",
    .statement =
        "W_inf = W(0) - J^T H^-1 r(0), ||W_inf - W(0)||_F^2 = r(0)^T H^-1 r(0): ||M^t "
        "r(0)||_2 / sqrt(lambda_max(H)) <= ||W_lin(t) - W_inf||_F <= ||M^t r(0)||_2 / "
        "sqrt(lambda_min(H)), whatever tau, eta, K and the partition",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta below L1's limit, r(0) in the range of H",
    .tables = tables,
    .place = "client",
    .source = "theory 2.4, L6",
    .status = "derived",
    .proof =
        "W_lin(t) - W(0) = -J^T u(t) stays in the range of J^T, where the interpolant "
        "nearest to W(0) is the only one; J (W_lin(t) - W_inf) = r(t), so that "
        "||W_lin(t) - W_inf||_F^2 = r(t)^T H^-1 r(t)",
    .judge = judge,
};
