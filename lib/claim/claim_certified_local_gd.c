/*
 * Claim: Local GD on a wide two-layer network converges at a certified rate, and no
 * local or averaged neuron leaves a certified ball (theorem D2).
 *
 *     ||r(t)||  <=  (1 - (3/4) eta tau lam / N)^t ||r(0)||
 *     max_r ||w_{c,r} - w_r(0)||, max_r ||wbar_r - w_r(0)||
 *               <=  R' = 19 sqrt(N) ||r(0)|| / (12 sqrt(m) lam)
 *
 * with lam = lambda_min(H(0)). Clients may differ in size.
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; Local GD,
 * server_step = 1; p(R') <= lam / (24 N), p(R) = max_i #{r : |w_r(0) . x_i| <= R} / m;
 * eta tau <= lam / (4 lambda_max(H(0)) max_c (||X_c||^2 / n_c)).
 * Source: theory 2.5, D2.  Constants: explicit.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/certificate.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, &lemma_assume_plain_average, NULL};
static const struct lemma_claim_table tables[] = {{"loss/server", ""},
                                                  {"distance/max_neuron", "L"},
                                                  {"deviation/max_neuron", "K,L"},
                                                  {"start/kernel", NULL},
                                                  {"start/residual", NULL},
                                                  {"start/z1", NULL},
                                                  {"data/inputs", NULL},
                                                  {"data/client", NULL},
                                                  {0}};

/* The hypotheses on W(0) and the step, with the numbers. */
static lemma_status suppose(const struct lemma_certificate *c, double path,
                            double curvature, double radius, struct lemma_finding *f)
{
    double share = lemma_certificate_share(c, radius), needed = c->lam / (24 * c->N);
    double longest = c->lam / (4 * c->most * curvature);

    lemma_note(f, "R'", radius);
    lemma_note(f, "p(R')", share);
    lemma_note(f, "lam/(24N)", needed);
    lemma_note(f, "eta tau", path);
    lemma_note(f, "largest eta tau", longest);
    if (isnan(share) || isnan(path) || isnan(longest))
        return lemma_undecided(f, "eta, tau or R' is missing or not finite");
    if (!(share <= needed))
        return lemma_not_applicable(
            f, "p(R') = %.3g at R' = %.3g is above lam/(24N) = %.3g: too narrow", share,
            radius, needed);
    if (!(path <= longest))
        return lemma_not_applicable(
            f,
            "eta tau = %.3g is above %.3g = lam / (4 lambda_max max_c ||X_c||^2/n_c)",
            path, longest);
    return LEMMA_OK;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double tau = lemma_evidence_number(e, "train/tau"), path, radius, factor;
    struct lemma_certificate c;
    double curvature;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_certificate_read(e, f, &c));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    LEMMA_TRY(lemma_client_curvature(e, f, &curvature));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    path = lemma_evidence_number(e, "train/eta") * tau;
    radius = 19 * sqrt(c.N) * c.r0 / (12 * sqrt(c.m) * c.lam);
    LEMMA_TRY(suppose(&c, path, curvature, radius, f));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    factor = 1 - 0.75 * path * c.lam / c.N;
    lemma_check_decay(f, &c, s[0], factor, tau);
    f->part = "averaged neurons";
    lemma_check_within(f, s[1], radius, false);
    f->part = "local neurons";
    lemma_check_within(f, s[2], radius, true);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_certified_local_gd = {
    .name = "certified_local_gd",
    .title = "Local GD converges at a certified rate, two layers",
    .statement =
        "||r(t)|| <= (1 - (3/4) eta tau lam / N)^t ||r(0)||, all local and averaged "
        "neurons within R' = 19 sqrt(N) ||r(0)|| / (12 sqrt(m) lam) of W(0); lam = "
        "lambda_min(H(0))",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows =
        "p(R') <= lam / (24 N), p(R) = max_i #{r : |w_r(0) . x_i| <= R} / m; eta tau "
        "<= lam / (4 lambda_max(H(0)) max_c ||X_c||^2 / n_c)",
    .tables = tables,
    .place = "client",
    .source = "theory 2.5, D2",
    .status = "derived",
    .proof =
        "the round's inequality (local_gd_round) at p_t <= lam/(24 N); averaged "
        "neurons move by at most (4/3) sqrt(N) ||r(0)|| / (sqrt(m) lam), local ones "
        "by a quarter of sqrt(N) ||r(0)|| / (sqrt(m) lam) more within a round",
    .judge = judge,
};
