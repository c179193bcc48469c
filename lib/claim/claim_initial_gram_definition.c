/*
 * Claim: a study of the initial tangent kernel tells of two matrices and their
 * distance.
 *
 *     E lambda_min  <=  trace  <=  E lambda_max         of H(0) and of H^inf
 *     | lambda(H(0)) - lambda(H^inf) |  <=  ||H(0) - H^inf||_2, at both ends
 *     ||.||_2  <=  ||.||_F  <=  sqrt(E) ||.||_2
 *     | tr H(0) - tr H^inf |  <=  sqrt(E) ||H(0) - H^inf||_F
 *     tr H^inf made of the data once more, times E / N
 *
 * Kind: sure.  Assumptions: the order E of the matrix is recorded.
 * Source: theory 3(g), 3(j).  Constants: none; 1e-11 lambda_max for rounding.
 */
#include <math.h>
#include <string.h>

#include "claim/definition.h"

enum { MIN, MAX, TRACE, LIMIT_MIN, LIMIT_MAX, LIMIT_TRACE, FROBENIUS, SPECTRAL, COUNT };
static const struct lemma_claim_table tables[] = {
    {"initial_gram/lambda_min", ""},
    {"initial_gram/lambda_max", ""},
    {"initial_gram/trace", ""},
    {"initial_gram/limit_lambda_min", ""},
    {"initial_gram/limit_lambda_max", ""},
    {"initial_gram/limit_trace", ""},
    {"initial_gram/distance_frobenius", ""},
    {"initial_gram/distance_spectral", ""},
    {0}};

/* E = N d of the full matrix, N of the mean over outputs; 0 where it is not recorded.
 */
static double order_of(struct lemma_evidence *e)
{
    double N = lemma_evidence_number(e, "data/samples");
    double d = lemma_evidence_number(e, "network/d");
    bool full = strcmp(lemma_evidence_word(e, "initial_gram/kernel"), "mean") != 0;
    double order = full ? N * d : N;

    return order >= 1 && order < 1e9 ? order : 0;
}

static void check_matrix(struct lemma_finding *f, const double *const *row, double E,
                         double rounding, size_t draw)
{
    f->part = "E lambda_min <= trace <= E lambda_max";
    lemma_check_at_most(f, E * row[0][0], row[2][0], E * rounding, draw, LEMMA_NOWHERE);
    lemma_check_at_most(f, row[2][0], E * row[1][0], E * rounding, draw, LEMMA_NOWHERE);
}

static void check_distance(struct lemma_finding *f, const double *const *row, double E,
                           double rounding, size_t draw)
{
    double all = row[FROBENIUS][0], omega = row[SPECTRAL][0];

    f->part = "||.||_2 <= ||.||_F <= sqrt(E) ||.||_2";
    lemma_check_at_most(f, omega, all, rounding, draw, LEMMA_NOWHERE);
    lemma_check_at_most(f, all, sqrt(E) * omega, rounding, draw, LEMMA_NOWHERE);
    f->part = "Weyl";
    for (size_t k = MIN; k <= MAX; k++)
        lemma_check_at_most(f, fabs(row[k][0] - row[LIMIT_MIN + k][0]), omega, rounding,
                            draw, LEMMA_NOWHERE);
    f->part = "traces";
    lemma_check_at_most(f, fabs(row[TRACE][0] - row[LIMIT_TRACE][0]), sqrt(E) * all,
                        E * rounding, draw, LEMMA_NOWHERE);
}

/* tr H^inf of the data, of the draws at the recorded width. */
static lemma_status check_data(struct lemma_evidence *e,
                               const struct lemma_series *const *s, double E,
                               struct lemma_finding *f)
{
    const struct lemma_series *limit = NULL, *width = NULL;
    double m = lemma_evidence_number(e, "network/m"), trace = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "start/limit", &limit));
    LEMMA_TRY(lemma_evidence_series(e, "initial_gram/width", &width));
    if (!limit || !width || limit->rows != limit->width)
        return LEMMA_OK;
    for (size_t i = 0; i < limit->rows; i++)
        trace += limit->cells[i * limit->width + i];
    f->part = "tr H^inf of the data";
    for (size_t i = 0; i < width->rows; i++) {
        const double *row = lemma_series_at(s[LIMIT_TRACE], width->step[i]);

        if (row && width->cells[i * width->width] == m)
            lemma_check_same(f, row[0], trace * E / (double) limit->rows, 0,
                             (size_t) width->step[i], LEMMA_NOWHERE);
    }
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double E = order_of(e);

    if (E == 0)
        return lemma_undecided(f, "the order of the Gram matrix is not recorded");
    for (size_t i = 0; i < s[MIN]->rows; i++) {
        const double *row[COUNT];
        double draw = s[MIN]->step[i], rounding;

        if (!lemma_rows_at(s, COUNT, draw, row))
            continue;
        rounding = 1e-11 * fmax(row[MAX][0], row[LIMIT_MAX][0]);
        check_matrix(f, row + MIN, E, rounding, (size_t) draw);
        check_matrix(f, row + LIMIT_MIN, E, rounding, (size_t) draw);
        check_distance(f, row, E, rounding, (size_t) draw);
    }
    return check_data(e, s, E, f);
}

const struct lemma_claim_type lemma_claim_initial_gram_definition = {
    .name = "initial_gram_definition",
    .title = "definition: a study's tables tell of H(0), H^inf and their distance",
    .statement =
        "E lambda_min <= trace <= E lambda_max; |lambda(H(0)) - lambda(H^inf)| <= "
        "||H(0) - H^inf||_2 <= ||H(0) - H^inf||_F <= sqrt(E) ||H(0) - H^inf||_2; |tr "
        "H(0) - tr H^inf| <= sqrt(E) ||H(0) - H^inf||_F; tr H^inf made of the data",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "draw",
    .source = "theory 3(g), 3(j)",
    .status = "derived",
    .proof = "Weyl's inequality; norms of a symmetric matrix of order E",
    .judge = judge,
};
