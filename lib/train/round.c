/* Rounds and steps: the training loop. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/blas.h"
#include "train/state.h"

static lemma_status emit(struct lemma_trainer *tr, unsigned kind)
{
    lemma_status st = LEMMA_OK;

    tr->now.kind = kind;
    for (size_t i = 0; i < tr->observer_count && st == LEMMA_OK; i++)
        if (tr->observers[i].events & kind)
            st = tr->observers[i].see(tr->observers[i].context, &tr->now);
    return st;
}

static void forget_tapes(struct lemma_trainer *tr)
{
    struct lemma_tape *tapes[] = {tr->batch, tr->whole, tr->mean};

    for (size_t i = 0; i < 3; i++)
        tapes[i]->forward = tapes[i]->backward = false;
}

/* The sensitivities become the rows of the average's step: scaled by -eta w_c and by
 * the coefficient of the client's mean gradient. */
static void scale_to_step(struct lemma_trainer *tr, size_t l)
{
    lemma_mat d = tr->batch->sens[l];

    for (size_t c = 0; c < tr->K; c++) {
        struct lemma_span span = tr->batch_spans[c];

#pragma omp parallel for if (span.count * d.cols > LEMMA_PARALLEL)
        for (size_t i = span.first; i < span.first + span.count; i++) {
            double scale =
                -tr->t.eta * tr->weight[c] * lemma_tape_coef(tr->batch, c, i);
            double *row = lemma_row(d, i).a;

            for (size_t j = 0; j < d.cols; j++)
                row[j] *= scale;
        }
    }
}

static void copy_rows(lemma_cmat from, struct lemma_span span, lemma_mat to,
                      size_t first)
{
#pragma omp parallel for if (span.count * from.cols > LEMMA_PARALLEL)
    for (size_t i = 0; i < span.count; i++)
        memcpy(lemma_row(to, first + i).a, lemma_crow(from, span.first + i).a,
               from.cols * sizeof(double));
}

/* W_c -= eta grad L_c and, where local models are factors, the average with them. */
static void step_layer(struct lemma_trainer *tr, size_t l)
{
    lemma_cmat d = lemma_const(tr->batch->sens[l]), h = tr->batch->inputs[l];

    scale_to_step(tr, l);
    if (tr->layer[l].factored) {
        lemma_product(LEMMA_T, LEMMA_N, 1, d, h, 1, tr->average->w[l]);
        for (size_t c = 0; c < tr->K; c++) {
            struct lemma_span span = tr->batch_spans[c];
            struct lemma_factor *f = &tr->factors[c * tr->L + l];
            size_t first = tr->tau * span.first + f->rank;

            copy_rows(d, span, tr->layer[l].u, first);
            copy_rows(h, span, tr->layer[l].v, first);
            f->rank += span.count;
            f->u.rows = f->v.rows = f->rank;
        }
        return;
    }
    for (size_t c = 0; c < tr->K; c++) {
        struct lemma_span span = tr->batch_spans[c];

        tr->jobs[c] = (struct lemma_job){.ta = LEMMA_T,
                                         .tb = LEMMA_N,
                                         .alpha = 1 / tr->weight[c],
                                         .a = lemma_crows(d, span.first, span.count),
                                         .b = lemma_crows(h, span.first, span.count),
                                         .beta = 1,
                                         .c = tr->own[c * tr->L + l]};
    }
    lemma_products(tr->jobs, tr->K);
    tr->layer[l].average_is_new = false;
}

/* W(r+1) = W(r) + server_step (average - W(r)), then into every client. */
static void average_round(struct lemma_trainer *tr)
{
    double g = tr->t.config->server_step;

    for (size_t l = 0; l < tr->L; l++) {
        lemma_mat w = tr->server->w[l], mean = tr->average->w[l];

        lemma_trainer_average(tr, l);
#pragma omp parallel for if (w.rows * w.cols > LEMMA_PARALLEL)
        for (size_t i = 0; i < w.rows; i++) {
            double *to = lemma_row(w, i).a, *from = lemma_row(mean, i).a;

            for (size_t j = 0; j < w.cols; j++) {
                to[j] = g == 1 ? from[j] : to[j] + g * (from[j] - to[j]);
                from[j] = to[j];
            }
            for (size_t c = 0; c < tr->K && !tr->layer[l].factored; c++)
                memcpy(lemma_row(tr->own[c * tr->L + l], i).a, to,
                       w.cols * sizeof(double));
        }
        tr->layer[l].average_is_new = true;
        for (size_t c = 0; c < tr->K; c++) {
            struct lemma_factor *f = &tr->factors[c * tr->L + l];

            f->rank = f->u.rows = f->v.rows = 0;
        }
    }
}

/* Whether training can go on from a loss; what is wrong with it is told. */
static bool check_losses(struct lemma_trainer *tr, const struct lemma_tape *tape)
{
    for (size_t c = 0; c < tr->K; c++) {
        double loss = lemma_tape_loss(tape, c);

        if (!isfinite(loss))
            lemma_event_found(&tr->now, (int64_t) c, "the loss is not finite");
        else if (loss != 0 && !isnormal(loss))
            lemma_event_found(&tr->now, (int64_t) c, "the loss has underflowed");
    }
    lemma_grow_clients(tr, tape);
    return isfinite(lemma_event_mean_loss(&tr->now, tape));
}

/* Whether the server's weights are finite: where they are not, units may all be dead
 * and the loss look sound. Asked once a round; what a local step loses is not found
 * again by an average. */
static bool check_weights(struct lemma_trainer *tr)
{
    int lost = 0;

    for (size_t l = 0; l < tr->L; l++) {
        lemma_mat w = tr->server->w[l];

#pragma omp parallel for reduction(| : lost) if (w.rows * w.cols > LEMMA_PARALLEL)
        for (size_t i = 0; i < w.rows; i++) {
            const double *row = lemma_row(w, i).a;

            for (size_t j = 0; j < w.cols; j++)
                lost |= !(fabs(row[j]) <= DBL_MAX);
        }
    }
    if (lost)
        lemma_event_found(&tr->now, -1, "a weight is not finite");
    return !lost;
}

/* Whether training can go on from here: first the losses, which name clients. */
static bool is_sound(struct lemma_trainer *tr, const struct lemma_tape *tape)
{
    bool losses = check_losses(tr, tape);

    return (tr->now.local_step > 0 || check_weights(tr)) && losses;
}

/* One local step of every client. *go becomes false where training ends here. */
static lemma_status take_step(struct lemma_trainer *tr, enum lemma_outcome *outcome,
                              bool *go)
{
    struct lemma_model model;
    lemma_status st = LEMMA_OK;
    bool sound;

    if (tr->B > 0)
        lemma_batch_choose(tr, tr->now.step);
    if (tr->now.local_step == 0)
        LEMMA_TRY(emit(tr, LEMMA_ON_ROUND_BEGIN));
    model = lemma_trainer_local_model(tr);
    lemma_ranks_pass(tr, &model, tr->batch, LEMMA_BACKWARD);
    if (tr->now.step == 0)
        lemma_grow_begin(tr, tr->batch);
    sound = is_sound(tr, tr->batch); /* before what observers find of it */
    LEMMA_TRY(emit(tr, LEMMA_ON_STEP));
    if (!sound) {
        *outcome = LEMMA_DIVERGED;
        *go = false;
    }
    lemma_vanish_clients(tr);
    for (size_t l = 0; l < tr->L; l++)
        step_layer(tr, l);
    forget_tapes(tr);
    if (*go && lemma_comm_any(tr->t.comm, tr->t.stop && *tr->t.stop)) {
        *outcome = LEMMA_INTERRUPTED;
        *go = false;
    }
out:
    return st;
}

/* W(R) is looked at too: a last step may have thrown it out of range. */
static lemma_status end_run(struct lemma_trainer *tr, enum lemma_outcome *outcome)
{
    const struct lemma_tape *last;

    tr->now = (struct lemma_event){LEMMA_ON_RUN_END, tr->R * tr->tau, tr->R, 0, tr};
    last = lemma_event_tape(&tr->now, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);
    if (!is_sound(tr, last))
        *outcome = LEMMA_DIVERGED;
    return emit(tr, LEMMA_ON_RUN_END);
}

lemma_status lemma_trainer_begin(struct lemma_trainer *tr)
{
    lemma_status st;

    LEMMA_REQUIRE(lemma_blas_is_single());
    tr->begun = true;
    tr->now = (struct lemma_event){LEMMA_ON_RUN_BEGIN, 0, 0, 0, tr};
    st = emit(tr, LEMMA_ON_RUN_BEGIN);
    if (st != LEMMA_OK && tr->t.comm)
        tr->t.comm->broken = true;
    return st;
}

/* What the first step would keep. */
static void look_at_start(struct lemma_trainer *tr)
{
    struct lemma_model model = lemma_trainer_local_model(tr);

    if (tr->B > 0)
        lemma_batch_choose(tr, 0);
    lemma_ranks_pass(tr, &model, tr->batch, LEMMA_FORWARD);
    lemma_grow_begin(tr, tr->batch);
}

lemma_status lemma_trainer_resume(struct lemma_trainer *tr, size_t round,
                                  lemma_status (*fill)(void *context,
                                                       struct lemma_weights *server),
                                  void *context)
{
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(tr->begun && round <= tr->R);
    look_at_start(tr);
    LEMMA_TRY(fill(context, tr->server));
    lemma_weights_copy(tr->server, tr->average);
    lemma_trainer_spread(tr);
    forget_tapes(tr); /* of W(0) */
    tr->first = round;
out:
    return st;
}

lemma_status lemma_trainer_run(struct lemma_trainer *tr, enum lemma_outcome *outcome,
                               size_t *steps)
{
    bool go = true;
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_blas_is_single());
    *outcome = LEMMA_COMPLETE;
    *steps = tr->first * tr->tau;
    if (!tr->begun)
        LEMMA_TRY(lemma_trainer_begin(tr));
    for (size_t r = tr->first; r < tr->R && go; r++) {
        for (size_t s = 0; s < tr->tau && go; s++) {
            tr->now.step = r * tr->tau + s;
            tr->now.round = r;
            tr->now.local_step = s;
            LEMMA_TRY(take_step(tr, outcome, &go));
            ++*steps;
        }
        /* A round whose steps are all taken is ended, whatever ended them. */
        if (tr->now.local_step + 1 < tr->tau)
            break;
        LEMMA_TRY(emit(tr, LEMMA_ON_ROUND_END));
        lemma_vanish_server(tr);
        average_round(tr);
        LEMMA_TRY(emit(tr, LEMMA_ON_AVERAGED));
        if (r + 1 == tr->R && *outcome == LEMMA_INTERRUPTED) {
            *outcome = LEMMA_COMPLETE;
            go = true;
        }
    }
    if (go)
        LEMMA_TRY(end_run(tr, outcome));
out:
    if (st != LEMMA_OK && tr->t.comm)
        tr->t.comm->broken = true;
    return st;
}
