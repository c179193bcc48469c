/*
 * How far local models are from their average, and their neurons from initialisation.
 *
 * Factored layers go through inner products (deviation_gram.c) where the step's samples
 * are few against the width, and what cancels there is formed directly
 * (deviation_direct.c); dense layers always are.
 */
#include <math.h>
#include <omp.h>

#include "core/alloc.h"
#include "probe/deviation.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { FROBENIUS, MAX_NEURON, AT_AVERAGING };

/* Inner products are believed down to this share of what they are the difference of:
 * their error is some 100 eps of it. Below, the direct way is asked. */
static const double BELIEVED = 1e-3;

struct state {
    size_t K, L;
    struct lemma_deviation_gram *gram; /* (L) K = 0: the direct way */
    struct lemma_deviation_room room;
    struct lemma_local *local; /* (K) */
    double *weight;            /* (K) */
    double *square, *most;     /* (K) */
    bool *who;                 /* (K) */
};

/* Samples of a step in client c's batch. */
static size_t batch_of(const struct lemma_event *ev, size_t c)
{
    return lemma_batch_rows(lemma_event_batch(ev), lemma_event_spans(ev)[c].count);
}

struct sizes {
    size_t out, in, tiles, rank, tasks; /* the largest of all layers */
    bool any_gram;
};

/* The way of each layer, by sizes alone: a step's rows against all rows, 2 rows (in +
 * out) flops each, or all rows twice into the weights, 4 in out. */
static lemma_status choose_ways(struct state *s, const struct lemma_event *ev,
                                struct sizes *z)
{
    const struct lemma_network *net = lemma_event_network(ev);
    size_t rows = 0, steps = 0; /* steps: local ones whose factor rows are kept */
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; l < net->L; l++)
        if (lemma_trainer_factored(ev->trainer, l))
            steps = lemma_event_local_steps(ev);
    for (size_t c = 0; c < s->K; c++) {
        size_t rank = steps * batch_of(ev, c);

        rows += batch_of(ev, c);
        z->rank = lemma_most(z->rank, rank);
        z->tasks += rank / LEMMA_DEVIATION_CHUNK + 2;
    }
    z->tasks += LEMMA_DEVIATION_SLAB / LEMMA_DEVIATION_CHUNK;
    for (size_t l = 0; l < net->L; l++) {
        size_t in = net->layers[l].in, out = net->layers[l].out;

        z->in = lemma_most(z->in, in);
        z->out = lemma_most(z->out, out);
        if (!lemma_trainer_factored(ev->trainer, l) ||
            (double) rows * (double) (in + out) >= 2 * (double) in * (double) out)
            continue;
        z->any_gram = true;
        LEMMA_TRY(lemma_deviation_gram_init(&s->gram[l], s->K, out, in, z->rank));
    }
out:
    return st;
}

static lemma_status create_room(struct state *s, const struct sizes *z)
{
    struct lemma_deviation_room *room = &s->room;
    size_t tiles = (z->out + LEMMA_DEVIATION_TILE - 1) / LEMMA_DEVIATION_TILE, count;
    lemma_status st = LEMMA_OK;

    room->threads = omp_get_max_threads();
    room->per_thread = lemma_deviation_thread_room(z->out, z->in, z->rank);
    if (!lemma_size_mul(room->per_thread, (size_t) room->threads, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(room->thread, count);
    LEMMA_NEW(room->tiles, 2 * tiles * s->K);
    LEMMA_NEW(room->piece, s->K);
    if (!z->any_gram)
        return LEMMA_OK;
    LEMMA_NEW(room->u.a, LEMMA_DEVIATION_SLAB * z->out);
    LEMMA_NEW(room->v.a, LEMMA_DEVIATION_SLAB * z->in);
    LEMMA_NEW(room->grams, LEMMA_DEVIATION_SLAB * z->rank);
    LEMMA_NEW(room->task, z->tasks);
    LEMMA_NEW(room->shares, z->tasks * s->K);
out:
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->step = fmin(2 * z->rows * z->rows * z->tau * z->sides, /* factored */
                      8 * z->K * z->weights);                    /* dense */
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    struct state *s = state;
    struct sizes z = {0};
    lemma_status st = LEMMA_OK;

    (void) set;
    (void) err;
    s->K = lemma_event_clients(ev);
    LEMMA_NEW(s->gram, lemma_event_network(ev)->L);
    s->L = lemma_event_network(ev)->L;
    LEMMA_NEW(s->local, s->K);
    LEMMA_NEW(s->weight, s->K);
    LEMMA_NEW(s->square, s->K);
    LEMMA_NEW(s->most, s->K);
    LEMMA_NEW(s->who, s->K);
    for (size_t c = 0; c < s->K; c++)
        s->weight[c] = lemma_event_weight(ev, c);
    LEMMA_TRY(choose_ways(s, ev, &z));
    LEMMA_TRY(create_room(s, &z));
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++)
        lemma_deviation_gram_fini(&s->gram[l]);
    lemma_free(s->gram);
    lemma_free(s->room.thread);
    lemma_free(s->room.tiles);
    lemma_free(s->room.piece);
    lemma_free(s->room.u.a);
    lemma_free(s->room.v.a);
    lemma_free(s->room.grams);
    lemma_free(s->room.task);
    lemma_free(s->room.shares);
    lemma_free(s->local);
    lemma_free(s->weight);
    lemma_free(s->square);
    lemma_free(s->most);
    lemma_free(s->who);
}

/* ||Delta_c - sum_k w_k Delta_k||^2 = (e_c - w)^T Q (e_c - w). Where that cancels
 * (clients that move alike) the direct way. */
static void squares_by_gram(struct state *s, const struct lemma_deviation_at *at,
                            const struct lemma_deviation_gram *g)
{
    double mean = 0;
    bool any = false;

    for (size_t c = 0; c < s->K; c++)
        for (size_t k = 0; k < s->K; k++)
            mean += s->weight[c] * s->weight[k] * g->q[c * s->K + k];
    for (size_t c = 0; c < s->K; c++) {
        double own = g->q[c * s->K + c], cross = 0;

        for (size_t k = 0; k < s->K; k++)
            cross += s->weight[k] * g->q[c * s->K + k];
        s->square[c] = own - 2 * cross + mean;
        s->who[c] = s->square[c] < BELIEVED * (own + mean);
        any |= s->who[c];
    }
    if (any)
        lemma_deviation_direct(at, s->who, &s->room, s->square, NULL);
}

/* One layer: square[c], and most[c] where wanted. */
static void measure(struct state *s, const struct lemma_event *ev, size_t l,
                    bool wants_most)
{
    struct lemma_deviation_at at = {s->K, lemma_event_server(ev, l),
                                    lemma_event_initial(ev, l), s->local, s->weight};
    struct lemma_deviation_gram *g = &s->gram[l];

    for (size_t c = 0; c < s->K; c++)
        s->local[c] = lemma_event_local(ev, c, l);
    if (g->K == 0) {
        lemma_deviation_direct(&at, NULL, &s->room, s->square,
                               wants_most ? s->most : NULL);
        return;
    }
    lemma_deviation_gram_update(g, &at, ev->round, wants_most, &s->room);
    squares_by_gram(s, &at, g);
    if (!wants_most)
        return;
#pragma omp parallel for schedule(dynamic) num_threads(s->room.threads)
    for (size_t c = 0; c < s->K; c++)
        s->most[c] = lemma_deviation_gram_most(
            g, &at, c,
            s->room.thread + (size_t) omp_get_thread_num() * s->room.per_thread);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    bool at_step = ev->kind == LEMMA_ON_STEP;
    double *frobenius = lemma_f64(row, at_step ? FROBENIUS : AT_AVERAGING);

    for (size_t l = 0; l < s->L; l++) {
        measure(s, ev, l, at_step);
        for (size_t c = 0; c < s->K; c++) {
            frobenius[c * s->L + l] = lemma_root(s->square[c]);
            if (at_step)
                lemma_f64(row, MAX_NEURON)[c * s->L + l] = lemma_root(s->most[c]);
        }
    }
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"frobenius", "K,L", LEMMA_F64, LEMMA_AXIS_STEP, "weight",
     "distance of each client's layer from the virtual average's",
     "||W_{c,l}(t) - Wbar_l(t)||_F", "theory 3(f)"},
    {"max_neuron", "K,L", LEMMA_F64, LEMMA_AXIS_STEP, "weight",
     "largest move of one neuron of each client from initialisation",
     "max_r ||w_{c,l,r}(t) - w_{l,r}(0)||_2", "theory 3(e); p_t of D2"},
    {"at_averaging", "K,L", LEMMA_F64, LEMMA_AXIS_AVERAGING, "weight",
     "distance of each client's layer from the average, just before averaging",
     "||W_{c,l}(r, tau) - Wbar_l(r, tau)||_F",
     "theory 3(f): sqrt V at the round's end"},
    {0}};

const struct lemma_probe_type lemma_probe_deviation = {
    .name = "deviation",
    .title = "deviation of local models from their average",
    .source = "theory 3(f): V = sum_c (n_c/N) ||W_c - Wbar||^2; 3(e) for neurons",
    .cost = "keeps W(0): one more model. Factored: 4 N (s N) m flops a layer at local "
            "step s, "
            "N samples a step; dense or N > m: 4 s N m_in m_out, or reading K models",
    .signal = "frobenius",
    .log_signal = true,
    .events = LEMMA_ON_STEP | LEMMA_ON_ROUND_END,
    .needs_initial = true,
    .columns = columns,
    .state_size = sizeof(struct state),
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
