/*
 * Checkpoints of a run, and going on from one.
 *
 * What a run is at the beginning of round r: W(r), what probes keep from round to round
 * (lasting), and how many rows the tables have. All else follows from the experiment:
 * random numbers are functions of the step, the optimiser has no state, and W(0), data
 * and what probes make of them are made anew. One walk over this memory counts, keeps,
 * writes and reads it, so that the four cannot disagree.
 *
 * What the next round changes of it is kept as each round ends, so that a run that is
 * told to stop in the middle of one still has a checkpoint of its beginning to write:
 * the server's weights are W(r) until the round is averaged.
 */
#include <string.h>

#include "core/alloc.h"
#include "core/blas.h"
#include "lemma_revision.h"
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
        visit(context, w->w[l].a, w->w[l].rows * w->w[l].cols * sizeof *w->w[l].a,
              LEMMA_FIXED);
}

static void walk_rest(struct lemma_run *run, lemma_visit visit, void *context)
{
    visit(context, &run->before, sizeof run->before, LEMMA_FIXED);
    visit(context, &run->loss_first, sizeof run->loss_first, LEMMA_FIXED);
    visit(context, &run->loss_last, sizeof run->loss_last, LEMMA_MOVING);
    visit(context, &run->findings, sizeof run->findings, LEMMA_MOVING);
    lemma_probes_lasting(run->probes, visit, context);
}

/* ---- keeping ---- */

static void count_moving(void *context, void *data, size_t bytes,
                         enum lemma_lasting kind)
{
    size_t *sum = context;

    (void) data;
    *sum += kind == LEMMA_MOVING ? bytes : 0;
}

static lemma_status make_room(struct lemma_run *run)
{
    struct lemma_kept *k = &run->kept;
    size_t bytes = 0;
    lemma_status st = LEMMA_OK;

    walk_rest(run, count_moving, &bytes);
    LEMMA_NEW(k->moving, bytes);
    k->tables = lemma_record_tables(run->record);
    LEMMA_NEW(k->rows, k->tables);
out:
    return st;
}

static void keep_moving(void *context, void *data, size_t bytes,
                        enum lemma_lasting kind)
{
    unsigned char **at = context;

    if (kind != LEMMA_MOVING)
        return;
    memcpy(*at, data, bytes);
    *at += bytes;
}

static lemma_status keep(struct lemma_run *run, size_t round)
{
    struct lemma_kept *k = &run->kept;
    unsigned char *at;
    lemma_status st = LEMMA_OK;

    if (!k->rows)
        LEMMA_TRY(make_room(run));
    at = k->moving;
    walk_rest(run, keep_moving, &at);
    for (size_t i = 0; i < k->tables; i++)
        k->rows[i] = lemma_record_rows(run->record, i);
    k->round = round;
    k->written = false;
out:
    return st;
}

/* ---- writing ---- */

struct putting {
    struct lemma_checkpoint *c;
    const unsigned char *moving; /* what is left of it */
};

static void put(void *context, void *data, size_t bytes, enum lemma_lasting kind)
{
    struct putting *p = context;

    lemma_checkpoint_put(p->c, kind == LEMMA_MOVING ? p->moving : data, bytes);
    p->moving += kind == LEMMA_MOVING ? bytes : 0;
}

static void put_head(const struct lemma_run *run, struct lemma_checkpoint *c)
{
    const struct lemma_kept *k = &run->kept;
    struct head head = {.round = k->round, .tables = k->tables};

    memcpy(head.identity, run->identity, sizeof head.identity);
    head.start_time = lemma_run_hash(run->start_time);
    lemma_checkpoint_put(c, &head, sizeof head);
    lemma_checkpoint_put(c, k->rows, k->tables * sizeof *k->rows);
}

/* The record first: a checkpoint never counts rows that a crash can take back. */
static lemma_status write(struct lemma_run *run)
{
    struct putting p = {.moving = run->kept.moving};
    double before = run->before;
    size_t steps = run->kept.round * run->x->train.local_steps;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_record_commit(run->record, (int64_t) steps, true));
    LEMMA_TRY(lemma_record_sync(run->record));
    LEMMA_TRY(lemma_checkpoint_create(run->checkpoint, run->o.output, &p.c, &run->why));
    put_head(run, p.c);
    walk_weights(lemma_trainer_server(run->trainer), put, &p);
    run->before += lemma_run_now() - run->begun;
    walk_rest(run, put, &p);
    run->before = before;
    LEMMA_TRY(lemma_checkpoint_finish(p.c, &run->why));
    run->written = lemma_run_now();
    run->kept.written = true;
out:
    lemma_checkpoint_destroy(p.c);
    return st;
}

static bool is_due(const struct lemma_run *run)
{
    size_t n = run->every.n;

    return run->every.rounds ? run->kept.round % n == 0
                             : lemma_run_now() - run->written >= 60 * (double) n;
}

/* Rows that another program or BLAS kernel computed, and that stay, are not those of
 * this run: none of its checkpoints may count on them. */
static bool may_write(const struct lemma_run *run)
{
    return !(run->other_rows && lemma_record_is_behind(run->record));
}

lemma_status lemma_run_checkpoint(struct lemma_run *run, const struct lemma_event *ev)
{
    lemma_status st = LEMMA_OK;

    if (run->every.n == 0 || ev->round + 1 == lemma_event_rounds(ev))
        return LEMMA_OK; /* the end is as near */
    LEMMA_TRY(keep(run, ev->round + 1));
    if (is_due(run) && may_write(run))
        LEMMA_TRY(write(run));
out:
    return st;
}

lemma_status lemma_run_checkpoint_stopped(struct lemma_run *run)
{
    return run->kept.rows && !run->kept.written && may_write(run) ? write(run)
                                                                  : LEMMA_OK;
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
    char name[LEMMA_PATH];
    double tau;
    lemma_status st = LEMMA_OK;

    snprintf(name, sizeof name, "%s/run/config", path);
    LEMMA_TRY(lemma_reader_open(path, &reader, err));
    st = lemma_reader_text(reader, "config", &config);
    if (st == LEMMA_OK)
        st = lemma_reader_text(reader, "status", &found);
    if (st == LEMMA_OK)
        st = lemma_reader_text(reader, "config_source", &source);
    if (st == LEMMA_OK)
        st = lemma_reader_attr_f64(reader, "train", "tau", &tau); /* no study's */
    if (st == LEMMA_EINPUT)
        lemma_fail(err, st, "%s: expected a record of `lemma run`", path);
    LEMMA_TRY(st);
    lemma_experiment_init(x);
    LEMMA_TRY(lemma_experiment_parse(x, config, strlen(config), name, err));
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

static lemma_status other_kernel(const struct lemma_run *run, struct lemma_error *err)
{
    char *then = NULL;
    lemma_status st = lemma_reader_text(run->old, "provenance/blas_kernel", &then);

    st = st == LEMMA_OK
             ? lemma_fail(err, LEMMA_EINPUT,
                          "%s: it was computed by OpenBLAS's kernel %s, here it is %s, "
                          "which rounds in other ways; OPENBLAS_CORETYPE=%s goes on, "
                          "where this processor has it",
                          run->checkpoint, then, lemma_blas_kernel(), then)
             : other_run(run, lemma_run_identity_name(LEMMA_SAME_BLAS), err);
    lemma_free(then);
    return st;
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
            return i == LEMMA_SAME_BLAS
                       ? other_kernel(run, err)
                       : other_run(run,
                                   lemma_run_identity_name((enum lemma_identity) i),
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

/* Without a checkpoint all is done again: on the same data, or rows would change. */
static lemma_status check_data(const struct lemma_run *run, struct lemma_error *err)
{
    char *then = NULL;
    lemma_status st = lemma_reader_attr_text(run->old, "data", "checksums", &then);

    if (st == LEMMA_OK && strcmp(then, run->set->checksum) != 0)
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: it was made of other data (checksums: %s; now: %s), and "
                        "going on would change its rows",
                        run->o.output, then, run->set->checksum);
    else if (st == LEMMA_EINPUT)
        st = LEMMA_OK;
    lemma_free(then);
    return st;
}

/* Whether the record says so; one that does not say is not. */
static bool says(struct lemma_reader *record, const char *path, const char *expected)
{
    char *text = NULL;
    bool same = lemma_reader_text(record, path, &text) == LEMMA_OK &&
                strcmp(text, expected) == 0;

    lemma_free(text);
    return same;
}

lemma_status lemma_run_find_checkpoint(struct lemma_run *run, struct lemma_error *err)
{
    bool there = false;
    double committed = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_reader_open(run->o.output, &run->old, err));
    LEMMA_TRY(lemma_reader_text(run->old, "start_time", &run->start_time));
    if (run->record)
        LEMMA_TRY(lemma_record_retext(run->record, "start_time", run->start_time));
    LEMMA_TRY(lemma_checkpoint_open(run->checkpoint, &there, &run->from, err));
    if (there)
        LEMMA_TRY(read_head(run, err));
    else
        LEMMA_TRY(check_data(run, err));
    run->other_rows = !says(run->old, "provenance/revision", LEMMA_REVISION) ||
                      !says(run->old, "provenance/blas_kernel", lemma_blas_kernel());
    if (run->record) {
        LEMMA_TRY(lemma_reader_number(run->old, "committed", 0, &committed));
        lemma_record_stay_behind(run->record, (int64_t) committed);
    }
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

static void get(void *context, void *data, size_t bytes, enum lemma_lasting kind)
{
    struct getting *g = context;

    (void) kind;
    g->fine = g->fine && lemma_checkpoint_get(g->from, data, bytes);
}

static void count(void *context, void *data, size_t bytes, enum lemma_lasting kind)
{
    uint64_t *sum = context;

    (void) data;
    (void) kind;
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
    if (st != LEMMA_OK || !g.fine)
        st = lemma_fail(err, LEMMA_EIO, "%s: cannot be read", run->checkpoint);
    else if (!lemma_findings_are_lines(&run->findings))
        st = lemma_fail(err, LEMMA_EINPUT,
                        "%s: its findings are no text; remove it to run from the "
                        "beginning",
                        run->checkpoint);
    run->found = st == LEMMA_OK && run->findings.text[0] != '\0';
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
