/*
 * Claim: how many units of the first layer flip, from the spectral norm of its move.
 *
 *     sum_{i in S_c} flips_{1,i}(W(r tau))  <=
 *         sum_{i in S_c} floor min_s [ #{r : |z_{1,r}(0; x_i)| <= s} + omega^2 / s^2 ],
 *     omega = ||W_1(r tau) - W_1(0)||_2
 *
 * Kind: sure.  Assumptions: unit inputs to the layer.  Source: theory 3(b5), the min_s
 * form.  Constants: 1.  omega is enlarged by 1e-9 omega (the solver's 1e-12 and more)
 * and 1e-12 ||z_1(0; x_i)||, what rounding leaves of z.  A bound of all m units says
 * nothing.
 */
#include <math.h>

#include "claim/ball.h"
#include "claim/clients.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_unit_first_layer, NULL};
static const struct lemma_claim_table tables[] = {
    {"activation/average_flips_initial", "K,L"},
    {"distance/spectral", "L"},
    {"start/z1", NULL},
    {0}};

/* The infimum is met just below one of the |z|, or beyond the last; k units alone are
 * more than the best so far from there on. */
static double least(const struct lemma_ball *b, size_t i, double omega)
{
    const double *z = b->z + i * b->m;
    double move = omega + 1e-9 * omega + 1e-12 * b->norm[i], best = (double) b->m;

    for (size_t k = 0; k < b->m && (double) k < best; k++)
        if (z[k] > 0)
            best = fmin(best, (double) k + (move / z[k]) * (move / z[k]));
    return isnan(omega) ? NAN : floor(best);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_ball *ball = NULL;
    struct lemma_clients c;
    const double *row[2];
    lemma_status st = lemma_clients_of(e, f, &c);

    if (st != LEMMA_OK || !c.K)
        return st;
    st = lemma_ball_create(e, f, 1, &ball);
    for (size_t i = 0; ball && i < s[1]->rows; i++) {
        size_t step = (size_t) s[1]->step[i];

        if (!lemma_rows_at(s, 2, s[1]->step[i], row))
            continue;
        for (size_t k = 0, at = 0; k < c.K; k++) {
            size_t end = at + (size_t) c.counts[k];
            double sum = 0;

            for (; at < end; at++)
                sum += least(ball, at, row[1][0]);
            lemma_check_at_most(f, row[0][k * c.L],
                                lemma_bound_under(c.counts[k] * (double) ball->m, sum),
                                0, step, k);
        }
    }
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_pattern_layer1 = {
    .name = "pattern_layer1",
    .title = "units of the first layer that flip, from its move's spectral norm",
    .statement = "sum_{i in S_c} flips_{1,i} <= sum_{i in S_c} floor min_s [#{r : "
                 "|z_{1,r}(0; x_i)| <= s} + omega^2 / s^2], omega = ||W_1(r) - "
                 "W_1(0)||_2",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "steps where a round starts",
    .tables = tables,
    .place = "client",
    .source = "theory 3(b5)",
    .status = "derived",
    .proof = "||z' - z|| <= omega for unit inputs; a unit with |z_r| > s that flips "
             "takes s^2 of omega^2; counts are whole",
    .judge = judge,
};
