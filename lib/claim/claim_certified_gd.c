/*
 * Claim: gradient descent on a wide two-layer network converges at a certified rate,
 * and no neuron leaves a certified ball (theorem D1, at eta / N in place of its eta).
 *
 *     ||r(k)||  <=  (1 - (5/8) eta lam / N)^k ||r(0)||
 *     max_r ||w_r(k) - w_r(0)||  <=  R' = 8 sqrt(N) ||r(0)|| / (5 sqrt(m) lam)
 *     lambda_min(H(k))  >=  (3/4) lam                       lam = lambda_min(H(0))
 *
 * Kind: sure.  Assumptions: the two-layer network, one output, unit inputs; gradient
 * descent of one machine; p(R') <= lam / (8 N), p(R) = max_i #{r : |w_r(0) . x_i| <=
 * R} / m; eta ||X||^2 <= N.  Source: theory 2.5, D1.  Constants: explicit.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/certificate.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             &lemma_assume_gd, NULL};
static const struct lemma_claim_table tables[] = {
    {"loss/server", ""},      {"distance/max_neuron", "L"}, {"start/kernel", NULL},
    {"start/residual", NULL}, {"start/z1", NULL},           {0}};

/* The hypotheses on W(0) and the step, with the numbers. */
static lemma_status suppose(const struct lemma_certificate *c, double step, double X,
                            double radius, struct lemma_finding *f)
{
    double share = lemma_certificate_share(c, radius), needed = c->lam / (8 * c->N);

    lemma_note(f, "R'", radius);
    lemma_note(f, "p(R')", share);
    lemma_note(f, "lam/(8N)", needed);
    lemma_note(f, "eta||X||^2/N", step * X * X);
    if (isnan(share) || isnan(step * X * X))
        return lemma_undecided(f, "eta, ||X|| or R' is missing or not finite");
    if (!(share <= needed))
        return lemma_not_applicable(
            f, "p(R') = %.3g at R' = %.3g is above lam/(8N) = %.3g: too narrow", share,
            radius, needed);
    if (!(step * X * X <= 1))
        return lemma_not_applicable(f, "eta ||X||^2 / N = %.3g is above 1",
                                    step * X * X);
    return LEMMA_OK;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_certificate c;
    const struct lemma_series *gram;
    double step, radius, factor;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_certificate_read(e, f, &c));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    step = lemma_evidence_number(e, "train/eta") / c.N;
    radius = 8 * sqrt(c.N) * c.r0 / (5 * sqrt(c.m) * c.lam);
    LEMMA_TRY(
        suppose(&c, step, lemma_evidence_number(e, "data/spectral_norm"), radius, f));
    if (f->verdict != LEMMA_HOLDS)
        return LEMMA_OK;
    factor = 1 - 0.625 * step * c.lam;
    lemma_check_decay(f, &c, s[0], factor, 1);
    f->part = "displacement";
    lemma_check_within(f, s[1], radius, false);
    LEMMA_TRY(lemma_evidence_series(e, "gram/lambda_min", &gram));
    f->part = "least eigenvalue";
    for (size_t i = 0; gram && gram->width == 1 && i < gram->rows; i++)
        lemma_check_at_most(f, 0.75 * c.lam, gram->cells[i],
                            lemma_eigenvalue_rounding(c.N, c.most),
                            (size_t) gram->step[i], LEMMA_NOWHERE);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_certified_gd = {
    .name = "certified_gd",
    .title = "gradient descent converges at a certified rate, two layers",
    .statement =
        "||r(k)|| <= (1 - (5/8) eta lam / N)^k ||r(0)||, max_r ||w_r(k) - w_r(0)|| <= "
        "R' = 8 sqrt(N) ||r(0)|| / (5 sqrt(m) lam), lambda_min(H(k)) >= (3/4) lam; lam "
        "= lambda_min(H(0))",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "p(R') <= lam / (8 N), p(R) = max_i #{r : |w_r(0) . x_i| <= R} / m; eta "
            "||X||^2 <= N",
    .tables = tables,
    .place = "client",
    .source = "theory 2.5, D1",
    .status = "derived",
    .proof = "r(k+1) = (I - eta H(k)/N) r(k) + e, ||e|| <= eta p ||r(k)||; ||H(k) - "
             "H(0)||_F <= 2 N p while all neurons are within R'; their steps sum to R'",
    .judge = judge,
};
