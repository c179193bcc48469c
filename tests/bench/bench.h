/* What the benchmarks share: a clock, a synthetic problem of a given size, a verdict.
 */
#ifndef LEMMA_TESTS_BENCH_H
#define LEMMA_TESTS_BENCH_H

#include "train/trainer.h"

struct bench_size {
    size_t K, n, m, L, d_x, d, tau;
};

/* A deep-relu network, K clients of n normal inputs on the unit sphere, +-1 targets. */
struct bench_problem {
    struct bench_size size;
    struct lemma_experiment *x; /* defaults but for what the size says */
    struct lemma_network *net;
    struct lemma_dataset *set;
    struct lemma_partition *partition;
    struct lemma_training training;
    struct lemma_trainer *trainer;
    volatile sig_atomic_t stop; /* set by an observer: the run ends after its step */
};

/* Starts the program anew with the kernel this CPU deserves where OpenBLAS picked a
 * lower one (a value already in OPENBLAS_CORETYPE is kept), then takes BLAS to one
 * thread. */
void bench_start(char **argv);

/* Monotonic seconds. */
double bench_now(void);

/* The median; sorts t. */
double bench_median(double *t, size_t count);

/* Ends the program with the sentence where the status is not LEMMA_OK. */
void bench_try(lemma_status st, const struct lemma_error *err);

/* Everything that training needs, for `rounds` rounds. */
struct bench_problem *bench_problem_create(struct bench_size size, size_t rounds);
void bench_problem_destroy(struct bench_problem *p);

/* Flops of one local step of all clients in the dense algorithm: forward and weight
 * gradient of every trained layer, backward of all but the first, output forward and
 * backward; nothing of lemma's own (thin corrections, the virtual average) counts. */
double bench_dense_flops(struct bench_size size);

/* Peak resident memory of this process so far, bytes. */
double bench_peak_memory(void);

#endif
