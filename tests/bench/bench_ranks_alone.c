/*
 * What one of P ranks computes in a local step, P beyond this machine's cores too.
 *
 * Processor time of one thread, rank 0 of P whose rows of others never come (they stay
 * zeros): moving rows is left out, other programs on the machine matter little. "model"
 * is lib/train/ranks.md: passes are shared in whole tiles, the update is every rank's.
 */
#include <omp.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "core/blas.h"

enum { ROUNDS = 2, TURNS = 3 };

static double cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static void gather(const struct lemma_share *share, const struct lemma_stack *stacks,
                   size_t count, const size_t *first)
{
    (void) share;
    (void) stacks;
    (void) count;
    (void) first;
}

static uint64_t least(const struct lemma_comm *comm, uint64_t value)
{
    (void) comm;
    return value;
}

/* Seconds a step; the fastest turn. */
static double measure(struct bench_problem *p, size_t ranks)
{
    static const struct lemma_comm_type mute = {.name = "mute", .least = least};
    struct lemma_comm comm = {
        .share = {0, ranks, gather}, .type = &mute, .here = 1, .speaker = 0};
    double fastest = 0;

    p->training.comm = &comm;
    for (int turn = 0; turn < TURNS; turn++) {
        struct lemma_trainer *trainer = NULL;
        enum lemma_outcome outcome;
        size_t steps;
        double begun, seconds;

        bench_try(lemma_trainer_create(&p->training, &trainer, NULL), NULL);
        begun = cpu_now();
        bench_try(lemma_trainer_run(trainer, &outcome, &steps), NULL);
        seconds = (cpu_now() - begun) / (double) steps;
        fastest = turn == 0 || seconds < fastest ? seconds : fastest;
        lemma_trainer_destroy(trainer);
    }
    return fastest;
}

/* From the flops of a step; shared: clients share tiles. */
static double model(struct bench_size s, size_t ranks, bool shared)
{
    double rows = (double) (s.K * s.n), m = (double) s.m, first = (double) s.d_x * m;
    double hidden = (double) (s.L - 1) * m * m;
    double passes = first + 2 * hidden, update = first + hidden;
    double tile = shared ? (double) lemma_product_tile(s.K * s.n, s.m) : 1;
    double mine = rows / (double) ranks;

    if (mine < tile) /* a rank runs a whole tile for any row of it */
        mine = tile < rows ? tile : rows;
    return (passes + update) * rows / (passes * mine + update * rows);
}

static void report(const char *name, struct bench_size s, const char *models)
{
    struct bench_problem *p = bench_problem_create(s, ROUNDS);
    bool shared = strcmp(models, "dense") != 0;
    double alone = 0;

    strcpy(p->x->train.local_models, models);
    printf("%s: K=%zu n=%zu m=%zu L=%zu d_x=%zu tau=%zu\n", name, s.K, s.n, s.m, s.L,
           s.d_x, s.tau);
    for (size_t ranks = 1; ranks <= s.K && ranks <= 8; ranks *= 2) {
        double seconds = measure(p, ranks);

        alone = ranks == 1 ? seconds : alone;
        printf("  %zu rank%s  %8.4f s a step   speed-up %5.2f   model %5.2f\n", ranks,
               ranks > 1 ? "s" : " ", seconds, alone / seconds,
               model(s, ranks, shared));
        fflush(stdout);
    }
    bench_problem_destroy(p);
}

int main(int argc, char **argv)
{
    (void) argc;
    bench_start(argv);
    omp_set_num_threads(1);
    report("factored", (struct bench_size){16, 64, 1024, 3, 64, 1, 2}, "factored");
    report("factored, few rows", (struct bench_size){16, 16, 1024, 3, 64, 1, 4},
           "factored");
    report("dense", (struct bench_size){16, 64, 1024, 3, 64, 1, 2}, "dense");
    report("two layers", (struct bench_size){16, 64, 4096, 1, 256, 1, 2}, "factored");
    return 0;
}
