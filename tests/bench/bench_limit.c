/*
 * Large Gram matrices with their extreme eigenvalues, phase by phase: at infinite
 * width, and of a network by blocks of samples. Time, and peak memory in matrices of
 * the result's size (target 2.5).
 *
 *     bench_limit infinite|empirical [N]        10,000 without it
 */
#include <omp.h>
#include <string.h>

#include "bench.h"
#include "core/alloc.h"
#include "core/blas.h"
#include "kernel/gram.h"
#include "kernel/limit.h"
#include "kernel/spectrum.h"

struct watch {
    double begun, base, matrix; /* bytes: before the matrix, and of it */
};

static void phase(struct watch *w, const char *name)
{
    double now = bench_now();

    printf("  %-34s %8.2f s   peak %5.2f matrices\n", name, now - w->begun,
           (bench_peak_memory() - w->base) / w->matrix);
    fflush(stdout);
    w->begun = bench_now();
}

static void ends(struct watch *w, lemma_mat k)
{
    struct lemma_spectrum *s = NULL;
    struct lemma_spectrum_result r;

    bench_try(lemma_spectrum_create(k.rows, LEMMA_SPECTRUM_EXTREMES, &s), NULL);
    bench_try(lemma_spectrum_measure(s, k, NULL, (lemma_mat){0}, &r), NULL);
    lemma_spectrum_destroy(s);
    phase(w, "extreme eigenvalues");
    printf("  lambda_min %.6g, lambda_max %.6g, resolution %.1e, %s\n", r.lambda_min,
           r.lambda_max, r.resolution, r.converged ? "converged" : "NOT CONVERGED");
}

static void verdict(const struct watch *w)
{
    double matrices = (bench_peak_memory() - w->base) / w->matrix;

    printf("  %-34s %8.2f     target <= 2.50: %s\n\n", "memory, in matrices", matrices,
           matrices <= 2.5 ? "ok" : "above");
}

static void infinite(struct bench_problem *p)
{
    struct lemma_limit sum = {LEMMA_LIMIT_SUM, false};
    size_t N = p->size.n;
    struct watch w = {bench_now(), bench_peak_memory(),
                      (double) N * (double) N * sizeof(double)};
    lemma_mat k = lemma_mat_of(lemma_alloc(N * N, sizeof(double)), N, N);

    bench_try(k.a ? LEMMA_OK : LEMMA_EMEMORY, NULL);
    printf("infinite width: N=%zu d_x=%zu L=%zu\n", N, p->size.d_x, p->size.L);
    bench_try(lemma_limit_gram(p->net, lemma_const(p->set->inputs), &sum, k, NULL),
              NULL);
    phase(&w, "Gram matrix in closed form");
    ends(&w, k);
    verdict(&w);
    lemma_free(k.a);
}

static void empirical(struct bench_problem *p)
{
    struct lemma_model model = {.net = p->net,
                                .output_matrix =
                                    lemma_trainer_output_matrix(p->trainer),
                                .shared = lemma_trainer_server(p->trainer)->w};
    struct lemma_gram_sweep *sweep = NULL;
    size_t N = p->size.n;
    struct watch w = {bench_now(), bench_peak_memory(),
                      (double) N * (double) N * sizeof(double)};
    lemma_mat k = lemma_mat_of(lemma_alloc(N * N, sizeof(double)), N, N);

    bench_try(k.a ? LEMMA_OK : LEMMA_EMEMORY, NULL);
    bench_try(lemma_gram_sweep_create(p->net, LEMMA_GRAM_FULL, N, 0, &sweep), NULL);
    printf("empirical: N=%zu m=%zu L=%zu d_x=%zu d=1, blocks of %zu samples\n", N,
           p->size.m, p->size.L, p->size.d_x, lemma_gram_sweep_block(sweep));
    lemma_gram_sweep(sweep, &model, lemma_const(p->set->inputs),
                     (struct lemma_layers){0, p->net->L}, k);
    phase(&w, "passes and Gram matrix");
    lemma_gram_sweep_destroy(sweep);
    ends(&w, k);
    verdict(&w);
    lemma_free(k.a);
}

int main(int argc, char **argv)
{
    size_t N = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;

    bench_start(argv);
    if (!getenv("OMP_NUM_THREADS"))
        omp_set_num_threads(2);
    printf("BLAS kernel %s, %d threads\n", lemma_blas_kernel(), omp_get_max_threads());
    struct bench_problem *p =
        bench_problem_create((struct bench_size){1, N, 1024, 3, 784, 1, 1}, 1);
    if (argc > 1 && strcmp(argv[1], "empirical") == 0)
        empirical(p);
    else
        infinite(p);
    bench_problem_destroy(p);
    return 0;
}
