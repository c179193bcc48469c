/*
 * Claim: no number of local steps makes a round of the lazy limit better than local
 * problems solved to the end (block Jacobi).
 *
 *     eta <= min_c n_c / lambda_max(H_cc), B_inf = blockdiag(w_c H_cc^-1):
 *     0 < eig(H B_inf) <= 1,  rho(tau) >= rho_inf = 1 - lambda_min(H B_inf)
 *
 * (With w_c = 1/K the first says: those of H blockdiag(H_cc^-1) lie in (0, K].)
 * Kind: sure.  Assumptions: Local GD, server_step = 1, the step; inverses on the
 * ranges. Any n_c.  Source: theory 2.4, L4.  Constants: explicit; eigenvalues of H
 * B_inf are right to 8 N d eps ||H|| ||B_inf||, which is the kernel's condition number.
 */
#include <float.h>
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};

/* max_c w_c / the least |eigenvalue| of H_cc's range. */
static double largest_inverse(const struct lemma_lazy *z)
{
    double most = 0;

    for (size_t c = 0; c < z->K; c++) {
        const struct lemma_lazy_client *k = &z->client[c];
        double zero = (double) k->rows * DBL_EPSILON * fabs(k->values[k->rows - 1]);

        for (size_t i = 0; i < k->rows; i++)
            if (fabs(k->values[i]) > zero)
                most = fmax(most, k->weight / fabs(k->values[i]));
    }
    return most;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    double *mu = NULL, *end = NULL, rounding, rho, rho_inf;
    lemma_status st = LEMMA_OK;

    (void) s;
    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_monotone(z, f))
        goto out;
    LEMMA_NEW(mu, z->order);
    LEMMA_NEW(end, z->order);
    LEMMA_TRY(lemma_lazy_whole(z));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, z->tau, mu));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, LEMMA_LAZY_FOREVER, end));
    rounding = 8 * (double) z->order * DBL_EPSILON *
               (1 + fmax(fabs(z->values[0]), fabs(z->most)) * largest_inverse(z));
    rho = 1 - lemma_lazy_slowest(z, mu);
    rho_inf =
        1 - (end[0] < -rounding ? end[0] : end[z->order - (z->rank ? z->rank : 1)]);
    f->part = "eigenvalues of H B_inf at most 1";
    lemma_check_at_most(f, end[z->order - 1], 1, rounding, 0, LEMMA_NOWHERE);
    f->part = "eigenvalues of H B_inf at least 0";
    lemma_check_at_most(f, 1 - end[0], 1, rounding, 0, LEMMA_NOWHERE);
    f->part = "rho_inf <= rho(tau)";
    lemma_check_at_most(f, rho_inf, rho, rounding + lemma_lazy_rounding(z), 0,
                        LEMMA_NOWHERE);
    lemma_note(f, "rho(tau)", rho);
    lemma_note(f, "rho_inf", rho_inf);
    lemma_note(f, "1 - 1/K", 1 - 1 / (double) z->K);
out:
    lemma_free(mu);
    lemma_free(end);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_saturation = {
    .name = "lazy_saturation",
    .title = "more local steps saturate at local problems solved to the end",
    .statement =
        "eta <= min_c n_c / lambda_max(H_cc): 0 < eig(H blockdiag(w_c H_cc^-1)) "
        "<= 1 (at equal n_c: H blockdiag(H_cc^-1) in (0, K]); rho(tau) >= "
        "rho_inf = 1 - lambda_min(H blockdiag(w_c H_cc^-1))",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta at most half of L1's limit, on the range of H",
    .place = "client",
    .source = "theory 2.4, L4",
    .status = "derived",
    .proof =
        "H <= blockdiag(H_cc / w_c); (1 - (1 - eta x / n_c)^tau) / x <= 1 / x, so B <= "
        "B_inf",
    .judge = judge,
};
