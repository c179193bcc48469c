/*
 * The gap between a client's gradient at its own model and at the virtual average.
 *
 *     grad L_c(W_c) - grad L_c(Wbar) = Lip_c + Pat_c,
 *     Lip_c = (1/n_c) J_c(W_c)^T (r_c(W_c) - r_c(Wbar)),
 *     Pat_c = (1/n_c) (J_c(W_c) - J_c(Wbar))^T r_c(Wbar)            (theory 3(a),
 * exact)
 *
 * The gap is often 1e-8 of either gradient, so that nothing may be subtracted after
 * squaring. With r, D, H the residuals, sensitivities and inputs at W_c, and q, E, G
 * those at Wbar, D split as D = S + P + E (S pulled back from r - q at W_c) and H = G +
 * Q:
 *
 *     A0 = S^T H, A1 = P^T H, A2 = E^T H, A3 = E^T Q
 *     gap = A0 + A1 + A3, Lip = A0, Pat = A1 + A3, local = A0 + A1 + A2, average = A2 -
 * A3
 *
 * and every norm is a quadratic form of the 4 x 4 matrix of inner products <A_a, A_b>.
 * The small differences S, P, Q are each taken entry by entry: the error is about eps
 * of the gradient, not its root.
 */
#include <omp.h>
#include <string.h>

#include "core/alloc.h"
#include "core/outer.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { GAP, GAP_LAYER, LIPSCHITZ, PATTERN, LOCAL, AVERAGE, COSINE };
enum { SUMS = 4, PAIRS = SUMS * SUMS };

static const double gap_of[SUMS] = {1, 1, 0, 1}, lipschitz_of[SUMS] = {1, 0, 0, 0},
                    pattern_of[SUMS] = {0, 1, 0, 1}, local_of[SUMS] = {1, 1, 1, 0},
                    average_of[SUMS] = {0, 0, 1, -1};

struct state {
    double *change;  /* (N, d) r - q */
    lemma_mat *pull; /* (L) (N, out) S; d > 1 only */
    size_t L;
    double *gram;    /* (K, L, 4, 4) */
    double *local;   /* (K, L) square of the local gradient's norm */
    double *scratch; /* (threads, room) */
    size_t room;
    int threads;
};

static lemma_status create_pull(struct state *s, const struct lemma_network *net,
                                size_t n)
{
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s->pull, net->L);
    s->L = net->L;
    for (size_t l = 0; l < net->L && net->d > 1; l++) {
        size_t count;

        if (!lemma_size_mul(n, net->layers[l].out, &count))
            return LEMMA_EMEMORY;
        s->pull[l] = lemma_mat_of(NULL, n, net->layers[l].out);
        LEMMA_NEW(s->pull[l].a, count);
    }
out:
    return st;
}

/* Room for P and Q of one client and layer, and for the outer sums' Gram matrix. */
static size_t room_of(size_t n, const struct lemma_layer *layer)
{
    size_t in = layer->in, out = layer->out;

    return n * (in + out) + lemma_most(lemma_outer_scratch(n, out, in, 3, 2, SUMS),
                                       lemma_outer_scratch(n, out, in, 1, 1, 1));
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->average = LEMMA_BOTH_WAYS;
    work->local = LEMMA_BOTH_WAYS;
    work->step = 13 * z->square * z->sides + (z->d > 1 ? 2 * z->N * z->weights : 0);
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
    for (size_t l = 0; l < net->L; l++)
        for (size_t c = 0; c < K; c++)
            s->room = lemma_most(s->room, room_of(spans[c].count, &net->layers[l]));
    s->threads = omp_get_max_threads();
    if (!lemma_size_mul(s->room, (size_t) s->threads, &room))
        return LEMMA_EMEMORY;
    LEMMA_TRY(create_pull(s, net, set->n));
    LEMMA_NEW(s->change, set->n * set->d);
    LEMMA_NEW(s->gram, K * net->L * PAIRS);
    LEMMA_NEW(s->local, K * net->L);
    LEMMA_NEW(s->scratch, room);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++)
        lemma_free(s->pull[l].a);
    lemma_free(s->pull);
    lemma_free(s->change);
    lemma_free(s->gram);
    lemma_free(s->local);
    lemma_free(s->scratch);
}

/* What one client and layer is computed from. */
struct sides {
    const struct lemma_tape *own, *mean;
    struct lemma_span span;
    size_t l;
};

static lemma_cmat rows_of(lemma_cmat m, struct lemma_span span)
{
    return lemma_crows(m, span.first, span.count);
}

static void subtract(lemma_cmat a, lemma_cmat b, lemma_mat out)
{
    for (size_t i = 0; i < out.rows; i++) {
        const double *x = lemma_crow(a, i).a, *y = lemma_crow(b, i).a;
        double *z = lemma_row(out, i).a;

        for (size_t j = 0; j < out.cols; j++)
            z[j] = x[j] - y[j];
    }
}

/* Above the last trained layer only the pattern differs: where it does not, P is
 * exactly 0, and what the subtraction left there is rounding. */
static void clean_top(const struct sides *at, lemma_mat p)
{
    size_t words = at->own->words[at->l];

    for (size_t i = 0; i < p.rows; i++) {
        const uint64_t *x = at->own->pattern[at->l] + (at->span.first + i) * words;
        const uint64_t *y = at->mean->pattern[at->l] + (at->span.first + i) * words;
        double *row = lemma_row(p, i).a;

        for (size_t j = 0; j < p.cols; j++)
            row[j] = (x[j / 64] ^ y[j / 64]) >> j % 64 & 1 ? row[j] : 0;
    }
}

/* sum_ab u_a v_b g_ab. */
static double form(const double *u, const double *g, const double *v)
{
    double sum = 0;

    for (size_t a = 0; a < SUMS; a++)
        for (size_t b = 0; b < SUMS; b++)
            sum += u[a] * v[b] * g[a * SUMS + b];
    return sum;
}

/* ||sum_i r_i d_i h_i^T||^2 at one's own model. */
static double own_square(const struct sides *at, double *scratch)
{
    struct lemma_outer o = {
        .lefts = 1,
        .rights = 1,
        .sums = 1,
        .left = {rows_of(lemma_const(at->own->sens[at->l]), at->span)},
        .right = {rows_of(at->own->inputs[at->l], at->span)},
        .coef = {at->own->bare ? at->own->residual.a + at->span.first : NULL}};
    double g;

    lemma_outer_gram(&o, scratch, &g);
    return g;
}

/* At s = 0 the two models are one: only the gradient itself, A2, is not 0. */
static void gram_together(const struct sides *at, double *scratch, double *g,
                          double *local)
{
    memset(g, 0, PAIRS * sizeof *g);
    *local = g[2 * SUMS + 2] = own_square(at, scratch);
}

/* <A_a, A_b> of one client and layer, not yet divided by n_c^2. O(n_c (m_in + m_out))
 * and the products of lemma_outer_gram. */
static void gram_apart(struct state *s, const struct sides *at, double *scratch,
                       double *g, double *local)
{
    lemma_cmat d = rows_of(lemma_const(at->own->sens[at->l]), at->span);
    lemma_cmat e = rows_of(lemma_const(at->mean->sens[at->l]), at->span);
    lemma_cmat h = rows_of(at->own->inputs[at->l], at->span);
    lemma_cmat h_mean = rows_of(at->mean->inputs[at->l], at->span);
    lemma_mat p = lemma_mat_of(scratch, d.rows, d.cols);
    lemma_mat q = lemma_mat_of(p.a + p.rows * p.cols, h.rows, h.cols);
    struct lemma_outer o = {.lefts = 3,
                            .rights = 2,
                            .sums = SUMS,
                            .left = {d, lemma_const(p), e},
                            .right = {h, lemma_const(q)},
                            .li = {0, 1, 2, 2},
                            .ri = {0, 0, 0, 1}};

    subtract(d, e, p);
    subtract(h, h_mean, q);
    if (at->own->bare) {
        o.coef[0] = s->change + at->span.first;
        o.coef[1] = o.coef[2] = at->mean->residual.a + at->span.first;
    } else {
        o.left[0] = rows_of(lemma_const(s->pull[at->l]), at->span);
        subtract(lemma_const(p), o.left[0], p);
        if (at->l + 1 == at->own->L)
            clean_top(at, p);
    }
    lemma_outer_gram(&o, q.a + q.rows * q.cols, g);
    /* Where a client fits its samples far better than the average, local cancels. */
    *local = form(local_of, g, local_of);
    if (*local < 1e-3 * g[2 * SUMS + 2])
        *local = own_square(at, scratch);
}

/* The cosine of two gradients of length > 0, else NaN: not defined. */
static double cosine(const double *g, double local, double average)
{
    double product = local * average;
    double c = product > 0 ? form(local_of, g, average_of) / product : NAN;

    return c > 1 ? 1 : c < -1 ? -1 : c;
}

static void write_client(const struct state *s, size_t c, size_t L, double n,
                         const struct lemma_cells *row)
{
    double all[PAIRS] = {0}, local = 0, average;

    for (size_t l = 0; l < L; l++) {
        const double *g = s->gram + (c * L + l) * PAIRS;

        local += s->local[c * L + l];
        for (size_t i = 0; i < PAIRS; i++)
            all[i] += g[i];
        lemma_f64(row, GAP_LAYER)[c * L + l] = lemma_root(form(gap_of, g, gap_of)) / n;
    }
    local = lemma_root(local);
    average = lemma_root(form(average_of, all, average_of));
    lemma_f64(row, GAP)[c] = lemma_root(form(gap_of, all, gap_of)) / n;
    lemma_f64(row, LIPSCHITZ)[c] =
        lemma_root(form(lipschitz_of, all, lipschitz_of)) / n;
    lemma_f64(row, PATTERN)[c] = lemma_root(form(pattern_of, all, pattern_of)) / n;
    lemma_f64(row, LOCAL)[c] = local / n;
    lemma_f64(row, AVERAGE)[c] = average / n;
    lemma_f64(row, COSINE)[c] = cosine(all, local, average);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *own =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
    const struct lemma_tape *mean =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD);
    size_t tasks = own->clients * own->L;
    bool apart = own != mean;

    if (apart) {
        for (size_t i = 0; i < own->rows * own->d; i++)
            s->change[i] = own->residual.a[i] - mean->residual.a[i];
        if (!own->bare)
            lemma_event_pull(ev, lemma_cmat_of(s->change, own->rows, own->d), s->pull);
    }
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (size_t task = 0; task < tasks; task++) {
        struct sides at = {own, mean, own->spans[task / own->L], task % own->L};
        double *scratch = s->scratch + (size_t) omp_get_thread_num() * s->room;

        if (apart)
            gram_apart(s, &at, scratch, s->gram + task * PAIRS, &s->local[task]);
        else
            gram_together(&at, scratch, s->gram + task * PAIRS, &s->local[task]);
    }
    for (size_t c = 0; c < own->clients; c++)
        write_client(s, c, own->L, (double) own->spans[c].count, row);
    return LEMMA_OK;
}

#define GRADIENT_UNITS "loss / weight"

static const struct lemma_column columns[] = {
    {"gap", "K", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "distance of each client's gradients at its own model and at the virtual average",
     "||grad L_c(W_c(t)) - grad L_c(Wbar(t))||_F", "theory 3(a)"},
    {"gap_layer", "K,L", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "the same, layer by layer",
     "||grad_{W_l} L_c(W_c(t)) - grad_{W_l} L_c(Wbar(t))||_F", "theory 3(a)"},
    {"lipschitz", "K", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "the gap's part that a change of residuals makes",
     "||(1/n_c) J_c(W_c)^T (r_c(W_c) - r_c(Wbar))||_F", "theory 3(a): Lip_c"},
    {"pattern", "K", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "the gap's part that a change of the Jacobian (of activation patterns) makes",
     "||(1/n_c) (J_c(W_c) - J_c(Wbar))^T r_c(Wbar)||_F", "theory 3(a): Pat_c"},
    {"local", "K", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "norm of each client's gradient at its own model", "||grad L_c(W_c(t))||_F",
     "theory 3(a), 3(e)"},
    {"average", "K", LEMMA_F64, LEMMA_AXIS_STEP, GRADIENT_UNITS,
     "norm of each client's gradient at the virtual average", "||grad L_c(Wbar(t))||_F",
     "theory 3(a)"},
    {"cosine", "K", LEMMA_F64, LEMMA_AXIS_STEP, "1",
     "cosine of the angle between the two gradients; missing where one is 0",
     "<grad L_c(W_c), grad L_c(Wbar)> / (||grad L_c(W_c)|| ||grad L_c(Wbar)||)",
     "definition"},
    {0}};

const struct lemma_probe_type lemma_probe_gradient_gap = {
    .name = "gradient_gap",
    .title = "gap between each client's gradients at its own model and at the average",
    .source =
        "theory 3(a): grad L_c(W_c) - grad L_c(Wbar) = Lip_c + Pat_c, the key quantity "
        "of Deng, Kamani, Mahdavi (AISTATS 2022)",
    .cost =
        "one extra gradient a step with s > 0: 4 N m_in m_out flops a layer, shared "
        "with all that look at the average, 2 N m_in m_out more with d > 1 (and a "
        "gradient of all samples under mini-batches); inner products of about 13 n_c N "
        "(m_in + m_out) flops a layer",
    .signal = "gap",
    .log_signal = true,
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .missing = UINT64_C(1) << COSINE,
    .state_size = sizeof(struct state),
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
