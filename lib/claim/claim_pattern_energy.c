/*
 * Claim: the units that flip had no more energy at W(0) than the pre-activations' move.
 *
 *     flips_{l,i}  <=  max{k : sum of the k smallest z_{l,r}(0; x_i)^2
 *                               <= ||z_l(W_c(t); x_i) - z_l(W(0); x_i)||^2}
 *
 * for every sample and layer; and, summed over a client's samples, for the counts of
 * the activation table.
 *
 * Kind: sure.  Assumptions: none: any network, every layer.  Source: theory 3(b4).
 * Constants: 1.  The move is enlarged by 1e-9 of itself and 1e-12 ||z_l(0; x_i)||, what
 * rounding leaves of z here and in the run.  A bound of all m units says nothing.
 */
#include <math.h>

#include "claim/ball.h"
#include "claim/clients.h"

static const struct lemma_claim_table tables[] = {
    {"preactivation/change", "N,L"}, {"preactivation/flips", "N,L"}, {0}};

/* |z| becomes the energy of the smallest so many: row k, sum_{r <= k} z_r^2. */
static void cumulate(struct lemma_ball *b)
{
    for (size_t i = 0; i < b->N; i++) {
        double *row = b->z + i * b->m, sum = 0;

        for (size_t r = 0; r < b->m; r++)
            row[r] = sum += row[r] * row[r];
    }
}

static double allowed(const struct lemma_ball *b, size_t i, double change)
{
    double move = change + 1e-9 * change + 1e-12 * b->norm[i];

    if (isnan(move))
        return NAN;
    return (double) lemma_count_at_most(b->z + i * b->m, b->m, move * move);
}

/* A row's samples one by one, and by client against the counts of `activation` (NULL:
 * none there). */
static void see(const struct lemma_ball *b, const struct lemma_clients *c, size_t l,
                const double *const *row, const double *activation, size_t step,
                struct lemma_finding *f)
{
    for (size_t k = 0, i = 0; k < c->K; k++) {
        size_t end = i + (size_t) c->counts[k];
        double sum = 0;

        f->part = "a sample";
        for (; i < end; i++) {
            double most = allowed(b, i, row[0][i * c->L + l]);

            lemma_check_at_most(f, row[1][i * c->L + l],
                                lemma_bound_under((double) b->m, most), 0, step, i);
            sum += most;
        }
        f->part = "a client's samples together";
        if (activation)
            lemma_check_at_most(f, activation[k * c->L + l],
                                lemma_bound_under(c->counts[k] * (double) b->m, sum), 0,
                                step, LEMMA_NOWHERE);
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    const struct lemma_series *activation = NULL;
    struct lemma_ball *ball = NULL;
    struct lemma_clients c;
    const double *row[2];
    lemma_status st = lemma_clients_of(e, f, &c);

    if (st != LEMMA_OK || !c.K)
        return st;
    LEMMA_TRY(lemma_evidence_series(e, "activation/flips_initial", &activation));
    if (activation && activation->width != c.K * c.L)
        activation = NULL;
    for (size_t l = 0; l < c.L; l++) {
        LEMMA_TRY(lemma_ball_create(e, f, l + 1, &ball));
        if (!ball)
            return LEMMA_OK;
        cumulate(ball);
        for (size_t i = 0; i < s[0]->rows; i++)
            if (lemma_rows_at(s, 2, s[0]->step[i], row))
                see(ball, &c, l, row,
                    activation ? lemma_series_at(activation, s[0]->step[i]) : NULL,
                    (size_t) s[0]->step[i], f);
        lemma_ball_destroy(ball);
        ball = NULL;
    }
out:
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_pattern_energy = {
    .name = "pattern_energy",
    .title = "units that flip had less energy than the pre-activations' move",
    .statement = "flips_{l,i} <= max{k : sum of the k smallest z_{l,r}(0; x_i)^2 <= "
                 "||z_l(W_c(t); x_i) - z_l(W(0); x_i)||^2}",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "sample",
    .source = "theory 3(b4)",
    .status = "derived",
    .proof = "a unit flips only if |z_r(t) - z_r(0)| >= |z_r(0)|; the flipped ones' "
             "energy is at least that of as many smallest ones",
    .judge = judge,
};
