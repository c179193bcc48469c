/*
 * One training that takes a round whenever it is told to, so that several programs can
 * be timed in turns while nothing else of theirs runs.
 *
 *     bench_station K n m L d_x d tau [--dump FILE] [probes.NAME.KEY=VALUE ...]
 *
 * It answers "ready KERNEL MODELS FACTORS" (bytes), then to each line of standard input
 * one line "SECONDS LOSS PEAK": the round's wall time (averaging included), the loss of
 * the server model it began with, and the peak resident memory, bytes. It ends with its
 * input.
 * --dump writes what another program needs to compute the same thing (see dump below).
 */
#include <math.h>
#include <string.h>

#include "bench.h"
#include "core/blas.h"
#include "probe/probe.h"

enum { ROUNDS = 1000000, TABLES = 64 };

struct sum {
    const struct lemma_probe_type *type;
    const struct lemma_column *column;
    double value;
};

struct station {
    struct bench_problem *problem;
    double begun, loss;
    bool running;
    size_t tables;
    struct sum sums[TABLES];
};

static struct sum *sum_of(struct station *s, const struct lemma_probe_type *type,
                          const struct lemma_column *column)
{
    for (size_t i = 0; i < s->tables; i++)
        if (s->sums[i].column == column)
            return &s->sums[i];
    LEMMA_REQUIRE(s->tables < TABLES);
    s->sums[s->tables] = (struct sum){type, column, 0};
    return &s->sums[s->tables++];
}

static lemma_status add_row(void *context, const struct lemma_probe_type *type,
                            const struct lemma_column *column, size_t step,
                            size_t count, const void *cells)
{
    struct sum *sum = sum_of(context, type, column);
    const double *f = cells;
    const int64_t *n = cells;

    (void) step;
    for (size_t i = 0; i < count; i++) {
        double value = column->type == LEMMA_F64 ? f[i] : (double) n[i];

        sum->value += isnan(value) ? 0 : value;
    }
    return LEMMA_OK;
}

static void tell(struct station *s, double seconds)
{
    printf("%.9f %.17g %.0f", seconds, s->loss, bench_peak_memory());
    for (size_t i = 0; i < s->tables; i++) {
        printf(" %s.%s=%.17g", s->sums[i].type->name, s->sums[i].column->name,
               s->sums[i].value);
        s->sums[i].value = 0;
    }
    printf("\n");
}

static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct station *s = context;
    char line[64];

    if (ev->kind == LEMMA_ON_STEP) {
        const struct lemma_tape *tape;

        if (ev->local_step > 0)
            return LEMMA_OK;
        tape = lemma_event_tape(ev, LEMMA_TAPE_BATCH, LEMMA_FORWARD);
        s->loss = 0;
        for (size_t c = 0; c < tape->clients; c++)
            s->loss += lemma_event_weight(ev, c) * lemma_tape_loss(tape, c);
        return LEMMA_OK;
    }
    if (s->running)
        tell(s, bench_now() - s->begun);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        s->problem->stop = 1;
    s->running = true;
    s->begun = bench_now();
    return LEMMA_OK;
}

static void dump_matrix(FILE *f, lemma_cmat m)
{
    for (size_t i = 0; i < m.rows; i++)
        if (fwrite(lemma_crow(m, i).a, sizeof(double), m.cols, f) != m.cols)
            bench_try(LEMMA_EIO, NULL);
}

/* K, n, m, L, d_x, d, tau as int64; eta, inputs (N, d_x), targets (N, d), V (d, m),
 * W_1..W_L (out, in) as doubles; all in the machine's byte order. */
static void dump(const struct bench_problem *p, const char *path)
{
    struct bench_size s = p->size;
    const int64_t head[] = {(int64_t) s.K,  (int64_t) s.n,   (int64_t) s.m,
                            (int64_t) s.L,  (int64_t) s.d_x, (int64_t) s.d,
                            (int64_t) s.tau};
    FILE *f = fopen(path, "wb");
    lemma_cmat eta = {&p->training.eta, 1, 1, 1};

    if (!f || fwrite(head, sizeof head, 1, f) != 1)
        bench_try(LEMMA_EIO, NULL);
    dump_matrix(f, eta);
    dump_matrix(f, lemma_const(p->set->inputs));
    dump_matrix(f, lemma_const(p->set->targets));
    dump_matrix(f, lemma_trainer_output_matrix(p->trainer));
    for (size_t l = 0; l < s.L; l++)
        dump_matrix(f, lemma_const(lemma_trainer_server(p->trainer)->w[l]));
    if (fclose(f) != 0)
        bench_try(LEMMA_EIO, NULL);
}

/* Bytes of one round's factors, all clients and factored layers. */
static double factor_bytes(const struct bench_problem *p)
{
    double doubles = 0;

    for (size_t l = 0; l < p->net->L; l++)
        if (lemma_trainer_factored(p->trainer, l))
            doubles += (double) (p->size.tau * p->size.K * p->size.n) *
                       (double) (p->net->layers[l].in + p->net->layers[l].out);
    return doubles * sizeof(double);
}

static struct bench_size read_size(char **argv)
{
    size_t v[7];

    for (size_t i = 0; i < 7; i++)
        v[i] = strtoul(argv[i + 1], NULL, 10);
    return (struct bench_size){v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
}

int main(int argc, char **argv)
{
    struct station s = {0};
    struct lemma_observer observer = {LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP, false, see,
                                      &s};
    struct lemma_probes *probes = NULL;
    struct lemma_error err = {""};
    enum lemma_outcome outcome;
    size_t steps;

    if (argc < 8) {
        fprintf(stderr,
                "usage: %s K n m L d_x d tau [--dump FILE] [probes.NAME.KEY=VALUE]\n",
                argv[0]);
        return 2;
    }
    bench_start(argv);
    s.problem = bench_problem_create(read_size(argv), ROUNDS);
    for (int i = 8; i < argc; i++) {
        if (strcmp(argv[i], "--dump") == 0 && i + 1 < argc)
            dump(s.problem, argv[++i]);
        else
            bench_try(lemma_experiment_set(s.problem->x, argv[i], &err), &err);
    }
    bench_try(lemma_trainer_watch(s.problem->trainer, &observer), NULL);
    bench_try(lemma_probes_create(s.problem->x, s.problem->set, s.problem->size.K,
                                  s.problem->net, &probes, &err),
              &err);
    lemma_probes_sink(probes, add_row, &s);
    bench_try(lemma_probes_watch(probes, s.problem->trainer), NULL);
    printf("ready %s %.0f %.0f\n", lemma_blas_kernel(),
           sizeof(double) * (double) lemma_network_parameters(s.problem->net),
           factor_bytes(s.problem));
    bench_try(lemma_trainer_run(s.problem->trainer, &outcome, &steps), NULL);
    lemma_probes_destroy(probes);
    bench_problem_destroy(s.problem);
    return 0;
}
