/* What the machine's BLAS does in the same process and minute: a product of 2048^3. */
#ifndef LEMMA_TESTS_BENCH_DGEMM_H
#define LEMMA_TESTS_BENCH_DGEMM_H

enum { BENCH_DGEMM_SIDE = 2048 };

#define BENCH_DGEMM_FLOPS (2.0 * BENCH_DGEMM_SIDE * BENCH_DGEMM_SIDE * BENCH_DGEMM_SIDE)

struct bench_dgemm {
    double *a, *b, *c; /* (side, side) */
};

void bench_dgemm_create(struct bench_dgemm *r);
void bench_dgemm_destroy(struct bench_dgemm *r);

/* The better of OpenBLAS's own threads and one single-threaded call a thread. */
double bench_dgemm_seconds(const struct bench_dgemm *r);

#endif
