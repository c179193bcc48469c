/* Each client's loss at its own model and at the virtual average, at every local step.
 */
#include "probe/probe.h"

enum { LOCAL, AVERAGE };

struct state {
    bool average;
};

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    const struct state *s = state;

    (void) set;
    (void) net;
    return column != AVERAGE || s->average;
}

static void losses(const struct lemma_event *ev, enum lemma_tape_kind kind, double *out)
{
    const struct lemma_tape *tape = lemma_event_tape(ev, kind, LEMMA_FORWARD);

    for (size_t c = 0; c < lemma_event_clients(ev); c++)
        out[c] = lemma_tape_loss(tape, c);
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    const struct state *s = state;

    (void) set;
    (void) z;
    work->local = LEMMA_ONE_WAY;
    work->average = s->average ? LEMMA_ONE_WAY : LEMMA_NO_PASS;
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    (void) state;
    losses(ev, LEMMA_TAPE_WHOLE, lemma_f64(row, LOCAL));
    if (lemma_f64(row, AVERAGE))
        losses(ev, LEMMA_TAPE_AVERAGE, lemma_f64(row, AVERAGE));
    return LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"local", "K", LEMMA_F64, LEMMA_AXIS_STEP, "loss",
     "each client's loss at its own model, over all its samples",
     "L_c(W_c(t)) = (1/2n_c) sum_i ||f(W_c(t); x_i) - y_i||^2",
     "definition: theory 1.4"},
    {"average", "K", LEMMA_F64, LEMMA_AXIS_STEP, "loss",
     "each client's loss at the virtual average",
     "L_c(Wbar(t)), Wbar(t) = sum_c (n_c/N) W_c(t)", "definition: theory 1.4"},
    {0}};

static const struct lemma_option options[] = {
    {"average", LEMMA_OPTION_BOOL, offsetof(struct state, average), "true", NULL,
     "record `average`: costs a pass at the virtual average"},
    {0}};

const struct lemma_probe_type lemma_probe_local_loss = {
    .name = "local_loss",
    .title = "each client's loss at its own model and at the virtual average",
    .source = "theory 3(a), 3(f): L_c(W_c) and L_c(Wbar) on the right-hand sides",
    .cost =
        "`local`: nothing but sums at full batch, 2 N m_in m_out flops a layer and "
        "step "
        "under mini-batches; `average`: 2 N m_in m_out flops a layer and step with s > "
        "0, shared with all that look at the average",
    .signal = "local",
    .log_signal = true,
    .events = LEMMA_ON_STEP,
    .columns = columns,
    .options = options,
    .state_size = sizeof(struct state),
    .has = has,
    .work = work,
    .observe = observe,
};
