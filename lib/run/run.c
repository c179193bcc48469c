#include "run/run.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "core/alloc.h"
#include "run/declare.h"
#include "run/estimate.h"

double lemma_run_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

const char *lemma_outcome_name(enum lemma_outcome outcome)
{
    static const char *const names[] = {"complete", "diverged", "interrupted"};

    return names[outcome];
}

lemma_status lemma_run_make_network(const struct lemma_experiment *x,
                                    const struct lemma_dataset *set,
                                    struct lemma_network **net, struct lemma_error *err)
{
    const struct lemma_network_config *n = &x->network;
    const char *names[LEMMA_WORD];
    size_t count = 0, which = 0;
    struct lemma_error why = {""};
    const char *key = n->depth > n->width ? "network.depth" : "network.width";
    lemma_status st = LEMMA_OK;

    for (; count < LEMMA_WORD && lemma_preset_types[count]; count++)
        names[count] = lemma_preset_types[count]->name;
    LEMMA_TRY(lemma_experiment_choose(x, "network.preset", n->preset, names, count,
                                      NULL, &which, err));
    st = lemma_network_create(n->preset, set->d_x, set->d, n->width, n->depth, net,
                              &why);
    if (st == LEMMA_EINPUT) {
        size_t deepest = lemma_preset_types[which]->max_depth;

        if (deepest && n->depth > deepest)
            key = "network.depth";
        else if (strcmp(x->data.kind, "sphere") == 0 &&
                 set->d_x + set->d > n->width + n->depth)
            key = set->d > set->d_x ? "data.targets.outputs" : "data.dimension";
        st = lemma_experiment_fail(x, key, err, "%s", why.text);
    }
out:
    return st;
}

static void find(void *context, size_t step, int64_t client, const char *what)
{
    struct lemma_run *run = context;

    run->found |= lemma_findings_add(&run->findings, step, client, what);
}

static void describe_training(struct lemma_run *run)
{
    run->training = (struct lemma_training){
        .net = run->net,
        .loss = lemma_loss_types[0],
        .set = run->set,
        .partition = run->partition,
        .config = &run->x->train,
        .seed = run->x->seed,
        .stop = run->o.stop,
        .comm = run->o.comm,
        .find = find,
        .finder = run,
    };
}

static lemma_status make_trainer(struct lemma_run *run, struct lemma_error *err)
{
    struct lemma_error why = {""};
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_run_step_size(run, err));
    run->training.eta = run->eta;
    st = lemma_trainer_create(&run->training, &run->trainer, &why);
    if (st == LEMMA_EINPUT)
        lemma_experiment_fail(run->x, "train.step_size", err, "%s", why.text);
out:
    return st;
}

static lemma_status make_batches(struct lemma_run *run)
{
    size_t count;
    lemma_status st = LEMMA_OK;

    if (!run->x->record.batches || run->x->train.batch == 0)
        return LEMMA_OK;
    run->batch_width = 0;
    for (size_t c = 0; c < run->partition->clients; c++) {
        size_t b =
            lemma_batch_rows(run->x->train.batch, run->partition->spans[c].count);

        run->batch_width = b > run->batch_width ? b : run->batch_width;
    }
    if (!lemma_size_mul(run->partition->clients, run->batch_width, &count))
        return LEMMA_EMEMORY;
    LEMMA_NEW(run->batch_row, count);
out:
    return st;
}

/* Each rank holds a client at least. */
static lemma_status check_ranks(const struct lemma_run *run, struct lemma_error *err)
{
    size_t ranks = lemma_comm_size(run->o.comm), clients = run->partition->clients;

    if (ranks <= clients)
        return LEMMA_OK;
    return lemma_experiment_fail(run->x, "partition.clients", err,
                                 "expected a client at least for each rank, got %zu "
                                 "ranks for %zu clients; use at most %zu",
                                 ranks, clients, clients);
}

/* What is too much for memory or disk, as far as making it has not shown. What goes on
 * has its rows already, and nothing of them to make smaller. */
static lemma_status check_fits(const struct lemma_run *run, struct lemma_error *err)
{
    struct lemma_estimate *e = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(e, 1);
    LEMMA_TRY(lemma_estimate_count(run->x, &run->training, run->probes, &run->o, e));
    LEMMA_TRY(lemma_estimate_check_memory(run->x, e, err));
    if (run->record && !run->o.resume)
        st = lemma_estimate_check_disk(e, err);
out:
    lemma_free(e);
    return st;
}

/* What one process makes on its own. */
static lemma_status create(const struct lemma_experiment *x,
                           const struct lemma_run_options *o, struct lemma_run **run,
                           struct lemma_error *err)
{
    struct lemma_run *r = NULL;
    lemma_status st = lemma_run_check_limit(err);

    if (st != LEMMA_OK)
        return st;
    LEMMA_NEW(r, 1);
    r->o = *o;
    r->loss_first = r->loss_last = NAN;
    LEMMA_NEW(r->x, 1);
    *r->x = *x;
    LEMMA_TRY(lemma_run_check_sizes(r->x, err));
    if (!o->oversize)
        LEMMA_TRY(lemma_estimate_check_ahead(r->x, o, err));
    if (o->output && lemma_comm_rank(o->comm) == 0)
        LEMMA_TRY(
            lemma_record_create(o->output, o->force || o->resume, &r->record, err));
    LEMMA_TRY(lemma_dataset_create(r->x, &r->set, err));
    LEMMA_TRY(lemma_partition_create(r->x, r->set, &r->partition, err));
    LEMMA_TRY(check_ranks(r, err));
    lemma_run_warn(r->set, r->warnings);
    LEMMA_TRY(lemma_run_make_network(r->x, r->set, &r->net, err));
    lemma_run_warn_step(r->x, r->warnings);
    describe_training(r);
    LEMMA_TRY(lemma_probes_create(r->x, r->set, r->partition->clients, r->net,
                                  &r->probes, err));
    if (!o->oversize)
        LEMMA_TRY(check_fits(r, err));
    LEMMA_TRY(make_trainer(r, err));
    LEMMA_TRY(make_batches(r));
    if (!lemma_every_read(r->x->run.checkpoint, &r->every))
        r->every.n = 0;
    LEMMA_TRY(lemma_run_identify(r));
    if (o->output) {
        r->checkpoint = lemma_checkpoint_path(o->output);
        if (!r->checkpoint)
            st = LEMMA_EMEMORY;
        LEMMA_TRY(st);
    }
    if (o->resume)
        LEMMA_TRY(lemma_run_find_checkpoint(r, err));
    else if (r->record)
        LEMMA_TRY(lemma_run_name_start(r, lemma_record_start_time(r->record)));
    *run = r;
    r = NULL;
out:
    lemma_run_destroy(r);
    return st;
}

lemma_status lemma_run_create(const struct lemma_experiment *x,
                              const struct lemma_run_options *o, struct lemma_run **run,
                              struct lemma_error *err)
{
    struct lemma_run *r = NULL;
    lemma_status st = create(x, o, &r, err);

    LEMMA_TRY(lemma_comm_agree(o->comm, st));
    st = lemma_run_check_alike(r, err);
    LEMMA_TRY(lemma_comm_agree(o->comm, st));
    *run = r;
    r = NULL;
out:
    if (st == LEMMA_EMEMORY && err && !err->text[0])
        lemma_fail(err, st, "not enough memory for this experiment");
    lemma_run_destroy(r);
    return st;
}

void lemma_run_destroy(struct lemma_run *run)
{
    if (!run)
        return;
    lemma_record_destroy(run->record);
    lemma_run_let_go(run);
    lemma_free(run->checkpoint);
    lemma_free(run->start_time);
    lemma_free(run->kept.rows);
    lemma_free(run->kept.moving);
    lemma_probes_destroy(run->probes);
    lemma_trainer_destroy(run->trainer);
    lemma_network_destroy(run->net);
    lemma_partition_destroy(run->partition);
    lemma_dataset_destroy(run->set);
    lemma_free(run->batch_row);
    lemma_free(run->x);
    lemma_free(run);
}

struct lemma_probes *lemma_run_probes(struct lemma_run *run)
{
    return run->probes;
}

const struct lemma_dataset *lemma_run_data(const struct lemma_run *run)
{
    return run->set;
}

const struct lemma_partition *lemma_run_partition(const struct lemma_run *run)
{
    return run->partition;
}

const struct lemma_network *lemma_run_network(const struct lemma_run *run)
{
    return run->net;
}

double lemma_run_eta(const struct lemma_run *run)
{
    return run->eta;
}

size_t lemma_run_first_round(const struct lemma_run *run)
{
    return run->first_round;
}

bool lemma_run_factored(const struct lemma_run *run, size_t l)
{
    return lemma_trainer_factored(run->trainer, l);
}

const char *lemma_run_warnings(const struct lemma_run *run)
{
    return run->warnings;
}

static lemma_status record_batches(struct lemma_run *run, const struct lemma_event *ev)
{
    for (size_t c = 0; c < run->partition->clients; c++) {
        size_t count;
        const uint32_t *samples = lemma_event_batch_samples(ev, c, &count);

        for (size_t i = 0; i < run->batch_width; i++)
            run->batch_row[c * run->batch_width + i] =
                i < count ? (int32_t) samples[i] : -1;
    }
    return lemma_record_append(run->record, run->batches, run->batch_row);
}

static void tell_progress(struct lemma_run *run, const struct lemma_event *ev)
{
    struct lemma_progress p = {
        .round = ev->round,
        .rounds = lemma_event_rounds(ev),
        .step = ev->step,
        .steps = lemma_event_rounds(ev) * lemma_event_local_steps(ev),
        .loss = run->loss_last,
        .elapsed = lemma_run_now() - run->begun,
        .first = run->first_round * lemma_event_local_steps(ev),
    };

    if (run->o.progress)
        run->o.progress(run->o.context, &p);
}

/* The run's own observer, after the probes: losses, batches, and the record's rounds.
 */
static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct lemma_run *run = context;
    lemma_status st = LEMMA_OK;

    if (ev->kind == LEMMA_ON_STEP && ev->local_step == 0)
        run->loss_last = lemma_event_mean_loss(
            ev, lemma_event_tape(ev, LEMMA_TAPE_BATCH, LEMMA_BACKWARD));
    if (ev->kind == LEMMA_ON_RUN_END) {
        run->loss_last = lemma_event_mean_loss(
            ev, lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD));
        run->ended = true;
    }
    if (ev->kind == LEMMA_ON_STEP && ev->step == 0)
        run->loss_first = run->loss_last;
    if ((ev->kind == LEMMA_ON_STEP && ev->local_step == 0) ||
        ev->kind == LEMMA_ON_RUN_END)
        tell_progress(run, ev);
    if (run->record && run->batch_row && ev->kind == LEMMA_ON_STEP)
        LEMMA_TRY(record_batches(run, ev));
    if (run->record && ev->kind == LEMMA_ON_AVERAGED) {
        LEMMA_TRY(lemma_run_write_findings(run));
        LEMMA_TRY(lemma_record_commit(run->record, (int64_t) ev->step + 1, false));
        LEMMA_TRY(lemma_run_checkpoint(run, ev));
    }
out:
    return st;
}

/* The sentence of a failure while training: the record's, a probe's, or none was given.
 */
static lemma_status tell_trouble(const struct lemma_run *run, lemma_status st,
                                 struct lemma_error *err)
{
    const char *of_record = run->record ? lemma_record_trouble(run->record) : "";
    const char *of_probe = lemma_probes_trouble(run->probes);

    if (run->why.text[0])
        return lemma_fail(err, st, "%s", run->why.text);
    if (*of_record)
        return lemma_fail(err, st, "%s: %s", run->o.output, of_record);
    if (*of_probe)
        return lemma_fail(err, st, "%s", of_probe);
    return lemma_fail(err, st, "%s", lemma_status_text(st));
}

static lemma_status start(struct lemma_run *run, struct lemma_error *err)
{
    struct lemma_observer own = {
        .events = LEMMA_ON_STEP | LEMMA_ON_AVERAGED | LEMMA_ON_RUN_END,
        .see = see,
        .context = run,
    };
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_probes_watch(run->probes, run->trainer));
    LEMMA_TRY(lemma_trainer_watch(run->trainer, &own));
    if (run->record) {
        LEMMA_TRY(lemma_run_declare(run));
        if (run->from)
            LEMMA_TRY(lemma_run_take_rows(run));
        LEMMA_TRY(lemma_record_start(run->record, err));
        if (!run->from) /* of a run that this one replaces */
            LEMMA_TRY(lemma_checkpoint_remove(run->checkpoint, &run->why));
    }
out:
    return st;
}

lemma_status lemma_run_go(struct lemma_run *run, struct lemma_run_result *result,
                          struct lemma_error *err)
{
    enum lemma_outcome outcome = LEMMA_COMPLETE;
    size_t steps = 0;
    double seconds, watching = 0;
    bool behind = false;
    lemma_status st = start(run, err);

    LEMMA_TRY(lemma_comm_agree(run->o.comm, st));
    run->begun = run->written = lemma_run_now();
    if (run->from) {
        LEMMA_TRY(lemma_trainer_begin(run->trainer));
        st = lemma_run_restore(run, err);
        if (lemma_comm_agree(run->o.comm, st) != LEMMA_OK)
            return st;
    }
    LEMMA_TRY(lemma_trainer_run(run->trainer, &outcome, &steps));
    seconds = run->before + lemma_run_now() - run->begun;
    st = lemma_run_check_ends_alike(run, err);
    if (lemma_comm_agree(run->o.comm, st) != LEMMA_OK)
        return st; /* the same everywhere, and the sentence is there */
    if (run->record) {
        if (outcome == LEMMA_INTERRUPTED)
            LEMMA_TRY(lemma_run_checkpoint_stopped(run));
        LEMMA_TRY(lemma_run_close(run, seconds, steps));
        LEMMA_TRY(lemma_record_finish(run->record, lemma_outcome_name(outcome),
                                      (int64_t) steps + run->ended, err));
        behind = lemma_record_is_behind(run->record);
        if (outcome != LEMMA_INTERRUPTED)
            LEMMA_TRY(lemma_checkpoint_remove(run->checkpoint, &run->why));
    }
    for (size_t i = 0; i < lemma_probes_count(run->probes); i++)
        watching += lemma_probes_seconds(run->probes, i);
    *result = (struct lemma_run_result){
        outcome,         steps,         behind, seconds, seconds - watching,
        run->loss_first, run->loss_last};
out:
    return st == LEMMA_OK ? st : tell_trouble(run, st, err);
}

void lemma_run_abandon(struct lemma_run *run)
{
    lemma_record_destroy(run->record);
    run->record = NULL;
}
