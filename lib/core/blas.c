#include "core/blas.h"

#include <cblas.h>
#include <limits.h>
#include <strings.h>

void lemma_blas_init(void)
{
    openblas_set_num_threads(1);
}

bool lemma_blas_is_single(void)
{
    return openblas_get_num_threads() == 1;
}

const char *lemma_blas_kernel(void)
{
    return openblas_get_corename();
}

const char *lemma_blas_version(void)
{
    return openblas_get_config();
}

/* A kernel's level: 2 uses AVX-512, 1 AVX2 with FMA, 0 less. Unknown names count as the
 * highest: a newer OpenBLAS knows better than this list. */
static int kernel_level(const char *kernel)
{
    static const char *const low[] = {
        "Generic",       "Prescott",    "Core2",  "Penryn",      "Dunnington",
        "Nehalem",       "Atom",        "Athlon", "Opteron",     "Opteron_SSE3",
        "Opteron(SSE3)", "Barcelona",   "Bobcat", "Nano",        "Katmai",
        "Coppermine",    "Northwood",   "Banias", "Sandybridge", "Bulldozer",
        "Piledriver",    "Steamroller",
    };
    static const char *const middle[] = {"Haswell", "Zen", "Excavator"};

    for (size_t i = 0; i < sizeof low / sizeof *low; i++)
        if (strcasecmp(kernel, low[i]) == 0)
            return 0;
    for (size_t i = 0; i < sizeof middle / sizeof *middle; i++)
        if (strcasecmp(kernel, middle[i]) == 0)
            return 1;
    return 2;
}

const char *lemma_blas_better_kernel(const char *kernel)
{
    const char *better = NULL;
#if defined __x86_64__
    int level = kernel_level(kernel);
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 =
        __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");

    if (avx512 && level < 2)
        better = "SkylakeX";
    else if (avx2 && level < 1)
        better = "Haswell";
#else
    (void) kernel_level;
    (void) kernel;
#endif
    return better;
}

static blasint count(size_t n)
{
    LEMMA_REQUIRE(n <= INT_MAX);
    return (blasint) n;
}

static CBLAS_TRANSPOSE op(enum lemma_op t)
{
    return t == LEMMA_T ? CblasTrans : CblasNoTrans;
}

void lemma_gemm(enum lemma_op ta, enum lemma_op tb, double alpha, lemma_cmat a,
                lemma_cmat b, double beta, lemma_mat c)
{
    size_t am = ta == LEMMA_T ? a.cols : a.rows, ak = ta == LEMMA_T ? a.rows : a.cols;
    size_t bk = tb == LEMMA_T ? b.cols : b.rows, bn = tb == LEMMA_T ? b.rows : b.cols;

    LEMMA_REQUIRE(am == c.rows && bn == c.cols && ak == bk);
    if (am == 0 || bn == 0)
        return;
    cblas_dgemm(CblasRowMajor, op(ta), op(tb), count(am), count(bn), count(ak), alpha,
                a.a, count(a.ld), b.a, count(b.ld), beta, c.a, count(c.ld));
}

void lemma_syrk(lemma_cmat a, lemma_mat c)
{
    LEMMA_REQUIRE(c.rows == a.rows && c.cols == a.rows);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, count(a.rows), count(a.cols),
                1, a.a, count(a.ld), 0, c.a, count(c.ld));
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = i + 1; j < c.cols; j++)
            c.a[i * c.ld + j] = c.a[j * c.ld + i];
}

void lemma_gemv(enum lemma_op ta, double alpha, lemma_cmat a, lemma_cvec x, double beta,
                lemma_vec y)
{
    LEMMA_REQUIRE(x.n == (ta == LEMMA_T ? a.rows : a.cols));
    LEMMA_REQUIRE(y.n == (ta == LEMMA_T ? a.cols : a.rows));
    cblas_dgemv(CblasRowMajor, op(ta), count(a.rows), count(a.cols), alpha, a.a,
                count(a.ld), x.a, 1, beta, y.a, 1);
}

double lemma_dot(lemma_cvec x, lemma_cvec y)
{
    LEMMA_REQUIRE(x.n == y.n);
    return cblas_ddot(count(x.n), x.a, 1, y.a, 1);
}

double lemma_norm(lemma_cvec x)
{
    return cblas_dnrm2(count(x.n), x.a, 1);
}
