/*
 * The noise of a mini-batch at a client's own model (theory 3(m)): with per-sample
 * gradients G_i = grad l_i and their mean G = grad L_c, a batch's mean g has
 *
 *     E||g - G||^2 = q (1/n_c) sum_i ||G_i - G||^2
 *
 * q = 1/B with replacement, (n_c - B) / (B (n_c - 1)) without, 0 where the batch is
 * all. In an epoch too a batch by itself is a uniform subset.
 */
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/eigen.h"
#include "kernel/jacobian.h"
#include "probe/noise_spread.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { VARIANCE, SAMPLED, SECOND_MOMENT, LARGEST_BLOCK };

struct state {
    bool blocked; /* the table of blocks is wanted */
    size_t L, d;
    struct lemma_jacobian *jacobian; /* d > 1 */
    struct lemma_eigen **eigen;      /* (threads) d > 1 */
    double *blocks;                  /* (threads, d, d) and (threads, d) d > 1 */
    double *squares; /* (L, N) ||d_i||^2 ||h_i||^2: with one output ||grad_l f_i||^2 */
    double *omega;   /* (N) of each client's batch */
    double *largest; /* (N) lambda_max of each sample's block */
    struct lemma_spread *spread; /* (K, L) */
    double *scratch;             /* (threads, room) */
    size_t room;
    int threads;
};

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    const struct state *s = state;

    (void) set;
    (void) net;
    return column != LARGEST_BLOCK || s->blocked;
}

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    const struct state *s = state;
    double room = s->blocked ? (double) lemma_jacobian_doubles(net) : 0;

    for (size_t l = 0; l < net->L; l++)
        room += 2 * (double) net->layers[l].out + (double) net->layers[l].in;
    return sizeof(double) * (double) set->n * room;
}

static lemma_status create_blocks(struct state *s, const struct lemma_network *net,
                                  size_t n)
{
    size_t threads = (size_t) s->threads, count;
    lemma_status st = LEMMA_OK;

    if (!lemma_size_mul(threads * net->d, net->d + 1, &count))
        return LEMMA_EMEMORY;
    LEMMA_TRY(lemma_jacobian_create(net, n, &s->jacobian));
    LEMMA_NEW(s->blocks, count);
    LEMMA_NEW(s->eigen, threads);
    for (size_t i = 0; i < threads; i++)
        LEMMA_TRY(lemma_eigen_create(net->d, &s->eigen[i]));
out:
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->local = LEMMA_BOTH_WAYS;
    work->step = 2 * z->square * z->sides * z->d * z->d;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    const struct lemma_span *spans = lemma_event_spans(ev);
    struct state *s = state;
    size_t room, K = lemma_event_clients(ev);
    lemma_status st = LEMMA_OK;

    (void) err;
    s->L = net->L;
    s->d = net->d;
    s->threads = omp_get_max_threads();
    for (size_t l = 0; l < net->L; l++)
        for (size_t c = 0; c < K; c++)
            s->room = lemma_most(s->room, lemma_spread_scratch(spans[c].count,
                                                               net->layers[l].out,
                                                               net->layers[l].in));
    if (!lemma_size_mul(s->room, (size_t) s->threads, &room))
        return LEMMA_EMEMORY;
    if (net->d > 1 && s->blocked)
        LEMMA_TRY(create_blocks(s, net, set->n));
    LEMMA_NEW(s->squares, set->n * net->L);
    LEMMA_NEW(s->largest, set->n);
    LEMMA_NEW(s->omega, set->n);
    LEMMA_NEW(s->spread, K * net->L);
    LEMMA_NEW(s->scratch, room);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    for (int i = 0; s->eigen && i < s->threads; i++)
        lemma_eigen_destroy(s->eigen[i]);
    lemma_jacobian_destroy(s->jacobian);
    lemma_free(s->eigen);
    lemma_free(s->blocks);
    lemma_free(s->squares);
    lemma_free(s->largest);
    lemma_free(s->omega);
    lemma_free(s->spread);
    lemma_free(s->scratch);
}

/* ---- the spread of the gradients ---- */

/* Whether the batch of a client with n samples is all of them, each once. */
static bool is_whole(const struct lemma_event *ev, size_t n)
{
    size_t B = lemma_event_batch(ev);

    return B == 0 || B > n ||
           (B == n && strcmp(lemma_event_sampling(ev), "replacement") != 0);
}

/* q of theory 3(m). */
static double share(const struct lemma_event *ev, size_t n)
{
    double b = (double) lemma_batch_rows(lemma_event_batch(ev), n), all = (double) n;

    if (is_whole(ev, n))
        return 0;
    if (strcmp(lemma_event_sampling(ev), "replacement") == 0)
        return 1 / b;
    return (all - b) / (b * (all - 1));
}

/* omega_i = (times i is in the step's batch) / B - 1/n_c. */
static void take_batch(struct state *s, const struct lemma_event *ev, size_t c,
                       struct lemma_span span)
{
    double *omega = s->omega + span.first;
    const uint32_t *sample;
    size_t count;

    if (is_whole(ev, span.count))
        return;
    sample = lemma_event_batch_samples(ev, c, &count);
    for (size_t i = 0; i < span.count; i++)
        omega[i] = -1 / (double) span.count;
    for (size_t k = 0; k < count; k++)
        omega[sample[k] - span.first] += 1 / (double) count;
}

static void see_layer(struct state *s, const struct lemma_event *ev,
                      const struct lemma_tape *tape, size_t c, size_t l,
                      double *scratch)
{
    struct lemma_span span = tape->spans[c];
    struct lemma_spread_of of = {
        .d = lemma_crows(lemma_const(tape->sens[l]), span.first, span.count),
        .h = lemma_crows(tape->inputs[l], span.first, span.count),
        .coef = tape->bare ? tape->residual.a + span.first : NULL,
        .omega = is_whole(ev, span.count) ? NULL : s->omega + span.first};

    s->spread[c * s->L + l] =
        lemma_spread_measure(&of, s->squares + l * tape->rows + span.first, scratch);
}

/* ---- the blocks J_i J_i^T ---- */

/* J of all samples at their local models, output by output. */
static void differentiate(const struct state *s, const struct lemma_event *ev,
                          const struct lemma_tape *tape)
{
    for (size_t l = 0; l < s->L; l++)
        s->jacobian->inputs[l] = tape->inputs[l];
    for (size_t a = 0; a < s->d; a++) {
        lemma_cmat unit;
        lemma_mat *sens = lemma_jacobian_output(s->jacobian, a, &unit);

        lemma_event_pull(ev, unit, sens);
    }
}

/* lambda_max of sum_l ||h_i||^2 B_i B_i^T, B_i (d, out) the sample's sensitivities. */
static double block_of(const struct state *s, size_t i, int thread)
{
    size_t d = s->d;
    double *values = s->blocks + (size_t) thread * d * (d + 1);
    lemma_mat k = lemma_mat_of(values + d, d, d), none = {0};

    memset(k.a, 0, d * d * sizeof *k.a);
    for (size_t l = 0; l < s->L; l++) {
        lemma_cvec h = lemma_crow(s->jacobian->inputs[l], i);
        lemma_cmat b = lemma_crows(lemma_const(s->jacobian->sens[l]), i * d, d);
        double hh = lemma_dot(h, h);

        for (size_t p = 0; p < d; p++)
            for (size_t q = 0; q <= p; q++)
                lemma_row(k, p).a[q] +=
                    hh * lemma_dot(lemma_crow(b, p), lemma_crow(b, q));
    }
    return lemma_eigen_solve(s->eigen[thread], k, values, none) == LEMMA_OK
               ? values[d - 1]
               : NAN;
}

/* `largest` of all samples: d = 1 from the squares that the spread left. */
static void see_blocks(struct state *s, const struct lemma_event *ev,
                       const struct lemma_tape *tape)
{
    if (s->d > 1)
        differentiate(s, ev, tape);
#pragma omp parallel for schedule(static) num_threads(s->threads)
    for (size_t i = 0; i < tape->rows; i++) {
        double sum = 0;

        for (size_t l = 0; l < s->L; l++)
            sum += s->squares[l * tape->rows + i];
        s->largest[i] = s->d > 1 ? block_of(s, i, omp_get_thread_num()) : sum;
    }
}

/* ---- rows ---- */

static void write_client(const struct state *s, const struct lemma_event *ev,
                         const struct lemma_tape *tape, size_t c,
                         const struct lemma_cells *row)
{
    struct lemma_span span = tape->spans[c];
    double n = (double) span.count;
    struct lemma_spread all = {0, 0, 0};

    for (size_t l = 0; l < s->L; l++) {
        const struct lemma_spread *one = &s->spread[c * s->L + l];

        all.spread += one->spread;
        all.sampled += one->sampled;
        all.second += one->second;
    }
    lemma_f64(row, VARIANCE)[c] = share(ev, span.count) * all.spread / n;
    lemma_f64(row, SAMPLED)[c] = all.sampled;
    lemma_f64(row, SECOND_MOMENT)[c] = all.second / n;
    if (!s->blocked)
        return;
    lemma_f64(row, LARGEST_BLOCK)[c] = s->largest[span.first];
    for (size_t i = span.first; i < span.first + span.count; i++)
        lemma_f64(row, LARGEST_BLOCK)[c] =
            lemma_larger(lemma_f64(row, LARGEST_BLOCK)[c], s->largest[i]);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
    size_t tasks = tape->clients * s->L;

    for (size_t c = 0; c < tape->clients; c++)
        take_batch(s, ev, c, tape->spans[c]);
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (size_t task = 0; task < tasks; task++)
        see_layer(s, ev, tape, task / s->L, task % s->L,
                  s->scratch + (size_t) omp_get_thread_num() * s->room);
    if (s->blocked)
        see_blocks(s, ev, tape);
    for (size_t c = 0; c < tape->clients; c++)
        write_client(s, ev, tape, c, row);
    return LEMMA_OK;
}

#define SQUARE_UNITS "loss^2 / weight^2"

static const struct lemma_column columns[] = {
    {"variance", "K", LEMMA_F64, LEMMA_AXIS_STEP, SQUARE_UNITS,
     "mean square, over the draw of one mini-batch, of its gradient's distance from "
     "the "
     "gradient of all the client's samples, both at W_c(t); 0 where a batch is all of "
     "them",
     "E||g - grad L_c||_F^2 = q (1/n_c) sum_i ||grad l_i - grad L_c||_F^2, q = 1/B "
     "with "
     "replacement, (n_c - B) / (B (n_c - 1)) without",
     "theory 3(m)"},
    {"sampled", "K", LEMMA_F64, LEMMA_AXIS_STEP, SQUARE_UNITS,
     "the same square of the very batch of this step", "||g - grad L_c||_F^2",
     "theory 3(m)"},
    {"second_moment", "K", LEMMA_F64, LEMMA_AXIS_STEP, SQUARE_UNITS,
     "mean square of the gradients of the client's samples at W_c(t)",
     "(1/n_c) sum_i ||grad l_i||_F^2, grad l_i = J_i^T r_i", "theory 3(m)"},
    {"largest_block", "K", LEMMA_F64, LEMMA_AXIS_STEP, "output^2 / weight^2",
     "largest eigenvalue, over the client's samples, of the tangent kernel's (d, d) "
     "block at W_c(t); with one output the largest ||grad f||^2",
     "max_{i in S_c} lambda_max(J_i J_i^T)", "theory 3(m): h"},
    {0}};

static const struct lemma_option options[] = {
    {"blocks", LEMMA_OPTION_BOOL, offsetof(struct state, blocked), "true", NULL,
     "the largest block as well: with d > 1 that is d backward passes a step"},
    {0}};

const struct lemma_probe_type lemma_probe_noise = {
    .name = "noise",
    .title = "noise of a mini-batch's gradient at each client's own model",
    .source = "theory 3(m): it vanishes with the loss",
    .cost =
        "under mini-batches a gradient of all samples, 4 N m_in m_out flops a layer "
        "and "
        "step, and inner products of 2 n_c N (m_in + m_out) flops a layer; with d > 1 "
        "d "
        "backward passes more and N d^2 m_out flops a layer, and N d numbers a unit "
        "kept",
    .signal = "variance",
    .log_signal = true,
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .options = options,
    .state_size = sizeof(struct state),
    .has = has,
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
