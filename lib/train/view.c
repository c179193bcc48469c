/* The read-only views of an event. */
#include <string.h>

#include "core/alloc.h"
#include "train/state.h"

/* At these events every client holds the server model, and so does the average. */
static bool at_server(const struct lemma_trainer *tr)
{
    return tr->now.kind == LEMMA_ON_AVERAGED ||
           (tr->now.local_step == 0 && tr->now.kind != LEMMA_ON_ROUND_END);
}

const struct lemma_tape *lemma_event_tape(const struct lemma_event *ev,
                                          enum lemma_tape_kind kind,
                                          enum lemma_pass pass)
{
    struct lemma_trainer *tr = ev->trainer;
    bool mean = kind == LEMMA_TAPE_AVERAGE && !at_server(tr);
    struct lemma_tape *tape = kind == LEMMA_TAPE_BATCH ? tr->batch
                              : mean                   ? tr->mean
                                                       : tr->whole;

    LEMMA_REQUIRE(tr->now.kind != LEMMA_ON_ROUND_END);
    LEMMA_REQUIRE(kind != LEMMA_TAPE_BATCH || tr->now.kind == LEMMA_ON_STEP);
    struct lemma_model model =
        mean ? lemma_trainer_average_model(tr) : lemma_trainer_local_model(tr);
    lemma_ranks_pass(tr, &model, tape, pass);
    return tape;
}

double lemma_event_mean_loss(const struct lemma_event *ev,
                             const struct lemma_tape *tape)
{
    const struct lemma_trainer *tr = ev->trainer;
    double sum = 0;

    for (size_t c = 0; c < tr->K; c++)
        sum += tr->weight[c] * lemma_tape_loss(tape, c);
    return sum;
}

void lemma_event_found(const struct lemma_event *ev, int64_t client, const char *what)
{
    const struct lemma_training *t = &ev->trainer->t;

    if (t->find)
        t->find(t->finder, ev->step, client, what);
}

void lemma_event_pull(const struct lemma_event *ev, lemma_cmat residual,
                      lemma_mat *sens)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);
    struct lemma_trainer *tr = ev->trainer;
    struct lemma_model model = lemma_trainer_local_model(tr);

    lemma_pass_pull(&model, tape, residual, sens);
    for (size_t l = 0; l < tr->L; l++)
        tr->stacks[l] = lemma_stack_of(sens[l]);
    lemma_ranks_gather(tr, tr->stacks, tr->L, tr->whole_rows);
}

void lemma_event_preactivations(const struct lemma_event *ev, size_t l, lemma_mat z)
{
    const struct lemma_tape *tape =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);
    struct lemma_model model = lemma_trainer_local_model(ev->trainer);
    struct lemma_stack stack = lemma_stack_of(z);

    lemma_pass_preactivations(&model, tape, l, z);
    lemma_ranks_gather(ev->trainer, &stack, 1, ev->trainer->whole_rows);
}

struct lemma_model lemma_event_average_model(const struct lemma_event *ev)
{
    return lemma_trainer_average_model(ev->trainer);
}

struct lemma_model lemma_event_client_model(const struct lemma_event *ev, size_t c,
                                            double *scratch)
{
    const struct lemma_trainer *tr = ev->trainer;
    struct lemma_model model = lemma_trainer_local_model(tr);

    LEMMA_REQUIRE(c < tr->K);
    model.factors += c * tr->L;
    model.own += c * tr->L;
    model.scratch = scratch;
    return model;
}

const struct lemma_share *lemma_event_share(const struct lemma_event *ev)
{
    const struct lemma_comm *comm = ev->trainer->t.comm;

    return lemma_comm_size(comm) > 1 ? &comm->share : NULL;
}

const struct lemma_network *lemma_event_network(const struct lemma_event *ev)
{
    return ev->trainer->t.net;
}

const struct lemma_loss_type *lemma_event_loss(const struct lemma_event *ev)
{
    return ev->trainer->t.loss;
}

size_t lemma_event_clients(const struct lemma_event *ev)
{
    return ev->trainer->K;
}

const struct lemma_span *lemma_event_spans(const struct lemma_event *ev)
{
    return ev->trainer->spans;
}

double lemma_event_weight(const struct lemma_event *ev, size_t c)
{
    LEMMA_REQUIRE(c < ev->trainer->K);
    return ev->trainer->weight[c];
}

size_t lemma_event_local_steps(const struct lemma_event *ev)
{
    return ev->trainer->tau;
}

size_t lemma_event_rounds(const struct lemma_event *ev)
{
    return ev->trainer->R;
}

size_t lemma_event_batch(const struct lemma_event *ev)
{
    return ev->trainer->B;
}

const char *lemma_event_sampling(const struct lemma_event *ev)
{
    return ev->trainer->t.config->sampling;
}

double lemma_event_step_size(const struct lemma_event *ev)
{
    return ev->trainer->t.eta;
}

double lemma_event_server_step(const struct lemma_event *ev)
{
    return ev->trainer->t.config->server_step;
}

lemma_cmat lemma_event_targets(const struct lemma_event *ev)
{
    return lemma_const(ev->trainer->t.set->targets);
}

lemma_cmat lemma_event_inputs(const struct lemma_event *ev)
{
    return ev->trainer->fixed->inputs;
}

const int32_t *lemma_event_labels(const struct lemma_event *ev)
{
    return ev->trainer->t.set->label;
}

lemma_cmat lemma_event_output_matrix(const struct lemma_event *ev)
{
    return lemma_const(ev->trainer->fixed->output);
}

lemma_cmat lemma_event_server(const struct lemma_event *ev, size_t l)
{
    return lemma_const(ev->trainer->server->w[l]);
}

lemma_cmat lemma_event_average(const struct lemma_event *ev, size_t l)
{
    lemma_trainer_average(ev->trainer, l);
    return lemma_const(ev->trainer->average->w[l]);
}

lemma_cmat lemma_event_initial(const struct lemma_event *ev, size_t l)
{
    LEMMA_REQUIRE(ev->trainer->initial); /* an observer that needs it has to say so */
    return lemma_const(ev->trainer->initial->w[l]);
}

struct lemma_local lemma_event_local(const struct lemma_event *ev, size_t c, size_t l)
{
    const struct lemma_trainer *tr = ev->trainer;

    LEMMA_REQUIRE(c < tr->K && l < tr->L);
    return (struct lemma_local){lemma_const(tr->own[c * tr->L + l]),
                                tr->factors[c * tr->L + l]};
}

const uint32_t *lemma_event_batch_samples(const struct lemma_event *ev, size_t c,
                                          size_t *count)
{
    const struct lemma_trainer *tr = ev->trainer;

    LEMMA_REQUIRE(tr->now.kind == LEMMA_ON_STEP && c < tr->K && tr->B > 0);
    *count = tr->batch_spans[c].count;
    return tr->batch_sample + tr->batch_spans[c].first;
}

/* relu(W x) of one layer on a block of rows. */
static void through(const struct lemma_layer *layer, lemma_cmat w, lemma_cmat x,
                    lemma_mat h, uint64_t *pattern)
{
    lemma_product(LEMMA_N, LEMMA_T, 1, x, w, 0, h);
    for (size_t i = 0; i < h.rows; i++)
        layer->activation->apply(lemma_row(h, i).a, h.cols, pattern);
}

lemma_status lemma_event_evaluate(const struct lemma_event *ev, lemma_cmat x,
                                  lemma_mat f)
{
    enum { BLOCK = 256 };
    struct lemma_trainer *tr = ev->trainer;
    const struct lemma_network *net = tr->t.net;
    size_t block = x.rows < BLOCK ? x.rows : BLOCK;
    double *ping = NULL, *pong = NULL;
    uint64_t *pattern = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(x.cols == net->d_x && f.rows == x.rows && f.cols == net->d);
    LEMMA_NEW(ping, block * net->m);
    LEMMA_NEW(pong, block * net->m);
    LEMMA_NEW(pattern, (net->m + 63) / 64);
    for (size_t i = 0; i < x.rows; i += block) {
        size_t rows = x.rows - i < block ? x.rows - i : block;
        lemma_cmat h = lemma_crows(x, i, rows);
        double *next = ping;

        if (net->input.out) {
            lemma_mat z = lemma_mat_of(next, rows, net->input.out);
            through(&net->input, lemma_const(tr->fixed->input), h, z, pattern);
            h = lemma_const(z);
            next = pong;
        }
        for (size_t l = 0; l < net->L; l++) {
            lemma_mat z = lemma_mat_of(next, rows, net->layers[l].out);
            through(&net->layers[l], lemma_event_average(ev, l), h, z, pattern);
            h = lemma_const(z);
            next = next == ping ? pong : ping;
        }
        lemma_product(LEMMA_N, LEMMA_T, 1, h, lemma_const(tr->fixed->output), 0,
                      lemma_rows(f, i, rows));
    }
out:
    lemma_free(ping);
    lemma_free(pong);
    lemma_free(pattern);
    return st;
}
