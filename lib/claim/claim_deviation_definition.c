/*
 * Claim: the deviations from the average are those of models that move by their steps.
 *
 *     first step of a round:  D_c = 0
 *     | D_c(t+1) - D_c(t) |  <=  eta ((1 - w_c) g_c + sum_{b != c} w_b g_b)
 *     w_c D_cl  <=  sum_{b != c} w_b D_bl      (sum_c w_c (W_c - Wbar) = 0)
 *     | R_c(t+1) - R_c(t) |  <=  eta g_c,   R_c = max_r ||w_c,r - w_r(0)|| over layers
 *
 * D_c = ||W_c - Wbar||_F, g_c = ||grad L_c(W_c(t))||_F, under mini-batches plus what
 * the step's batch is off by, sqrt(noise/sampled).  Kind: sure.  Assumptions: none.
 * Source: theory 1.4; triangle inequality.  Constants: none; 1e-13 of the models' size
 * for rounding, which is that of W itself: 4 sqrt(m).
 */
#include <math.h>

#include "claim/definition.h"

enum { FROBENIUS, NEURON, AVERAGING, GRADIENT, DISTANCE, SAMPLED };
static const struct lemma_claim_table tables[] = {{"deviation/frobenius", "K,L"},
                                                  {"deviation/max_neuron", "K,L"},
                                                  {"deviation/at_averaging", "?K,L"},
                                                  {"gradient_gap/local", "?K"},
                                                  {"distance/max_neuron", "?L"},
                                                  {"noise/sampled", "?K"},
                                                  {0}};

struct judging {
    struct lemma_shares w;
    size_t L;
    double tau, eta, rounding;
    struct lemma_steps steps;
    const struct lemma_series *const *s;
    struct lemma_finding *f;
};

/* Deviations (K, L) of which the weighted sum is 0. */
static void check_balance(const struct judging *j, const double *row, size_t step)
{
    j->f->part = "sum_c w_c (W_c - Wbar) = 0";
    for (size_t l = 0; l < j->L; l++) {
        double sum = 0;

        for (size_t c = 0; c < j->w.K; c++)
            sum += lemma_share(&j->w, c) * row[c * j->L + l];
        for (size_t c = 0; c < j->w.K; c++) {
            double mine = lemma_share(&j->w, c) * row[c * j->L + l];

            lemma_check_at_most(j->f, mine, sum - mine, j->rounding, step, c);
        }
    }
}

/* One local step led from deviations `from` to `to`, neurons alike (NULL: not seen). */
static void check_step(const struct judging *j, const double *from, const double *to,
                       const double *neuron, const double *neuron_to, double step)
{
    double mean = 0;

    if (!lemma_row_of(j->steps.gradient, step) ||
        (!j->steps.full && !lemma_row_of(j->steps.sampled, step)))
        return;
    for (size_t c = 0; c < j->w.K; c++)
        mean += lemma_share(&j->w, c) * lemma_step_norm(&j->steps, step, c);
    for (size_t c = 0; c < j->w.K; c++) {
        double share = lemma_share(&j->w, c), most = 0;
        double g = lemma_step_norm(&j->steps, step, c);
        double move =
            lemma_norm_of(to + c * j->L, j->L) - lemma_norm_of(from + c * j->L, j->L);

        j->f->part = "a step's change of D_c";
        lemma_check_at_most(j->f, fabs(move),
                            j->eta * ((1 - share) * g + mean - share * g), j->rounding,
                            (size_t) step, c);
        for (size_t l = 0; neuron_to && l < j->L; l++)
            most =
                lemma_worse(most, fabs(neuron_to[c * j->L + l] - neuron[c * j->L + l]));
        j->f->part = "a step's move of a neuron";
        lemma_check_at_most(j->f, most, j->eta * g, j->rounding, (size_t) step, c);
    }
}

/* At a round's first step every model is the server's. */
static void check_first(const struct judging *j, const double *row,
                        const double *neuron, double step)
{
    const double *server = lemma_row_of(j->s[DISTANCE], step);

    for (size_t k = 0; k < j->w.K * j->L; k++) {
        j->f->part = "D_c = 0 at a round's first step";
        lemma_check_at_most(j->f, row[k], 0, 0, (size_t) step, k / j->L);
        j->f->part = "a neuron's move at a round's first step";
        if (server && neuron)
            lemma_check_same(j->f, neuron[k], server[k % j->L], 0, (size_t) step,
                             k / j->L);
    }
}

static void check_row(const struct judging *j, size_t i)
{
    const struct lemma_series *d = j->s[FROBENIUS];
    const double *row = d->cells + i * d->width, step = d->step[i];
    const double *neuron = lemma_row_of(j->s[NEURON], step);
    const double *averaging = lemma_row_of(j->s[AVERAGING], step);
    const double *next = lemma_row_of(d, step + 1);
    const double *neuron_next = lemma_row_of(j->s[NEURON], step + 1);

    check_balance(j, row, (size_t) step);
    if (lemma_is_first(step, j->tau))
        check_first(j, row, neuron, step);
    if (averaging)
        check_step(j, row, averaging, NULL, NULL, step);
    else if (next && !lemma_is_first(step + 1, j->tau))
        check_step(j, row, next, neuron, neuron ? neuron_next : NULL, step);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct judging j = {.w = lemma_shares_of(e),
                        .tau = lemma_evidence_number(e, "train/tau"),
                        .eta = lemma_evidence_number(e, "train/eta"),
                        .steps = {s[GRADIENT], s[SAMPLED],
                                  lemma_evidence_number(e, "train/batch") == 0},
                        .s = s,
                        .f = f};

    if (j.w.K == 0)
        return lemma_undecided(f, "the clients' samples do not add up to N");
    j.L = s[FROBENIUS]->width / j.w.K;
    j.rounding = 4e-13 * sqrt(lemma_evidence_number(e, "network/m"));
    for (size_t i = 0; i < s[FROBENIUS]->rows; i++)
        check_row(&j, i);
    for (size_t i = 0; s[AVERAGING] && i < s[AVERAGING]->rows; i++)
        check_balance(&j, s[AVERAGING]->cells + i * s[AVERAGING]->width,
                      (size_t) s[AVERAGING]->step[i]);
    return LEMMA_OK;
}

const struct lemma_claim_type lemma_claim_deviation_definition = {
    .name = "deviation_definition",
    .title = "definition: deviations are those of models that move by their steps",
    .statement = "D_c = 0 at a round's first step; |D_c(t+1) - D_c(t)| <= eta ((1 - "
                 "w_c) g_c + sum_{b != c} w_b g_b); w_c D_cl <= sum_{b != c} w_b D_bl; "
                 "|R_c(t+1) - R_c(t)| <= eta g_c",
    .kind = LEMMA_SURE,
    .rows = "steps: with gradient_gap/local, and noise/sampled under mini-batches",
    .tables = tables,
    .place = "client",
    .source = "theory 1.4, 3(f)",
    .status = "derived",
    .proof = "W_c(t+1) = W_c(t) - eta grad L_c, Wbar their mean; triangle inequality "
             "for norms of all weights and of one neuron",
    .judge = judge,
};
