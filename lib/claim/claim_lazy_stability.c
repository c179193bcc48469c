/*
 * Claim: in the lazy limit Local GD is stable whatever the number of local steps.
 *
 *     eta < 2 min_c n_c / lambda_max(H_cc):
 *     0 <= eig(H B) <= max_c max_x (1 - (1 - eta x / n_c)^tau) < 2,  x in eig(H_cc)
 *     ||M^t r(0)||_2 <= sqrt(lambda_max(H)) ||r(0)||_{H^-1}  for every t
 *
 * Kind: sure.  Assumptions: Local GD, server_step = 1, eta below the limit; the second
 * line for r(0) in the range of H.  Any n_c: with weights w_c = n_c / N that sum to 1,
 * H <= blockdiag(H_cc / w_c) (Jensen).  Source: theory 2.4, L1.  Constants: explicit;
 * eigenvalues are right to 8 N d eps (1 + ||H|| ||B||).
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/lazy.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};
static const struct lemma_claim_table tables[] = {{"lazy/predicted_norm", ""}, {0}};

/* max_c max_x (1 - (1 - eta x / n_c)^tau); *client where. */
static double most_of_clients(const struct lemma_lazy *z, size_t *client)
{
    double most = -INFINITY;

    for (size_t c = 0; c < z->K; c++)
        for (size_t i = 0; i < z->client[c].rows; i++) {
            double y = z->eta / z->client[c].n * z->client[c].values[i];
            double moved = y * lemma_lazy_powers(y, z->tau);

            if (moved > most) {
                most = moved;
                *client = c;
            }
        }
    return most;
}

static void check_eigenvalues(const struct lemma_lazy *z, const double *mu,
                              struct lemma_finding *f)
{
    double rounding = lemma_lazy_rounding(z);
    size_t client = LEMMA_NOWHERE;
    double most = most_of_clients(z, &client);

    f->part = "eigenvalues of M at most 1";
    lemma_check_at_most(f, 1 - mu[0], 1, rounding, 0, LEMMA_NOWHERE);
    f->part = "eigenvalues of H B at most the clients' own";
    lemma_check_at_most(f, mu[z->order - 1], most, rounding, 0, client);
    lemma_note(f, "limit of eta", z->limit);
    lemma_note(f, "least eigenvalue of M", 1 - mu[z->order - 1]);
    lemma_note(f, "rho", 1 - lemma_lazy_slowest(z, mu));
    lemma_note(f, "||r(0)|| outside the range", z->outside);
}

static void check_rounds(const struct lemma_lazy *z, const struct lemma_series *norm,
                         struct lemma_finding *f)
{
    double bound = sqrt(z->most * z->distance2[0]);

    f->part = "||M^t r(0)||";
    for (size_t i = 0; i < norm->rows; i++) {
        size_t t = lemma_lazy_round_at(z, norm->step[i]);

        if (t != SIZE_MAX)
            lemma_check_at_most(f, norm->cells[i], bound, z->rounding[t],
                                (size_t) norm->step[i], LEMMA_NOWHERE);
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    struct lemma_finding aside = *f;
    double *mu = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_stable(z, f))
        goto out;
    LEMMA_NEW(mu, z->order);
    LEMMA_TRY(lemma_lazy_rounds(e, z));
    LEMMA_TRY(lemma_lazy_eigenvalues(z, z->tau, mu));
    check_eigenvalues(z, mu, f);
    if (lemma_lazy_is_reached(z, &aside))
        check_rounds(z, s[0], f);
out:
    lemma_free(mu);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_stability = {
    .name = "lazy_stability",
    .title = "the lazy limit is stable whatever the number of local steps",
    .statement =
        "eta < 2 min_c n_c / lambda_max(H_cc): 0 <= eig(H B) <= max_c max_x (1 "
        "- (1 - eta x / n_c)^tau) < 2, x in eig(H_cc), so that those of M = I - "
        "H B lie in (-1, 1]; ||M^t r(0)||_2 <= sqrt(lambda_max(H)) "
        "||r(0)||_{H^-1} for every t. No eta ~ 1/tau is needed",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta below the limit; the rounds where r(0) is in the range of H",
    .tables = tables,
    .place = "client",
    .source = "theory 2.4, L1",
    .status = "derived",
    .proof =
        "weights w_c that sum to 1 make H <= blockdiag(H_cc / w_c); B = blockdiag(w_c "
        "B_c) and B_c H_cc = I - (I - eta H_cc / n_c)^tau; M is self-adjoint for "
        "H^-1, so that no round increases ||r||_{H^-1}",
    .judge = judge,
};
