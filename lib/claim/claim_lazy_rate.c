/*
 * Claim: few local steps of a small step size make a round's factor what tau central
 * steps would.
 *
 *     eta <= min_c n_c / lambda_max(H_cc), Lam = max_c lambda_max(H_cc) / n_c:
 *     (eta tau lambda_min(H) / N) (1 - (tau - 1) eta Lam / 2)
 *         <=  1 - rho  <=  eta tau lambda_min(H) / N
 *
 * Kind: sure.  Assumptions: Local GD, server_step = 1, the step; lambda_min on the
 * range of H.  Any n_c: w_c eta / n_c = eta / N.  Source: theory 2.4, L3.  Constants:
 * explicit; eigenvalues are right to 8 N d eps (1 + ||H|| ||B||).
 */
#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    double *mu = NULL, upper, share, tau, rounding;
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_monotone(z, f))
        goto out;
    LEMMA_NEW(mu, z->order);
    LEMMA_TRY(lemma_lazy_whole(z));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, z->tau, mu));
    tau = (double) z->tau;
    rounding = lemma_lazy_rounding(z);
    upper = z->eta * tau * z->least / z->N;
    share = 1 - (tau - 1) * z->eta / z->limit; /* Lam = 2 / limit */
    f->part = "1 - rho at most that of tau central steps";
    lemma_check_at_most(f, lemma_lazy_slowest(z, mu), upper, rounding, 0,
                        LEMMA_NOWHERE);
    f->part = "1 - rho at least";
    if (share > 0) /* B is positive all the same */
        lemma_check_at_most(f, upper * share, lemma_lazy_slowest(z, mu), rounding, 0,
                            LEMMA_NOWHERE);
    lemma_note(f, "lambda_min(H)", z->least);
    lemma_note(f, "1 - rho", lemma_lazy_slowest(z, mu));
    lemma_note(f, "(tau - 1) eta Lam / 2", 1 - share);
out:
    lemma_free(mu);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_rate = {
    .name = "lazy_rate",
    .title = "the lazy limit's factor of a round at small eta tau",
    .statement =
        "eta <= min_c n_c / lambda_max(H_cc), Lam = max_c lambda_max(H_cc) / "
        "n_c: (eta tau lambda_min(H) / N) (1 - (tau - 1) eta Lam / 2) <= 1 - rho "
        "<= eta tau lambda_min(H) / N",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta at most half of L1's limit, on the range of H",
    .place = "client",
    .source = "theory 2.4, L3",
    .status = "derived",
    .proof =
        "1 - s y <= (1 - y)^s <= 1 bounds P_c between tau (1 - (tau - 1) eta Lam / 2) "
        "and tau; lambda_min(H B) lies between lambda_min(H) times those of B",
    .judge = judge,
};
