/*
 * Claim: the kernel's change in a ball, from its mean (Du et al., Lemma 3.2).
 *
 *     ||H(t) - H(0)||_F  <=  4 N^2 R_k / (sqrt(2 pi) delta_k),
 *     R_k = 2^k >= max_r ||w_r(t) - w_r(0)||,   delta_k = (delta / 3) 2^-|k - k_0|,
 *     k_0 = the least k with 2^k >= 1 / sqrt(m)
 *
 * For a fixed R the mean of the supremum over the ball is at most 4 N^2 R / sqrt(2 pi);
 * Markov pays 1 / delta. A run's R depends on W(0), hence a grid of radii, each with
 * its share of delta: the shares add up to delta, and only m decides which is how
 * large.
 *
 * Kind: high probability, one draw a record.  Assumptions: the two-layer network, one
 * output, unit inputs.  Source: theory 3(g), row 5.  Constants: explicit.  Bounds of N
 * and more say nothing: |H_ij| is between 0 and |x_i.x_j|.
 */
#include <math.h>

#include "claim/assumptions.h"

static const struct lemma_assumption *const assumptions[] = {&lemma_assume_two_layer,
                                                             NULL};
static const struct lemma_claim_table tables[] = {
    {"gram/change_frobenius", ""}, {"distance/max_neuron", "L"}, {0}};

/* The least k with 2^k >= x > 0. */
static int exponent(double x)
{
    int k;

    return frexp(x, &k) == 0.5 ? k - 1 : k;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    double m = lemma_evidence_number(e, "network/m"), mean = NAN;
    const double *row[2];
    int k_0;

    if (!(m >= 1 && isfinite(m)))
        return lemma_undecided(f, "network/m is %g, not a size", m);
    k_0 = exponent(1 / sqrt(m));

    for (size_t i = 0; i < s[0]->rows; i++) {
        double R, bound = NAN;
        int k;

        if (!lemma_rows_at(s, 2, s[0]->step[i], row))
            continue;
        R = row[1][0];
        if (R == 0)
            continue;
        if (isfinite(R) && R > 0) {
            k = exponent(R);
            bound = 4 * N * N * ldexp(1, k) / sqrt(2 * M_PI);
            mean = fmax(mean, row[0][0] / bound);
            bound *= ldexp(3 / lemma_evidence_delta(e), k > k_0 ? k - k_0 : k_0 - k);
        }
        lemma_check_at_most(f, row[0][0], bound >= N ? INFINITY : bound, 1e-13 * N,
                            (size_t) s[0]->step[i], LEMMA_NOWHERE);
    }
    if (isfinite(mean))
        lemma_note(f, "change / (4 N^2 R / sqrt(2 pi))", mean);
    if (f->rows > 0)
        lemma_check_draw(f);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_kernel_change_mean = {
    .name = "kernel_change_mean",
    .title = "the kernel changes by 4 N^2 R / sqrt(2 pi) in the mean, two layers",
    .statement =
        "||H(t) - H(0)||_F <= 4 N^2 2^k / (sqrt(2 pi) delta_k), 2^k >= max_r "
        "||w_r(t) - w_r(0)||, delta_k = (delta / 3) 2^-|k - k_0|, 2^k_0 >= 1 / "
        "sqrt(m)",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "steps where a round starts and the weights have moved",
    .tables = tables,
    .place = "sample",
    .source = "theory 3(g), row 5; Du et al. (2019), Lemma 3.2",
    .status = "derived",
    .proof =
        "|H_ij(W) - H_ij(0)| <= (A_i(R) + A_j(R)) / m in the ball, E A_i = m erf(R "
        "/ sqrt 2) <= m sqrt(2/pi) R; sum over entries; Markov for each R = 2^k, "
        "whose failures add up to delta",
    .judge = judge,
};
