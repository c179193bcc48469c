#include "claim/matrices.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/eigen.h"

const struct lemma_series *lemma_need_matrix(struct lemma_evidence *e,
                                             struct lemma_finding *f, const char *path,
                                             double rows, double cols, lemma_status *st)
{
    const struct lemma_series *s = lemma_need(e, f, path, NULL, st);

    if (s && ((double) s->rows != rows || (double) s->width != cols)) {
        lemma_undecided(f, "%s is (%zu, %zu), not (%g, %g)", path, s->rows, s->width,
                        rows, cols);
        s = NULL;
    }
    return s;
}

lemma_status lemma_matrix_eigenvalues(const struct lemma_series *k, double *values)
{
    size_t n = k->rows;
    struct lemma_eigen *solver = NULL;
    lemma_mat copy = {0}, none = {0};
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(k->width == n);
    LEMMA_TRY(lemma_mat_create(n, n, &copy));
    LEMMA_TRY(lemma_eigen_create(n, &solver));
    memcpy(copy.a, k->cells, n * n * sizeof *copy.a);
    st = lemma_eigen_solve(solver, copy, values, none);
    if (st == LEMMA_ENUMERIC) {
        for (size_t i = 0; i < n; i++)
            values[i] = NAN;
        st = LEMMA_OK;
    }
out:
    lemma_eigen_destroy(solver);
    lemma_free(copy.a);
    return st;
}

lemma_status lemma_matrix_extremes(const struct lemma_series *k,
                                   struct lemma_extremes *ends)
{
    double *values = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(values, k->rows);
    LEMMA_TRY(lemma_matrix_eigenvalues(k, values));
    *ends = (struct lemma_extremes){values[0], values[k->rows - 1]};
out:
    lemma_free(values);
    return st;
}

double lemma_eigenvalue_rounding(double order, double largest)
{
    return 16 * order * DBL_EPSILON * largest;
}

double lemma_matrix_trace(const struct lemma_series *k)
{
    double sum = 0;

    for (size_t i = 0; i < k->rows; i++)
        sum += k->cells[i * k->width + i];
    return sum;
}

double lemma_matrix_form(const struct lemma_series *k, const double *r)
{
    double sum = 0;

    for (size_t i = 0; i < k->rows; i++) {
        double row = 0;

        for (size_t j = 0; j < k->width; j++)
            row += k->cells[i * k->width + j] * r[j];
        sum += r[i] * row;
    }
    return sum;
}
