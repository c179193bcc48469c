/*
 * The Gram matrix of the training points from the tape of a full-batch step, against
 * dgemm and against that step, in one process and turn about.
 *
 * The kernel's own flops: two symmetric products a layer, N^2 (in + out), each counted
 * once.
 */
#include <omp.h>

#include "bench.h"
#include "bench_dgemm.h"
#include "core/alloc.h"
#include "core/blas.h"
#include "kernel/gram.h"

enum { ROUNDS = 14 }; /* the first two warm up */

struct times {
    struct bench_problem *problem;
    struct bench_dgemm ref;
    struct lemma_jacobian *j;
    struct lemma_gram *gram;
    lemma_mat k;
    double begun, inside; /* of the round; what of it was not training */
    double step[ROUNDS], form[ROUNDS], dgemm[ROUNDS];
};

static void form(struct times *t, const struct lemma_event *ev)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
    struct lemma_layers all = {0, tape->L};
    double begun = bench_now();

    lemma_jacobian_take(t->j, NULL, tape);
    lemma_gram_form(t->gram, t->j, (struct lemma_span){0, tape->rows}, all, t->k);
    t->form[ev->round] = bench_now() - begun;
    t->inside += t->form[ev->round];
}

/* One step a round: from its beginning to the next one's. */
static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct times *t = context;

    if (ev->kind == LEMMA_ON_STEP) {
        form(t, ev);
        return LEMMA_OK;
    }
    if (ev->round > 0)
        t->step[ev->round - 1] = bench_now() - t->begun - t->inside;
    t->dgemm[ev->round] = bench_dgemm_seconds(&t->ref);
    t->problem->stop = ev->round + 1 == ROUNDS;
    t->inside = 0;
    t->begun = bench_now();
    return LEMMA_OK;
}

static double kernel_flops(struct bench_size s)
{
    double n = (double) (s.K * s.n), sides = (double) s.d_x + (double) s.m;

    return n * n * (sides + 2 * (double) (s.L - 1) * (double) s.m);
}

static void report(const struct times *t, struct bench_size size)
{
    enum { FIRST = 2, COUNT = ROUNDS - 1 - FIRST };
    double rate[COUNT], share[COUNT], flops = kernel_flops(size), form, step, r, s;

    for (size_t i = 0; i < COUNT; i++) {
        size_t at = FIRST + i;
        double dgemm = (t->dgemm[at] + t->dgemm[at + 1]) / 2;

        rate[i] = flops / t->form[at] * dgemm / BENCH_DGEMM_FLOPS;
        share[i] = t->form[at] / t->step[at];
    }
    r = bench_median(rate, COUNT);
    s = bench_median(share, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        rate[i] = t->form[FIRST + i];
        share[i] = t->step[FIRST + i];
    }
    form = bench_median(rate, COUNT);
    step = bench_median(share, COUNT);
    printf("  Gram matrix from the tape %8.4f s   %6.1f GFLOP/s (its own flops)\n",
           form, 1e-9 * flops / form);
    printf("  a full-batch step         %8.4f s\n", step);
    printf("  Gram / dgemm              %8.2f     target >= 0.60: %s\n", r,
           r >= 0.6 ? "ok" : "below");
    printf("  Gram / step               %8.2f     target <= 0.35: %s\n\n", s,
           s <= 0.35 ? "ok" : "above");
}

int main(int argc, char **argv)
{
    struct bench_size size = {1, 512, 1024, 3, 784, 1, 1};
    struct times t = {0};
    struct lemma_observer observer = {LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP, false, see,
                                      &t};
    enum lemma_outcome outcome;
    size_t steps, N = size.K * size.n;

    (void) argc;
    bench_start(argv);
    if (!getenv("OMP_NUM_THREADS"))
        omp_set_num_threads(2);
    t.problem = bench_problem_create(size, ROUNDS);
    bench_dgemm_create(&t.ref);
    bench_try(lemma_jacobian_create(t.problem->net, N, &t.j), NULL);
    bench_try(lemma_gram_create(LEMMA_GRAM_FULL, N, 1, &t.gram), NULL);
    t.k = lemma_mat_of(lemma_alloc(N * N, sizeof(double)), N, N);
    bench_try(t.k.a ? LEMMA_OK : LEMMA_EMEMORY, NULL);
    printf("N=%zu m=%zu L=%zu d_x=%zu d=%zu, BLAS kernel %s, %d threads\n", N, size.m,
           size.L, size.d_x, size.d, lemma_blas_kernel(), omp_get_max_threads());
    bench_try(lemma_trainer_watch(t.problem->trainer, &observer), NULL);
    bench_try(lemma_trainer_run(t.problem->trainer, &outcome, &steps), NULL);
    report(&t, size);
    lemma_free(t.k.a);
    lemma_gram_destroy(t.gram);
    lemma_jacobian_destroy(t.j);
    bench_dgemm_destroy(&t.ref);
    bench_problem_destroy(t.problem);
    return 0;
}
