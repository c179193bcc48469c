#include "core/eigen.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>

#include "core/alloc.h"

/* Fortran, in libopenblas. The lengths of character arguments come last. */
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n,
             double *a, const int *lda, const double *vl, const double *vu,
             const int *il, const int *iu, const double *abstol, int *m, double *w,
             double *z, const int *ldz, int *isuppz, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info, size_t, size_t, size_t);

struct lemma_eigen {
    size_t n;
    int lwork, liwork;
    double *work;
    int *iwork, *support;
};

enum { BLOCK = 64 }; /* at least LAPACK's own block of columns; dsyevr wants 26 n */

/* Row-major j <= i is column-major "U". Column i of the vectors is our row i. */
static int call(const struct lemma_eigen *e, bool vectors, lemma_mat a, double *values,
                lemma_mat z)
{
    int n = (int) a.rows, lda = (int) a.ld, ldz = vectors ? (int) z.ld : 1;
    int none = 0, found = 0, info = 0;
    double zero = 0, unused = 0;

    dsyevr_(vectors ? "V" : "N", "A", "U", &n, a.a, &lda, &zero, &zero, &none, &none,
            &zero, &found, values, vectors ? z.a : &unused, &ldz, e->support, e->work,
            &e->lwork, e->iwork, &e->liwork, &info, 1, 1, 1);
    LEMMA_REQUIRE(info >= 0);
    return info;
}

lemma_status lemma_eigen_create(size_t n, struct lemma_eigen **eigen)
{
    struct lemma_eigen *e = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(n >= 1);
    if (n > INT_MAX / (BLOCK + 6))
        return LEMMA_EINPUT;
    LEMMA_NEW(e, 1);
    e->n = n;
    e->lwork = (int) n * (BLOCK + 6);
    e->liwork = (int) n * 10;
    LEMMA_NEW(e->work, (size_t) e->lwork);
    LEMMA_NEW(e->iwork, (size_t) e->liwork);
    LEMMA_NEW(e->support, 2 * n);
    *eigen = e;
    e = NULL;
out:
    lemma_eigen_destroy(e);
    return st;
}

void lemma_eigen_destroy(struct lemma_eigen *e)
{
    if (e) {
        lemma_free(e->work);
        lemma_free(e->iwork);
        lemma_free(e->support);
    }
    lemma_free(e);
}

static bool is_finite(lemma_cmat a)
{
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j <= i; j++)
            if (!isfinite(lemma_crow(a, i).a[j]))
                return false;
    return true;
}

lemma_status lemma_eigen_solve(struct lemma_eigen *e, lemma_mat a, double *values,
                               lemma_mat vectors)
{
    bool wanted = vectors.a != NULL;

    LEMMA_REQUIRE(a.rows >= 1 && a.rows <= e->n && a.cols == a.rows && a.ld <= INT_MAX);
    LEMMA_REQUIRE(!wanted || (vectors.rows == a.rows && vectors.cols == a.rows &&
                              vectors.ld <= INT_MAX));
    if (is_finite(lemma_const(a)))
        return call(e, wanted, a, values, vectors) == 0 ? LEMMA_OK : LEMMA_ENUMERIC;
    for (size_t i = 0; i < a.rows; i++) {
        values[i] = NAN;
        for (size_t j = 0; j < a.rows && wanted; j++)
            lemma_row(vectors, i).a[j] = NAN;
    }
    return LEMMA_OK;
}
