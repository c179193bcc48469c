/*
 * Claim: the pre-activations at W(0) are as small as normal ones, at every radius and
 * sample at once.
 *
 *     sup_{R, i} |A_i(R)/m - erf(R / (s sqrt 2))|  <=  sqrt(log(2 N / delta) / (2 m)),
 *     A_i(R) = #{r : |w_r(0).x_i| <= R},   w_r(0) ~ N(0, s^2 I)
 *
 * Kind: high probability, one draw a record.  Assumptions: unit inputs to the layer; s
 * = 1 (two-layer-relu), sqrt(2/m) (deep-relu).  Source: theory 3(b1); Massart (1990).
 * Constants: explicit.
 */
#include <math.h>

#include "claim/ball.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_unit_first_layer, NULL};
static const struct lemma_claim_table tables[] = {{"start/z1", NULL}, {0}};

/* The distance of an empirical distribution function's steps from erf(x / sqrt 2), of m
 * ascending numbers in units of s: attained at a step, from its left or its right. */
static double distance(const double *ascending, size_t m, double s)
{
    double worst = 0;

    for (size_t k = 0; k < m; k++) {
        double share = erf(ascending[k] / s * sqrt(0.5));

        worst = fmax(worst, (double) (k + 1) / (double) m - share);
        worst = fmax(worst, share - (double) k / (double) m);
    }
    return worst;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double scale = lemma_first_layer_scale(e), delta = lemma_evidence_delta(e), bound;
    struct lemma_ball *ball = NULL;
    lemma_status st = lemma_ball_create(e, f, 1, &ball);

    (void) s;
    if (!ball)
        return st;
    bound = sqrt(log(2 * (double) ball->N / delta) / (2 * (double) ball->m));
    for (size_t i = 0; i < ball->N; i++)
        lemma_check_at_most(f, distance(ball->z + i * ball->m, ball->m, scale),
                            lemma_bound_under(1, bound), 0, 0, i);
    lemma_check_draw(f);
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_pattern_dkw = {
    .name = "pattern_dkw",
    .title = "the initial pre-activations are spread as normal ones, first layer",
    .statement = "sup_{R,i} |#{r : |w_r(0).x_i| <= R}/m - erf(R / (s sqrt 2))| <= "
                 "sqrt(log(2 N / delta) / (2 m)), s^2 = Var w",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .tables = tables,
    .place = "sample",
    .source = "theory 3(b1); Massart (1990)",
    .status = "derived",
    .proof = "for each unit input the |w_r(0).x_i| are independent with distribution "
             "function erf(R / (s sqrt 2)); Dvoretzky, Kiefer, Wolfowitz with "
             "Massart's constant 2; union over the samples",
    .judge = judge,
};
