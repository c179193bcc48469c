/*
 * Claim: the tables of the tangent kernel tell of one matrix, H(0) made once more of
 * W(0).
 *
 *     lambda_min, lambda_max: the ends of the eigenvalues, trace their sum
 *     | lambda_i(t) - lambda_i(0) |  <=  ||H(t) - H(0)||_2          (Weyl)
 *     sum_i (lambda_i(t) - lambda_i(0))^2  <=  ||H(t) - H(0)||_F^2  (Hoffman-Wielandt)
 *     ||.||_2  <=  ||.||_F  <=  sqrt(E) ||.||_2
 *     | ||H(t) - H^inf|| - ||H(0) - H^inf|| |  <=  ||H(t) - H(0)||, in both norms
 *     t = 0: tr H(0), ||H(0)||_F and ||H(0) - H^inf||_F of W(0) and the data
 *
 * Kind: sure.  Assumptions: the full Gram matrix (order E = N d).
 * Source: theory 3(g).  Constants: none; 1e-11 lambda_max for rounding (order E 1e-15,
 * and what Lanczos leaves of a norm).
 */
#include <math.h>

#include "claim/assumptions.h"
#include "claim/definition.h"

enum { VALUES, MIN, MAX, TRACE, FROBENIUS, SPECTRAL, FAR, FAR_SPECTRAL };
static const struct lemma_claim_table tables[] = {
    {"gram/eigenvalues", "?N,d"},
    {"gram/lambda_min", ""},
    {"gram/lambda_max", ""},
    {"gram/trace", ""},
    {"gram/change_frobenius", ""},
    {"gram/change_spectral", ""},
    {"gram/limit_distance_frobenius", "?"},
    {"gram/limit_distance_spectral", "?"},
    {0}};
static const struct lemma_assumption *const assumptions[] = {&lemma_assume_full_gram,
                                                             NULL};

struct judging {
    size_t E;
    const double *first[FAR_SPECTRAL + 1]; /* the row of W(0) */
    struct lemma_finding *f;
};

static void check_spectrum(const struct judging *j, const double *const *row,
                           double rounding, size_t step)
{
    double E = (double) j->E, trace = row[TRACE][0];
    const double *value = row[VALUES];

    j->f->part = "E lambda_min <= trace <= E lambda_max";
    lemma_check_at_most(j->f, E * row[MIN][0], trace, E * rounding, step,
                        LEMMA_NOWHERE);
    lemma_check_at_most(j->f, trace, E * row[MAX][0], E * rounding, step,
                        LEMMA_NOWHERE);
    if (!value)
        return;
    j->f->part = "eigenvalues";
    lemma_check_same(j->f, row[MIN][0], value[0], 0, step, LEMMA_NOWHERE);
    lemma_check_same(j->f, row[MAX][0], value[j->E - 1], 0, step, LEMMA_NOWHERE);
    lemma_check_same(j->f, trace, lemma_sum_of(value, j->E), E * rounding, step,
                     LEMMA_NOWHERE);
    for (size_t i = 1; i < j->E; i++)
        lemma_check_at_most(j->f, value[i - 1], value[i], 0, step, i);
}

/* Of a symmetric matrix of order E. */
static void check_norms(const struct judging *j, const double *frobenius,
                        const double *spectral, double rounding, size_t step)
{
    j->f->part = "||.||_2 <= ||.||_F <= sqrt(E) ||.||_2";
    lemma_check_at_most(j->f, *spectral, *frobenius, rounding, step, LEMMA_NOWHERE);
    lemma_check_at_most(j->f, *frobenius, sqrt((double) j->E) * *spectral, rounding,
                        step, LEMMA_NOWHERE);
}

/* Since W(0). */
static void check_change(const struct judging *j, const double *const *row,
                         double rounding, size_t step)
{
    double square = 0;

    check_norms(j, row[FROBENIUS], row[SPECTRAL], rounding, step);
    for (size_t i = 0; row[VALUES] && j->first[VALUES] && i < j->E; i++) {
        double move = row[VALUES][i] - j->first[VALUES][i];

        square += move * move;
        j->f->part = "Weyl";
        lemma_check_at_most(j->f, fabs(move), row[SPECTRAL][0], rounding, step, i);
    }
    j->f->part = "Hoffman-Wielandt";
    lemma_check_at_most(j->f, sqrt(square), row[FROBENIUS][0],
                        sqrt((double) j->E) * rounding, step, LEMMA_NOWHERE);
    for (size_t k = MIN; k <= MAX; k++)
        lemma_check_at_most(j->f, fabs(row[k][0] - j->first[k][0]), row[SPECTRAL][0],
                            rounding, step, LEMMA_NOWHERE);
}

static void check_limit(const struct judging *j, const double *const *row,
                        double rounding, size_t step)
{
    if (!row[FAR] || !row[FAR_SPECTRAL])
        return;
    check_norms(j, row[FAR], row[FAR_SPECTRAL], rounding, step);
    j->f->part = "the limit's distance moves by the change";
    for (size_t k = 0; j->first[FAR] && j->first[FAR_SPECTRAL] && k < 2; k++)
        lemma_check_at_most(j->f, fabs(row[FAR + k][0] - j->first[FAR + k][0]),
                            row[FROBENIUS + k][0], rounding, step, LEMMA_NOWHERE);
}

/* ||K - H^inf (x) I_d||_F, (N d, N d) and (N, N). */
static double distance(const struct lemma_series *k, const struct lemma_series *limit)
{
    size_t d = k->width / limit->width;
    double sum = 0;

    for (size_t i = 0; i < k->rows; i++)
        for (size_t j = 0; j < k->width; j++) {
            double far =
                i % d == j % d ? limit->cells[i / d * limit->width + j / d] : 0;

            sum += pow(k->cells[i * k->width + j] - far, 2);
        }
    return sqrt(sum);
}

/* Square, of this order. */
static bool is_square(const struct lemma_series *s, size_t order)
{
    return s && s->rows == order && s->width == order;
}

/* The row of W(0) against H(0) and H^inf worked out of the weights and the data. */
static lemma_status check_start(const struct judging *j, struct lemma_evidence *e,
                                double rounding)
{
    const struct lemma_series *kernel = NULL, *limit = NULL;
    const double *values = j->first[VALUES];
    double N = lemma_evidence_number(e, "data/samples"), trace = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "start/kernel", &kernel));
    LEMMA_TRY(lemma_evidence_series(e, "start/limit", &limit));
    if (!is_square(kernel, j->E))
        return LEMMA_OK;
    for (size_t i = 0; i < j->E; i++)
        trace += kernel->cells[i * j->E + i];
    j->f->part = "H(0) of the weights";
    lemma_check_same(j->f, j->first[TRACE][0], trace, 0, 0, LEMMA_NOWHERE);
    if (values)
        lemma_check_same(j->f, lemma_norm_of(values, j->E),
                         lemma_norm_of(kernel->cells, j->E * j->E), rounding, 0,
                         LEMMA_NOWHERE);
    if (j->first[FAR] && is_square(limit, (size_t) N))
        lemma_check_same(j->f, j->first[FAR][0], distance(kernel, limit), rounding, 0,
                         LEMMA_NOWHERE);
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double order = lemma_evidence_number(e, "data/samples") *
                   lemma_evidence_number(e, "network/d");
    struct judging j = {.f = f};

    if (!(order >= 1 && order < 1e9))
        return lemma_undecided(f, "the order N d of the Gram matrix is not recorded");
    j.E = (size_t) order;
    for (size_t k = VALUES; k <= FAR_SPECTRAL; k++)
        j.first[k] = lemma_row_of(s[k], 0);
    if (!lemma_rows_at(s + MIN, SPECTRAL, 0, j.first + MIN))
        return lemma_undecided(f, "the Gram matrix of W(0) has no row");
    for (size_t i = 0; i < s[MIN]->rows; i++) {
        const double *row[FAR_SPECTRAL + 1];
        double step = s[MIN]->step[i], rounding;

        for (size_t k = VALUES; k <= FAR_SPECTRAL; k++)
            row[k] = lemma_row_of(s[k], step);
        if (!lemma_rows_at(s + MIN, SPECTRAL, step, row + MIN))
            continue;
        rounding = 1e-11 * fmax(row[MAX][0], j.first[MAX][0]);
        check_spectrum(&j, row, rounding, (size_t) step);
        check_change(&j, row, rounding, (size_t) step);
        check_limit(&j, row, rounding, (size_t) step);
    }
    return check_start(&j, e, 1e-11 * j.first[MAX][0]);
}

const struct lemma_claim_type lemma_claim_gram_definition = {
    .name = "gram_definition",
    .title = "definition: the tables of the tangent kernel tell of one matrix",
    .statement =
        "trace = sum_i lambda_i; |lambda_i(t) - lambda_i(0)| <= ||H(t) - H(0)||_2 <= "
        "||H(t) - H(0)||_F <= sqrt(N d) ||H(t) - H(0)||_2; | ||H(t) - H^inf|| - ||H(0) "
        "- H^inf|| | <= ||H(t) - H(0)||; tr H(0), ||H(0)||_F, ||H(0) - H^inf||_F made "
        "of W(0) and the data",
    .kind = LEMMA_SURE,
    .assumptions = assumptions,
    .tables = tables,
    .place = "eigenvalue",
    .source = "theory 3(g)",
    .status = "derived",
    .proof = "Weyl's and Hoffman and Wielandt's inequalities; triangle inequality",
    .judge = judge,
};
