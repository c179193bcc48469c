#include "bench.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/rng.h"

enum { INPUTS = 1, TARGETS = 2 }; /* draws of the benchmark's own */

void bench_start(char **argv)
{
    const char *better = lemma_blas_better_kernel(lemma_blas_kernel());

    if (better && !getenv("OPENBLAS_CORETYPE") &&
        setenv("OPENBLAS_CORETYPE", better, 1) == 0)
        execv("/proc/self/exe", argv);
    lemma_blas_init();
}

double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

double bench_median(double *t, size_t count)
{
    qsort(t, count, sizeof *t, by_value);
    return count % 2 ? t[count / 2] : (t[count / 2 - 1] + t[count / 2]) / 2;
}

void bench_try(lemma_status st, const struct lemma_error *err)
{
    if (st == LEMMA_OK)
        return;
    fprintf(stderr, "%s: %s\n", lemma_status_text(st), err ? err->text : "");
    exit(3);
}

static void *need(size_t count, size_t size)
{
    void *block = lemma_alloc(count, size);

    bench_try(block ? LEMMA_OK : LEMMA_EMEMORY, NULL);
    return block;
}

static struct lemma_dataset *make_set(struct bench_size s)
{
    struct lemma_dataset *set = need(1, sizeof *set);

    set->n = s.K * s.n;
    set->d_x = s.d_x;
    set->d = s.d;
    set->inputs = lemma_mat_of(need(set->n * s.d_x, sizeof(double)), set->n, s.d_x);
    set->targets = lemma_mat_of(need(set->n * s.d, sizeof(double)), set->n, s.d);
    for (size_t i = 0; i < set->n; i++) {
        struct lemma_stream inputs = lemma_stream_at(1, LEMMA_DRAW_TEST, INPUTS, i, 0);
        struct lemma_stream targets =
            lemma_stream_at(1, LEMMA_DRAW_TEST, TARGETS, i, 0);
        lemma_vec x = lemma_row(set->inputs, i), y = lemma_row(set->targets, i);
        double norm;

        for (size_t j = 0; j < x.n; j++)
            x.a[j] = lemma_stream_normal(&inputs);
        norm = lemma_norm((lemma_cvec){x.a, x.n});
        for (size_t j = 0; j < x.n; j++)
            x.a[j] /= norm;
        for (size_t j = 0; j < y.n; j++)
            y.a[j] = lemma_stream_uniform(&targets) < 0.5 ? -1 : 1;
    }
    return set;
}

static struct lemma_partition *make_partition(struct bench_size s)
{
    struct lemma_partition *partition = need(1, sizeof *partition);

    partition->clients = s.K;
    partition->spans = need(s.K, sizeof *partition->spans);
    for (size_t c = 0; c < s.K; c++)
        partition->spans[c] = (struct lemma_span){c * s.n, s.n};
    return partition;
}

static struct lemma_experiment *make_experiment(struct bench_size s, size_t rounds)
{
    struct lemma_experiment *x = need(1, sizeof *x);

    lemma_experiment_init(x);
    x->seed = 1;
    x->partition.clients = s.K;
    x->network.width = s.m;
    x->network.depth = s.L;
    strcpy(x->network.preset, "deep-relu");
    strcpy(x->train.step_rule, "width");
    x->train.local_steps = s.tau;
    x->train.rounds = rounds;
    x->train.batch = 0;
    x->train.step_size = 0.1;
    x->train.server_step = 1;
    return x;
}

struct bench_problem *bench_problem_create(struct bench_size size, size_t rounds)
{
    struct bench_problem *p = need(1, sizeof *p);
    struct lemma_error err = {""};

    p->size = size;
    p->x = make_experiment(size, rounds);
    p->set = make_set(size);
    p->partition = make_partition(size);
    bench_try(lemma_network_create(p->x->network.preset, size.d_x, size.d, size.m,
                                   size.L, &p->net, &err),
              &err);
    p->training = (struct lemma_training){
        .net = p->net,
        .loss = lemma_loss_types[0],
        .set = p->set,
        .partition = p->partition,
        .config = &p->x->train,
        .eta = p->x->train.step_size * p->net->preset->width_rule(p->net),
        .seed = p->x->seed,
        .stop = &p->stop,
    };
    bench_try(lemma_trainer_create(&p->training, &p->trainer, &err), &err);
    return p;
}

void bench_problem_destroy(struct bench_problem *p)
{
    lemma_trainer_destroy(p->trainer);
    lemma_network_destroy(p->net);
    lemma_free(p->partition->spans);
    lemma_free(p->partition);
    lemma_free(p->set->inputs.a);
    lemma_free(p->set->targets.a);
    lemma_free(p->set);
    lemma_free(p->x);
    lemma_free(p);
}

double bench_dense_flops(struct bench_size s)
{
    double rows = (double) (s.K * s.n), m = (double) s.m;
    double first = (double) s.d_x * m, hidden = (double) (s.L - 1) * m * m;

    return 2 * rows * (2 * first + 3 * hidden + 2 * m * (double) s.d);
}

double bench_peak_memory(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return 1024 * (double) use.ru_maxrss;
}
