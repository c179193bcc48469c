/*
 * What a round's move did to the loss, to first order and beyond. With Delta = W(r+1) -
 * W(r), r the residuals, e = f(W(r+1)) - f(W(r)) - J(W(r)) Delta:
 *
 *     L(W(r+1)) - L(W(r)) = <grad L, Delta> + (1/N) <r, e> + (1/2N) ||f(W(r+1)) -
 * f(W(r))||^2
 *
 * exactly (theory 3(d)). J Delta is a forward pass of the derivative; every term is
 * made of differences taken entry by entry, so that none is lost beside the losses.
 */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "core/product.h"
#include "probe/number.h"
#include "probe/start.h"

enum { CHANGE, FIRST_ORDER, REMAINDER, SECOND_ORDER, MOVE, FLIPS_MAX, IDENTITY };

struct state {
    struct lemma_start *start;
    struct lemma_weights *server; /* W(r) */
    double *delta;                /* (out, in) of the largest layer */
    double *ping, *pong;          /* (N, widest) derivatives of h_l */
    double *linear, *e;           /* (N, d) J Delta; what it leaves */
};

static size_t largest_layer(const struct lemma_network *net, size_t *widest)
{
    size_t most = 0;

    *widest = 0;
    for (size_t l = 0; l < net->L; l++) {
        most = lemma_most(most, net->layers[l].in * net->layers[l].out);
        *widest = lemma_most(*widest, net->layers[l].out);
    }
    return most;
}

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    size_t widest, layer = largest_layer(net, &widest);

    (void) state;
    return lemma_start_bytes(set, net) +
           sizeof(double) * ((double) lemma_network_parameters(net) + (double) layer +
                             2 * (double) set->n * ((double) widest + (double) net->d));
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->average = LEMMA_BOTH_WAYS;
    work->round = 4 * z->N * z->weights;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct state *s = state;
    size_t widest, layer = largest_layer(net, &widest), room;
    lemma_status st = LEMMA_OK;

    (void) err;
    if (!lemma_size_mul(set->n, widest, &room))
        return LEMMA_EMEMORY;
    LEMMA_TRY(lemma_start_create(ev, &s->start));
    LEMMA_TRY(lemma_weights_create(net, &s->server));
    LEMMA_NEW(s->delta, layer);
    LEMMA_NEW(s->ping, room);
    LEMMA_NEW(s->pong, room);
    LEMMA_NEW(s->linear, set->n * set->d);
    LEMMA_NEW(s->e, set->n * set->d);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_start_destroy(s->start);
    lemma_weights_destroy(s->server);
    lemma_free(s->delta);
    lemma_free(s->ping);
    lemma_free(s->pong);
    lemma_free(s->linear);
    lemma_free(s->e);
}

static void keep(struct state *s, const struct lemma_event *ev)
{
    lemma_start_keep(s->start, ev);
    for (size_t l = 0; l < s->server->L; l++)
        for (size_t i = 0; i < s->server->w[l].rows; i++)
            memcpy(lemma_row(s->server->w[l], i).a,
                   lemma_crow(lemma_event_server(ev, l), i).a,
                   s->server->w[l].cols * sizeof(double));
}

/* delta = W_l(r+1) - W_l(r). */
static lemma_mat subtract(const struct state *s, const struct lemma_event *ev, size_t l)
{
    lemma_cmat now = lemma_event_server(ev, l), then = lemma_const(s->server->w[l]);
    lemma_mat delta = lemma_mat_of(s->delta, now.rows, now.cols);

#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < now.rows; i++)
        for (size_t j = 0; j < now.cols; j++)
            lemma_row(delta, i).a[j] =
                lemma_crow(now, i).a[j] - lemma_crow(then, i).a[j];
    return delta;
}

static double frobenius(lemma_mat m)
{
    double sum = 0;

    for (size_t i = 0; i < m.rows; i++) {
        lemma_cvec row = {lemma_row(m, i).a, m.cols};

        sum += lemma_dot(row, row);
    }
    return sqrt(sum);
}

/* Units that were off at W(r) pass no derivative. */
static void mask(const struct lemma_start *start, size_t l, lemma_mat z)
{
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < z.rows; i++) {
        const uint64_t *on = start->pattern[l] + i * start->words[l];
        double *row = lemma_row(z, i).a;

        for (size_t j = 0; j < z.cols; j++)
            row[j] = on[j / 64] >> j % 64 & 1 ? row[j] : 0;
    }
}

/* linear = J(W(r)) Delta, layer by layer: dz_l = Delta_l h_{l-1} + W_l(r) dh_{l-1}. The
 * moves' norms on the way. */
static void differentiate(struct state *s, const struct lemma_event *ev, double *move)
{
    lemma_cmat below = {0};

    for (size_t l = 0; l < s->server->L; l++) {
        lemma_mat delta = subtract(s, ev, l);
        lemma_mat z = lemma_mat_of(l % 2 ? s->pong : s->ping, s->start->n, delta.rows);

        move[l] = frobenius(delta);
        lemma_product(LEMMA_N, LEMMA_T, 1, lemma_start_inputs(s->start, l),
                      lemma_const(delta), 0, z);
        if (l > 0)
            lemma_product(LEMMA_N, LEMMA_T, 1, below, lemma_const(s->server->w[l]), 1,
                          z);
        mask(s->start, l, z);
        below = lemma_const(z);
    }
    lemma_product(LEMMA_N, LEMMA_T, 1, below, lemma_event_output_matrix(ev), 0,
                  lemma_mat_of(s->linear, s->start->n, s->start->d));
}

/* max |e - e by the flipped units|. */
static double identity(struct state *s, const struct lemma_event *ev)
{
    size_t count = s->start->n * s->start->d;

    if (s->start->L != 1)
        return NAN;
    lemma_start_kinks(s->start, ev, lemma_mat_of(s->linear, s->start->n, s->start->d));
    for (size_t k = 0; k < count; k++)
        s->linear[k] -= s->e[k];
    return lemma_start_largest(s->linear, count);
}

static void write_row(struct state *s, const struct lemma_event *ev,
                      const struct lemma_cells *row)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    double N = (double) s->start->n, change = 0, first = 0, rest = 0, second = 0;

    differentiate(s, ev, lemma_f64(row, MOVE));
    for (size_t k = 0; k < s->start->n * s->start->d; k++) {
        double was = s->start->residual[k], step = tape->residual.a[k] - was;

        s->e[k] = step - s->linear[k];
        change += step * (tape->residual.a[k] + was);
        first += was * s->linear[k];
        rest += was * s->e[k];
        second += step * step;
    }
    *lemma_f64(row, CHANGE) = change / (2 * N);
    *lemma_f64(row, FIRST_ORDER) = first / N;
    *lemma_f64(row, REMAINDER) = rest / N;
    *lemma_f64(row, SECOND_ORDER) = second / (2 * N);
    for (size_t l = 0; l < s->start->L; l++)
        lemma_i64(row, FLIPS_MAX)[l] = (int64_t) lemma_start_flips(s->start, ev, l);
    *lemma_f64(row, IDENTITY) = identity(s, ev);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;

    if (ev->kind == LEMMA_ON_ROUND_BEGIN)
        keep(s, ev);
    else
        write_row(s, ev, row);
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"change", "", LEMMA_F64, LEMMA_AXIS_MOVE, "loss",
     "what the round did to the server model's loss: the sum of the three parts",
     "L(W(r+1)) - L(W(r))", "theory 3(d)"},
    {"first_order", "", LEMMA_F64, LEMMA_AXIS_MOVE, "loss", "its linear part",
     "<grad L(W(r)), Delta>, Delta = W(r+1) - W(r)", "theory 3(d)"},
    {"remainder", "", LEMMA_F64, LEMMA_AXIS_MOVE, "loss",
     "what the outputs' own nonlinearity adds: with one trained layer the units that "
     "flip, with more also the products of several layers' moves",
     "(1/N) <r, e>, e = f(W(r+1)) - f(W(r)) - J(W(r)) Delta", "theory 3(d)"},
    {"second_order", "", LEMMA_F64, LEMMA_AXIS_MOVE, "loss",
     "the squared loss's own second-order part", "||f(W(r+1)) - f(W(r))||^2 / (2 N)",
     "theory 3(d)"},
    {"move", "L", LEMMA_F64, LEMMA_AXIS_MOVE, "weight",
     "Frobenius norm of each layer's move", "||Delta_l||_F", "theory 3(d)"},
    {"flips_max", "L", LEMMA_I64, LEMMA_AXIS_MOVE, "units",
     "units whose pattern the move changes, the most of any sample",
     "max_i fl_i between W(r) and W(r+1)", "theory 3(d)"},
    {"identity_residual", "", LEMMA_F64, LEMMA_AXIS_MOVE, "output",
     "rounding error of the Taylor identity, which is exact with one trained layer; "
     "missing with more",
     "max_ia |e_ia - sum_{r flipped} V_ar |w_r(r+1) . x_i||", "theory 3(d)"},
    {0}};

const struct lemma_probe_type lemma_probe_remainder = {
    .name = "remainder",
    .title = "a round's change of the loss, to first order and beyond",
    .source = "theory 3(d): semi-smoothness",
    .cost =
        "two products of a forward pass, 4 N m_in m_out flops a layer and round; the "
        "outputs are those that the next round's first step makes anyway (under "
        "mini-batches a forward pass of all samples); keeps W(r) and the layers' "
        "inputs: "
        "one more model and N m (L - 1) numbers",
    .signal = "change",
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_AVERAGED,
    .columns = columns,
    .missing = UINT64_C(1) << IDENTITY,
    .state_size = sizeof(struct state),
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
