/*
 * Training alone against dgemm in the same process.
 *
 * Rate = flops of the dense algorithm (see bench_dense_flops) / seconds of a whole
 * round, averaging included. Reference: dgemm 2048^3 on the same threads, the better of
 * OpenBLAS's own threads and one single-threaded call per OpenMP thread, measured
 * between the rounds, so that both see the same machine.
 */
#include <omp.h>

#include "bench.h"
#include "bench_dgemm.h"
#include "core/blas.h"

enum { ROUNDS = 6 }; /* the first round warms up */

struct times {
    struct bench_problem *problem;
    struct bench_dgemm *ref;
    double last, step;
    double round[ROUNDS], first_pass[ROUNDS], last_update[ROUNDS], averaging[ROUNDS];
    double dgemm[ROUNDS];
};

/* A round ends where the next one begins, just before its first pass. */
static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct times *t = context;
    double now = bench_now();

    if (ev->kind == LEMMA_ON_ROUND_BEGIN && ev->round > 0) {
        t->averaging[ev->round - 1] = now - t->step;
        t->round[ev->round - 1] = now - t->last;
    }
    if (ev->kind == LEMMA_ON_STEP && ev->local_step == 0)
        t->first_pass[ev->round] = now - t->last;
    if (ev->kind == LEMMA_ON_ROUND_END)
        t->last_update[ev->round] = now - t->step;
    if (ev->kind == LEMMA_ON_ROUND_BEGIN) {
        t->dgemm[ev->round] = bench_dgemm_seconds(t->ref);
        t->last = bench_now();
        t->problem->stop = ev->round + 1 == ROUNDS;
    }
    t->step = bench_now();
    return LEMMA_OK;
}

/* Rounds 1 .. ROUNDS - 2 count; each is compared with dgemm just before and after. */
static void report(struct bench_size size, struct times *t, double target)
{
    size_t count = ROUNDS - 2;
    double flops = (double) size.tau * bench_dense_flops(size), shares[ROUNDS], share;
    double round, dgemm;

    for (size_t r = 1; r <= count; r++)
        shares[r] = flops / t->round[r] * (t->dgemm[r] + t->dgemm[r + 1]) / 2 /
                    BENCH_DGEMM_FLOPS;
    share = bench_median(shares + 1, count);
    round = bench_median(t->round + 1, count);
    dgemm = bench_median(t->dgemm + 1, count);
    printf("  a round                   %8.3f s   %6.1f GFLOP/s (dense algorithm)\n",
           round, 1e-9 * flops / round);
    printf("    passes of step 0        %8.3f s\n",
           bench_median(t->first_pass + 1, count));
    printf("    update after the last   %8.3f s\n",
           bench_median(t->last_update + 1, count));
    printf("    averaging               %8.3f s\n",
           bench_median(t->averaging + 1, count));
    printf("  dgemm %d^3, threaded    %8.3f s   %6.1f GFLOP/s\n", BENCH_DGEMM_SIDE,
           dgemm, 1e-9 * BENCH_DGEMM_FLOPS / dgemm);
    printf("  training / dgemm          %8.2f     target >= %.2f: %s\n\n", share,
           target, share >= target ? "ok" : "below");
}

static void measure(struct bench_size size, double target)
{
    struct bench_dgemm ref;
    struct bench_problem *p = bench_problem_create(size, ROUNDS);
    struct times t = {.problem = p, .ref = &ref};
    struct lemma_observer observer = {
        LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_ROUND_END, false, see, &t};
    enum lemma_outcome outcome;
    size_t steps;

    printf("K=%zu n=%zu m=%zu L=%zu d_x=%zu d=%zu tau=%zu, %s, %d threads\n", size.K,
           size.n, size.m, size.L, size.d_x, size.d, size.tau,
           lemma_trainer_factored(p->trainer, size.L - 1) ? "factored" : "dense",
           omp_get_max_threads());
    bench_dgemm_create(&ref);
    bench_try(lemma_trainer_watch(p->trainer, &observer), NULL);
    bench_try(lemma_trainer_run(p->trainer, &outcome, &steps), NULL);
    report(size, &t, target);
    bench_dgemm_destroy(&ref);
    bench_problem_destroy(p);
}

int main(int argc, char **argv)
{
    (void) argc;
    bench_start(argv);
    if (!getenv("OMP_NUM_THREADS"))
        omp_set_num_threads(2);
    printf("BLAS kernel %s\n", lemma_blas_kernel());
    measure((struct bench_size){16, 16, 4096, 3, 784, 1, 8}, 0.75);
    measure((struct bench_size){8, 64, 1024, 3, 784, 1, 10}, 0.5);
    return 0;
}
