/* A run that several ranks share shows every rank the same bytes as one alone. */
#include <omp.h>

#include "core/blas.h"
#include "train/crowd.h"
#include "train/fixture.h"

enum { EVENTS = 64 };

static const unsigned with_tapes =
    LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_AVERAGED | LEMMA_ON_RUN_END;

/* A number for everything that was seen at each event. */
struct diary {
    size_t events;
    uint64_t seen[EVENTS];
    sig_atomic_t stop;
    size_t stop_at; /* step at which the stop is asked for; SIZE_MAX: never */
};

static void add(uint64_t *hash, const void *bytes, size_t count)
{
    const unsigned char *b = bytes;
    uint64_t word;

    assert_int_equal(count % sizeof word, 0);
    for (size_t i = 0; i < count; i += sizeof word) {
        memcpy(&word, b + i, sizeof word);
        *hash = (*hash ^ word) * UINT64_C(0x100000001b3);
    }
}

static void add_rows(uint64_t *hash, lemma_cmat m)
{
    for (size_t i = 0; i < m.rows; i++)
        add(hash, lemma_crow(m, i).a, m.cols * sizeof(double));
}

static void add_tape(uint64_t *hash, const struct lemma_tape *t)
{
    for (size_t l = 0; l < t->L; l++) {
        add_rows(hash, t->inputs[l]);
        add_rows(hash, lemma_const(t->sens[l]));
        add(hash, t->pattern[l], t->rows * t->words[l] * sizeof(uint64_t));
    }
    add_rows(hash, lemma_const(t->output));
    add_rows(hash, lemma_const(t->residual));
    add(hash, t->loss, t->rows * sizeof(double));
}

/* Pulled sensitivities in rows apart from one another, as kernels want them. */
static void add_pull(uint64_t *hash, const struct lemma_event *ev)
{
    const struct lemma_network *net = lemma_event_network(ev);
    size_t N = lemma_event_targets(ev).rows;
    lemma_mat sens[8], z;

    assert_true(net->L <= 8);
    for (size_t l = 0; l < net->L; l++) {
        check_ok(lemma_mat_create(N, 2 * net->layers[l].out, &sens[l]), NULL);
        sens[l] = lemma_cols(sens[l], 0, net->layers[l].out);
    }
    lemma_event_pull(ev, lemma_event_targets(ev), sens);
    for (size_t l = 0; l < net->L; l++) {
        add_rows(hash, lemma_const(sens[l]));
        check_ok(lemma_mat_create(N, net->layers[l].out, &z), NULL);
        lemma_event_preactivations(ev, l, z);
        add_rows(hash, lemma_const(z));
        lemma_free(z.a);
        lemma_free(sens[l].a);
    }
}

static lemma_status see(void *context, const struct lemma_event *ev)
{
    struct diary *d = context;
    uint64_t hash = ev->kind;

    if (ev->kind == LEMMA_ON_STEP)
        add_tape(&hash, lemma_event_tape(ev, LEMMA_TAPE_BATCH, LEMMA_BACKWARD));
    if (ev->kind & with_tapes) {
        add_tape(&hash, lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD));
        add_tape(&hash, lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD));
        add_pull(&hash, ev);
    }
    for (size_t l = 0; l < lemma_event_network(ev)->L; l++) {
        add_rows(&hash, lemma_event_average(ev, l));
        for (size_t c = 0; c < lemma_event_clients(ev); c++) {
            struct lemma_local local = lemma_event_local(ev, c, l);

            add_rows(&hash, local.own.a ? local.own : local.factor.u);
        }
    }
    assert_true(d->events < EVENTS);
    d->seen[d->events++] = hash;
    d->stop |= ev->step >= d->stop_at;
    return LEMMA_OK;
}

static void live(const struct fixture *of, struct lemma_comm *comm, struct diary *d,
                 enum lemma_outcome *outcome)
{
    struct fixture f = *of;
    struct lemma_observer o = {LEMMA_ON_RUN_BEGIN | with_tapes | LEMMA_ON_ROUND_END,
                               false, see, d};
    size_t steps;

    omp_set_num_threads(1);
    f.training.comm = comm;
    f.training.stop = &d->stop;
    fixture_make(&f);
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    check_ok(lemma_trainer_run(f.trainer, outcome, &steps), NULL);
    fixture_unmake(&f);
}

struct shared {
    struct fixture f;
    struct diary alone, diary[CROWD_MAX];
    enum lemma_outcome outcome, outcomes[CROWD_MAX];
};

static void live_shared(struct lemma_comm *comm, void *context)
{
    struct shared *s = context;
    size_t rank = lemma_comm_rank(comm);

    live(&s->f, comm, &s->diary[rank], &s->outcomes[rank]);
}

static void check_alike(struct shared *s)
{
    s->alone = (struct diary){.stop_at = SIZE_MAX};
    live(&s->f, NULL, &s->alone, &s->outcome);
    assert_true(s->alone.events > 3);
    for (size_t size = 1; size <= CROWD_MAX && size <= s->f.clients; size++) {
        for (size_t r = 0; r < size; r++)
            s->diary[r] = (struct diary){.stop_at = SIZE_MAX};
        crowd_act(size, live_shared, s);
        for (size_t r = 0; r < size; r++) {
            assert_int_equal(s->outcomes[r], s->outcome);
            assert_int_equal(s->diary[r].events, s->alone.events);
            assert_memory_equal(s->diary[r].seen, s->alone.seen,
                                s->alone.events * sizeof *s->alone.seen);
        }
    }
}

static struct shared shared_of(const char *models, size_t batch)
{
    struct shared s = {.f = fixture_default()};

    s.f.config.rounds = 2;
    s.f.config.batch = batch;
    strcpy(s.f.config.local_models, models);
    return s;
}

static void every_rank_sees_what_one_process_sees(void **state)
{
    static const char *const models[] = {"factored", "dense"};

    (void) state;
    for (size_t i = 0; i < 8; i++) {
        struct shared s = shared_of(models[i % 2], i / 2 % 2 ? 3 : 0);

        s.f.outputs = i < 4 ? 1 : 3;
        check_alike(&s);
    }
}

/* 343 rows are three tiles; ranks share those that hold rows of two clients. */
static void so_it_is_where_clients_share_tiles(void **state)
{
    static const size_t counts[FIXTURE_CLIENTS] = {150, 70, 90, 33};
    static const char *const models[] = {"factored", "dense"};

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct shared s = shared_of(models[i % 2], i < 2 ? 0 : 50);

        memcpy(s.f.counts, counts, sizeof counts);
        s.f.width = 300;
        check_alike(&s);
    }
}

static void so_it_is_for_every_preset(void **state)
{
    (void) state;
    for (size_t i = 0; lemma_preset_types[i]; i++) {
        struct shared s = shared_of("factored", 0);

        s.f.preset = lemma_preset_types[i]->name;
        if (lemma_preset_types[i]->max_depth)
            s.f.depth = 1;
        check_alike(&s);
    }
}

/* The loss is not finite everywhere at once. */
static void all_ranks_diverge_together(void **state)
{
    struct shared s = shared_of("factored", 0);

    (void) state;
    s.f.eta = 1e30;
    s.f.config.rounds = 4;
    check_alike(&s);
    assert_int_equal(s.outcome, LEMMA_DIVERGED);
}

static void a_stop_asked_of_one_rank_stops_all(void **state)
{
    struct shared s = shared_of("factored", 0);

    (void) state;
    for (size_t r = 0; r < 3; r++)
        s.diary[r] = (struct diary){.stop_at = r == 2 ? 1 : SIZE_MAX};
    crowd_act(3, live_shared, &s);
    for (size_t r = 0; r < 3; r++) {
        assert_int_equal(s.outcomes[r], LEMMA_INTERRUPTED);
        assert_int_equal(s.diary[r].events, s.diary[0].events);
        assert_true(s.diary[r].stop == (r == 2));
    }
}

static void more_ranks_than_clients_are_refused(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    struct lemma_trainer *trainer = NULL;
    struct lemma_error err = {""};
    struct lemma_comm five = {.share = {.rank = 1, .size = 5}};

    fixture_make(&f);
    f.training.comm = &five;
    assert_int_equal(lemma_trainer_create(&f.training, &trainer, &err), LEMMA_EINPUT);
    check_contains(err.text, "5 ranks are more than 4 clients");
    assert_null(trainer);
    fixture_unmake(&f);
}

static lemma_status give_up(void *context, const struct lemma_event *ev)
{
    (void) context;
    (void) ev;
    return LEMMA_EIO;
}

static void a_rank_that_fails_breaks_its_comm(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    struct lemma_observer o = {LEMMA_ON_STEP, false, give_up, NULL};
    struct lemma_comm *comm = NULL;
    enum lemma_outcome outcome;
    size_t steps;

    check_ok(lemma_comm_create(lemma_comm_find("self"), &comm, NULL), NULL);
    f.training.comm = comm;
    fixture_make(&f);
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    assert_false(comm->broken);
    assert_int_equal(lemma_trainer_run(f.trainer, &outcome, &steps), LEMMA_EIO);
    assert_true(comm->broken);
    fixture_unmake(&f);
    lemma_comm_destroy(comm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rank_sees_what_one_process_sees),
        cmocka_unit_test(so_it_is_where_clients_share_tiles),
        cmocka_unit_test(so_it_is_for_every_preset),
        cmocka_unit_test(all_ranks_diverge_together),
        cmocka_unit_test(a_stop_asked_of_one_rank_stops_all),
        cmocka_unit_test(more_ranks_than_clients_are_refused),
        cmocka_unit_test(a_rank_that_fails_breaks_its_comm),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
