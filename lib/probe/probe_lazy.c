/* What Local GD would do if the tangent kernel stayed as it is at W(0), and how far the
 * run is from it. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "kernel/frozen.h"
#include "probe/tangent.h"

enum { PREDICTED_NORM, ERROR };

struct state {
    char kernel[LEMMA_WORD];
    lemma_mat h; /* (order, order) H(0) */
    struct lemma_frozen *frozen;
    lemma_mat r;    /* (order, columns) predicted residual of `round` */
    double *gap;    /* the same size */
    double *weight; /* (K) */
    double first;   /* ||r(0)|| */
    size_t round;
};

static size_t order(const void *state, const struct lemma_dataset *set)
{
    const struct state *s = state;

    return lemma_tangent_order(s->kernel, set);
}

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    const struct state *s = state;
    double rows = (double) order(s, set);

    return 4 * sizeof(double) * rows * rows + lemma_tangent_bytes(s->kernel, set, net);
}

/* H(0), at W(0). */
static lemma_status make_kernel(struct state *s, const struct lemma_dataset *set,
                                const struct lemma_event *ev)
{
    struct lemma_layers all = {0, lemma_event_network(ev)->L};
    size_t order = lemma_tangent_order(s->kernel, set);
    struct lemma_tangent *tangent = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_mat_create(order, order, &s->h));
    LEMMA_TRY(lemma_tangent_create(s->kernel, set, ev, &tangent));
    lemma_tangent_form(tangent, ev, all, s->h);
out:
    lemma_tangent_destroy(tangent);
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    double E = (double) order(state, set), outputs = E / z->N;

    work->average = LEMMA_ONE_WAY;
    work->once = lemma_tangent_flops(s->kernel, set, z) +
                 12 * outputs * outputs * outputs * z->cube;
    work->round = 2 * E * E;
    work->lasting = sizeof(double) * z->N * z->d;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    struct state *s = state;
    size_t K = lemma_event_clients(ev), all = set->n * set->d;
    const struct lemma_tape *tape;
    struct lemma_frozen_problem problem;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(make_kernel(s, set, ev));
    LEMMA_NEW(s->weight, K);
    for (size_t c = 0; c < K; c++)
        s->weight[c] = lemma_event_server_step(ev) * lemma_event_weight(ev, c);
    problem = (struct lemma_frozen_problem){.kernel = lemma_const(s->h),
                                            .per = s->h.rows / set->n,
                                            .columns = all / s->h.rows,
                                            .K = K,
                                            .spans = lemma_event_spans(ev),
                                            .weight = s->weight,
                                            .clients_only = true};
    LEMMA_TRY(lemma_frozen_create(&problem, &s->frozen, err));
    lemma_frozen_set(s->frozen, lemma_event_step_size(ev), lemma_event_local_steps(ev));
    LEMMA_NEW(s->gap, all);
    LEMMA_NEW(s->r.a, all);
    s->r = lemma_mat_of(s->r.a, s->h.rows, problem.columns);
    tape = lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    memcpy(s->r.a, tape->residual.a, all * sizeof *s->r.a);
    s->first = lemma_norm((lemma_cvec){s->r.a, all});
out:
    return st;
}

static void lasting(void *state, lemma_visit visit, void *context)
{
    struct state *s = state;

    visit(context, &s->round, sizeof s->round, LEMMA_MOVING);
    visit(context, s->r.a, s->r.rows * s->r.cols * sizeof *s->r.a, LEMMA_MOVING);
}

static void end(void *state)
{
    struct state *s = state;

    lemma_frozen_destroy(s->frozen);
    lemma_free(s->h.a);
    lemma_free(s->r.a);
    lemma_free(s->gap);
    lemma_free(s->weight);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    size_t all = tape->rows * tape->d;

    for (; s->round < ev->round; s->round++)
        lemma_frozen_round(s->frozen, NULL, s->r);
    for (size_t i = 0; i < all; i++)
        s->gap[i] = tape->residual.a[i] - s->r.a[i];
    *lemma_f64(row, PREDICTED_NORM) = lemma_norm((lemma_cvec){s->r.a, all});
    *lemma_f64(row, ERROR) = lemma_norm((lemma_cvec){s->gap, all}) / s->first;
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"predicted_norm", "", LEMMA_F64, LEMMA_AXIS_ROUND, "output",
     "norm of the residuals that Local GD would have with the kernel of W(0); under "
     "mini-batches the mean of such runs, where batches are drawn anew at every step",
     "||M^r r(0)||_2, M = I - server_step H(0) blockdiag(w_c (eta/n_c) P_c)",
     "theory 2.4, 3(h)"},
    {"error", "", LEMMA_F64, LEMMA_AXIS_ROUND, "1",
     "distance of the residuals from that prediction, as a share of the first",
     "||r(W(r)) - M^r r(0)||_2 / ||r(0)||_2", "theory 2.4, 3(h)"},
    {0}};

static const struct lemma_option options[] = {
    LEMMA_TANGENT_OPTION(struct state, kernel), {0}};

const struct lemma_probe_type lemma_probe_lazy = {
    .name = "lazy",
    .title = "the residuals against the frozen kernel's prediction",
    .source =
        "theory 2.4: the lazy limit of Local GD; with kernel: mean all outputs move by "
        "the mean kernel, which is theirs in the wide limit",
    .cost = "once: the Gram matrix of W(0) and the eigenvectors of every client's "
            "block, some "
            "12 (n_c d)^3 flops; then 2 (N d)^2 a round on outputs that a round's "
            "first step "
            "makes anyway; one matrix of order N d (or N) and two of each client's",
    .signal = "error",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = columns,
    .options = options,
    .state_size = sizeof(struct state),
    .order = order,
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .lasting = lasting,
    .end = end,
};
