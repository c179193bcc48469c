/*
 * Claim: a study of the initial tangent kernel tells of two matrices and their
 * distance.
 *
 *     E lambda_min  <=  trace  <=  E lambda_max         of H(0) and of H^inf
 *     | lambda(H(0)) - lambda(H^inf) |  <=  ||H(0) - H^inf||_2, at both ends
 *     ||.||_2  <=  ||.||_F  <=  sqrt(E) ||.||_2
 *     | tr H(0) - tr H^inf |  <=  sqrt(E) ||H(0) - H^inf||_F
 *     condition = lambda_max / lambda_min, of both
 *     tr H^inf, ||H^inf||_F made of the data once more; distance_relative
 *
 * Kind: sure.  Assumptions: the order E of the matrix is recorded.
 * Source: theory 3(g), 3(j).  Constants: none; 1e-11 lambda_max for rounding.
 */
#include <math.h>
#include <string.h>

#include "claim/definition.h"

enum { MIN, MAX, TRACE, LIMIT_MIN, LIMIT_MAX, LIMIT_TRACE, FROBENIUS, SPECTRAL, COUNT };
enum { CONDITION, LIMIT_CONDITION, RELATIVE, WIDTH, LIMIT };
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

/* H^inf of the data at a width: that of the recorded one, which grows with m but in the
 * two-layer network. */
static void check_limit(struct lemma_finding *f, double trace, double norm,
                        const double *const *more, const double *const *row,
                        size_t draw)
{
    f->part = "H^inf of the data";
    lemma_check_same(f, row[LIMIT_TRACE][0], trace, 0, draw, LEMMA_NOWHERE);
    if (more[RELATIVE])
        lemma_check_same(f, row[FROBENIUS][0], more[RELATIVE][0] * norm, 0, draw,
                         LEMMA_NOWHERE);
}

/* lambda_max / lambda_min, where the least is not 0 to rounding. */
static void check_condition(struct lemma_finding *f, const double *condition,
                            const double *const *row, size_t draw)
{
    f->part = "condition";
    if (condition && !isinf(condition[0]))
        lemma_check_same(f, condition[0] * row[0][0], row[1][0], 0, draw,
                         LEMMA_NOWHERE);
}

static lemma_status check_more(struct lemma_evidence *e,
                               const struct lemma_series *const *s, double E,
                               struct lemma_finding *f)
{
    static const char *const paths[] = {
        "initial_gram/condition", "initial_gram/limit_condition",
        "initial_gram/distance_relative", "initial_gram/width", "start/limit"};
    const struct lemma_series *t[LIMIT + 1];
    double m = lemma_evidence_number(e, "network/m"), trace = 0, norm = 0;
    bool wide = strcmp(lemma_evidence_word(e, "network/preset"), "two-layer-relu") == 0;
    lemma_status st = LEMMA_OK;

    for (size_t k = CONDITION; k <= LIMIT; k++)
        LEMMA_TRY(lemma_evidence_series(e, paths[k], &t[k]));
    if (t[LIMIT] && t[LIMIT]->rows == t[LIMIT]->width) {
        double times = E / (double) t[LIMIT]->rows;

        for (size_t i = 0; i < t[LIMIT]->rows; i++)
            trace += times * t[LIMIT]->cells[i * t[LIMIT]->width + i];
        norm = sqrt(times) *
               lemma_norm_of(t[LIMIT]->cells, t[LIMIT]->rows * t[LIMIT]->width);
    }
    for (size_t i = 0; i < s[MIN]->rows; i++) {
        const double *row[COUNT], *more[LIMIT];
        double draw = s[MIN]->step[i];

        if (!lemma_rows_at(s, COUNT, draw, row))
            continue;
        for (size_t k = CONDITION; k < LIMIT; k++)
            more[k] = lemma_row_of(t[k], draw);
        check_condition(f, more[CONDITION], row + MIN, (size_t) draw);
        check_condition(f, more[LIMIT_CONDITION], row + LIMIT_MIN, (size_t) draw);
        if (t[LIMIT] && t[LIMIT]->rows == t[LIMIT]->width && more[WIDTH]) {
            double scale = wide ? 1 : more[WIDTH][0] / m;

            check_limit(f, scale * trace, scale * norm, more, row, (size_t) draw);
        }
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
    return check_more(e, s, E, f);
}

const struct lemma_claim_type lemma_claim_initial_gram_definition = {
    .name = "initial_gram_definition",
    .title = "definition: a study's tables tell of H(0), H^inf and their distance",
    .statement =
        "E lambda_min <= trace <= E lambda_max; |lambda(H(0)) - lambda(H^inf)| <= "
        "||H(0) - H^inf||_2 <= ||H(0) - H^inf||_F <= sqrt(E) ||H(0) - H^inf||_2; |tr "
        "H(0) - tr H^inf| <= sqrt(E) ||H(0) - H^inf||_F; condition = lambda_max / "
        "lambda_min; tr "
        "H^inf and ||H^inf||_F made of the data",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "draw",
    .source = "theory 3(g), 3(j)",
    .status = "derived",
    .proof = "Weyl's inequality; norms of a symmetric matrix of order E",
    .judge = judge,
};
