/*
 * Claim: the recorded projections are the residual in the eigenvectors of H(0).
 *
 *     sum_i p_i(t)^2 = ||r(t)||^2  (Parseval)
 *     ||r(W(0))|| = norm(0),  sum_i lambda_i p_i(0)^2 = r(0)^T H r(0) <= lambda_max
 *         norm(0)^2
 *     sum_i (1 - eta lambda_i/N)^{2 tau t} p_i(0)^2 = predicted_norm(t)^2  where K = 1
 * or tau = 1, server_step = 1 and lazy/predicted_norm is recorded
 *
 * With the mean kernel over d outputs: p_i^2 summed over them.  Kind: sure (identities
 * to rounding).  Assumptions: none.  Source: theory 3(h).  Constants: sums and
 * eigenvalues are right to 8 N d eps of the largest, the power to tau t times that;
 * outputs made anew from W(0) to 1e-11 of sqrt(N d), their own size.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "claim/claim.h"
#include "claim/lazy.h"

static const struct lemma_claim_table tables[] = {
    {"residual/norm", ""}, {"residual/projection", "Nd"}, {0}};

/* sum_i g_i p_i^2 over all outputs; g NULL: 1. */
static double sum(const struct lemma_lazy *z, const double *g, const double *p)
{
    double total = 0;

    for (size_t i = 0; i < z->order * z->columns; i++)
        total += (g ? g[i / z->columns] : 1) * p[i] * p[i];
    return total;
}

static double energy(const struct lemma_lazy *z)
{
    double total = 0;

    for (size_t i = 0; i < z->order; i++)
        for (size_t j = 0; j < z->order; j++)
            for (size_t a = 0; a < z->columns; a++)
                total += lemma_row(z->h, i).a[j] * lemma_row(z->r, i).a[a] *
                         lemma_row(z->r, j).a[a];
    return total;
}

static void check_start(const struct lemma_lazy *z, const double *p, double norm,
                        double eps, struct lemma_finding *f)
{
    double size = sqrt((double) (z->order * z->columns)), square = z->first * z->first;
    double off = 1e-11 * (z->first + size), most = fabs(z->most), found = energy(z);

    f->part = "norm at W(0)";
    lemma_check_equal(f, norm, z->first, off, 0, LEMMA_NOWHERE);
    f->part = "r^T H r in the eigenvectors";
    lemma_check_equal(f, sum(z, z->values, p), found,
                      2 * most * (eps * square + off * z->first), 0, LEMMA_NOWHERE);
    f->part = "r^T H r";
    lemma_check_at_most(f, found, z->most * norm * norm,
                        2 * most * (eps * square + off * z->first), 0, LEMMA_NOWHERE);
}

/* A single machine in effect: every projection shrinks by a factor of its own. */
static lemma_status check_decay(struct lemma_evidence *e, const struct lemma_lazy *z,
                                const double *p, double eps, struct lemma_finding *f)
{
    const struct lemma_series *norm;
    bool is_same = (strcmp(lemma_evidence_word(e, "lazy/kernel"), "mean") == 0) ==
                   (strcmp(lemma_evidence_word(e, "residual/kernel"), "mean") == 0);
    lemma_status st = lemma_evidence_series(e, "lazy/predicted_norm", &norm);

    if (st != LEMMA_OK || !norm || norm->width != 1 || !is_same ||
        z->server_step != 1 || (z->K != 1 && z->tau != 1) ||
        !(z->eta / z->N * z->most < 2))
        return st;
    f->part = "decay of each projection";
    for (size_t k = 0; k < norm->rows; k++) {
        double total = 0, steps = norm->step[k];
        double rounding = eps * (1 + steps * z->eta / z->N * fabs(z->most)) * z->first;

        for (size_t i = 0; i < z->order * z->columns; i++) {
            double left =
                1 + lemma_lazy_decay(z->eta / z->N * z->values[i / z->columns], steps);

            total += left * left * p[i] * p[i];
        }
        lemma_check_equal(f, norm->cells[k], sqrt(total), rounding, (size_t) steps,
                          LEMMA_NOWHERE);
    }
    return LEMMA_OK;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_lazy *z;
    double eps;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_lazy_need(e, f, "residual/kernel", &z));
    if (!z)
        goto out;
    LEMMA_TRY(lemma_lazy_whole(z));
    eps = 8 * (double) (z->order * z->columns) * DBL_EPSILON;
    f->part = "Parseval";
    for (size_t i = 0; i < s[1]->rows; i++) {
        const double *norm = lemma_series_at(s[0], s[1]->step[i]);
        double square = norm ? norm[0] * norm[0] : 0;

        if (norm)
            lemma_check_equal(f, sum(z, NULL, s[1]->cells + i * s[1]->width), square,
                              eps * square, (size_t) s[1]->step[i], LEMMA_NOWHERE);
    }
    if (s[0]->step[0] != 0 || s[1]->step[0] != 0)
        goto out;
    check_start(z, s[1]->cells, s[0]->cells[0], eps, f);
    LEMMA_TRY(check_decay(e, z, s[1]->cells, eps, f));
out:
    return st;
}

const struct lemma_claim_type lemma_claim_residual_decomposition = {
    .name = "residual_decomposition",
    .title = "the residual in the eigenvectors of the initial kernel",
    .statement =
        "sum_i p_i(t)^2 = ||r(t)||^2; sum_i lambda_i p_i(0)^2 = r(0)^T H r(0) <= "
        "lambda_max ||r(0)||^2; sum_i (1 - eta lambda_i/N)^{2 tau t} p_i(0)^2 = "
        "||M^t r(0)||^2 where K = 1 or tau = 1 and server_step = 1",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(h)",
    .status = "derived",
    .proof =
        "the eigenvectors of a symmetric matrix are an orthonormal basis; one client, "
        "or one local step, makes M = (I - (eta/N) H)^tau",
    .judge = judge,
};
