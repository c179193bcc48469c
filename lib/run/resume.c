/*
 * Checkpoints of a run, and going on from one.
 *
 * What a run is at the beginning of round r: W(r), what probes keep from round to round
 * (lasting), and how many rows the tables have. All else follows from the experiment:
 * random numbers are functions of the step, the optimiser has no state, and W(0), data
 * and what probes make of them are made anew. One walk over this memory counts, writes
 * and reads it, so that the three cannot disagree.
 */
#include <string.h>

#include "core/alloc.h"
#include "run/declare.h"

/* Before the rows (tables of them, uint64_t), which are before the walk. */
struct head {
    uint64_t identity[LEMMA_IDENTITIES], start_time;
    uint64_t round, tables;
};

static void walk_weights(const struct lemma_weights *w, lemma_visit visit,
                         void *context)
{
    for (size_t l = 0; l < w->L; l++)
        visit(context, w->w[l].a, w->w[l].rows * w->w[l].cols * sizeof *w->w[l].a);
}

static void walk_rest(struct lemma_run *run, lemma_visit visit, void *context)
{
    visit(context, &run->before, sizeof run->before);
    visit(context, &run->loss_first, sizeof run->loss_first);
    visit(context, &run->loss_last, sizeof run->loss_last);
    visit(context, &run->findings, sizeof run->findings);
    lemma_probes_lasting(run->probes, visit, context);
}

/* ---- writing ---- */

static void put(void *context, void *data, size_t bytes)
{
    lemma_checkpoint_put(context, data, bytes);
}

static void put_head(struct lemma_run *run, struct lemma_checkpoint *c, size_t round)
{
    struct head head = {.round = round, .tables = lemma_record_tables(run->record)};

    memcpy(head.identity, run->identity, sizeof head.identity);
    head.start_time = lemma_run_hash(run->start_time);
    lemma_checkpoint_put(c, &head, sizeof head);
    for (size_t i = 0; i < head.tables; i++) {
        uint64_t rows = lemma_record_rows(run->record, i);

        lemma_checkpoint_put(c, &rows, sizeof rows);
    }
}

/* The record first: a checkpoint never counts rows that a crash can take back. */
static lemma_status write(struct lemma_run *run, const struct lemma_event *ev)
{
    struct lemma_checkpoint *c = NULL;
    double before = run->before;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_commit(run->record, (int64_t) ev->step + 1, true));
    LEMMA_TRY(lemma_record_sync(run->record));
    LEMMA_TRY(lemma_checkpoint_create(run->checkpoint, &c, &run->why));
    put_head(run, c, ev->round + 1);
    walk_weights(lemma_trainer_server(run->trainer), put, c);
    run->before += lemma_run_now() - run->begun;
    walk_rest(run, put, c);
    run->before = before;
    LEMMA_TRY(lemma_checkpoint_finish(c, &run->why));
    run->written = lemma_run_now();
out:
    lemma_checkpoint_destroy(c);
    return st;
}

static bool is_due(const struct lemma_run *run, const struct lemma_event *ev)
{
    size_t n = run->every.n;

    if (n == 0 || ev->round + 1 == lemma_event_rounds(ev)) /* the end is as near */
        return false;
    if (run->o.stop && *run->o.stop) /* the run is about to end with this round */
        return true;
    return run->every.rounds ? (ev->round + 1) % n == 0
                             : lemma_run_now() - run->written >= 60 * (double) n;
}

lemma_status lemma_run_checkpoint(struct lemma_run *run, const struct lemma_event *ev)
{
    return is_due(run, ev) ? write(run, ev) : LEMMA_OK;
}

/* ---- going on ---- */

static void close_old(struct lemma_run *run)
{
    lemma_reader_close(run->old);
    run->old = NULL;
}

lemma_status lemma_run_look(const char *path, struct lemma_experiment *x, char **status,
                            char **config_source, struct lemma_error *err)
{
    struct lemma_reader *reader = NULL;
    char *config = NULL, *found = NULL, *source = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_open(path, &reader, err));
    st = lemma_reader_text(reader, "config", &config);
    if (st == LEMMA_OK)
        st = lemma_reader_text(reader, "status", &found);
    if (st == LEMMA_OK)
        st = lemma_reader_text(reader, "config_source", &source);
    if (st == LEMMA_EINPUT)
        lemma_fail(err, st, "%s: expected a record of `lemma run`", path);
    LEMMA_TRY(st);
    lemma_experiment_init(x);
    LEMMA_TRY(lemma_experiment_parse(x, config, strlen(config), path, err));
    *status = found;
    *config_source = source;
    found = source = NULL;
out:
    lemma_reader_close(reader);
    lemma_free(config);
    lemma_free(found);
    lemma_free(source);
    return st;
}

static lemma_status other_run(const struct lemma_run *run, const char *what,
                              struct lemma_error *err)
{
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s: it is of a run with another %s, and going on would not give "
                      "the same bytes; remove it to run from the beginning",
                      run->checkpoint, what);
}

static lemma_status read_head(struct lemma_run *run, struct lemma_error *err)
{
    struct head head;
    uint64_t rounds = run->x->train.rounds;
    lemma_status st = LEMMA_OK;

    if (!lemma_checkpoint_get(run->from, &head, sizeof head))
        return other_run(run, "lemma", err);
    for (size_t i = 0; i < LEMMA_IDENTITIES; i++)
        if (head.identity[i] != run->identity[i])
            return other_run(run, lemma_run_identity_name((enum lemma_identity) i),
                             err);
    if (head.start_time != lemma_run_hash(run->start_time))
        return other_run(run, "record", err);
    if (head.round > rounds ||
        head.tables > lemma_checkpoint_left(run->from) / sizeof *run->rows)
        return other_run(run, "length", err);
    run->tables = head.tables;
    run->first_round = head.round;
    LEMMA_NEW(run->rows, run->tables);
    if (!lemma_checkpoint_get(run->from, run->rows, run->tables * sizeof *run->rows))
        st = other_run(run, "length", err);
out:
    return st;
}

lemma_status lemma_run_name_start(struct lemma_run *run, const char *start_time)
{
    run->start_time = lemma_strdup(start_time);
    return run->start_time ? LEMMA_OK : LEMMA_EMEMORY;
}

lemma_status lemma_run_find_checkpoint(struct lemma_run *run, struct lemma_error *err)
{
    bool there = false;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_open(run->o.output, &run->old, err));
    LEMMA_TRY(lemma_reader_text(run->old, "start_time", &run->start_time));
    if (run->record)
        LEMMA_TRY(lemma_record_retext(run->record, "start_time", run->start_time));
    LEMMA_TRY(lemma_checkpoint_open(run->checkpoint, &there, &run->from, err));
    if (there)
        LEMMA_TRY(read_head(run, err));
    if (!run->from || !run->record) /* its rows are not asked for */
        close_old(run);
out:
    return st;
}

lemma_status lemma_run_take_rows(struct lemma_run *run)
{
    int64_t committed = (int64_t) (run->first_round * run->x->train.local_steps);
    lemma_status st = LEMMA_OK;

    if (run->tables != lemma_record_tables(run->record))
        return other_run(run, "choice of tables", &run->why);
    st = lemma_record_take(run->record, run->old, run->rows, committed);
    close_old(run); /* where locks are of one kind it is in our way */
    return st;
}

struct getting {
    struct lemma_checkpoint *from;
    bool fine;
};

static void get(void *context, void *data, size_t bytes)
{
    struct getting *g = context;

    g->fine = g->fine && lemma_checkpoint_get(g->from, data, bytes);
}

static void count(void *context, void *data, size_t bytes)
{
    uint64_t *sum = context;

    (void) data;
    *sum += bytes;
}

static lemma_status fill(void *context, struct lemma_weights *server)
{
    struct getting *g = context;

    walk_weights(server, get, g);
    return g->fine ? LEMMA_OK : LEMMA_EIO;
}

lemma_status lemma_run_restore(struct lemma_run *run, struct lemma_error *err)
{
    struct getting g = {run->from, true};
    uint64_t bytes =
        lemma_network_parameters(run->net) * (uint64_t) sizeof(double); /* of W */
    lemma_status st = LEMMA_OK;

    walk_rest(run, count, &bytes);
    if (bytes != lemma_checkpoint_left(run->from)) {
        st = other_run(run, "size", err);
        goto out;
    }
    st = lemma_trainer_resume(run->trainer, run->first_round, fill, &g);
    walk_rest(run, get, &g);
    run->found = run->findings.text[0] != '\0';
    if (st != LEMMA_OK || !g.fine)
        st = lemma_fail(err, LEMMA_EIO, "%s: cannot be read", run->checkpoint);
out:
    lemma_run_let_go(run);
    return st;
}

void lemma_run_let_go(struct lemma_run *run)
{
    close_old(run);
    lemma_checkpoint_destroy(run->from);
    run->from = NULL;
    lemma_free(run->rows);
    run->rows = NULL;
}
