/*
 * Claim: no more units of the first layer flip than have a small pre-activation at
 * W(0).
 *
 *     max_{i in S_c} flips_i(W_c(t))  <=  max_{i in S_c} A_i(R_c)
 *     sum_{i in S_c} flips_i(W_c(t))  <=  sum_{i in S_c} A_i(R_c)
 *     A_i(R) = #{r : |w_r(0).x_i| <= R},   R_c = max_r ||w_{c,r}(t) - w_r(0)||
 *
 * and the second of the average too, with R = sum_c (n_c / N) R_c, or the server's own
 * move where a round starts.
 *
 * Kind: sure.  Assumptions: unit inputs to the layer.  Source: theory 3(b1),
 * deterministic.  Constants: 1.  A bound of all m units says nothing.
 */
#include "claim/ball.h"
#include "claim/clients.h"

static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_unit_first_layer, NULL};
static const struct lemma_claim_table tables[] = {
    {"activation/flips_initial", "K,L"},
    {"activation/flips_initial_max", "K,L"},
    {"deviation/max_neuron", "K,L"},
    {"start/z1", NULL},
    {0}};

struct sums {
    double all, most;
};

/* sum and max of A_i(R) over a client's samples. */
static struct sums count(const struct lemma_ball *ball, size_t first, size_t n,
                         double R)
{
    struct sums s = {0, 0};

    for (size_t i = first; i < first + n; i++) {
        double a = lemma_ball_count(ball, i, R);

        s.all += a;
        if (!(a <= s.most))
            s.most = a;
    }
    return s;
}

static void clients(const struct lemma_ball *ball, const struct lemma_clients *c,
                    const double *const *row, size_t step, struct lemma_finding *f)
{
    double m = (double) ball->m;

    for (size_t k = 0, first = 0; k < c->K; first += (size_t) c->counts[k++]) {
        struct sums a = count(ball, first, (size_t) c->counts[k], row[2][k * c->L]);

        f->part = "sum over a client's samples";
        lemma_check_at_most(f, row[0][k * c->L],
                            lemma_bound_under(c->counts[k] * m, a.all), 0, step, k);
        f->part = "most flipped sample of a client";
        lemma_check_at_most(f, row[1][k * c->L], lemma_bound_under(m, a.most), 0, step,
                            k);
    }
}

static void average(const struct lemma_ball *ball, const struct lemma_clients *c,
                    const double *flips, double R, size_t step, struct lemma_finding *f)
{
    for (size_t k = 0, first = 0; k < c->K; first += (size_t) c->counts[k++]) {
        struct sums a = count(ball, first, (size_t) c->counts[k], R);

        lemma_check_at_most(f, flips[k * c->L],
                            lemma_bound_under(c->counts[k] * (double) ball->m, a.all),
                            0, step, k);
    }
}

/* No neuron of the average is further than the mean of the clients' largest moves. */
static double mean_move(const struct lemma_clients *c, const double *move)
{
    double R = 0;

    for (size_t k = 0; k < c->K; k++)
        R += c->counts[k] / (double) c->N * move[k * c->L];
    return R;
}

/* The average's flips, where they are recorded. */
static lemma_status averages(struct lemma_evidence *e, const struct lemma_ball *ball,
                             const struct lemma_clients *c,
                             const struct lemma_series *moves, struct lemma_finding *f)
{
    const struct lemma_series *flips = NULL, *server = NULL;
    lemma_status st =
        lemma_evidence_series(e, "activation/average_flips_initial", &flips);

    if (st == LEMMA_OK)
        st = lemma_evidence_series(e, "distance/max_neuron", &server);
    if (st != LEMMA_OK || !flips || flips->width != c->K * c->L)
        return st;
    for (size_t i = 0; i < flips->rows; i++) {
        const double *at = flips->cells + i * flips->width, step = flips->step[i];
        const double *own = lemma_series_at(moves, step);
        const double *one =
            server && server->width == c->L ? lemma_series_at(server, step) : NULL;

        f->part = "average, by the clients' moves";
        if (own)
            average(ball, c, at, mean_move(c, own), (size_t) step, f);
        f->part = "average, by the server's move";
        if (one)
            average(ball, c, at, one[0], (size_t) step, f);
    }
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_ball *ball = NULL;
    struct lemma_clients c;
    const double *row[3];
    lemma_status st = lemma_clients_of(e, f, &c);

    if (st != LEMMA_OK || !c.K)
        return st;
    st = lemma_ball_create(e, f, 1, &ball);
    for (size_t i = 0; ball && i < s[0]->rows; i++)
        if (lemma_rows_at(s, 3, s[0]->step[i], row))
            clients(ball, &c, row, (size_t) s[0]->step[i], f);
    if (ball)
        st = averages(e, ball, &c, s[2], f);
    lemma_ball_destroy(ball);
    return st;
}

const struct lemma_claim_type lemma_claim_pattern_ball = {
    .name = "pattern_ball",
    .title = "only units with a small pre-activation flip, first layer",
    .statement = "sum and max over i in S_c of flips_i <= those of #{r : |w_r(0).x_i| "
                 "<= R_c}, R_c = max_r ||w_{c,r}(t) - w_r(0)||",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "client",
    .source = "theory 3(b1), deterministic",
    .status = "derived",
    .proof = "a sign changes only if |(w_r(t) - w_r(0)).x_i| >= |w_r(0).x_i|; "
             "Cauchy-Schwarz with ||x_i|| = 1; the average's neurons move by at most "
             "the mean of the clients' moves",
    .judge = judge,
};
