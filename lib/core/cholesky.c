#include "core/cholesky.h"

#include <cblas.h>
#include <limits.h>
#include <math.h>

#include "core/status.h"

/* Fortran, in libopenblas: column-major "U" is row-major j <= i. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info,
             size_t);

bool lemma_cholesky(lemma_mat a)
{
    int n = (int) a.rows, lda = (int) a.ld, info = 0;

    LEMMA_REQUIRE(a.rows == a.cols && a.ld <= INT_MAX);
    if (n == 0)
        return true;
    dpotrf_("U", &n, a.a, &lda, &info, 1);
    LEMMA_REQUIRE(info >= 0);
    for (size_t i = 0; i < a.rows && info == 0; i++) /* OpenBLAS passes NaN through */
        info = !isfinite(a.a[i * a.ld + i]);
    return info == 0;
}

void lemma_cholesky_solve(lemma_cmat l, lemma_vec x)
{
    LEMMA_REQUIRE(l.rows == l.cols && x.n == l.rows && l.ld <= INT_MAX);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, (blasint) l.rows,
                l.a, (blasint) l.ld, x.a, 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, (blasint) l.rows,
                l.a, (blasint) l.ld, x.a, 1);
}
