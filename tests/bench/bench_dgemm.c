#include "bench_dgemm.h"

#include <cblas.h>
#include <omp.h>

#include "bench.h"
#include "core/alloc.h"
#include "core/blas.h"

enum { SIDE = BENCH_DGEMM_SIDE };

void bench_dgemm_create(struct bench_dgemm *r)
{
    double **all[] = {&r->a, &r->b, &r->c};

    for (size_t i = 0; i < 3; i++) {
        *all[i] = lemma_alloc(SIDE * SIDE, sizeof(double));
        bench_try(*all[i] ? LEMMA_OK : LEMMA_EMEMORY, NULL);
        for (size_t j = 0; j < SIDE * SIDE; j++)
            (*all[i])[j] = (double) (j % 7) - 3;
    }
}

void bench_dgemm_destroy(struct bench_dgemm *r)
{
    lemma_free(r->a);
    lemma_free(r->b);
    lemma_free(r->c);
}

/* Rows [first, first + rows) of C = A B. */
static void rows(const struct bench_dgemm *r, int first, int count)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count, SIDE, SIDE, 1,
                r->a + (size_t) first * SIDE, SIDE, r->b, SIDE, 0,
                r->c + (size_t) first * SIDE, SIDE);
}

double bench_dgemm_seconds(const struct bench_dgemm *r)
{
    int threads = omp_get_max_threads();
    double begun = bench_now(), halves, whole;

#pragma omp parallel for
    for (int i = 0; i < threads; i++)
        rows(r, i * SIDE / threads, (i + 1) * SIDE / threads - i * SIDE / threads);
    halves = bench_now() - begun;

    openblas_set_num_threads(threads);
    begun = bench_now();
    rows(r, 0, SIDE);
    whole = bench_now() - begun;
    lemma_blas_init();
    return halves < whole ? halves : whole;
}
