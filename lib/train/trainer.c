/* A trainer's life: sizes, memory, the choice between factored and dense local models.
 */
#include "train/trainer.h"

#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "train/state.h"

/* Factored where tau b (in + out) < in out, b the largest client batch: a rule of the
 * configuration alone. */
static bool choose_factored(const struct lemma_training *t, size_t b, size_t l)
{
    const struct lemma_layer *layer = &t->net->layers[l];
    const char *rule = t->config->local_models;

    if (strcmp(rule, "factored") == 0)
        return true;
    if (strcmp(rule, "dense") == 0)
        return false;
    return (double) t->config->local_steps * (double) b *
               ((double) layer->in + (double) layer->out) <
           (double) layer->in * (double) layer->out;
}

static void measure(const struct lemma_training *t, size_t *rows, size_t *largest)
{
    *rows = *largest = 0;
    for (size_t c = 0; c < t->partition->clients; c++) {
        size_t b = lemma_batch_rows(t->config->batch, t->partition->spans[c].count);

        *rows += b;
        *largest = b > *largest ? b : *largest;
    }
}

/* Whether any layer is factored: only then are there factors, and thin products. */
static bool any_factored(const struct lemma_training *t, size_t largest)
{
    for (size_t l = 0; l < t->net->L; l++)
        if (choose_factored(t, largest, l))
            return true;
    return false;
}

/* Coefficients of the factors, and tau b_c n_c doubles a client for thin products. */
static double thin_doubles(const struct lemma_training *t)
{
    double sum = 0;

    for (size_t c = 0; c < t->partition->clients; c++) {
        size_t n = t->partition->spans[c].count;

        sum += (double) lemma_batch_rows(t->config->batch, n) * (1 + (double) n);
    }
    return (double) t->config->local_steps * sum;
}

bool lemma_trainer_memory(const struct lemma_training *t, size_t *bytes)
{
    const struct lemma_network *net = t->net;
    size_t rows, largest, K = t->partition->clients, N = t->set->n;
    double doubles = 3 * (double) lemma_network_parameters(net);

    measure(t, &rows, &largest);
    doubles += (double) net->output.in * (double) net->output.out;
    doubles += ((double) net->input.in + (double) N) * (double) net->input.out;
    if (t->config->batch > 0)
        doubles += (double) rows * (double) net->layers[0].in;
    if (any_factored(t, largest))
        doubles += thin_doubles(t);
    for (size_t l = 0; l < net->L; l++) {
        double in = (double) net->layers[l].in, out = (double) net->layers[l].out;

        doubles += choose_factored(t, largest, l)
                       ? (double) t->config->local_steps * (double) rows * (in + out)
                       : (double) K * in * out;
        doubles += 2 * out * ((double) rows + 2 * (double) N); /* tapes */
    }
    if (!(doubles * sizeof(double) < (double) PTRDIFF_MAX))
        return false;
    *bytes = (size_t) (doubles * sizeof(double));
    return true;
}

/* A step of b rows through a layer: forward 2 b in out, the same backward but for the
 * first, and 2 b in out for the gradient or the average. Factored, its client's s steps
 * before are thin products, 2 b (s b) (in + out), on both ways. */
double lemma_trainer_flops(const struct lemma_training *t)
{
    double tau = (double) t->config->local_steps, flops = 0;
    size_t rows, largest;

    measure(t, &rows, &largest);
    for (size_t l = 0; l < t->net->L; l++) {
        double in = (double) t->net->layers[l].in, out = (double) t->net->layers[l].out;
        bool factored = choose_factored(t, largest, l);

        flops += tau * 2 * (double) rows * in * out * (l > 0 ? 3 : 2);
        for (size_t c = 0; c < t->partition->clients; c++) {
            double b = (double) lemma_batch_rows(t->config->batch,
                                                 t->partition->spans[c].count);

            flops += factored ? (l > 0 ? 2 : 1) * tau * (tau - 1) * b * b * (in + out)
                              : 2 * in * out;
        }
    }
    return flops;
}

static lemma_status create_layer(struct lemma_trainer *tr, size_t l, size_t rows,
                                 size_t largest)
{
    const struct lemma_layer *layer = &tr->t.net->layers[l];
    struct lemma_layer_state *state = &tr->layer[l];
    size_t all;
    lemma_status st = LEMMA_OK;

    state->average_is_new = true;
    state->factored = choose_factored(&tr->t, largest, l);
    if (state->factored) {
        if (!lemma_size_mul(tr->tau, rows, &all))
            return LEMMA_EMEMORY;
        LEMMA_TRY(lemma_mat_create(all, layer->out, &state->u));
        LEMMA_TRY(lemma_mat_create(all, layer->in, &state->v));
        for (size_t c = 0; c < tr->K; c++) {
            size_t first = tr->tau * tr->batch_spans[c].first;

            tr->factors[c * tr->L + l] = (struct lemma_factor){
                0, lemma_crows(lemma_const(state->u), first, 0),
                lemma_crows(lemma_const(state->v), first, 0), tr->factor_coef + first};
        }
    } else {
        size_t size = layer->in * layer->out;

        if (!lemma_size_mul(tr->K, size, &all))
            return LEMMA_EMEMORY;
        LEMMA_NEW(state->own_block, all);
        for (size_t c = 0; c < tr->K; c++)
            tr->own[c * tr->L + l] =
                lemma_mat_of(state->own_block + c * size, layer->out, layer->in);
    }
out:
    return st;
}

static lemma_status create_spans(struct lemma_trainer *tr, size_t *rows)
{
    size_t most = 0;
    lemma_status st = LEMMA_OK;

    *rows = 0;
    LEMMA_NEW(tr->spans, tr->K);
    LEMMA_NEW(tr->batch_spans, tr->K);
    LEMMA_NEW(tr->weight, tr->K);
    for (size_t c = 0; c < tr->K; c++) {
        size_t n = tr->t.partition->spans[c].count;

        tr->spans[c] = tr->t.partition->spans[c];
        tr->weight[c] = (double) n / (double) tr->N;
        tr->batch_spans[c] = (struct lemma_span){*rows, lemma_batch_rows(tr->B, n)};
        *rows += tr->batch_spans[c].count;
        most = n > most ? n : most;
    }
    if (tr->B > 0)
        LEMMA_NEW(tr->permutation, most);
out:
    return st;
}

/* Thin products need rows_c * rank_c doubles a client, for the larger of the passes. */
static lemma_status create_scratch(struct lemma_trainer *tr, bool thin)
{
    size_t count = 0;
    lemma_status st = LEMMA_OK;

    for (size_t c = 0; thin && c < tr->K; c++) {
        size_t rank, room;

        if (!lemma_size_mul(tr->tau, tr->batch_spans[c].count, &rank) ||
            !lemma_size_mul(rank, tr->spans[c].count, &room) ||
            __builtin_add_overflow(count, room, &count))
            return LEMMA_EMEMORY;
    }
    LEMMA_NEW(tr->scratch, count);
    LEMMA_NEW(tr->jobs, tr->K);
out:
    return st;
}

/* 1 / weight[c] for every factor row of client c. */
static lemma_status create_coefs(struct lemma_trainer *tr, size_t rows, bool thin)
{
    size_t all = 0;
    lemma_status st = LEMMA_OK;

    if (thin && !lemma_size_mul(tr->tau, rows, &all))
        return LEMMA_EMEMORY;
    LEMMA_NEW(tr->factor_coef, all);
    for (size_t c = 0; thin && c < tr->K; c++) {
        size_t first = tr->tau * tr->batch_spans[c].first;

        for (size_t i = 0; i < tr->tau * tr->batch_spans[c].count; i++)
            tr->factor_coef[first + i] = 1 / tr->weight[c];
    }
out:
    return st;
}

static lemma_status create_tapes(struct lemma_trainer *tr, size_t rows)
{
    lemma_cmat features = lemma_event_inputs(&tr->now);
    const struct lemma_network *net = tr->t.net;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_tape_create(net, tr->N, tr->K, tr->spans, &tr->mean));
    LEMMA_TRY(lemma_tape_create(net, tr->N, tr->K, tr->spans, &tr->whole));
    tr->mean->inputs[0] = tr->whole->inputs[0] = features;
    tr->batch = tr->whole;
    if (tr->B > 0) {
        LEMMA_TRY(lemma_mat_create(rows, features.cols, &tr->batch_inputs));
        LEMMA_NEW(tr->batch_sample, rows);
        tr->batch = NULL;
        LEMMA_TRY(lemma_tape_create(net, rows, tr->K, tr->batch_spans, &tr->batch));
        tr->batch->inputs[0] = lemma_const(tr->batch_inputs);
        tr->batch->sample = tr->batch_sample;
    }
out:
    return st;
}

static lemma_status create_all(struct lemma_trainer *tr)
{
    size_t rows, largest;
    bool thin;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(create_spans(tr, &rows));
    measure(&tr->t, &rows, &largest);
    thin = any_factored(&tr->t, largest);
    LEMMA_TRY(create_coefs(tr, rows, thin));
    LEMMA_NEW(tr->layer, tr->L);
    LEMMA_NEW(tr->factors, tr->K * tr->L);
    LEMMA_NEW(tr->own, tr->K * tr->L);
    LEMMA_NEW(tr->moved, tr->K);
    LEMMA_NEW(tr->loss_first, tr->K);
    for (size_t l = 0; l < tr->L; l++)
        LEMMA_TRY(create_layer(tr, l, rows, largest));
    LEMMA_TRY(lemma_weights_create(tr->t.net, &tr->server));
    LEMMA_TRY(lemma_weights_create(tr->t.net, &tr->average));
    LEMMA_TRY(lemma_fixed_create(tr->t.net, tr->t.seed, lemma_const(tr->t.set->inputs),
                                 &tr->fixed));
    LEMMA_TRY(create_scratch(tr, thin));
    LEMMA_TRY(create_tapes(tr, rows));
    LEMMA_TRY(lemma_ranks_create(tr));

    lemma_weights_draw(tr->t.net, tr->t.seed, tr->server);
    lemma_weights_copy(tr->server, tr->average);
    lemma_trainer_spread(tr);
out:
    return st;
}

lemma_status lemma_trainer_create(const struct lemma_training *training,
                                  struct lemma_trainer **trainer,
                                  struct lemma_error *err)
{
    struct lemma_trainer *tr = NULL;
    lemma_status st = LEMMA_OK;

    if (!(training->eta > 0 && isfinite(training->eta)))
        return lemma_fail(err, LEMMA_EINPUT,
                          "expected a positive, finite step size, got %g",
                          training->eta);
    if (lemma_comm_size(training->comm) > training->partition->clients)
        return lemma_fail(err, LEMMA_EINPUT,
                          "%zu ranks are more than %zu clients: take at most %zu",
                          lemma_comm_size(training->comm), training->partition->clients,
                          training->partition->clients);
    if (training->set->n > UINT32_MAX)
        return lemma_fail(err, LEMMA_EINPUT, "%zu samples are more than 2^32 - 1",
                          training->set->n);
    LEMMA_REQUIRE(training->set->d == training->net->d);
    LEMMA_REQUIRE(training->set->d_x == training->net->d_x);
    LEMMA_NEW(tr, 1);
    tr->t = *training;
    tr->now.trainer = tr;
    tr->K = training->partition->clients;
    tr->N = training->set->n;
    tr->L = training->net->L;
    tr->tau = training->config->local_steps;
    tr->R = training->config->rounds;
    tr->B = training->config->batch;
    LEMMA_REQUIRE(tr->tau >= 1 && tr->K >= 1);
    LEMMA_TRY(create_all(tr));
    *trainer = tr;
    tr = NULL;
out:
    lemma_trainer_destroy(tr);
    return st;
}

void lemma_trainer_destroy(struct lemma_trainer *tr)
{
    if (!tr)
        return;
    for (size_t l = 0; tr->layer && l < tr->L; l++) {
        lemma_free(tr->layer[l].u.a);
        lemma_free(tr->layer[l].v.a);
        lemma_free(tr->layer[l].own_block);
    }
    lemma_free(tr->layer);
    lemma_free(tr->factors);
    lemma_free(tr->own);
    lemma_free(tr->moved);
    lemma_free(tr->loss_first);
    lemma_free(tr->factor_coef);
    lemma_free(tr->spans);
    lemma_free(tr->batch_spans);
    lemma_free(tr->weight);
    lemma_free(tr->permutation);
    lemma_weights_destroy(tr->server);
    lemma_weights_destroy(tr->average);
    lemma_weights_destroy(tr->initial);
    lemma_fixed_destroy(tr->fixed);
    if (tr->batch != tr->whole)
        lemma_tape_destroy(tr->batch);
    lemma_tape_destroy(tr->whole);
    lemma_tape_destroy(tr->mean);
    lemma_free(tr->batch_inputs.a);
    lemma_free(tr->batch_sample);
    lemma_free(tr->scratch);
    lemma_free(tr->jobs);
    lemma_free(tr->batch_rows);
    lemma_free(tr->whole_rows);
    lemma_free(tr->stacks);
    lemma_free(tr->observers);
    lemma_free(tr);
}

lemma_status lemma_trainer_watch(struct lemma_trainer *tr,
                                 const struct lemma_observer *observer)
{
    struct lemma_observer *more = NULL;
    lemma_status st = LEMMA_OK;

    if (observer->needs_initial && !tr->initial) {
        LEMMA_TRY(lemma_weights_create(tr->t.net, &tr->initial));
        lemma_weights_copy(tr->server, tr->initial);
    }
    LEMMA_NEW(more, tr->observer_count + 1);
    if (tr->observer_count)
        memcpy(more, tr->observers, tr->observer_count * sizeof *more);
    more[tr->observer_count++] = *observer;
    lemma_free(tr->observers);
    tr->observers = more;
out:
    return st;
}

bool lemma_trainer_factored(const struct lemma_trainer *tr, size_t l)
{
    return tr->layer[l].factored;
}

const struct lemma_weights *lemma_trainer_server(const struct lemma_trainer *tr)
{
    return tr->server;
}

lemma_cmat lemma_trainer_output_matrix(const struct lemma_trainer *tr)
{
    return lemma_const(tr->fixed->output);
}

lemma_cmat lemma_trainer_input_matrix(const struct lemma_trainer *tr)
{
    return lemma_const(tr->fixed->input);
}
