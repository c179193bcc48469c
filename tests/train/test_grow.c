/* Losses that leave their first one below rounding are found: whose, when, and once. */
#include <float.h>
#include <math.h>

#include "core/blas.h"
#include "train/crowd.h"
#include "train/fixture.h"

enum { ROOM = 1024, CASES = 4 };

/* What was found, a line each; and what losses an observer saw say of it. */
struct notes {
    char text[ROOM], expected[ROOM];
    double first[FIXTURE_CLIENTS];
    bool told[FIXTURE_CLIENTS];
};

static void add(char text[ROOM], size_t step, int64_t client, const char *what)
{
    size_t used = strlen(text);
    int n = snprintf(text + used, ROOM - used, "%zu %lld %s\n", step,
                     (long long) client, what);

    assert_true(n > 0 && (size_t) n < ROOM - used);
}

static void note(void *context, size_t step, int64_t client, const char *what)
{
    add(((struct notes *) context)->text, step, client, what);
}

static lemma_status expect(void *context, const struct lemma_event *ev)
{
    struct notes *n = context;
    enum lemma_tape_kind kind =
        ev->kind == LEMMA_ON_STEP ? LEMMA_TAPE_BATCH : LEMMA_TAPE_WHOLE;
    const struct lemma_tape *t = lemma_event_tape(ev, kind, LEMMA_FORWARD);
    double mean = lemma_event_mean_loss(ev, t);

    for (size_t c = 0; c < t->clients; c++) {
        double loss = lemma_tape_loss(t, c);

        if (ev->step == 0)
            n->first[c] = fmax(mean, loss);
        if (!(loss > n->first[c] / DBL_EPSILON) || n->told[c])
            continue;
        assert_true(isfinite(loss));
        n->told[c] = true;
        add(n->expected, ev->step, (int64_t) c, LEMMA_GREW);
    }
    return LEMMA_OK;
}

/* Whole batches and mini-batches, factors and dense models. */
static struct fixture fixture_of(size_t i)
{
    static const char *const models[] = {"factored", "dense"};
    struct fixture f = fixture_default();

    strcpy(f.config.local_models, models[i % 2]);
    f.config.batch = i / 2 ? 2 : 0;
    f.config.rounds = 2;
    f.config.local_steps = 2;
    f.preset = "two-layer-relu";
    f.depth = 1;
    return f;
}

static void run(struct fixture *f, struct notes *n)
{
    struct lemma_observer o = {LEMMA_ON_STEP | LEMMA_ON_RUN_END, false, expect, n};
    enum lemma_outcome outcome;
    size_t steps;

    *n = (struct notes){0};
    f->training.find = note;
    f->training.finder = n;
    check_ok(lemma_trainer_create(&f->training, &f->trainer, NULL), NULL);
    check_ok(lemma_trainer_watch(f->trainer, &o), NULL);
    check_ok(lemma_trainer_run(f->trainer, &outcome, &steps), NULL);
    assert_int_equal(outcome, LEMMA_COMPLETE);
}

static void train(struct fixture *f, struct notes *n)
{
    fixture_make(f);
    lemma_trainer_destroy(f->trainer);
    f->trainer = NULL;
    run(f, n);
}

static void losses_beyond_measure_are_found_once_a_client(void **state)
{
    static const double etas[] = {0.02, 10, 1e5, 1e12, 1e30};

    (void) state;
    for (size_t i = 0; i < CASES; i++)
        for (size_t k = 0; k < 5; k++) {
            struct fixture f = fixture_of(i);
            struct notes n;

            f.eta = etas[k];
            train(&f, &n);
            assert_string_equal(n.text, n.expected);
            assert_int_equal(n.text[0] != '\0', k >= 2);
            fixture_unmake(&f);
        }
}

/* Client 2 of clients of 5, 3, 4, 4 samples begins with what it wants, or all but. */
static lemma_status outputs_of(void *context, const struct lemma_event *ev)
{
    const struct lemma_tape *t = lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);

    memcpy(context, t->output.a, t->output.rows * sizeof(double));
    return LEMMA_OK;
}

static void a_client_that_begins_at_its_least_is_measured_by_all(void **state)
{
    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct fixture f = fixture_of(i % 2);
        double outputs[16];
        struct lemma_observer o = {LEMMA_ON_RUN_BEGIN, false, outputs_of, outputs};
        struct notes n;

        f.eta = 0.02;
        fixture_make(&f);
        check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
        check_ok(lemma_trainer_begin(f.trainer), NULL);
        for (size_t k = 8; k < 12; k++)
            f.set.targets.a[k] = outputs[k] + (i < 2 ? 0 : 1e-12);
        lemma_trainer_destroy(f.trainer);
        run(&f, &n);
        assert_string_equal(n.text, "");
        fixture_unmake(&f);
    }
}

static lemma_status enlarge(void *context, struct lemma_weights *server)
{
    (void) context;
    for (size_t i = 0; i < server->count; i++)
        server->block[i] *= 1e12;
    return LEMMA_OK;
}

static void what_goes_on_is_measured_by_its_beginning(void **state)
{
    (void) state;
    for (size_t i = 0; i < CASES; i++) {
        struct fixture f = fixture_of(i);
        struct notes n = {0};
        enum lemma_outcome outcome;
        size_t steps;

        f.training.find = note;
        f.training.finder = &n;
        fixture_make(&f);
        check_ok(lemma_trainer_begin(f.trainer), NULL);
        check_ok(lemma_trainer_resume(f.trainer, 1, enlarge, NULL), NULL);
        check_ok(lemma_trainer_run(f.trainer, &outcome, &steps), NULL);
        assert_string_equal(n.text, "2 0 " LEMMA_GREW "\n2 1 " LEMMA_GREW
                                    "\n2 2 " LEMMA_GREW "\n2 3 " LEMMA_GREW "\n");
        fixture_unmake(&f);
    }
}

struct shared {
    size_t which;
    struct notes notes[CROWD_MAX];
};

static void train_shared(struct lemma_comm *comm, void *context)
{
    struct shared *s = context;
    struct fixture f = fixture_of(s->which);

    f.eta = 1e12;
    f.training.comm = comm;
    train(&f, &s->notes[lemma_comm_rank(comm)]);
    fixture_unmake(&f);
}

static void every_rank_finds_the_same(void **state)
{
    (void) state;
    for (size_t size = 1; size <= CROWD_MAX; size++)
        for (size_t i = 0; i < CASES; i++) {
            struct shared s = {.which = i};

            crowd_act(size, train_shared, &s);
            for (size_t r = 0; r < size; r++) {
                assert_true(s.notes[r].text[0] != '\0');
                assert_string_equal(s.notes[r].text, s.notes[0].text);
                assert_string_equal(s.notes[r].text, s.notes[r].expected);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_beyond_measure_are_found_once_a_client),
        cmocka_unit_test(a_client_that_begins_at_its_least_is_measured_by_all),
        cmocka_unit_test(what_goes_on_is_measured_by_its_beginning),
        cmocka_unit_test(every_rank_finds_the_same),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
