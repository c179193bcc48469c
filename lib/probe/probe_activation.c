/* Activation patterns: how many units have flipped, since when, and against whom. */
#include <string.h>

#include "core/alloc.h"
#include "probe/probe.h"

enum {
    FLIPS_INITIAL,
    FLIPS_INITIAL_MAX,
    FLIPS_PREVIOUS,
    FLIPS_AVERAGE,
    FLIPS_AVERAGE_MAX,
    AVERAGE_FLIPS_INITIAL
};

struct state {
    bool average;
    size_t L;
    size_t *words;       /* (L) of all samples */
    uint64_t **initial;  /* (L) bits at W(0), rows as in a tape */
    uint64_t **previous; /* (L) bits at W_c in the previous row of the table */
};

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    const struct state *s = state;

    (void) set;
    (void) net;
    return column < FLIPS_AVERAGE || s->average;
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    (void) set;
    work->local = LEMMA_ONE_WAY;
    work->average = s->average ? LEMMA_ONE_WAY : LEMMA_NO_PASS;
    work->lasting = 2 * 8 * z->N * z->words;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    const struct lemma_network *net = lemma_event_network(ev);
    struct state *s = state;
    lemma_status st = LEMMA_OK;

    (void) err;
    LEMMA_NEW(s->initial, net->L);
    LEMMA_NEW(s->previous, net->L);
    LEMMA_NEW(s->words, net->L);
    s->L = net->L;
    for (size_t l = 0; l < net->L; l++) {
        size_t count;

        if (!lemma_size_mul(set->n, (net->layers[l].out + 63) / 64, &count))
            return LEMMA_EMEMORY;
        LEMMA_NEW(s->initial[l], count);
        LEMMA_NEW(s->previous[l], count);
        s->words[l] = count;
    }
out:
    return st;
}

static void lasting(void *state, lemma_visit visit, void *context)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++) {
        size_t bytes = s->words[l] * sizeof(uint64_t);

        visit(context, s->initial[l], bytes, LEMMA_FIXED);
        visit(context, s->previous[l], bytes, LEMMA_MOVING);
    }
}

static void end(void *state)
{
    struct state *s = state;

    for (size_t l = 0; l < s->L; l++) {
        lemma_free(s->initial[l]);
        lemma_free(s->previous[l]);
    }
    lemma_free(s->initial);
    lemma_free(s->previous);
    lemma_free(s->words);
}

static void keep(const struct lemma_tape *tape, uint64_t **bits)
{
    for (size_t l = 0; l < tape->L; l++)
        memcpy(bits[l], tape->pattern[l], tape->rows * tape->words[l] * sizeof **bits);
}

/* Differing bits of the rows of a span: their sum and the largest row's. */
static void compare(const uint64_t *a, const uint64_t *b, size_t words,
                    struct lemma_span span, int64_t *sum, int64_t *max)
{
    *sum = *max = 0;
    for (size_t i = span.first; i < span.first + span.count; i++) {
        int64_t d =
            (int64_t) lemma_pattern_distance(a + i * words, b + i * words, words);

        *sum += d;
        *max = d > *max ? d : *max;
    }
}

/* Row [c][l] of the tables sum and max (either NULL) from patterns a and b. Some N m L
 * / 64 popcounts: threads would cost more than they save. */
static void compare_all(const struct lemma_tape *tape, uint64_t *const *a,
                        uint64_t *const *b, int64_t *sum, int64_t *max)
{
    size_t tasks = tape->clients * tape->L;

    for (size_t task = 0; task < tasks; task++) {
        size_t c = task / tape->L, l = task % tape->L;
        int64_t s = 0, m = 0;

        if (a[l] != b[l])
            compare(a[l], b[l], tape->words[l], tape->spans[c], &s, &m);
        if (sum)
            sum[task] = s;
        if (max)
            max[task] = m;
    }
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    struct state *s = state;
    const struct lemma_tape *own =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);

    if (ev->step == 0) { /* every cadence holds t = 0, where W_c = W(0) */
        keep(own, s->initial);
        keep(own, s->previous);
    }
    compare_all(own, own->pattern, s->initial, lemma_i64(row, FLIPS_INITIAL),
                lemma_i64(row, FLIPS_INITIAL_MAX));
    compare_all(own, own->pattern, s->previous, lemma_i64(row, FLIPS_PREVIOUS), NULL);
    keep(own, s->previous);
    if (s->average) {
        const struct lemma_tape *average =
            lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);

        compare_all(own, own->pattern, average->pattern, lemma_i64(row, FLIPS_AVERAGE),
                    lemma_i64(row, FLIPS_AVERAGE_MAX));
        compare_all(own, average->pattern, s->initial,
                    lemma_i64(row, AVERAGE_FLIPS_INITIAL), NULL);
    }
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"flips_initial", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "units whose pattern at W_c(t) differs from W(0), summed over the client's "
     "samples",
     "sum_{i in S_c} #{r : 1{z_{l,r}(W_c(t); x_i) >= 0} != 1{z_{l,r}(W(0); x_i) >= 0}}",
     "theory 3(b)"},
    {"flips_initial_max", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "the same, largest over the client's samples",
     "max_{i in S_c} #{r : 1{z_{l,r}(W_c(t); x_i) >= 0} != 1{z_{l,r}(W(0); x_i) >= 0}}",
     "theory 3(b): b1, b4, b5"},
    {"flips_previous", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "units whose pattern differs from the same client's in the previous row, summed "
     "over "
     "its samples",
     "sum_{i in S_c} #{r : pattern at W_c(t) != pattern at W_c(t') of the row before}; "
     "0 in "
     "the first row",
     "theory 3(b)"},
    {"flips_average", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "units whose pattern at W_c(t) differs from the virtual average's, summed over "
     "the "
     "client's samples",
     "sum_{i in S_c} fl_i, fl_i = #{r : 1{z_{l,r}(W_c(t); x_i) >= 0} != "
     "1{z_{l,r}(Wbar(t); x_i) >= 0}}",
     "theory 3(a)"},
    {"flips_average_max", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "the same, largest over the client's samples", "max_{i in S_c} fl_i",
     "theory 3(a): the bound on the pattern part of the gap"},
    {"average_flips_initial", "K,L", LEMMA_I64, LEMMA_AXIS_STEP, "units",
     "units whose pattern at the virtual average differs from W(0), summed over the "
     "client's samples",
     "sum_{i in S_c} #{r : 1{z_{l,r}(Wbar(t); x_i) >= 0} != 1{z_{l,r}(W(0); x_i) >= "
     "0}}",
     "theory 3(b)"},
    {0}};

static const struct lemma_option options[] = {
    {"average", LEMMA_OPTION_BOOL, offsetof(struct state, average), "true", NULL,
     "record the tables of the virtual average: costs a pass there"},
    {0}};

const struct lemma_probe_type lemma_probe_activation = {
    .name = "activation",
    .title = "units whose activation pattern differs",
    .source = "theory 3(b); pattern = 1{z >= 0}",
    .cost =
        "N m / 64 words a layer and table; under mini-batches 2 N m_in m_out flops a "
        "layer and step for all the samples. With the average 2 N m_in m_out flops a "
        "layer and step with s > 0, shared with all that look at the average",
    .signal = "flips_initial",
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .options = options,
    .state_size = sizeof(struct state),
    .has = has,
    .work = work,
    .begin = begin,
    .observe = observe,
    .lasting = lasting,
    .end = end,
};
