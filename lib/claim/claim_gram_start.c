/*
 * Claim: the Gram matrix recorded at step 0 is that of W(0) and the data.
 *
 *     eigenvalues, lambda_min, lambda_max and trace of row 0 are those of J J^T at W(0)
 *     ||H(0) - H^inf|| of row 0 is that of J J^T at W(0) and the closed form's H^inf
 *
 * of the full matrix, or of its mean over outputs where that is recorded.
 *
 * Kind: sure.  Assumptions: none.
 * Source: theory 3(g), 3(j), definitions.  Constants: eigenvalues are right to order
 * eps lambda_max, a norm to order times that.
 */
#include <math.h>
#include <string.h>

#include "claim/matrices.h"
#include "core/alloc.h"

enum { LEAST, MOST, TRACE };
static const struct lemma_claim_table tables[] = {{"gram/lambda_min", ""},
                                                  {"gram/lambda_max", ""},
                                                  {"gram/trace", ""},
                                                  {"start/kernel", NULL},
                                                  {0}};

/* The matrix that was recorded: order N d, or its blocks' mean. */
static lemma_status recorded_kernel(const struct lemma_series *full, size_t per,
                                    struct lemma_series *out, double **cells)
{
    size_t d = full->rows / per, n = per;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(*cells, n * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;

            for (size_t a = 0; a < d; a++)
                sum += full->cells[(i * d + a) * full->width + j * d + a];
            (*cells)[i * n + j] = sum / (double) d;
        }
    *out = (struct lemma_series){
        .path = full->path, .rows = n, .width = n, .cells = *cells};
out:
    return st;
}

/* Row 0 of the distances against ||H(0) - H^inf (x) I||_F. */
static lemma_status check_distance(struct lemma_evidence *e, struct lemma_finding *f,
                                   const struct lemma_series *h, double N,
                                   double rounding)
{
    const struct lemma_series *table, *limit;
    const double *row;
    double sum = 0;
    size_t d;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_evidence_series(e, "gram/limit_distance_frobenius", &table));
    LEMMA_TRY(lemma_evidence_series(e, "start/limit", &limit));
    row = table && table->width == 1 ? lemma_series_at(table, 0) : NULL;
    if (!row || !limit || (double) limit->rows != N || limit->width != limit->rows)
        return LEMMA_OK;
    d = h->rows / limit->rows;
    for (size_t i = 0; i < h->rows; i++)
        for (size_t j = 0; j < h->rows; j++) {
            double k = i % d == j % d ? limit->cells[i / d * limit->rows + j / d] : 0;

            sum += pow(h->cells[i * h->rows + j] - k, 2);
        }
    f->part = "distance";
    lemma_check_equal(f, *row, sqrt(sum), (double) h->rows * rounding, 0,
                      LEMMA_NOWHERE);
out:
    return st;
}

static lemma_status check_start(struct lemma_evidence *e, struct lemma_finding *f,
                                const struct lemma_series *h, const double *const *row,
                                double *values)
{
    size_t order = h->rows;
    const struct lemma_series *table;
    const double *recorded;
    double rounding;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_matrix_eigenvalues(h, values));
    LEMMA_TRY(lemma_evidence_series(e, "gram/eigenvalues", &table));
    rounding = lemma_eigenvalue_rounding((double) order, values[order - 1]);
    f->part = "ends";
    lemma_check_equal(f, row[LEAST][0], values[0], rounding, 0, LEMMA_NOWHERE);
    lemma_check_equal(f, row[MOST][0], values[order - 1], rounding, 0, LEMMA_NOWHERE);
    f->part = "trace";
    lemma_check_equal(f, row[TRACE][0], lemma_matrix_trace(h),
                      (double) order * rounding, 0, LEMMA_NOWHERE);
    recorded = table && table->width == order ? lemma_series_at(table, 0) : NULL;
    f->part = "eigenvalues";
    for (size_t i = 0; recorded && i < order; i++)
        lemma_check_equal(f, recorded[i], values[i], rounding, 0, LEMMA_NOWHERE);
    st = check_distance(e, f, h, lemma_evidence_number(e, "data/samples"), rounding);
out:
    return st;
}

static lemma_status judge(struct lemma_evidence *e, const struct lemma_series *const *s,
                          struct lemma_finding *f)
{
    double N = lemma_evidence_number(e, "data/samples"), *cells = NULL, *values = NULL;
    double d = lemma_evidence_number(e, "network/d");
    bool full = strcmp(lemma_evidence_word(e, "gram/kernel"), "full") == 0;
    const struct lemma_series *kernel;
    struct lemma_series h;
    const double *row[3];
    lemma_status st = LEMMA_OK;

    kernel = lemma_need_matrix(e, f, "start/kernel", N * d, N * d, &st);
    if (!kernel)
        return st;
    if (!(N >= 1 && floor(N) == N && d >= 1 && floor(d) == d))
        return lemma_undecided(f, "N = %g and d = %g are no counts", N, d);
    if (!lemma_rows_at(s, 3, 0, row))
        return lemma_undecided(f, "the Gram matrix of step 0 is not recorded");
    LEMMA_TRY(recorded_kernel(kernel, full ? kernel->rows : (size_t) N, &h, &cells));
    LEMMA_NEW(values, h.rows);
    LEMMA_TRY(check_start(e, f, &h, row, values));
out:
    lemma_free(cells);
    lemma_free(values);
    return st;
}

const struct lemma_claim_type lemma_claim_gram_start = {
    .name = "gram_start",
    .title = "the Gram matrix recorded at step 0 is that of W(0) and the data",
    .statement =
        "eigenvalues, lambda_min, lambda_max, trace and ||H(0) - H^inf||_F of row "
        "0 are those of J J^T at W(0) (of its mean over outputs: kernel mean), "
        "to 16 order eps lambda_max each, the norms to order times that",
    .kind = LEMMA_SURE,
    .tables = tables,
    .place = "client",
    .source = "theory 3(g), 3(j)",
    .status = "derived",
    .proof = "definitions, computed a second time",
    .judge = judge,
};
