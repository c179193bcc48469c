/*
 * Claim: the losses are those of the recorded data and weights, in every table.
 *
 *     L(W) = sum_c w_c L_c(W) = ||r||^2 / (2 N),   L_c(W) = ||r_c||^2 / (2 n_c)
 *
 * and samples stand in client order.
 *
 * Kind: sure (identities, to rounding).  Assumptions: none.  Source: theory 1.4.
 * Constants: 1e-12 of the loss, and 1e-12 sqrt(L (1 + L)) where the residual is worked
 * out of the weights once more: outputs are right to about 1e-13 of their size, whose
 * square is what a loss of exactly 0 may be off by.
 */
#include <math.h>

#include "claim/definition.h"

enum { SERVER, CLIENT, LOCAL, AVERAGE, NORM, VECTOR, START, END };
static const struct lemma_claim_table tables[] = {{"loss/server", "?"},
                                                  {"loss/server_client", "?K"},
                                                  {"local_loss/local", "?K"},
                                                  {"local_loss/average", "?K"},
                                                  {"residual/norm", "?"},
                                                  {"residual/vector", "?N,d"},
                                                  {"start/residual", "?d"},
                                                  {"end/residual", "?d"},
                                                  {0}};

struct judging {
    struct lemma_shares w;
    const struct lemma_series *const *s;
    struct lemma_finding *f;
};

/* What a loss is right to whose residuals are worked out of the weights once more. */
static double anew(double loss)
{
    return 1e-12 * sqrt(loss * (1 + loss)) + 1e-26;
}

/* r (N d) against the losses at a step. again: it was made of the weights once more. */
static void check_residual(const struct judging *j, const double *r, size_t d,
                           double step, bool again)
{
    const double *server = lemma_row_of(j->s[SERVER], step);
    const double *client = lemma_row_of(j->s[CLIENT], step);
    const double *norm = lemma_row_of(j->s[NORM], step);
    size_t at = 0;
    double all = 0;

    for (size_t c = 0; c < j->w.K; c++) {
        size_t n = (size_t) j->w.counts[c];
        double square = pow(lemma_norm_of(r + at * d, n * d), 2);
        double loss = square / (2 * j->w.counts[c]);

        at += n;
        all += square;
        if (client && n > 0)
            lemma_check_same(j->f, client[c], loss,
                             again ? anew(fmax(loss, client[c])) : 0, (size_t) step, c);
    }
    all /= 2 * j->w.N;
    if (server)
        lemma_check_same(j->f, server[0], all, again ? anew(fmax(all, server[0])) : 0,
                         (size_t) step, LEMMA_NOWHERE);
    if (norm)
        lemma_check_same(j->f, norm[0], sqrt(2 * j->w.N * all),
                         again ? 1e-12 * sqrt(j->w.N * (1 + all)) : 0, (size_t) step,
                         LEMMA_NOWHERE);
}

/* Residuals of all samples, (N, d) as a table. */
static void check_weights(const struct judging *j, const struct lemma_series *r,
                          double step)
{
    if (r && (double) r->rows == j->w.N)
        check_residual(j, r->cells, r->width, step, true);
}

/* loss/server against the clients' and the norm. */
static void check_server(const struct judging *j)
{
    const struct lemma_series *server = j->s[SERVER];

    for (size_t i = 0; server && i < server->rows; i++) {
        double step = server->step[i], sum = 0;
        const double *client = lemma_row_of(j->s[CLIENT], step);
        const double *norm = lemma_row_of(j->s[NORM], step);

        for (size_t c = 0; client && c < j->w.K; c++)
            sum += lemma_share(&j->w, c) * client[c];
        if (client)
            lemma_check_same(j->f, server->cells[i], sum, 0, (size_t) step,
                             LEMMA_NOWHERE);
        if (norm)
            lemma_check_same(j->f, norm[0] * norm[0], 2 * j->w.N * server->cells[i], 0,
                             (size_t) step, LEMMA_NOWHERE);
    }
}

/* At a round's first step all models are the server's. */
static void check_first(const struct judging *j, const struct lemma_series *loss,
                        double tau)
{
    for (size_t i = 0; loss && i < loss->rows; i++) {
        double step = loss->step[i];
        const double *client = lemma_row_of(j->s[CLIENT], step);

        for (size_t c = 0; lemma_is_first(step, tau) && client && c < j->w.K; c++)
            lemma_check_same(j->f, loss->cells[i * loss->width + c], client[c], 0,
                             (size_t) step, c);
    }
}

/* data/client tells the clients' counts, in their order. */
static lemma_status check_owners(struct lemma_evidence *e, const struct judging *j)
{
    const struct lemma_series *owner = NULL;
    size_t at = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "data/client", &owner));
    j->f->part = "client order";
    if (!owner || owner->width != 1 || (double) owner->rows != j->w.N)
        return LEMMA_OK;
    for (size_t c = 0; c < j->w.K; c++)
        for (size_t i = 0; i < (size_t) j->w.counts[c]; i++, at++)
            lemma_check_same(j->f, owner->cells[at], (double) c, 0, 0, c);
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct judging j = {lemma_shares_of(e), s, f};
    double tau = lemma_evidence_number(e, "train/tau");
    double R = lemma_evidence_number(e, "train/R");
    lemma_status st = LEMMA_OK;

    if (j.w.K == 0)
        return lemma_undecided(f, "the clients' samples do not add up to N");
    LEMMA_TRY(check_owners(e, &j));
    f->part = "sum_c w_c L_c";
    check_server(&j);
    f->part = "L_c at a round's first step";
    check_first(&j, s[LOCAL], tau);
    check_first(&j, s[AVERAGE], tau);
    f->part = "||r||^2 / 2N";
    check_weights(&j, s[START], 0);
    check_weights(&j, s[END], R * tau);
    for (size_t i = 0; s[VECTOR] && i < s[VECTOR]->rows; i++)
        check_residual(&j, s[VECTOR]->cells + i * s[VECTOR]->width,
                       s[VECTOR]->width / (size_t) j.w.N, s[VECTOR]->step[i], false);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_loss_definition = {
    .name = "loss_definition",
    .title = "definition: losses are those of the data and weights, in every table",
    .statement =
        "L(W) = sum_c w_c L_c(W) = ||r||^2 / (2 N), L_c(W) = ||r_c||^2 / "
        "(2 n_c): r of W(0), of the last W, and as recorded; samples in client order",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 1.4",
    .status = "derived",
    .proof = "definitions; at a round's first step W_c = Wbar = W(r)",
    .judge = judge,
};
