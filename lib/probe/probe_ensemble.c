/*
 * The averaged network against the average of the networks (theory 3(f)): what
 * averaging the weights does that averaging the outputs would not.
 *
 *     gap_i = |f(Wbar; x_i) - sum_c w_c f(W_c; x_i)|
 *
 * is, with one trained layer, the work of units whose clients' signs disagree at x_i:
 * at most max_r |V_ar| / 2 of
 *
 *     disagreement_i = sum_{r: signs disagree} sum_c w_c |z_{c,r} - zbar_r|.
 *
 * Every client is evaluated on all N inputs, block by block.
 */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "core/product.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { GAP, DISAGREEMENT };
enum { BLOCK = 256 };

struct state {
    size_t block;            /* samples of a block, the last one too: it overlaps */
    struct lemma_span rows;  /* {0, block} */
    struct lemma_tape *tape; /* of one client on a block */
    double *scratch;
    double *gap; /* (block, d) sum_c w_c (f(Wbar) - f(W_c)) */
    /* One trained layer only. */
    lemma_mat z, mean, spread; /* (block, m) z_c, zbar, sum_c w_c |z_c - zbar| */
    uint64_t *any, *all; /* (block, words) some client's unit is on; every one's */
};

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    (void) state;
    (void) set;
    return column != DISAGREEMENT || net->L == 1;
}

/* Room for thin products, where a layer's local models are factors. */
static lemma_status create_scratch(struct state *s, const struct lemma_event *ev)
{
    const struct lemma_span *spans = lemma_event_spans(ev);
    size_t tau = lemma_event_local_steps(ev), most = 0, count;
    bool factored = false;
    lemma_status st = LEMMA_OK;

    for (size_t l = 0; l < lemma_event_network(ev)->L; l++)
        factored |= !lemma_event_local(ev, 0, l).own.a;
    for (size_t c = 0; factored && c < lemma_event_clients(ev); c++)
        most =
            lemma_most(most, lemma_batch_rows(lemma_event_batch(ev), spans[c].count));
    if (!lemma_size_mul(tau, most, &count) || !lemma_size_mul(count, s->block, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(s->scratch, count);
out:
    return st;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->average = LEMMA_ONE_WAY;
    work->step = 2 * z->K * z->N * z->weights * (z->L > 1 ? 1 : 2);
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    size_t words = (net->m + 63) / 64;
    struct state *s = state;
    lemma_status st = LEMMA_OK;

    (void) err;
    s->block = set->n < BLOCK ? set->n : BLOCK;
    s->rows = (struct lemma_span){0, s->block};
    LEMMA_TRY(lemma_tape_create(net, s->block, 1, &s->rows, &s->tape));
    LEMMA_TRY(create_scratch(s, ev));
    LEMMA_NEW(s->gap, s->block * net->d);
    if (net->L == 1) {
        LEMMA_TRY(lemma_mat_create(s->block, net->m, &s->z));
        LEMMA_TRY(lemma_mat_create(s->block, net->m, &s->mean));
        LEMMA_TRY(lemma_mat_create(s->block, net->m, &s->spread));
        LEMMA_NEW(s->any, s->block * words);
        LEMMA_NEW(s->all, s->block * words);
    }
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_tape_destroy(s->tape);
    lemma_free(s->scratch);
    lemma_free(s->gap);
    lemma_free(s->z.a);
    lemma_free(s->mean.a);
    lemma_free(s->spread.a);
    lemma_free(s->any);
    lemma_free(s->all);
}

/* zbar of the block, and sums that begin at nothing. */
static void begin_units(struct state *s, const struct lemma_event *ev)
{
    size_t words = s->block * s->tape->words[0];

    lemma_product(LEMMA_N, LEMMA_T, 1, s->tape->inputs[0], lemma_event_average(ev, 0),
                  0, s->mean);
    memset(s->spread.a, 0, s->block * s->spread.cols * sizeof(double));
    memset(s->any, 0, words * sizeof *s->any);
    memset(s->all, 0xff, words * sizeof *s->all);
}

static void add_units(struct state *s, const struct lemma_model *model, double weight)
{
    const uint64_t *pattern = s->tape->pattern[0];

    lemma_pass_preactivations(model, s->tape, 0, s->z);
#pragma omp parallel for if (s->block * s->z.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < s->block; i++) {
        const double *z = lemma_row(s->z, i).a, *mean = lemma_row(s->mean, i).a;
        double *spread = lemma_row(s->spread, i).a;

        for (size_t j = 0; j < s->z.cols; j++)
            spread[j] += weight * fabs(z[j] - mean[j]);
    }
    for (size_t k = 0; k < s->block * s->tape->words[0]; k++) {
        s->any[k] |= pattern[k];
        s->all[k] &= pattern[k];
    }
}

/* sum of `spread` over the units of row i that are on for some and off for some. */
static double disagreement(const struct state *s, size_t i)
{
    size_t words = s->tape->words[0];
    const uint64_t *any = s->any + i * words, *all = s->all + i * words;
    const double *spread = s->spread.a + i * s->spread.ld;
    double sum = 0;

    for (size_t j = 0; j < s->spread.cols; j++)
        sum += (any[j / 64] & ~all[j / 64]) >> j % 64 & 1 ? spread[j] : 0;
    return sum;
}

/* Cells of samples first .. first + block; average (N, d) are the outputs at Wbar. */
static void see_block(struct state *s, const struct lemma_event *ev, lemma_cmat average,
                      size_t first, const struct lemma_cells *row)
{
    lemma_cmat targets = lemma_crows(lemma_event_targets(ev), first, s->block);
    size_t cells = s->block * average.cols, K = lemma_event_clients(ev);
    const double *mean = lemma_crow(average, first).a;
    bool units = row->cells[DISAGREEMENT];

    s->tape->inputs[0] = lemma_crows(lemma_event_inputs(ev), first, s->block);
    memset(s->gap, 0, cells * sizeof *s->gap);
    if (units)
        begin_units(s, ev);
    for (size_t c = 0; c < K; c++) {
        struct lemma_model model = lemma_event_client_model(ev, c, s->scratch);
        double weight = lemma_event_weight(ev, c);

        lemma_pass_forward(&model, lemma_event_loss(ev), targets, s->tape);
        for (size_t k = 0; k < cells; k++)
            s->gap[k] += weight * (mean[k] - s->tape->output.a[k]);
        if (units)
            add_units(s, &model, weight);
    }
    for (size_t k = 0; k < cells; k++)
        lemma_f64(row, GAP)[first * average.cols + k] = fabs(s->gap[k]);
    for (size_t i = 0; units && i < s->block; i++)
        lemma_f64(row, DISAGREEMENT)[first + i] = disagreement(s, i);
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *average =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    size_t N = average->rows;

    if (ev->local_step == 0) { /* one model */
        memset(row->cells[GAP], 0, N * average->d * sizeof(double));
        if (row->cells[DISAGREEMENT])
            memset(row->cells[DISAGREEMENT], 0, N * sizeof(double));
        return LEMMA_OK;
    }
    for (size_t i = 0; i < N; i += s->block)
        see_block(s, ev, lemma_const(average->output),
                  i + s->block <= N ? i : N - s->block, row);
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"gap", "N,d", LEMMA_F64, LEMMA_AXIS_STEP, "output",
     "how far the virtual average's outputs are from the clients' mean outputs, at "
     "every "
     "training input; right to rounding of the outputs",
     "|f(Wbar(t); x_i) - sum_c w_c f(W_c(t); x_i)|, w_c = n_c/N, i = 1..N",
     "theory 3(f): averaging gap"},
    {"disagreement", "N", LEMMA_F64, LEMMA_AXIS_STEP, "pre-activation",
     "spread of the clients' pre-activations over the units whose signs they disagree "
     "about at that input: with one trained layer the gap is at most max_r |V_ar| / 2 "
     "of "
     "it. Not with more layers",
     "sum_{r: some z_{c,r} >= 0, some < 0} sum_c w_c |z_{c,r} - zbar_r|, z_c = W_c(t) "
     "x_i, zbar = Wbar(t) x_i",
     "theory 3(f): averaging gap"},
    {0}};

const struct lemma_probe_type lemma_probe_ensemble = {
    .name = "ensemble",
    .title = "the averaged network against the average of the networks",
    .source = "theory 3(f): averaging (ensemble) gap",
    .cost =
        "K forward passes of all N inputs a step with s > 0, 2 K N m_in m_out flops a "
        "layer (twice that with one trained layer), beside the average's own: for "
        "every "
        "tenth round, say; rows of N (d + 1) numbers",
    .signal = "gap",
    .log_signal = true,
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .state_size = sizeof(struct state),
    .has = has,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
