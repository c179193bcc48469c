/*
 * Claim: the kernel's change in a ball is at most linear in the radius (Song, Yang).
 *
 *     ||H(t) - H(0)||_F  <=  2 N R_k,   R_k = 2^(k/8) >= max_r ||w_r(t) - w_r(0)||
 *     for the k with  sum_{j >= k, R_j < 1/2} N^2 exp(-c m R_j) <= delta
 *
 * For a fixed R the bound holds throughout the ball but with probability N^2 exp(-c m
 * R), c = 0.047 by Bernstein (Song and Yang state 1/10). A run's R depends on W(0),
 * hence a grid of radii: all that are large enough hold at once. R_k = 1/2 says
 * nothing: |H_ij| is between 0 and |x_i.x_j|.
 *
 * Kind: high probability, one draw a record.  Assumptions: the two-layer network, one
 * output, unit inputs.  Source: theory 3(g), row 6.  Constants: explicit.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/clients.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"gram/change_frobenius", ""}, {"distance/max_neuron", "L"}, {0}};

/* Bernstein's exponent per unit of m R: units that may flip at x_i or x_j are of
 * probability q R at most, q = 2 sqrt(2/pi); more than 2 R m of them are too many. */
static double rate(void)
{
    double q = 2 * sqrt(2 / M_PI), t = 2 - q;

    return t * t / 2 / (q + t / 3);
}

enum { LARGEST = -9 }; /* the largest k with 2^(k/8) < 1/2 */

/* The least k whose radius and all above it, below 1/2, fail with probability delta
 * together; LARGEST + 1: none. */
static int least(double N, double m, double delta)
{
    double sum = 0;
    int k = LARGEST + 1;

    do
        sum += N * N * exp(-rate() * m * exp2((k - 1) / 8.));
    while (sum <= delta && k-- > -1000);
    return k;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = (double) lemma_size_of(e, f, "data/samples");
    double m = (double) lemma_size_of(e, f, "network/m"), smallest = INFINITY;
    const double *row[2];
    int from;

    if (!(N > 0 && m > 0))
        return LEMMA_OK;
    from = least(N, m, lemma_evidence_delta(e));
    if (from > LARGEST)
        return lemma_not_applicable(
            f,
            "N^2 exp(-%.3f m R) is above delta at every R < 1/2: m = %g is too small",
            rate(), m);
    for (size_t i = 0; i < s[0]->rows; i++) {
        double R, bound;

        if (!lemma_rows_at(s, 2, s[0]->step[i], row) || row[1][0] == 0)
            continue;
        R = fmax(exp2(from / 8.), exp2(ceil(8 * log2(row[1][0]) - 1e-12) / 8));
        smallest = fmin(smallest, row[1][0]);
        bound = isnan(row[1][0]) ? NAN : 2 * N * R;
        if (bound < N || isnan(bound))
            lemma_check_at_most(f, row[0][0], bound, 1e-13 * N, (size_t) s[0]->step[i],
                                LEMMA_NOWHERE);
    }
    lemma_note(f, "least R", exp2(from / 8.));
    if (f->verdict == LEMMA_HOLDS && f->rows == 0 && isfinite(smallest))
        return lemma_not_applicable(f,
                                    "neurons moved by %.4g and more, not by less than "
                                    "1/2",
                                    smallest);
    if (f->rows > 0)
        lemma_check_draw(f);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_kernel_change_uniform = {
    .name = "kernel_change_uniform",
    .title = "the kernel changes by 2 N R at most, two layers",
    .statement =
        "||H(t) - H(0)||_F <= 2 N R, R = 2^(k/8) >= max_r ||w_r(t) - w_r(0)||, "
        "N^2 exp(-0.047 m R) summed over the grid from R to 1/2 <= delta",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "steps where a round starts and the weights have moved, by less than 1/2",
    .tables = tables,
    .place = "sample",
    .source = "theory 3(g), row 6; Song and Yang (2019)",
    .status = "derived",
    .proof =
        "|H_ij(W) - H_ij(0)| <= #{r : |w_r(0).x_i| <= R or |w_r(0).x_j| <= R} / m, "
        "of mean 2 sqrt(2/pi) R at most; Bernstein against 2 R, union over pairs "
        "and radii",
    .judge = judge,
};
