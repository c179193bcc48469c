/*
 * Claim: a round of Local GD shrinks the residual by what the kernel of W(0) and the
 * round's displacement say.
 *
 *     ||r(t+1)|| / ||r(t)||  <=  1 - g lam / N + 3 p_t g
 *                                + g eta tau lambda_max(H(0)) mu / (2 N)
 *
 * g = server_step eta tau, lam = lambda_min(H(0)), mu = max_c ||X_c||^2 / n_c, p_t =
 * max_i #{r : |w_r(0) . x_i| <= R_t} / m, R_t the largest distance from W(0) of any
 * neuron in the round: W_c(t, s), s < tau, and Wbar(t+1). Clients may differ in size.
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; Local GD;
 * eta mu <= 1, g lambda_max(H(0)) <= N; rounds with lam >= 3 N p_t.
 * Source: theory 2.5.  Constants: explicit.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/certificate.h"
#include "core/alloc.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, NULL};
static const struct lemma_claim_table tables[] = {{"loss/server", ""},
                                                  {"distance/max_neuron", "L"},
                                                  {"deviation/max_neuron", "K,L"},
                                                  {"start/kernel", NULL},
                                                  {"start/residual", NULL},
                                                  {"start/z1", NULL},
                                                  {"data/inputs", NULL},
                                                  {"data/client", NULL},
                                                  {0}};

struct round {
    struct lemma_certificate c;
    double eta, tau, server_step, curvature;
    double *near;    /* (N, m) */
    size_t complete; /* rounds with every table's rows */
    double least;    /* the smallest 3 N p_t of them */
};

/* R_t; NaN where a number is missing, negative where a row is. */
static double displacement(const struct round *a, const struct lemma_series *const *s,
                           double step)
{
    const double *end = lemma_series_at(s[1], step + a->tau);
    double most = end ? end[0] : -1;

    if (!(a->tau >= 0 && a->tau <= (double) s[2]->rows))
        return -1;
    for (size_t k = 0; most >= 0 && k < (size_t) a->tau; k++) {
        const double *row = lemma_series_at(s[2], step + (double) k);

        if (!row)
            return -1;
        for (size_t c = 0; c < s[2]->width; c++)
            most = isnan(row[c]) || row[c] > most ? row[c] : most;
    }
    return most;
}

static void check_round(struct round *a, const struct lemma_series *const *s, size_t i,
                        struct lemma_finding *f)
{
    const struct lemma_certificate *c = &a->c;
    double step = s[0]->step[i], radius = displacement(a, s, step), share, factor;
    double g = a->server_step * a->eta * a->tau;
    const double *next = lemma_series_at(s[0], step + a->tau);

    if (!next || radius < 0)
        return;
    share = lemma_certificate_sorted_share(c, a->near, radius);
    a->complete++;
    if (3 * c->N * share < a->least) {
        a->least = 3 * c->N * share;
        lemma_note(f, "least 3 N p_t", a->least);
    }
    if (3 * c->N * share > c->lam)
        return;
    factor = 1 - g * c->lam / c->N + 3 * share * g +
             g * a->eta * a->tau * c->most * a->curvature / (2 * c->N);
    lemma_check_at_most(f, lemma_residual_norm(c, next[0]),
                        factor * lemma_residual_norm(c, s[0]->cells[i]),
                        lemma_residual_rounding(c), (size_t) step, LEMMA_NOWHERE);
    lemma_note(f, "p_t", share);
    lemma_note(f, "factor", factor);
}

static lemma_status suppose(const struct round *a, struct lemma_finding *f)
{
    double local = a->eta * a->curvature;
    double round = a->server_step * a->eta * a->tau * a->c.most / a->c.N;

    lemma_note(f, "max_c eta||X_c||^2/n_c", local);
    lemma_note(f, "eta tau lambda_max/N", round);
    if (isnan(local) || isnan(round))
        return lemma_undecided(f, "eta, tau or server_step is missing or not finite");
    if (!(local <= 1))
        return lemma_not_applicable(f, "max_c eta ||X_c||^2 / n_c = %.3g is above 1",
                                    local);
    if (!(round <= 1))
        return lemma_not_applicable(
            f, "server_step eta tau lambda_max(H(0)) / N = %.3g is above 1", round);
    return LEMMA_OK;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct round a = {.eta = lemma_evidence_number(e, "train/eta"),
                      .tau = lemma_evidence_number(e, "train/tau"),
                      .server_step = lemma_evidence_number(e, "train/server_step"),
                      .least = INFINITY};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_certificate_read(e, f, &a.c));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    LEMMA_TRY(lemma_client_curvature(e, f, &a.curvature));
    if (f->verdict == LEMMA_HOLDS)
        LEMMA_TRY(suppose(&a, f));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    LEMMA_NEW(a.near, a.c.z->rows * a.c.z->width);
    lemma_certificate_sort(&a.c, a.near);
    for (size_t i = 0; i < s[0]->rows; i++)
        check_round(&a, s, i, f);
    if (a.complete == 0)
        lemma_undecided(f, "no round has its losses and all displacements "
                           "(probes.deviation.every=1 steps)");
    else if (f->rows == 0 && f->verdict == LEMMA_HOLDS)
        lemma_not_applicable(
            f,
            "lam = %.3g is below 3 N p_t in every round, which is %.3g at least: too "
            "narrow",
            a.c.lam, a.least);
out:
    lemma_free(a.near);
    return st;
}

const struct lemma_claim_type lemma_claim_local_gd_round = {
    .name = "local_gd_round",
    .title = "a round of Local GD shrinks the residual as the kernel says, two layers",
    .statement =
        "||r(t+1)|| / ||r(t)|| <= 1 - g lam/N + 3 p_t g + g eta tau lambda_max(H(0)) "
        "max_c (||X_c||^2/n_c) / (2N), g = server_step eta tau, p_t = max_i #{r : "
        "|w_r(0) . x_i| <= R_t} / m, R_t the round's largest move of a neuron from "
        "W(0)",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "eta ||X_c||^2 <= n_c, g lambda_max(H(0)) <= N; rounds with lam >= 3 N p_t",
    .tables = tables,
    .place = "client",
    .source = "theory 2.5",
    .status = "derived",
    .proof =
        "r(t+1) = r(t) - (server_step eta/N) sum_s H(t,s) r^(s) + e (fl_ntk_identity)"
        ": ||H(t,s) - H(0)||_F <= 2 N p, ||r^(s) - r|| <= s eta mu ||r||, ||e|| <= p "
        "g ||r||, local residuals do not grow",
    .judge = judge,
};
