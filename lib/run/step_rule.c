/* From train.step_size to eta, by train.step_rule. */
#include <math.h>
#include <string.h>

#include "core/alloc.h"
#include "kernel/stable.h"
#include "net/fixed.h"
#include "run/declare.h"

/* Whether some client takes less than all of its samples in a step. */
static bool some_stochastic(const struct lemma_run *run)
{
    for (size_t c = 0; c < run->partition->clients; c++) {
        size_t n = run->partition->spans[c].count;

        if (lemma_batch_rows(run->x->train.batch, n) < n)
            return true;
    }
    return false;
}

/* What the limit is proven for. */
static lemma_status check_proven(const struct lemma_run *run, struct lemma_error *err)
{
    const struct lemma_train_config *t = &run->x->train;

    if (t->server_step > 1)
        return lemma_experiment_fail(
            run->x, "train.server_step", err,
            "expected at most 1 with step_rule lazy-limit, got %g: the limit is proven "
            "for averages of the clients' models; use step_rule width",
            t->server_step);
    if (strcmp(t->sampling, "epoch") == 0 && some_stochastic(run))
        return lemma_experiment_fail(
            run->x, "train.sampling", err,
            "expected subset or replacement with step_rule lazy-limit, got epoch: the "
            "limit is proven for batches drawn anew at every step");
    return LEMMA_OK;
}

/* The largest stable step of the kernel of W(0). */
static lemma_status measure_limit(struct lemma_run *run, struct lemma_error *err)
{
    const struct lemma_train_config *t = &run->x->train;
    bool replacement = strcmp(t->sampling, "replacement") == 0;
    struct lemma_weights *weights = NULL;
    struct lemma_fixed *fixed = NULL;
    struct lemma_model model;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_weights_create(run->net, &weights));
    lemma_weights_draw(run->net, run->x->seed, weights);
    LEMMA_TRY(lemma_fixed_create(run->net, run->x->seed, lemma_const(run->set->inputs),
                                 &fixed));
    model = (struct lemma_model){.net = run->net,
                                 .output_matrix = lemma_const(fixed->output),
                                 .shared = weights->w};
    LEMMA_TRY(lemma_stable_measure(&model, fixed->inputs, run->partition->clients,
                                   run->partition->spans, t->batch, replacement,
                                   &run->step_limit, err));
out:
    lemma_fixed_destroy(fixed);
    lemma_weights_destroy(weights);
    return st;
}

lemma_status lemma_run_step_size(struct lemma_run *run, struct lemma_error *err)
{
    const struct lemma_train_config *t = &run->x->train;
    lemma_status st = LEMMA_OK;

    run->eta = t->step_size;
    if (strcmp(t->step_rule, "width") == 0)
        run->eta *= run->net->preset->width_rule(run->net);
    if (strcmp(t->step_rule, "lazy-limit") != 0)
        return LEMMA_OK;
    LEMMA_TRY(check_proven(run, err));
    LEMMA_TRY(lemma_run_check_blocks(run, err));
    LEMMA_TRY(measure_limit(run, err));
    if (isinf(run->step_limit))
        return lemma_experiment_fail(
            run->x, "train.step_rule", err,
            "expected a network that some step can change, got a tangent kernel that "
            "is 0 for every client: any step is stable; use raw or width");
    run->eta *= run->step_limit;
out:
    return st;
}
