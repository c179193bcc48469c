/*
 * The asymmetric Gram matrix of a round (Huang, Li, Song and Yang 2021): the Jacobian
 * at the server model against those at the clients' own,
 *
 *     H(t,s,c) = J(W(t)) J_c(W_c^(s))^T
 *     f(W(t+1)) - f(W(t)) = - server_step sum_c w_c sum_s (eta/n_c) H(t,s,c) r_c^(s) +
 * e
 *
 * exact with one trained layer, e by the units that the server's move flips (theory
 * 3(i)). With mini-batches r_c^(s) is the batch's, over its size. The matrices are made
 * from the tapes: nothing here has been through the training step that it checks.
 */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "probe/number.h"
#include "probe/start.h"
#include "probe/tangent.h"

enum { IDENTITY, ASYMMETRY };

struct state {
    char kernel[LEMMA_WORD];
    enum lemma_gram_kind kind;
    struct lemma_start *start;
    struct lemma_jacobian *at_start,
        *at_local;                     /* J(W(t)), J(W_c^(s)); d > 1: own room */
    double *sens;                      /* d = 1: copies of the first's sensitivities */
    struct lemma_gram *gram;           /* of `kind` */
    struct lemma_gram *sums;           /* one output of one by the rows of another */
    struct lemma_jacobian left, right; /* views of one output; of a batch */
    lemma_mat first, last;             /* (order, order) H(t,0,.), H(t,tau-1,.) */
    double *cross;                     /* (N, N): one output by a step's samples */
    double *moved, *e;                 /* (N, d) */
};

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    const struct state *s = state;
    double order = (double) lemma_tangent_order(s->kernel, set), n = (double) set->n;
    double sides = net->d > 1 ? 2 * (double) lemma_jacobian_doubles(net) : 0;

    for (size_t l = 0; l < net->L && net->d == 1; l++)
        sides += (double) net->layers[l].out;
    return lemma_start_bytes(set, net) +
           sizeof(double) * (2 * order * order + n * (n + sides));
}

static lemma_status new_view(const struct lemma_network *net, struct lemma_jacobian *j)
{
    lemma_status st = LEMMA_OK;

    j->d = 1;
    j->L = net->L;
    LEMMA_NEW(j->inputs, net->L);
    LEMMA_NEW(j->sens, net->L);
out:
    return st;
}

/* One output: the tape's sensitivities pass, so that the first step's are copied. */
static lemma_status own_sens(struct state *s, const struct lemma_network *net, size_t n)
{
    size_t units = 0, count;
    double *next;
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; l < net->L; l++)
        units += net->layers[l].out;
    if (!lemma_size_mul(n, units, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(s->sens, count);
    next = s->sens;
    for (size_t l = 0; l < net->L; l++) {
        s->at_start->sens[l] = lemma_mat_of(next, n, net->layers[l].out);
        next += n * net->layers[l].out;
    }
out:
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    double E = (double) lemma_tangent_order(s->kernel, set),
           passes = z->d > 1 ? z->d : 0;

    work->local = LEMMA_BOTH_WAYS;
    work->step = 2 * z->d * z->N * z->rows * z->sides;
    work->round = 2 * 2 * z->N * z->N * (z->sides + z->d * z->d * z->units) +
                  2 * passes * 2 * z->N * z->weights + 40 * 4 * E * E;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct state *s = state;
    size_t n = set->n, order = lemma_tangent_order(s->kernel, set), pairs;
    lemma_status st = LEMMA_OK;

    (void) err;
    if (!lemma_size_mul(n, n, &pairs))
        return LEMMA_EMEMORY;
    s->kind = lemma_tangent_kind(s->kernel, set);
    LEMMA_TRY(lemma_start_create(ev, &s->start));
    LEMMA_TRY(lemma_jacobian_create(net, n, &s->at_start));
    LEMMA_TRY(lemma_jacobian_create(net, n, &s->at_local));
    if (net->d == 1)
        LEMMA_TRY(own_sens(s, net, n));
    LEMMA_TRY(lemma_gram_create(s->kind, n, net->d, &s->gram));
    LEMMA_TRY(lemma_gram_share(s->gram, lemma_event_share(ev)));
    LEMMA_TRY(lemma_gram_create(LEMMA_GRAM_FULL, n, 1, &s->sums));
    LEMMA_TRY(new_view(net, &s->left));
    LEMMA_TRY(new_view(net, &s->right));
    LEMMA_TRY(lemma_mat_create(order, order, &s->first));
    LEMMA_TRY(lemma_mat_create(order, order, &s->last));
    LEMMA_NEW(s->cross, pairs);
    LEMMA_NEW(s->moved, n * net->d);
    LEMMA_NEW(s->e, n * net->d);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_start_destroy(s->start);
    lemma_jacobian_destroy(s->at_start);
    lemma_jacobian_destroy(s->at_local);
    lemma_free(s->sens);
    lemma_gram_destroy(s->gram);
    lemma_gram_destroy(s->sums);
    lemma_free(s->left.inputs);
    lemma_free(s->left.sens);
    lemma_free(s->right.inputs);
    lemma_free(s->right.sens);
    lemma_free(s->first.a);
    lemma_free(s->last.a);
    lemma_free(s->cross);
    lemma_free(s->moved);
    lemma_free(s->e);
}

/* The Jacobian of all samples at the local models (at a round's start: the server's).
 */
static void differentiate(const struct lemma_event *ev, struct lemma_jacobian *j)
{
    bool one = j->d == 1;
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, one ? LEMMA_BACKWARD : LEMMA_FORWARD);

    for (size_t l = 0; l < j->L; l++) {
        j->inputs[l] = tape->inputs[l];
        if (one)
            j->sens[l] = tape->sens[l];
    }
    for (size_t a = 0; a < j->d && !one; a++) {
        lemma_cmat unit;
        lemma_mat *sens = lemma_jacobian_output(j, a, &unit);

        lemma_event_pull(ev, unit, sens);
    }
}

static lemma_cmat all_cross(const struct state *s, const struct lemma_jacobian *other,
                            lemma_mat k)
{
    struct lemma_span rows = {0, s->start->n};
    struct lemma_layers all = {0, s->start->L};

    lemma_gram_cross(s->gram, s->at_start, rows, other, rows, all, k);
    return lemma_const(k);
}

/* J(W(t)) with all that it needs of the tape, and H(t,0,.). */
static void begin_round(struct state *s, const struct lemma_event *ev)
{
    lemma_start_keep(s->start, ev);
    if (s->start->d > 1)
        differentiate(ev, s->at_start);
    else
        for (size_t l = 0; l < s->start->L; l++) {
            const struct lemma_tape *tape =
                lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
            lemma_mat to = s->at_start->sens[l];

            for (size_t i = 0; i < to.rows; i++)
                memcpy(lemma_row(to, i).a, lemma_row(tape->sens[l], i).a,
                       to.cols * sizeof(double));
        }
    for (size_t l = 0; l < s->start->L; l++)
        s->at_start->inputs[l] = lemma_start_inputs(s->start, l);
    all_cross(s, s->at_start, s->first);
    memset(s->moved, 0, s->start->n * s->start->d * sizeof *s->moved);
}

/* moved_a -= server_step eta sum_c w_c sum_j H_aj r_j over the step's samples. */
static void add_output(struct state *s, const struct lemma_event *ev,
                       const struct lemma_tape *tape, size_t a)
{
    size_t n = s->start->n, d = s->start->d;
    double eta = lemma_event_server_step(ev) * lemma_event_step_size(ev);
    struct lemma_span rows = {0, n}, cols = {0, tape->rows};
    struct lemma_layers all = {0, s->start->L};
    lemma_mat cross = lemma_mat_of(s->cross, n, tape->rows);

    s->left.n = n;
    for (size_t l = 0; l < s->start->L; l++) {
        lemma_mat b = s->at_start->sens[l];

        s->left.inputs[l] = s->at_start->inputs[l];
        s->left.sens[l] = (lemma_mat){b.a + a * b.ld, n, b.cols, d * b.ld};
    }
    lemma_gram_cross(s->sums, &s->left, rows, &s->right, cols, all, cross);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++) {
        const double *h = lemma_row(cross, i).a;
        double sum = 0;

        for (size_t c = 0; c < tape->clients; c++)
            for (size_t j = tape->spans[c].first;
                 j < tape->spans[c].first + tape->spans[c].count; j++)
                sum += lemma_event_weight(ev, c) * lemma_tape_coef(tape, c, j) * h[j];
        s->moved[i * d + a] -= eta * sum;
    }
}

static void add_step(struct state *s, const struct lemma_event *ev)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_BATCH, LEMMA_BACKWARD);

    s->right.n = tape->rows;
    for (size_t l = 0; l < s->start->L; l++) {
        s->right.inputs[l] = tape->inputs[l];
        s->right.sens[l] = tape->sens[l];
    }
    for (size_t a = 0; a < s->start->d; a++)
        add_output(s, ev, tape, a);
    if (ev->local_step + 1 == lemma_event_local_steps(ev)) {
        differentiate(ev, s->at_local);
        all_cross(s, s->at_local, s->last);
    }
}

/* ||H(t,tau-1,c) - H(t,0,c)||_F over client c's columns. */
static double asymmetry(const struct state *s, struct lemma_span span)
{
    size_t per = lemma_gram_rows(s->kind, s->start->d);
    double sum = 0;

    for (size_t i = 0; i < s->first.rows; i++) {
        const double *x = lemma_row(s->first, i).a, *y = lemma_row(s->last, i).a;

        for (size_t j = span.first * per; j < (span.first + span.count) * per; j++)
            sum += (y[j] - x[j]) * (y[j] - x[j]);
    }
    return sqrt(sum);
}

static void write_row(struct state *s, const struct lemma_event *ev,
                      const struct lemma_cells *row)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    size_t count = s->start->n * s->start->d;

    for (size_t c = 0; c < tape->clients; c++)
        lemma_f64(row, ASYMMETRY)[c] = asymmetry(s, tape->spans[c]);
    if (s->start->L != 1)
        return;
    lemma_start_kinks(s->start, ev, lemma_mat_of(s->e, s->start->n, s->start->d));
    for (size_t k = 0; k < count; k++)
        s->e[k] += s->moved[k] - (tape->residual.a[k] - s->start->residual[k]);
    *lemma_f64(row, IDENTITY) = lemma_start_largest(s->e, count);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;

    if (ev->kind == LEMMA_ON_ROUND_BEGIN)
        begin_round(s, ev);
    else if (ev->kind == LEMMA_ON_STEP)
        add_step(s, ev);
    else
        write_row(s, ev, row);
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"identity_residual", "", LEMMA_F64, LEMMA_AXIS_MOVE, "output",
     "rounding error of the identity of a round, exact with one trained layer, over "
     "samples and outputs; missing with more",
     "max_ia |f(W(t+1)) - f(W(t)) + server_step sum_c w_c sum_s (eta/n_c) H(t,s,c) "
     "r_c^(s) - e|",
     "theory 3(i)"},
    {"asymmetry", "K", LEMMA_F64, LEMMA_AXIS_MOVE, "output^2 / weight^2",
     "how far each client's columns of the Gram matrix are, at the round's last local "
     "step, from those of its beginning",
     "||H(t,tau-1,c) - H(t,0,c)||_F", "theory 3(i)"},
    {0}};

static const struct lemma_option options[] = {
    LEMMA_TANGENT_OPTION(struct state, kernel), {0}};

const struct lemma_probe_type lemma_probe_asymmetric_gram = {
    .name = "asymmetric_gram",
    .title = "Gram matrices between the server's Jacobian and the clients' own",
    .source = "theory 3(i): Huang, Li, Song, Yang (ICML 2021), arXiv:2105.05001",
    .cost =
        "2 d N^2 (m_in + m_out) flops a layer at every local step (under mini-batches "
        "N "
        "times the step's samples in place of N^2), 2 N^2 (m_in + d^2 m_out) more at a "
        "round's first and last, with d > 1 also d backward passes there, under "
        "mini-batches a gradient of all samples; keeps the round's first tape and two "
        "matrices of order N d",
    .signal = "asymmetry",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_AVERAGED,
    .columns = columns,
    .missing = UINT64_C(1) << IDENTITY,
    .options = options,
    .state_size = sizeof(struct state),
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
