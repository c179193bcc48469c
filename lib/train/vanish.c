/*
 * Steps that rounding swallows: eta g is less than half a unit in the last place of
 * every weight, or less than the least number. What follows is no gradient descent,
 * whatever is recorded of it.
 *
 * Asked before a step is taken, when weights and gradients are both at hand, entry by
 * entry until the first that moves. The first that is tried is the one that moved last
 * time: in a sound run one sum over a client's samples. A client whose loss is zero to
 * rounding has come to the end of its descent, and nothing is told of it.
 */
#include <float.h>

#include "train/state.h"

/* Dense: W_c(t). W_c of factors is never made; its entries are about the server's. */
static double weight_at(const struct lemma_trainer *tr, size_t c, struct lemma_place p)
{
    lemma_mat w =
        tr->layer[p.l].factored ? tr->server->w[p.l] : tr->own[c * tr->L + p.l];

    return lemma_row(w, p.j).a[p.k];
}

/* Of the client's gradient over the step's samples. */
static double gradient_at(const struct lemma_trainer *tr, size_t c,
                          struct lemma_place p)
{
    struct lemma_span span = tr->batch_spans[c];
    lemma_mat d = tr->batch->sens[p.l];
    lemma_cmat h = tr->batch->inputs[p.l];
    double sum = 0;

    for (size_t i = span.first; i < span.first + span.count; i++)
        sum += lemma_tape_coef(tr->batch, c, i) * lemma_row(d, i).a[p.j] *
               lemma_crow(h, i).a[p.k];
    return sum;
}

/* Whether the step shows there; *any becomes true where there is one to take. */
static bool shows(const struct lemma_trainer *tr, size_t c, struct lemma_place p,
                  bool *any)
{
    double w = weight_at(tr, c, p), g = gradient_at(tr, c, p);

    *any |= g != 0;
    return w - tr->t.eta * g != w;
}

/* Whether a sample of the client drives unit j of layer l. */
static bool is_driven(const struct lemma_trainer *tr, size_t c, size_t l, size_t j)
{
    struct lemma_span span = tr->batch_spans[c];

    for (size_t i = span.first; i < span.first + span.count; i++)
        if (lemma_tape_coef(tr->batch, c, i) * lemma_row(tr->batch->sens[l], i).a[j] !=
            0)
            return true;
    return false;
}

static bool is_done(const struct lemma_trainer *tr, size_t c)
{
    return lemma_tape_loss(tr->batch, c) <= DBL_EPSILON;
}

/* False where the client has a step to take, and no weight changes by it. */
static bool moves(const struct lemma_trainer *tr, size_t c, struct lemma_place *last)
{
    bool any = false;

    if (shows(tr, c, *last, &any))
        return true;
    for (size_t l = 0; l < tr->L; l++)
        for (size_t j = 0; j < tr->batch->sens[l].cols; j++)
            for (size_t k = 0;
                 k < tr->batch->inputs[l].cols && (k > 0 || is_driven(tr, c, l, j));
                 k++)
                if (shows(tr, c, (struct lemma_place){l, j, k}, &any)) {
                    *last = (struct lemma_place){l, j, k};
                    return true;
                }
    return !any;
}

void lemma_vanish_clients(struct lemma_trainer *tr)
{
    for (size_t c = 0; c < tr->K; c++) {
        if (is_done(tr, c) || tr->moved[c].l == SIZE_MAX || moves(tr, c, &tr->moved[c]))
            continue;
        lemma_event_found(&tr->now, (int64_t) c, LEMMA_VANISHED);
        tr->moved[c].l = SIZE_MAX;
    }
}

void lemma_vanish_server(struct lemma_trainer *tr)
{
    double g = tr->t.config->server_step;
    bool any = false, done = true;

    if (g == 1) /* it takes the average as it is */
        return;
    for (size_t c = 0; c < tr->K; c++)
        done = done && is_done(tr, c);
    for (size_t l = 0; l < tr->L && !done; l++) {
        lemma_mat w = tr->server->w[l], mean = tr->average->w[l];

        lemma_trainer_average(tr, l);
        for (size_t i = 0; i < w.rows; i++)
            for (size_t j = 0; j < w.cols; j++) {
                double was = lemma_row(w, i).a[j];
                double off = lemma_row(mean, i).a[j] - was;

                any |= off != 0;
                if (was + g * off != was)
                    return;
            }
    }
    if (any)
        lemma_event_found(&tr->now, -1, LEMMA_VANISHED);
}
