/*
 * Claim: the first local step is that of W(0) and the data.
 *
 *     grad_r L_c = (a_r / (n_c sqrt m)) sum_{j in S_c} r_j 1{z_rj >= 0} x_j at W(0)
 *     step 0:  gradient_gap/local = ||grad L_c||_F
 *     step 1:  deviation/max_neuron = eta max_r ||grad_r L_c||
 *              preactivation/change of sample i = eta ||grad L_c x_i||
 *
 * Kind: sure (identities, to rounding).  Assumptions: the two-layer network, one
 * output, unit inputs; Local GD.  Step 1 where it belongs to the first round. Source:
 * theory 1.2, 1.4.  Constants: 1e-11 of (1/n_c) sum_j |r_j|, which bounds each side:
 * terms of other signs may cancel; and what a move of weights of order 1, eta times
 * less, loses in their last bits, 1e-14 sqrt(m).
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"
#include "core/alloc.h"
#include "core/product.h"

enum { GRADIENT, NEURON, CHANGE, RESIDUAL, Z, INPUTS };
static const struct lemma_claim_table tables[] = {{"gradient_gap/local", "?K"},
                                                  {"deviation/max_neuron", "?K,L"},
                                                  {"preactivation/change", "?N,L"},
                                                  {"start/residual", "d"},
                                                  {"start/z1", NULL},
                                                  {"data/inputs", NULL},
                                                  {0}};
static const struct lemma_assumption *const assumptions[] = {
    &lemma_assume_two_layer, &lemma_assume_local_gd, NULL};

struct judging {
    double eta, m;
    const double *gradient, *neuron, *change; /* rows; NULL: not there */
    const struct lemma_series *const *s;
    struct lemma_finding *f;
};

/* A (n, m) = r_j 1{z_rj >= 0}, G (n, n) = x_i . x_j, P = G A of the samples from
 * `first` on. */
static void fill(const struct judging *j, size_t first, lemma_mat A, lemma_mat G,
                 lemma_mat P)
{
    const struct lemma_series *x = j->s[INPUTS], *z = j->s[Z];
    lemma_cmat X = lemma_cmat_of(x->cells + first * x->width, A.rows, x->width);

    for (size_t i = 0; i < A.rows; i++)
        for (size_t r = 0; r < A.cols; r++)
            lemma_row(A, i).a[r] = z->cells[(first + i) * z->width + r] >= 0
                                       ? j->s[RESIDUAL]->cells[first + i]
                                       : 0;
    lemma_product(LEMMA_N, LEMMA_T, 1, X, X, 0, G);
    lemma_product(LEMMA_N, LEMMA_N, 1, lemma_const(G), lemma_const(A), 0, P);
}

static void check_client(const struct judging *j, size_t c, size_t first, lemma_mat A,
                         lemma_mat P)
{
    double n = (double) A.rows, scale = 1 / (n * sqrt(j->m)), all = 0, most = 0;
    double size = 0, rounding;

    for (size_t i = 0; i < A.rows; i++)
        size += fabs(j->s[RESIDUAL]->cells[first + i]) / n;
    rounding = 1e-11 * size;
    for (size_t r = 0; r < A.cols; r++) {
        double square = 0; /* of n sqrt(m) grad_r L_c */

        for (size_t i = 0; i < A.rows; i++)
            square += lemma_row(A, i).a[r] * lemma_row(P, i).a[r];
        all += square;
        most = lemma_worse(most, square);
    }
    j->f->part = "||grad L_c(W(0))||_F";
    if (j->gradient)
        lemma_check_same(j->f, j->gradient[c], scale * sqrt(all < 0 ? 0 : all),
                         rounding, 0, c);
    j->f->part = "the first move of a neuron";
    if (j->neuron)
        lemma_check_same(j->f, j->neuron[c], j->eta * scale * sqrt(most < 0 ? 0 : most),
                         j->eta * rounding + 1e-14 * sqrt(j->m), 1, c);
    j->f->part = "the first change of pre-activations";
    for (size_t i = 0; j->change && i < A.rows; i++)
        lemma_check_same(j->f, j->change[first + i],
                         j->eta * scale * lemma_norm_of(lemma_row(P, i).a, A.cols),
                         j->eta * rounding + 1e-14 * sqrt(j->m), 1, c);
}

static lemma_status judge_clients(const struct judging *j, const struct lemma_shares *w)
{
    size_t m = j->s[Z]->width, first = 0;
    lemma_mat A = {0}, G = {0}, P = {0};
    lemma_status st = LEMMA_OK;

    for (size_t c = 0; c < w->K; c++) {
        size_t n = (size_t) w->counts[c];

        if (n == 0)
            continue;
        LEMMA_TRY(lemma_mat_create(n, m, &A));
        LEMMA_TRY(lemma_mat_create(n, n, &G));
        LEMMA_TRY(lemma_mat_create(n, m, &P));
        fill(j, first, A, G, P);
        check_client(j, c, first, A, P);
        lemma_free(A.a);
        lemma_free(G.a);
        lemma_free(P.a);
        A = G = P = (lemma_mat){0};
        first += n;
    }
out:
    lemma_free(A.a);
    lemma_free(G.a);
    lemma_free(P.a);
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_shares w = lemma_shares_of(e);
    bool in_round = lemma_evidence_number(e, "train/tau") >= 2;
    struct judging j = {.eta = lemma_evidence_number(e, "train/eta"),
                        .m = lemma_evidence_number(e, "network/m"),
                        .gradient = lemma_row_of(s[GRADIENT], 0),
                        .neuron = in_round ? lemma_row_of(s[NEURON], 1) : NULL,
                        .change = in_round ? lemma_row_of(s[CHANGE], 1) : NULL,
                        .s = s,
                        .f = f};

    if (w.K == 0)
        return lemma_undecided(f, "the clients' samples do not add up to N");
    for (size_t k = RESIDUAL; k <= INPUTS; k++)
        if ((double) s[k]->rows != w.N || (k == Z && (double) s[k]->width != j.m))
            return lemma_undecided(f, "%s is of another size than the record says",
                                   s[k]->path);
    return judge_clients(&j, &w);
}

const struct lemma_claim_type lemma_claim_first_step = {
    .name = "first_step",
    .title =
        "definition: the first local step is that of W(0) and the data, two layers",
    .statement =
        "grad_r L_c = (a_r / (n_c sqrt m)) sum_{j in S_c} r_j 1{z_rj >= 0} x_j at "
        "W(0): ||grad L_c||_F at step 0, at step 1 max_r ||w_r - w_r(0)|| = eta max_r "
        "||grad_r L_c|| and ||z_i - z_i(0)|| = eta ||grad L_c x_i||",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .rows = "step 1: of the first round",
    .tables = tables,
    .place = "client",
    .source = "theory 1.2, 1.4",
    .status = "derived",
    .proof = "the gradient of the squared loss; W_c(1) = W(0) - eta grad L_c(W(0))",
    .judge = judge,
};
