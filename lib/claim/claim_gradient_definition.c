/*
 * Claim: norms of gradients agree wherever two tables tell the same gradient.
 *
 *     first step of a round:  ||grad L_c(W_c)||^2 = ||grad L_c(Wbar)||^2
 *                               = sum_l ||grad_l L_c(W(r))||^2
 *     2 max_c w_c g_cl - sum_c w_c g_cl  <=  ||grad_l L||  <=  sum_c w_c g_cl
 *     gap^2 = sum_l gap_l^2 = local^2 + average^2 - 2 cosine local average
 *
 * g_cl = ||grad_l L_c(W(r))||.  Kind: sure.  Assumptions: none.
 * Source: theory 1.4; triangle inequality and law of cosines.  Constants: 1e-11 of the
 * gradients: their norms are sums over pairs of samples, which may cancel.
 */
#include <math.h>

#include "claim/definition.h"

enum { NORM, CLIENT, GAP, GAP_LAYER, LOCAL, AVERAGE, COSINE };
static const struct lemma_claim_table tables[] = {
    {"gradient/norm", "?L"},       {"gradient/norm_client", "?K,L"},
    {"gradient_gap/gap", "?K"},    {"gradient_gap/gap_layer", "?K,L"},
    {"gradient_gap/local", "?K"},  {"gradient_gap/average", "?K"},
    {"gradient_gap/cosine", "?K"}, {0}};
static const double ROUNDING = 1e-11;

/* ||grad_l L|| against the clients'. */
static void check_norm(const struct lemma_shares *w,
                       const struct lemma_series *const *s, struct lemma_finding *f)
{
    for (size_t i = 0; s[NORM] && i < s[NORM]->rows; i++) {
        const double *client = lemma_row_of(s[CLIENT], s[NORM]->step[i]);
        size_t L = s[NORM]->width, step = (size_t) s[NORM]->step[i];

        for (size_t l = 0; client && l < L; l++) {
            double norm = s[NORM]->cells[i * L + l], sum = 0, most = 0;

            for (size_t c = 0; c < w->K; c++) {
                double term = lemma_share(w, c) * client[c * L + l];

                sum += term;
                most = term > most ? term : most;
            }
            lemma_check_at_most(f, norm, sum, ROUNDING * sum, step, l);
            lemma_check_at_most(f, 2 * most - sum, norm, ROUNDING * sum, step, l);
        }
    }
}

/* A round's first step. */
static void check_first(const struct lemma_shares *w,
                        const struct lemma_series *const *s, double tau,
                        struct lemma_finding *f)
{
    for (size_t k = LOCAL; k <= AVERAGE; k++)
        for (size_t i = 0; s[k] && i < s[k]->rows; i++) {
            double step = s[k]->step[i];
            const double *client = lemma_row_of(s[CLIENT], step);
            size_t L = s[CLIENT] ? s[CLIENT]->width / w->K : 0;

            for (size_t c = 0; lemma_is_first(step, tau) && client && c < w->K; c++) {
                double norm = lemma_norm_of(client + c * L, L);

                lemma_check_same(f, s[k]->cells[i * w->K + c], norm, ROUNDING * norm,
                                 (size_t) step, c);
            }
        }
}

/* The triangle of two gradients and their gap; a cosine is missing where one is 0. */
static void check_triangle(const double *row, double local, double average,
                           double cosine, size_t step, size_t c,
                           struct lemma_finding *f)
{
    double squares = local * local + average * average;

    if (local == 0 || average == 0)
        cosine = 0;
    lemma_check_at_most(f, fabs(cosine), 1, ROUNDING, step, c);
    lemma_check_same(f, row[c] * row[c], squares - 2 * cosine * local * average,
                     ROUNDING * squares, step, c);
}

static void check_gap(const struct lemma_shares *w, const struct lemma_series *const *s,
                      struct lemma_finding *f)
{
    for (size_t i = 0; s[GAP] && i < s[GAP]->rows; i++) {
        const double *gap = s[GAP]->cells + i * w->K, *row[AVERAGE + 2];
        size_t L = s[GAP_LAYER] ? s[GAP_LAYER]->width / w->K : 0;

        for (size_t k = GAP_LAYER; k <= COSINE; k++)
            row[k] = lemma_row_of(s[k], s[GAP]->step[i]);
        for (size_t c = 0; c < w->K; c++) {
            size_t step = (size_t) s[GAP]->step[i];

            f->part = "gap^2 = sum_l gap_l^2";
            if (row[GAP_LAYER])
                lemma_check_same(f, gap[c], lemma_norm_of(row[GAP_LAYER] + c * L, L), 0,
                                 step, c);
            f->part = "law of cosines";
            if (row[LOCAL] && row[AVERAGE] && row[COSINE])
                check_triangle(gap, row[LOCAL][c], row[AVERAGE][c], row[COSINE][c],
                               step, c, f);
        }
    }
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct lemma_shares w = lemma_shares_of(e);

    if (w.K == 0)
        return lemma_undecided(f, "the clients' samples do not add up to N");
    f->part = "||grad_l L|| against sum_c w_c ||grad_l L_c||";
    check_norm(&w, s, f);
    f->part = "||grad L_c|| at a round's first step";
    check_first(&w, s, lemma_evidence_number(e, "train/tau"), f);
    check_gap(&w, s, f);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_gradient_definition = {
    .name = "gradient_definition",
    .title = "definition: norms of gradients agree in every table",
    .statement =
        "at a round's first step ||grad L_c(W_c)||^2 = ||grad L_c(Wbar)||^2 = sum_l "
        "g_cl^2; | ||grad_l L|| - w_c g_cl | <= sum_{b != c} w_b g_bl; gap^2 = sum_l "
        "gap_l^2 = local^2 + average^2 - 2 cosine local average",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 1.4, 3(a)",
    .status = "derived",
    .proof = "definitions; grad L = sum_c w_c grad L_c, triangle inequality; ||a - "
             "b||^2 = ||a||^2 + ||b||^2 - 2 <a, b>",
    .judge = judge,
};
