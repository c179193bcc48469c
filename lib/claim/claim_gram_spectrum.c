/*
 * Claim: the recorded spectrum of the Gram matrix is one, and moves no further than the
 * matrix does.
 *
 *     lambda_min(t), lambda_max(t) = the ends of eigenvalues(t), tr H(t) = their sum
 *     |lambda_i(t) - lambda_i(0)|  <=  ||H(t) - H(0)||_2  <=  ||H(t) - H(0)||_F
 *     ||H(t) - H(0)||_F  <=  sqrt(order) ||H(t) - H(0)||_2
 *
 * Kind: sure.  Assumptions: none.  Where all eigenvalues are not recorded, the two ends
 * are judged.  Source: Weyl's inequality; theory 3(g).  Constants: eigenvalues are
 * right to order eps lambda_max.
 */
#include <math.h>
#include <string.h>

#include "claim/matrices.h"

enum { LEAST, MOST, TRACE, FROBENIUS, SPECTRAL, TABLES };
static const struct lemma_claim_table tables[] = {
    {"gram/lambda_min", ""},       {"gram/lambda_max", ""},      {"gram/trace", ""},
    {"gram/change_frobenius", ""}, {"gram/change_spectral", ""}, {0}};

struct spectra {
    double order;
    const struct lemma_series *values; /* (order) a row; NULL: the ends alone */
    const double *first;               /* eigenvalues of step 0, NULL: none */
    double first_least, first_most;
};

static void check_values(const struct spectra *a, const double *now,
                         const double *const *row, double rounding, size_t step,
                         struct lemma_finding *f)
{
    size_t order = a->values->width;
    double sum = 0;

    for (size_t i = 0; i < order; i++) {
        sum += now[i];
        f->part = "Weyl";
        if (a->first)
            lemma_check_at_most(f, fabs(now[i] - a->first[i]), row[SPECTRAL][0],
                                2 * rounding, step, LEMMA_NOWHERE);
    }
    f->part = "ends";
    lemma_check_equal(f, row[LEAST][0], now[0], rounding, step, LEMMA_NOWHERE);
    lemma_check_equal(f, row[MOST][0], now[order - 1], rounding, step, LEMMA_NOWHERE);
    f->part = "trace";
    lemma_check_equal(f, row[TRACE][0], sum, (double) order * rounding, step,
                      LEMMA_NOWHERE);
}

static void check_row(const struct spectra *a, const double *const *row, size_t step,
                      struct lemma_finding *f)
{
    double rounding = lemma_eigenvalue_rounding(a->order, row[MOST][0]);
    const double *now = a->values ? lemma_series_at(a->values, (double) step) : NULL;

    f->part = "norms";
    lemma_check_at_most(f, row[SPECTRAL][0], row[FROBENIUS][0], 0, step, LEMMA_NOWHERE);
    lemma_check_at_most(f, row[FROBENIUS][0], sqrt(a->order) * row[SPECTRAL][0], 0,
                        step, LEMMA_NOWHERE);
    f->part = "Weyl";
    lemma_check_at_most(f, fabs(row[LEAST][0] - a->first_least), row[SPECTRAL][0],
                        2 * rounding, step, LEMMA_NOWHERE);
    lemma_check_at_most(f, fabs(row[MOST][0] - a->first_most), row[SPECTRAL][0],
                        2 * rounding, step, LEMMA_NOWHERE);
    if (now)
        check_values(a, now, row, rounding, step, f);
}

static double order_of(struct lemma_evidence *e)
{
    double N = lemma_evidence_number(e, "data/samples");

    if (strcmp(lemma_evidence_word(e, "gram/kernel"), "full") == 0)
        return N * lemma_evidence_number(e, "network/d");
    return N;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    struct spectra a = {.order = order_of(e)};
    const double *row[TABLES];
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "gram/eigenvalues", &a.values));
    if (a.values && (double) a.values->width != a.order)
        return lemma_undecided(f, "rows of gram/eigenvalues have %zu numbers, not %g",
                               a.values->width, a.order);
    if (!lemma_rows_at(s, TABLES, 0, row))
        return lemma_undecided(f, "the Gram matrix of step 0 is not recorded");
    a.first = a.values ? lemma_series_at(a.values, 0) : NULL;
    a.first_least = row[LEAST][0];
    a.first_most = row[MOST][0];
    for (size_t i = 0; i < s[0]->rows; i++)
        if (lemma_rows_at(s, TABLES, s[0]->step[i], row))
            check_row(&a, row, (size_t) s[0]->step[i], f);
out:
    return st;
}

const struct lemma_claim_type lemma_claim_gram_spectrum = {
    .name = "gram_spectrum",
    .title = "the Gram matrix's spectrum moves no further than the matrix",
    .statement =
        "lambda_min, lambda_max and tr H are those of the eigenvalues; |lambda_i(t) - "
        "lambda_i(0)| <= ||H(t) - H(0)||_2 <= ||H(t) - H(0)||_F <= sqrt(order) ||H(t) "
        "- "
        "H(0)||_2",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "Weyl (1912); theory 3(g)",
    .status = "derived",
    .proof = "Weyl's inequality for symmetric matrices; the Frobenius norm squared is "
             "the sum of the squared eigenvalues",
    .judge = judge,
};
