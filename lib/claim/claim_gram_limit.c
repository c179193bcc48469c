/*
 * Claim: the Gram matrix's spectrum is as near to its infinite-width limit's as the
 * matrices are.
 *
 *     |lambda_i(t) - lambda_i^inf|  <=  ||H(t) - H^inf||_2  <=  ||H(t) - H^inf||_F
 *     ||H(t) - H^inf||_F  <=  sqrt(order) ||H(t) - H^inf||_2
 *     | ||H(t) - H^inf||_2 - ||H(0) - H^inf||_2 |  <=  ||H(t) - H(0)||_2
 *
 * H^inf (x) I_d against the full matrix. Where all eigenvalues are not recorded, the
 * two ends are judged.
 *
 * Kind: sure.  Assumptions: none.  Source: Weyl's inequality; theory 3(g), 3(j).
 * Constants: eigenvalues are right to order eps lambda_max.
 */
#include <math.h>
#include <string.h>

#include "claim/matrices.h"
#include "core/alloc.h"

enum { LEAST, MOST, FROBENIUS, SPECTRAL, CHANGE, TABLES };
static const struct lemma_claim_table tables[] = {{"gram/lambda_min", ""},
                                                  {"gram/lambda_max", ""},
                                                  {"gram/limit_distance_frobenius", ""},
                                                  {"gram/limit_distance_spectral", ""},
                                                  {"gram/change_spectral", ""},
                                                  {"start/limit", NULL},
                                                  {0}};

struct limits {
    double order;
    size_t N, d;
    double *limit;                     /* (N) eigenvalues of H^inf */
    const struct lemma_series *values; /* (N d) a row; NULL: the ends alone */
    double first;                      /* ||H(0) - H^inf||_2; NaN: not recorded */
};

static void check_row(const struct limits *a, const double *const *row, size_t step,
                      struct lemma_finding *f)
{
    double rounding =
        2 * lemma_eigenvalue_rounding(a->order, fmax(row[MOST][0], a->limit[a->N - 1]));
    const double *now = a->values ? lemma_series_at(a->values, (double) step) : NULL;

    f->part = "Weyl";
    lemma_check_at_most(f, fabs(row[LEAST][0] - a->limit[0]), row[SPECTRAL][0],
                        rounding, step, LEMMA_NOWHERE);
    lemma_check_at_most(f, fabs(row[MOST][0] - a->limit[a->N - 1]), row[SPECTRAL][0],
                        rounding, step, LEMMA_NOWHERE);
    for (size_t i = 0; now && i < a->N * a->d; i++)
        lemma_check_at_most(f, fabs(now[i] - a->limit[i / a->d]), row[SPECTRAL][0],
                            rounding, step, LEMMA_NOWHERE);
    f->part = "norms";
    lemma_check_at_most(f, row[SPECTRAL][0], row[FROBENIUS][0], 0, step, LEMMA_NOWHERE);
    lemma_check_at_most(f, row[FROBENIUS][0], sqrt(a->order) * row[SPECTRAL][0], 0,
                        step, LEMMA_NOWHERE);
    f->part = "triangle";
    if (!isnan(a->first))
        lemma_check_at_most(f, fabs(row[SPECTRAL][0] - a->first), row[CHANGE][0],
                            rounding, step, LEMMA_NOWHERE);
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples");
    bool full = strcmp(lemma_evidence_word(e, "gram/kernel"), "full") == 0;
    double d = full ? lemma_evidence_number(e, "network/d") : 1;
    struct limits a = {.order = N * d, .first = NAN};
    const struct lemma_series *limit;
    const double *row[TABLES];
    lemma_status st = LEMMA_OK;

    limit = lemma_need_matrix(e, f, "start/limit", N, N, &st);
    if (!limit)
        return st;
    LEMMA_TRY(lemma_evidence_series(e, "gram/eigenvalues", &a.values));
    if (!(d >= 1 && d < 0x1p31 && floor(d) == d) ||
        (a.values && (double) a.values->width != a.order))
        return lemma_undecided(f, "gram/eigenvalues is not of order N d = %g", a.order);
    a.N = limit->rows;
    a.d = (size_t) d;
    LEMMA_NEW(a.limit, a.N);
    LEMMA_TRY(lemma_matrix_eigenvalues(limit, a.limit));
    if (lemma_rows_at(s, TABLES, 0, row))
        a.first = row[SPECTRAL][0];
    for (size_t i = 0; i < s[0]->rows; i++)
        if (lemma_rows_at(s, TABLES, s[0]->step[i], row))
            check_row(&a, row, (size_t) s[0]->step[i], f);
out:
    lemma_free(a.limit);
    return st;
}

const struct lemma_claim_type lemma_claim_gram_limit = {
    .name = "gram_limit",
    .title =
        "the spectrum is as near to its infinite-width limit as the Gram matrix is",
    .statement =
        "|lambda_i(t) - lambda_i^inf| <= ||H(t) - H^inf||_2 <= ||H(t) - "
        "H^inf||_F <= sqrt(order) ||H(t) - H^inf||_2, which changes by at most "
        "||H(t) - H(0)||_2",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "Weyl (1912); theory 3(g), 3(j)",
    .status = "derived",
    .proof = "Weyl's inequality; the triangle inequality; eigenvalues of H^inf (x) I_d "
             "are those of H^inf, d times each",
    .judge = judge,
};
