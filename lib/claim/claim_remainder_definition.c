/*
 * Claim: a round's change of the loss is the difference of two losses, and its parts.
 *
 *     L(W(r+1)) - L(W(r)) = change = first_order + remainder + second_order
 *     | first_order |  <=  sum_l ||grad_l L|| ||Delta_l||
 *     | sqrt L(r+1) - sqrt L(r) |  <=  sqrt(second_order)  <=  sqrt L(r+1) + sqrt L(r)
 *     ||Delta||  <=  server_step eta sum_{s < tau} sum_c w_c ||grad L_c(W_c(r, s))||
 *     | F(r+1) - F(r) |  <=  flips_max  <=  F(r+1) + F(r), F(r) = max_c
 * flips_initial_max
 *
 * F(0) = 0. Under mini-batches what the steps' batches are off by, sqrt(noise/sampled),
 * is added to their gradients.
 *
 * Kind: sure.  Assumptions: none.  Source: theory 1.4, 3(d).  Constants: none.
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"

enum { CHANGE, FIRST, REMAINDER, SECOND, MOVE, FLIPS, LOSS, GRADIENT };
static const struct lemma_claim_table tables[] = {{"remainder/change", ""},
                                                  {"remainder/first_order", ""},
                                                  {"remainder/remainder", ""},
                                                  {"remainder/second_order", ""},
                                                  {"remainder/move", "L"},
                                                  {"remainder/flips_max", "L"},
                                                  {"loss/server", ""},
                                                  {"gradient/norm", "?L"},
                                                  {0}};

struct judging {
    struct lemma_shares w;
    double tau, eta, rounding; /* of a local step */
    const struct lemma_series *const *s;
    struct lemma_steps steps;         /* (K) */
    const struct lemma_series *flips; /* activation/flips_initial_max (K, L) */
    struct lemma_finding *f;
};

static void check_parts(const struct judging *j, const double *const *row, double next,
                        size_t step)
{
    double first = row[FIRST][0], rest = row[REMAINDER][0], second = row[SECOND][0];
    double before = row[LOSS][0], change = row[CHANGE][0];
    double size = fabs(first) + fabs(rest) + fabs(second);

    j->f->part = "change = first_order + remainder + second_order";
    lemma_check_same(j->f, change, first + rest + second, 1e-11 * size, step,
                     LEMMA_NOWHERE);
    j->f->part = "change = L(W(r+1)) - L(W(r))";
    lemma_check_same(j->f, change, next - before, 1e-11 * (next + before), step,
                     LEMMA_NOWHERE);
    j->f->part = "second_order";
    lemma_check_at_most(j->f, fabs(sqrt(next) - sqrt(before)), sqrt(second),
                        1e-11 * (sqrt(next) + sqrt(before)), step, LEMMA_NOWHERE);
    lemma_check_at_most(j->f, sqrt(second), sqrt(next) + sqrt(before), 0, step,
                        LEMMA_NOWHERE);
}

static void check_first_order(const struct judging *j, const double *const *row,
                              size_t step)
{
    double bound = 0;

    for (size_t l = 0; l < j->s[MOVE]->width; l++)
        bound += row[GRADIENT][l] * row[MOVE][l];
    j->f->part = "first_order";
    lemma_check_at_most(j->f, fabs(row[FIRST][0]), bound, 1e-11 * bound, step,
                        LEMMA_NOWHERE);
}

/* The move of a round whose gradients are all there. */
static void check_move(const struct judging *j, const double *move, double begin)
{
    double path = 0, norm = lemma_norm_of(move, j->s[MOVE]->width);

    if (!j->steps.gradient || !(j->tau <= (double) j->steps.gradient->rows))
        return;
    for (size_t s = 0; s < (size_t) j->tau; s++) {
        double t = begin + (double) s;

        if (!lemma_row_of(j->steps.gradient, t) ||
            (!j->steps.full && !lemma_row_of(j->steps.sampled, t)))
            return;
        for (size_t c = 0; c < j->w.K; c++)
            path += j->eta * lemma_share(&j->w, c) * lemma_step_norm(&j->steps, t, c);
    }
    j->f->part = "||Delta||";
    lemma_check_at_most(j->f, norm, path, 1e-12 * path + j->tau * j->rounding,
                        (size_t) begin, LEMMA_NOWHERE);
}

/* Of the server model since W(0), the most of any sample, in layer l; NaN: not there.
 */
static double flips_since(const struct judging *j, double step, size_t l)
{
    const double *row = lemma_row_of(j->flips, step);
    double most = row ? 0 : NAN;

    for (size_t c = 0; row && c < j->w.K; c++)
        most = lemma_worse(most, row[c * j->s[FLIPS]->width + l]);
    return most;
}

static void check_flips(const struct judging *j, const double *flips, double step)
{
    j->f->part = "flips_max";
    if (!lemma_row_of(j->flips, step) || !lemma_row_of(j->flips, step + j->tau))
        return;
    for (size_t l = 0; l < j->s[FLIPS]->width; l++) {
        double from = flips_since(j, step, l), to = flips_since(j, step + j->tau, l);

        lemma_check_at_most(j->f, flips[l], from + to, 0, (size_t) step, l);
        lemma_check_at_most(j->f, fabs(to - from), flips[l], 0, (size_t) step, l);
    }
}

static void check_row(const struct judging *j, double step)
{
    const double *row[GRADIENT + 1], *next = lemma_row_of(j->s[LOSS], step + j->tau);

    if (!lemma_rows_at(j->s, GRADIENT, step, row))
        return;
    row[GRADIENT] = lemma_row_of(j->s[GRADIENT], step);
    if (next)
        check_parts(j, row, next[0], (size_t) step);
    if (row[GRADIENT])
        check_first_order(j, row, (size_t) step);
    check_move(j, row[MOVE], step);
    check_flips(j, row[FLIPS], step);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct judging j = {.w = lemma_shares_of(e),
                        .tau = lemma_evidence_number(e, "train/tau"),
                        .eta = lemma_evidence_number(e, "train/eta") *
                               lemma_evidence_number(e, "train/server_step"),
                        .rounding = lemma_step_rounding(e),
                        .s = s,
                        .f = f};
    lemma_status st = LEMMA_OK;

    if (j.w.K == 0 || !(j.tau >= 1))
        return lemma_undecided(f, "the clients' samples do not add up to N");
    j.steps.full = lemma_evidence_number(e, "train/batch") == 0;
    LEMMA_TRY(lemma_evidence_series(e, "gradient_gap/local", &j.steps.gradient));
    LEMMA_TRY(lemma_evidence_series(e, "noise/sampled", &j.steps.sampled));
    LEMMA_TRY(lemma_evidence_series(e, "activation/flips_initial_max", &j.flips));
    if (j.steps.gradient && j.steps.gradient->width != j.w.K)
        j.steps.gradient = NULL;
    if (j.steps.sampled && j.steps.sampled->width != j.w.K)
        j.steps.sampled = NULL;
    if (j.flips && j.flips->width != j.w.K * s[FLIPS]->width)
        j.flips = NULL;
    for (size_t i = 0; i < s[CHANGE]->rows; i++)
        check_row(&j, s[CHANGE]->step[i]);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_remainder_definition = {
    .name = "remainder_definition",
    .title = "definition: a round's change of the loss is its parts' sum",
    .statement =
        "L(W(r+1)) - L(W(r)) = first_order + remainder + second_order; |first_order| "
        "<= sum_l ||grad_l L|| ||Delta_l||; |sqrt L(r+1) - sqrt L(r)| <= "
        "sqrt(second_order) <= sqrt L(r+1) + sqrt L(r); ||Delta|| <= server_step eta "
        "sum_s sum_c w_c ||grad L_c(W_c(r, s))||",
    .kind = LEMMA_SURE,
    .rows = "||Delta||: with gradient_gap/local, and noise/sampled under mini-batches",
    .tables = tables,
    .place = "layer",
    .source = "theory 1.4, 3(d)",
    .status = "derived",
    .proof = "definitions; Cauchy-Schwarz layer by layer; ||r|| = sqrt(2 N L) and the "
             "triangle inequality for r(r+1) - r(r)",
    .judge = judge,
};
