/*
 * Claim: how many units of the first layer flip, from the move's spectral norm alone.
 *
 *     max_i flips_{1,i}(W(r tau))  <=  C m w^(2/3) + sqrt(m log(N / delta) / 2),
 *     C = 3 (2 sqrt pi)^(-2/3) = 1.2904,   w = ||W_1(r tau) - W_1(0)||_2 sqrt(2/m) / s
 *
 * for all samples and all rounds at once; s^2 is the variance of the weights, so that w
 * is the move at the deep scale, s^2 = 2/m.
 *
 * Kind: high probability, one draw a record.  Assumptions: unit inputs to the layer;
 * delta <= 1/2.  Source: theory 3(b5).  Constants: explicit.  A bound of all m units
 * says nothing.
 */
#include <math.h>

#include "claim/ball.h"
#include "claim/clients.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_unit_first_layer, NULL};
static const struct lemma_claim_table tables[] = {
    {"activation/flips_initial_max", "K,L"}, {"distance/spectral", "L"}, {0}};

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const double C = 3 / pow(2 * sqrt(M_PI), 2. / 3);
    double m = lemma_evidence_number(e, "network/m");
    double N = lemma_evidence_number(e, "data/samples");
    double chance = sqrt(m * log(N / lemma_evidence_delta(e)) / 2);
    double scale = sqrt(2 / m) / lemma_first_layer_scale(e);
    size_t K = lemma_size_of(e, f, "train/K"), L = lemma_size_of(e, f, "network/L");
    const double *row[2];

    if (!K || !L)
        return LEMMA_OK;
    if (!(lemma_evidence_delta(e) <= 0.5))
        return lemma_not_applicable(f, "delta is above 1/2");
    for (size_t i = 0; i < s[1]->rows; i++) {
        double bound;

        if (!lemma_rows_at(s, 2, s[1]->step[i], row))
            continue;
        bound = C * m * pow(row[1][0] * scale, 2. / 3) + chance;
        for (size_t k = 0; k < K; k++)
            lemma_check_at_most(f, row[0][k * L], lemma_bound_under(m, bound), 0,
                                (size_t) s[1]->step[i], k);
    }
    if (f->rows > 0)
        lemma_check_draw(f);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_pattern_layer1_uniform = {
    .name = "pattern_layer1_uniform",
    .title = "units of the first layer that flip: 1.2904 m omega^(2/3) and chance",
    .statement = "max_{i in S_c} flips_{1,i} <= 1.2904 m (omega sqrt(2/m) / s)^(2/3) + "
                 "sqrt(m log(N / delta) / 2), omega = ||W_1(r) - W_1(0)||_2, s^2 = Var "
                 "w",
    .kind = LEMMA_LIKELY,
    .assumptions = assumptions,
    .rows = "steps where a round starts, where all clients stand at the server's model",
    .tables = tables,
    .place = "client",
    .source = "theory 3(b5); Massart (1990)",
    .status = "derived",
    .proof = "flips <= #{|z_r| <= u} + omega^2 / u^2 for every u; one-sided DKW for "
             "all u and a union over samples; erf(x / sqrt 2) <= sqrt(2/pi) x; the "
             "least of sqrt(2/pi) m u/s + omega^2 / u^2",
    .judge = judge,
};
