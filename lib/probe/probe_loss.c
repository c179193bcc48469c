/* Loss and accuracy of the server model, round by round. */
#include <math.h>

#include "core/alloc.h"
#include "probe/probe.h"

enum { SERVER, SERVER_CLIENT, ACCURACY, TEST_LOSS, TEST_ACCURACY };

struct state {
    const struct lemma_dataset *set;
    double *outputs;  /* (test_n, d) */
    double *gradient; /* (d), not used */
};

/* Targets that stand for classes: one-hot rows, or +-1 alone. */
static bool has_classes(const struct lemma_dataset *set)
{
    if (!set->label)
        return false;
    if (set->d > 1)
        return set->d == set->class_count;
    for (size_t i = 0; i < set->n; i++)
        if (fabs(lemma_row(set->targets, i).a[0]) != 1)
            return false;
    return true;
}

static bool has(const void *state, size_t column, const struct lemma_dataset *set,
                const struct lemma_network *net)
{
    (void) state;
    (void) net;
    switch (column) {
    case ACCURACY:
        return has_classes(set);
    case TEST_LOSS:
        return set->test_n > 0;
    case TEST_ACCURACY:
        return set->test_n > 0 && has_classes(set);
    default:
        return true;
    }
}

static void work(const void *state, const struct lemma_dataset *set,
                 const struct lemma_scale *z, struct lemma_work *work)
{
    (void) state;
    (void) set;
    work->average = LEMMA_ONE_WAY;
    work->round = 2 * z->test * z->weights;
}

static lemma_status begin(void *state, const struct lemma_dataset *set,
                          const struct lemma_event *ev, struct lemma_error *err)
{
    struct state *s = state;
    size_t count;
    lemma_status st = LEMMA_OK;

    (void) ev;
    (void) err;
    s->set = set;
    if (!lemma_size_mul(set->test_n, set->d, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(s->outputs, count);
    LEMMA_NEW(s->gradient, set->d);
out:
    return st;
}

static void end(void *state)
{
    struct state *s = state;

    lemma_free(s->outputs);
    lemma_free(s->gradient);
}

/* The target's class has the one largest output, or the sign is right; NaN is wrong. */
static bool is_right(lemma_cvec f, lemma_cvec y)
{
    size_t class = 0;

    if (f.n == 1)
        return f.a[0] * y.a[0] > 0;
    for (size_t j = 1; j < y.n; j++)
        class = y.a[j] > y.a[class] ? j : class;
    for (size_t j = 0; j < f.n; j++)
        if (j != class && !(f.a[class] > f.a[j]))
            return false;
    return true;
}

static double accuracy(lemma_cmat f, lemma_cmat y)
{
    size_t right = 0;

    for (size_t i = 0; i < f.rows; i++)
        right += is_right(lemma_crow(f, i), lemma_crow(y, i));
    return (double) right / (double) f.rows;
}

/* The test set's own pass: 2 N_test times the number of weights. */
static lemma_status observe_test(struct state *s, const struct lemma_event *ev,
                                 const struct lemma_cells *row)
{
    const struct lemma_dataset *set = s->set;
    lemma_mat f = lemma_mat_of(s->outputs, set->test_n, set->d);
    lemma_cmat y = lemma_const(set->test_targets);
    double sum = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_event_evaluate(ev, lemma_const(set->test_inputs), f));
    for (size_t i = 0; i < set->test_n; i++)
        sum += lemma_event_loss(ev)->sample(set->d, lemma_row(f, i).a,
                                            lemma_crow(y, i).a, s->gradient);
    *lemma_f64(row, TEST_LOSS) = sum / (double) set->test_n;
    if (lemma_f64(row, TEST_ACCURACY))
        *lemma_f64(row, TEST_ACCURACY) = accuracy(lemma_const(f), y);
out:
    return st;
}

static lemma_status observe(void *state, const struct lemma_event *ev,
                            const struct lemma_cells *row)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);

    for (size_t c = 0; c < lemma_event_clients(ev); c++)
        lemma_f64(row, SERVER_CLIENT)[c] = lemma_tape_loss(tape, c);
    *lemma_f64(row, SERVER) = lemma_event_mean_loss(ev, tape);
    if (lemma_f64(row, ACCURACY))
        *lemma_f64(row, ACCURACY) =
            accuracy(lemma_const(tape->output), lemma_event_targets(ev));
    return lemma_f64(row, TEST_LOSS) ? observe_test(state, ev, row) : LEMMA_OK;
}

static const struct lemma_column columns[] = {
    {"server", "", LEMMA_F64, LEMMA_AXIS_ROUND, "loss", "loss of the server model",
     "L(W) = sum_c (n_c/N) L_c(W) at W = W(r)", "definition: theory 1.4"},
    {"server_client", "K", LEMMA_F64, LEMMA_AXIS_ROUND, "loss",
     "each client's loss at the server model",
     "L_c(W) = (1/2n_c) sum_i ||f(W; x_i) - y_i||^2 at W = W(r)",
     "definition: theory 1.4"},
    {"accuracy", "", LEMMA_F64, LEMMA_AXIS_ROUND, "1",
     "share of training samples the server model puts in their class",
     "one-hot: the class has the one largest output; +-1: sign f = sign y",
     "definition"},
    {"test_loss", "", LEMMA_F64, LEMMA_AXIS_ROUND, "loss",
     "loss of the server model on the test set",
     "(1/2M) sum_i ||f(W; x_i) - y_i||^2 over the M test samples at W = W(r)",
     "definition"},
    {"test_accuracy", "", LEMMA_F64, LEMMA_AXIS_ROUND, "1",
     "share of test samples the server model puts in their class",
     "one-hot: the class has the one largest output; +-1: sign f = sign y",
     "definition"},
    {0}};

const struct lemma_probe_type lemma_probe_loss = {
    .name = "loss",
    .title = "loss and accuracy of the server model",
    .source =
        "theory 1.4: L(W) = sum_c (n_c/N) L_c(W), mean normalisation; S1: it decays "
        "geometrically in R",
    .cost =
        "nothing but sums: the pass is the round's first step's (one more at the end). "
        "Mini-batches: a forward pass of its own, 2 N m_in m_out flops a layer and "
        "round. With a test set of M samples: 2 M m_in m_out more",
    .signal = "server",
    .log_signal = true,
    .events = LEMMA_ON_ROUND_BEGIN | LEMMA_ON_RUN_END,
    .columns = columns,
    .state_size = sizeof(struct state),
    .has = has,
    .work = work,
    .begin = begin,
    .observe = observe,
    .end = end,
};
