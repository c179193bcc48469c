/*
 * Claim: in the lazy limit every round of Local GD is a contraction, the stronger the
 * more local steps it has.
 *
 *     eta <= min_c n_c / lambda_max(H_cc), rho(tau) = 1 - lambda_min(H B):
 *     0 <= eig(M) < 1,  rho(2 tau) <= rho(tau)
 *     ||M^{t+1} r(0)||_{H^-1} <= rho ||M^t r(0)||_{H^-1}
 *     ||M^t r(0)||_2 <= sqrt(lambda_max(H)) rho^t ||r(0)||_{H^-1}
 *
 * Kind: sure.  Assumptions: Local GD, server_step = 1, the step; on the range of H, the
 * last two lines for r(0) in it.  Any n_c.  Source: theory 2.4, L2.  Constants:
 * explicit; eigenvalues are right to 8 N d eps (1 + ||H|| ||B||), and so is a round.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};
static const struct lemma_claim_table tables[] = {{"lazy/predicted_norm", ""}, {0}};

static void check_eigenvalues(const struct lemma_lazy *z, const double *mu,
                              const double *twice, struct lemma_finding *f)
{
    double rounding = lemma_lazy_rounding(z);
    double rho = 1 - lemma_lazy_slowest(z, mu);

    f->part = "eigenvalues of M at least 0";
    lemma_check_at_most(f, mu[z->order - 1], 1, rounding, 0, LEMMA_NOWHERE);
    f->part = "eigenvalues of M at most 1";
    lemma_check_at_most(f, 1 - mu[0], 1, rounding, 0, LEMMA_NOWHERE);
    f->part = "rho(2 tau) <= rho(tau)";
    lemma_check_at_most(f, 1 - lemma_lazy_slowest(z, twice), rho, 3 * rounding, 0,
                        LEMMA_NOWHERE);
    lemma_note(f, "rho(tau)", rho);
    lemma_note(f, "rho(2 tau)", 1 - lemma_lazy_slowest(z, twice));
    lemma_note(f, "||r(0)|| outside the range", z->outside);
}

static void check_rounds(const struct lemma_lazy *z, double rho,
                         const struct lemma_series *norm, struct lemma_finding *f)
{
    double rounding = 2 * lemma_lazy_rounding(z);

    f->part = "a round's factor";
    for (size_t t = 0; t < z->rounds; t++)
        lemma_check_at_most(f, z->distance2[t + 1], rho * rho * z->distance2[t],
                            rounding * z->distance2[t] + DBL_MIN, t * z->tau,
                            LEMMA_NOWHERE);
    f->part = "||M^t r(0)||";
    for (size_t i = 0; i < norm->rows; i++) {
        size_t t = lemma_lazy_round_at(z, norm->step[i]);

        if (t != SIZE_MAX)
            lemma_check_at_most(f, norm->cells[i],
                                sqrt(z->most * z->distance2[0]) *
                                    pow(rho + rounding, (double) t),
                                z->rounding[t], (size_t) norm->step[i], LEMMA_NOWHERE);
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    struct lemma_finding aside = *f;
    double *mu = NULL, *twice = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_monotone(z, f))
        goto out;
    LEMMA_NEW(mu, z->order);
    LEMMA_NEW(twice, z->order);
    LEMMA_TRY(lemma_lazy_rounds(e, z));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, z->tau, mu));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, 2 * z->tau, twice));
    check_eigenvalues(z, mu, twice, f);
    if (lemma_lazy_is_reached(z, &aside))
        check_rounds(z, 1 - lemma_lazy_slowest(z, mu), s[0], f);
out:
    lemma_free(mu);
    lemma_free(twice);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_contraction = {
    .name = "lazy_contraction",
    .title =
        "a round of the lazy limit is a contraction, stronger with more local steps",
    .statement =
        "eta <= min_c n_c / lambda_max(H_cc), rho(tau) = 1 - lambda_min(H B): 0 <= "
        "eig(M) "
        "< 1; rho(2 tau) <= rho(tau); ||M^{t+1} r(0)||_{H^-1} <= rho ||M^t "
        "r(0)||_{H^-1}; ||M^t r(0)||_2 <= sqrt(lambda_max(H)) rho^t ||r(0)||_{H^-1}",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta at most half of L1's limit, on the range of H",
    .tables = tables,
    .place = "client",
    .source = "theory 2.4, L2",
    .status = "derived",
    .proof =
        "0 <= eta x / n_c <= 1 puts 1 - (1 - eta x / n_c)^tau in [0, 1] and makes it "
        "grow with tau, and B with it; M is self-adjoint for H^-1",
    .judge = judge,
};
