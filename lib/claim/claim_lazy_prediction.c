/*
 * Claim: the frozen kernel's prediction is M^t r(0), and as far from the run as said.
 *
 *     predicted_norm(t) = ||M^t r(0)||_2
 *     | ||r(t)||_2 - predicted_norm(t) |  <=  error(t) ||r(0)||_2,  ||r(t)||^2 = 2 N L
 *     error(R) = ||r(R) - M^R r(0)|| / ||r(0)||  where the last weights are recorded
 *
 * Kind: sure (identities to rounding, and the triangle inequality).  Assumptions: eta
 * below L1's limit and eig(H B) at most 2: above, M^t multiplies rounding without
 * bound. Source: theory 2.4, 3(h).  Constants: ||M^t r(0)|| is right to 8 N d eps
 * sqrt(kappa)
 * (||r(0)|| + ||H|| ||B|| sum_{s<t} ||r(s)||), kappa = lambda_max / lambda_min of H's
 * range; norms to 8 N d eps; outputs made anew from the last weights to 1e-11 of
 * sqrt(N d), their own size.
 */
#include <float.h>
#include <math.h>

#include "claim/claim.h"
#include "claim/lazy.h"
#include "core/alloc.h"

static const struct lemma_claim_table tables[] = {
    {"lazy/predicted_norm", ""}, {"lazy/error", ""}, {"loss/server", ""}, {0}};

static void check_rows(const struct lemma_lazy *z, const struct lemma_series *const *s,
                       struct lemma_finding *f)
{
    double eps = 8 * (double) (z->order * z->columns) * DBL_EPSILON;

    for (size_t i = 0; i < s[0]->rows; i++) {
        size_t step = (size_t) s[0]->step[i];
        size_t t = lemma_lazy_round_at(z, s[0]->step[i]);
        const double *row[3];
        double norm;

        if (t != SIZE_MAX) {
            f->part = "predicted_norm(t) = ||M^t r(0)||";
            lemma_check_equal(f, s[0]->cells[i], z->norm[t], z->rounding[t], step,
                              LEMMA_NOWHERE);
        }
        if (!lemma_rows_at(s, 3, s[0]->step[i], row))
            continue;
        norm = sqrt(2 * z->N * row[2][0]);
        f->part = "||r(t)|| against predicted_norm(t)";
        lemma_check_at_most(f, fabs(norm - row[0][0]),
                            row[1][0] * z->first + eps * (norm + row[0][0]), 0, step,
                            LEMMA_NOWHERE);
    }
}

/* error(R) from the last weights. */
static lemma_status check_end(struct lemma_evidence *e, const struct lemma_lazy *z,
                              const struct lemma_series *error, struct lemma_finding *f)
{
    double R = lemma_evidence_number(e, "train/R"), square = 0;
    size_t all = z->order * z->columns;
    const struct lemma_series *end;
    const double *last = lemma_series_at(error, R * (double) z->tau);
    lemma_status st = lemma_evidence_series(e, "end/residual", &end);

    if (st != LEMMA_OK || !end || !last || (double) z->rounds != R ||
        end->rows * end->width != all)
        return st;
    for (size_t i = 0; i < all; i++)
        square += (end->cells[i] - z->last.a[i]) * (end->cells[i] - z->last.a[i]);
    f->part = "error(R)";
    lemma_check_equal(f, last[0] * z->first, sqrt(square),
                      z->rounding[z->rounds] + 1e-11 * (z->first + sqrt((double) all)),
                      (size_t) (R * (double) z->tau), LEMMA_NOWHERE);
    return LEMMA_OK;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    double *mu = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_lazy_need(e, f, "lazy/kernel", &z));
    if (!z || !lemma_lazy_is_stable(z, f))
        goto out;
    if (z->server_step > 1) {
        LEMMA_NEW(mu, z->order);
        LEMMA_TRY(lemma_lazy_eigenvalues(z, z->tau, mu));
        if (mu[z->order - 1] > 2) {
            lemma_not_applicable(f, "M has the eigenvalue %g", 1 - mu[z->order - 1]);
            goto out;
        }
    }
    LEMMA_TRY(lemma_lazy_rounds(e, z));
    check_rows(z, s, f);
    LEMMA_TRY(check_end(e, z, s[1], f));
    lemma_note(f, "rounds followed", (double) z->rounds);
    lemma_note(f, "rounding of ||M^t r(0)||", z->rounding[z->rounds]);
    lemma_note(f, "sqrt(kappa)", sqrt(fabs(z->most / z->least)));
out:
    lemma_free(mu);
    return st;
}

const struct lemma_claim_type lemma_claim_lazy_prediction = {
    .name = "lazy_prediction",
    .title = "the frozen kernel's prediction, worked out anew, and its distance",
    .statement =
        "predicted_norm(t) = ||M^t r(0)||_2 to 8 N d eps sqrt(kappa) (||r(0)|| + ||H|| "
        "||B|| sum_{s<t} ||r(s)||); | sqrt(2 N L(t)) - predicted_norm(t) | <= error(t) "
        "||r(0)||_2; error(R) = ||r(R) - M^R r(0)||_2 / ||r(0)||_2",
    .kind = LEMMA_SURE,
    .rows = "eta below L1's limit, eigenvalues of H B at most 2",
    .tables = tables,
    .place = "client",
    .source = "theory 2.4, 3(h)",
    .status = "derived",
    .proof =
        "definitions, and the triangle inequality; M is self-adjoint for H^-1, so that "
        "||M^k||_2 <= sqrt(kappa) for eigenvalues in [-1, 1]",
    .judge = judge,
};
