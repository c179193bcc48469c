/*
 * The Gram matrix of given weights, passes included, whenever it is told to.
 *
 *     bench_gram_station N m L d_x FILE
 *
 * FILE gets what another program needs to compute the same: N, m, L, d_x as int64;
 * inputs (N, d_x), V (1, m), W_1..W_L as doubles. It answers "ready KERNEL", then to
 * each line of standard input "SECONDS TRACE PEAK norm=.. mixed=..": the sums by which
 * the matrices are compared, mixed = sum_ij K_ij cos(i + 2 j).
 */
#include <math.h>

#include "bench.h"
#include "core/alloc.h"
#include "core/blas.h"
#include "kernel/gram.h"

static void write_all(FILE *f, const void *a, size_t size, size_t count)
{
    if (fwrite(a, size, count, f) != count)
        bench_try(LEMMA_EIO, NULL);
}

static void dump(const struct bench_problem *p, const char *path)
{
    struct bench_size s = p->size;
    const int64_t head[] = {(int64_t) s.n, (int64_t) s.m, (int64_t) s.L,
                            (int64_t) s.d_x};
    const struct lemma_weights *w = lemma_trainer_server(p->trainer);
    FILE *f = fopen(path, "wb");

    bench_try(f ? LEMMA_OK : LEMMA_EIO, NULL);
    write_all(f, head, sizeof *head, 4);
    write_all(f, p->set->inputs.a, sizeof(double), s.n * s.d_x);
    write_all(f, lemma_trainer_output_matrix(p->trainer).a, sizeof(double), s.m);
    for (size_t l = 0; l < s.L; l++)
        write_all(f, w->w[l].a, sizeof(double), w->w[l].rows * w->w[l].cols);
    if (fclose(f) != 0)
        bench_try(LEMMA_EIO, NULL);
}

static void tell(double seconds, lemma_mat k)
{
    double trace = 0, square = 0, mixed = 0;

    for (size_t i = 0; i < k.rows; i++)
        for (size_t j = 0; j < k.cols; j++) {
            double x = lemma_row(k, i).a[j];

            trace += i == j ? x : 0;
            square += x * x;
            mixed += x * cos((double) i + 2 * (double) j);
        }
    printf("%.9f %.17g %.0f norm=%.17g mixed=%.17g\n", seconds, trace,
           bench_peak_memory(), sqrt(square), mixed);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    size_t v[4];
    char line[64];
    struct lemma_gram_sweep *sweep = NULL;

    if (argc != 6) {
        fprintf(stderr, "usage: %s N m L d_x FILE\n", argv[0]);
        return 2;
    }
    bench_start(argv);
    for (size_t i = 0; i < 4; i++)
        v[i] = strtoul(argv[i + 1], NULL, 10);
    struct bench_problem *p =
        bench_problem_create((struct bench_size){1, v[0], v[1], v[2], v[3], 1, 1}, 1);
    struct lemma_model model = {.net = p->net,
                                .output_matrix =
                                    lemma_trainer_output_matrix(p->trainer),
                                .shared = lemma_trainer_server(p->trainer)->w};
    lemma_mat k = lemma_mat_of(lemma_alloc(v[0] * v[0], sizeof(double)), v[0], v[0]);

    bench_try(k.a ? LEMMA_OK : LEMMA_EMEMORY, NULL);
    bench_try(lemma_gram_sweep_create(p->net, LEMMA_GRAM_FULL, v[0], 0, &sweep), NULL);
    dump(p, argv[5]);
    printf("ready %s\n", lemma_blas_kernel());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double begun = bench_now();

        lemma_gram_sweep(sweep, &model, lemma_const(p->set->inputs),
                         (struct lemma_layers){0, p->net->L}, k);
        tell(bench_now() - begun, k);
    }
    lemma_gram_sweep_destroy(sweep);
    lemma_free(k.a);
    bench_problem_destroy(p);
    return 0;
}
