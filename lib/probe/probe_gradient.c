/* Norms of the gradient at the server model: the whole loss's and each client's. */
#include <math.h>

#include <omp.h>

#include "core/alloc.h"
#include "core/outer.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { NORM, NORM_CLIENT };

/* The gradient of all samples is measured in cuts of this many rows of the weight
 * matrix, so that threads share a layer. */
enum { CUT = 256 };

struct state {
    double *coef; /* (N) of the row in its client's gradient, then in the whole one's */
    double *squares; /* (cuts of the widest layer) */
    double *scratch; /* (threads, room) */
    size_t room;
    int threads;
};

static size_t cuts_of(size_t out)
{
    return (out + CUT - 1) / CUT;
}

static size_t cut_room(size_t n, size_t out, size_t in)
{
    return lemma_outer_scratch(n, out, in, 1, 1, 1);
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->average = LEMMA_BOTH_WAYS;
    work->round = fmin(2 * z->N * z->weights, z->N * z->N * z->sides);
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    const struct lemma_span *spans = lemma_event_spans(ev);
    struct state *s = state;
    size_t cuts = 0, room;
    lemma_status st = LEMMA_OK;

    (void) err;
    for (size_t l = 0; l < net->L; l++) {
        size_t out = net->layers[l].out, in = net->layers[l].in;

        cuts = lemma_most(cuts, cuts_of(out));
        s->room = lemma_most(s->room, cut_room(set->n, out < CUT ? out : CUT, in));
        s->room = lemma_most(s->room, cut_room(set->n, out % CUT, in));
        for (size_t c = 0; c < lemma_event_clients(ev); c++)
            s->room = lemma_most(s->room, cut_room(spans[c].count, out, in));
    }
    s->threads = omp_get_max_threads();
    if (!lemma_size_mul(s->room, (size_t) s->threads, &room))
        return LEMMA_EMEMORY;
    LEMMA_NEW(s->coef, set->n);
    LEMMA_NEW(s->squares, cuts);
    LEMMA_NEW(s->scratch, room);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_free(s->coef);
    lemma_free(s->squares);
    lemma_free(s->scratch);
}

/* ||sum_i coef_i d_i h_i^T||^2 over the given rows. */
static double square(struct state *s, lemma_cmat d, lemma_cmat h, const double *coef)
{
    struct lemma_outer o = {
        .lefts = 1, .rights = 1, .sums = 1, .left = {d}, .right = {h}, .coef = {coef}};
    double g;

    lemma_outer_gram(&o, s->scratch + (size_t) omp_get_thread_num() * s->room, &g);
    return g;
}

static void clients(struct state *s, const struct lemma_tape *tape, double *norm)
{
    size_t tasks = tape->clients * tape->L;

    for (size_t c = 0; c < tape->clients; c++)
        for (size_t i = 0; i < tape->spans[c].count; i++)
            s->coef[tape->spans[c].first + i] =
                lemma_tape_coef(tape, c, tape->spans[c].first + i);
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (size_t task = 0; task < tasks; task++) {
        size_t l = task % tape->L;
        struct lemma_span span = tape->spans[task / tape->L];
        lemma_cmat d = lemma_crows(lemma_const(tape->sens[l]), span.first, span.count);
        lemma_cmat h = lemma_crows(tape->inputs[l], span.first, span.count);

        norm[task] = lemma_root(square(s, d, h, s->coef + span.first));
    }
}

static void whole(struct state *s, const struct lemma_event *ev,
                  const struct lemma_tape *tape, double *norm)
{
    for (size_t c = 0; c < tape->clients; c++)
        for (size_t i = 0; i < tape->spans[c].count; i++)
            s->coef[tape->spans[c].first + i] *= lemma_event_weight(ev, c);
    for (size_t l = 0; l < tape->L; l++) {
        lemma_cmat d = lemma_const(tape->sens[l]);
        size_t cuts = cuts_of(d.cols);
        double sum = 0;

#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
        for (size_t i = 0; i < cuts; i++) {
            size_t first = i * CUT, rest = d.cols - first;

            s->squares[i] = square(s, lemma_ccols(d, first, rest < CUT ? rest : CUT),
                                   tape->inputs[l], s->coef);
        }
        for (size_t i = 0; i < cuts; i++)
            sum += s->squares[i];
        norm[l] = lemma_root(sum);
    }
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD);

    clients(state, tape, lemma_f64(row, NORM_CLIENT));
    whole(state, ev, tape, lemma_f64(row, NORM));
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"norm", "L", LEMMA_F64, LEMMA_AXIS_ROUND, "loss / weight",
     "norm of a layer's gradient of the whole loss at the server model",
     "||grad_{W_l} L(W(r))||_F", "theory 3(c): ||grad_{W_l} L||^2 = r^T K^(l) r / N^2"},
    {"norm_client", "K,L", LEMMA_F64, LEMMA_AXIS_ROUND, "loss / weight",
     "norm of a layer's gradient of each client's loss at the server model",
     "||grad_{W_l} L_c(W(r))||_F", "theory 3(c)"},
    {0}};

const struct lemma_probe_type lemma_probe_gradient = {
    .name = "gradient",
    .title = "norms of the gradient at the server model",
    .source = "theory 3(c): upper and lower bounds of the gradient",
    .cost = "the tape is the round's first step's (one more at the end; mini-batches: "
            "one of "
            "its own, 4 N m_in m_out flops a layer); then at most 2 N m_in m_out a "
            "layer and "
            "round, N^2 (m_in + m_out) where that is less",
    .signal = "norm",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = columns,
    .state_size = sizeof(struct state),
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
