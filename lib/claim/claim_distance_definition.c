/*
 * Claim: the server's distances from W(0) are norms of one matrix, and add up.
 *
 *     max_r ||w_r - w_r(0)||  <=  omega  <=  D
 *     D  <=  sqrt(min(m, in_l)) omega,   D  <=  sqrt(m) max_r ||w_r - w_r(0)||
 *     | D(r+1) - D(r) |  <=  ||W_l(r+1) - W_l(r)||_F  <=  D(r+1) + D(r)
 *
 * D = ||W_l - W_l(0)||_F; the middle line's left side is true of the other norms too.
 * The last row is that of the recorded last weights.
 *
 * Kind: sure.  Assumptions: none.  Source: theory 3(e).  Constants: none; omega is
 * right to 1e-12 of itself.
 */
#include <math.h>
#include <string.h>

#include "claim/definition.h"

enum { FROBENIUS, SPECTRAL, NEURON, MOVE };
static const struct lemma_claim_table tables[] = {{"distance/frobenius", "L"},
                                                  {"distance/spectral", "L"},
                                                  {"distance/max_neuron", "L"},
                                                  {"remainder/move", "?L"},
                                                  {0}};

/* Numbers of a neuron: layers above the first, and behind a fixed one, have m. */
static double inputs_of(struct lemma_evidence *e, size_t l)
{
    bool fixed =
        strcmp(lemma_evidence_word(e, "network/preset"), "deep-relu-fixed-input") == 0;

    return lemma_evidence_number(e, l == 0 && !fixed ? "network/d_x" : "network/m");
}

static void check_norms(struct lemma_evidence *e, const struct lemma_series *const *s,
                        size_t i, struct lemma_finding *f)
{
    const double *row[3];
    double m = lemma_evidence_number(e, "network/m");
    size_t step = (size_t) s[FROBENIUS]->step[i];

    if (!lemma_rows_at(s, 3, s[FROBENIUS]->step[i], row))
        return;
    for (size_t l = 0; l < s[FROBENIUS]->width; l++) {
        double all = row[FROBENIUS][l], omega = row[SPECTRAL][l], one = row[NEURON][l];
        double rank = fmin(m, inputs_of(e, l));

        f->part = "norms of one matrix";
        lemma_check_at_most(f, omega, all, 1e-11 * all, step, l);
        lemma_check_at_most(f, one, omega, 1e-11 * omega, step, l);
        lemma_check_at_most(f, all, sqrt(rank) * omega, 1e-11 * all, step, l);
        lemma_check_at_most(f, all, sqrt(m) * one, 1e-11 * all, step, l);
    }
}

/* A round's move changes each of the three norms by at most its own Frobenius norm. */
static void check_moves(const struct lemma_series *const *s, double tau,
                        struct lemma_finding *f)
{
    f->part = "a round's move";
    for (size_t i = 0; s[MOVE] && i < s[MOVE]->rows; i++)
        for (size_t k = FROBENIUS; k <= NEURON; k++) {
            const double *from = lemma_series_at(s[k], s[MOVE]->step[i]);
            const double *to = lemma_series_at(s[k], s[MOVE]->step[i] + tau);

            for (size_t l = 0; from && to && l < s[MOVE]->width; l++) {
                double move = s[MOVE]->cells[i * s[MOVE]->width + l];
                double rounding = 1e-11 * (to[l] + from[l]);
                size_t step = (size_t) s[MOVE]->step[i];

                lemma_check_at_most(f, fabs(to[l] - from[l]), move, rounding, step, l);
                if (k == FROBENIUS)
                    lemma_check_at_most(f, move, to[l] + from[l], rounding, step, l);
            }
        }
}

/* ||a - b||_F and the largest row of it; false where the two do not match. */
static bool differ(const struct lemma_series *a, const struct lemma_series *b,
                   double *all, double *one)
{
    double sum = 0, most = 0;

    if (!a || !b || a->rows != b->rows || a->width != b->width)
        return false;
    for (size_t r = 0; r < a->rows; r++) {
        double square = 0;

        for (size_t j = 0; j < a->width; j++)
            square += pow(a->cells[r * a->width + j] - b->cells[r * a->width + j], 2);
        sum += square;
        most = lemma_worse(most, square);
    }
    *all = sqrt(sum);
    *one = sqrt(most);
    return true;
}

/* The recorded last weights, where they are. */
static lemma_status check_last(struct lemma_evidence *e,
                               const struct lemma_series *const *s,
                               struct lemma_finding *f)
{
    double end =
        lemma_evidence_number(e, "train/R") * lemma_evidence_number(e, "train/tau");
    const double *row[3], *none = NULL;
    lemma_status st = LEMMA_OK;

    f->part = "the recorded last weights";
    if (!lemma_rows_at(s, 3, end, row))
        row[FROBENIUS] = none;
    for (size_t l = 0; row[FROBENIUS] && l < s[FROBENIUS]->width; l++) {
        const struct lemma_series *from = NULL, *to = NULL;
        double all, one;
        char path[64];

        snprintf(path, sizeof path, "network/final/W%zu", l + 1);
        LEMMA_TRY(lemma_evidence_series(e, path, &to));
        if (!to)
            break;
        snprintf(path, sizeof path, "network/initial/W%zu", l + 1);
        LEMMA_TRY(lemma_evidence_series(e, path, &from));
        if (!differ(from, to, &all, &one))
            break;
        lemma_check_same(f, row[FROBENIUS][l], all, 0, (size_t) end, l);
        lemma_check_same(f, row[NEURON][l], one, 0, (size_t) end, l);
    }
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    for (size_t i = 0; i < s[FROBENIUS]->rows; i++)
        check_norms(e, s, i, f);
    check_moves(s, lemma_evidence_number(e, "train/tau"), f);
    return check_last(e, s, f);
}

const struct lemma_claim_type lemma_claim_distance_definition = {
    .name = "distance_definition",
    .title = "definition: the server's distances are norms of one matrix, and add up",
    .statement =
        "max_r ||w_r - w_r(0)|| <= omega <= ||W_l - W_l(0)||_F <= sqrt(min(m, in_l)) "
        "omega, sqrt(m) max_r ||w_r - w_r(0)||; each changes in a round by ||W_l(r+1) "
        "- "
        "W_l(r)||_F at most, which is at most the sum of both; the last row is the "
        "recorded last weights'",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "layer",
    .source = "theory 3(e)",
    .status = "derived",
    .proof = "norms of a matrix with m rows and rank min(m, in_l) at most; triangle "
             "inequality",
    .judge = judge,
};
