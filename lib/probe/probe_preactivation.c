/*
 * How far each sample's pre-activations have moved since W(0), and how many units
 * flipped: the two sides of the energy bound (theory 3(b4)), sample by sample.
 *
 *     flips_{l,i} <= max{k : sum of the k smallest z_{l,r}(0)^2 <= change_{l,i}^2}
 *
 * The pre-activations are the pass's own product once more, to the bit, so that they
 * have the signs that the patterns tell: a unit that flipped has moved by at least
 * |z(0)|, in the numbers too.
 */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "probe/number.h"
#include "probe/probe.h"

enum { CHANGE, FLIPS };

struct state {
    size_t L;
    lemma_mat *initial;  /* (L) (N, out) z_l at W(0) */
    uint64_t **patterns; /* (L) bits at W(0), rows as in a tape */
    double *now;         /* (N, widest) z_l at W_c(t) */
};

static size_t widest(const struct lemma_network *net)
{
    size_t most = 0;

    for (size_t l = 0; l < net->L; l++)
        most = lemma_most(most, net->layers[l].out);
    return most;
}

static double memory(const void *state, const struct lemma_dataset *set,
                     const struct lemma_network *net)
{
    double units = (double) widest(net);

    (void) state;
    for (size_t l = 0; l < net->L; l++)
        units += (double) net->layers[l].out;
    return sizeof(double) * (double) set->n * units;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->local = LEMMA_ONE_WAY;
    work->step = 2 * z->N * z->weights;
    work->lasting = 8 * z->N * (z->units + z->words);
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct state *s = state;
    size_t count;
    lemma_status st = LEMMA_OK;

    (void) err;
    LEMMA_NEW(s->initial, net->L);
    LEMMA_NEW(s->patterns, net->L);
    s->L = net->L;
    for (size_t l = 0; l < net->L; l++) {
        size_t out = net->layers[l].out;

        LEMMA_TRY(lemma_mat_create(set->n, out, &s->initial[l]));
        LEMMA_NEW(s->patterns[l], set->n * ((out + 63) / 64));
    }
    if (!lemma_size_mul(set->n, widest(net), &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(s->now, count);
out:
    return st;
}

static void lasting(void *state, lemma_visit visit, void *context)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++) {
        lemma_mat z = s->initial[l];

        visit(context, z.a, z.rows * z.cols * sizeof *z.a, LEMMA_FIXED);
        visit(context, s->patterns[l], z.rows * ((z.cols + 63) / 64) * sizeof(uint64_t),
              LEMMA_FIXED);
    }
}

static void end(void *state)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++) {
        lemma_free(s->initial[l].a);
        lemma_free(s->patterns[l]);
    }
    lemma_free(s->initial);
    lemma_free(s->patterns);
    lemma_free(s->now);
}

static void keep(struct state *s, const struct lemma_event *ev,
                 const struct lemma_tape *tape)
{
    for (size_t l = 0; l < s->L; l++) {
        lemma_event_preactivations(ev, l, s->initial[l]);
        memcpy(s->patterns[l], tape->pattern[l],
               tape->rows * tape->words[l] * sizeof **s->patterns);
    }
}

/* ||a - b||_2, differences first. */
static double distance(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t j = 0; j < n; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(sum);
}

/* Cells [i][l] of all samples. O(N out) beside the product. */
static void see_layer(struct state *s, const struct lemma_event *ev,
                      const struct lemma_tape *tape, size_t l,
                      const struct lemma_cells *row)
{
    lemma_mat was = s->initial[l], now = lemma_mat_of(s->now, was.rows, was.cols);
    double *change = lemma_f64(row, CHANGE);
    int64_t *flips = lemma_i64(row, FLIPS);
    size_t words = tape->words[l];

    lemma_event_preactivations(ev, l, now);
#pragma omp parallel for if (now.rows * now.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < now.rows; i++) {
        change[i * s->L + l] =
            distance(lemma_row(now, i).a, lemma_row(was, i).a, now.cols);
        flips[i * s->L + l] = (int64_t) lemma_pattern_distance(
            tape->pattern[l] + i * words, s->patterns[l] + i * words, words);
    }
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);

    if (ev->step == 0) /* every cadence holds t = 0, where W_c = W(0) */
        keep(s, ev, tape);
    for (size_t l = 0; l < s->L; l++)
        see_layer(s, ev, tape, l, row);
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"change", "N,L", LEMMA_F64, LEMMA_AXIS_STEP, "pre-activation",
     "how far the pre-activations of each sample, at its own client's model, are from "
     "those at W(0); samples in client order",
     "||z_l(W_c(t); x_i) - z_l(W(0); x_i)||_2, i in S_c", "theory 3(b4)"},
    {"flips", "N,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "units whose pattern at W_c(t) differs from W(0), sample by sample",
     "#{r : 1{z_{l,r}(W_c(t); x_i) >= 0} != 1{z_{l,r}(W(0); x_i) >= 0}}, i in S_c",
     "theory 3(b4)"},
    {0}};

const struct lemma_probe_type lemma_probe_preactivation = {
    .name = "preactivation",
    .title = "each sample's pre-activations against those at W(0)",
    .source = "theory 3(b4): the energy bound on flips, exact in every layer",
    .cost =
        "a forward pass's products once more, 2 N m_in m_out flops a layer and step "
        "(under mini-batches a forward pass of all samples as well); keeps N m "
        "numbers a layer and writes 2 N a layer and row: for every tenth round, say",
    .signal = "change",
    .log_signal = true,
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .state_size = sizeof(struct state),
    .memory = memory,
    .work = work,
    .begin = begin,
    .observe = observe,
    .lasting = lasting,
    .end = end,
};
