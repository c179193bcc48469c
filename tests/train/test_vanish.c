/* Updates that rounding swallows are found: whose, when, and by every rank alike. */
#include <math.h>

#include "core/blas.h"
#include "train/crowd.h"
#include "train/fixture.h"

/* What was found, a line each. */
struct notes {
    size_t used;
    char text[512];
};

static void note(void *context, size_t step, int64_t client, const char *what)
{
    struct notes *n = context;

    n->used += (size_t) snprintf(n->text + n->used, sizeof n->text - n->used,
                                 "%zu %lld %s\n", step, (long long) client, what);
    assert_true(n->used < sizeof n->text);
}

static enum lemma_outcome train(struct fixture *f, struct notes *n)
{
    enum lemma_outcome outcome;
    size_t steps;

    *n = (struct notes){0};
    f->training.find = note;
    f->training.finder = n;
    fixture_make(f);
    check_ok(lemma_trainer_run(f->trainer, &outcome, &steps), NULL);
    return outcome;
}

/* Of all clients in the first step, and not again. */
static const char all_vanish[] = "0 0 " LEMMA_VANISHED "\n0 1 " LEMMA_VANISHED
                                 "\n0 2 " LEMMA_VANISHED "\n0 3 " LEMMA_VANISHED "\n";

/* Cases: whole batches and mini-batches, factors and dense models, one output and
 * more. */
enum { CASES = 8 };
static struct fixture fixture_of(size_t i)
{
    static const char *const models[] = {"factored", "dense"};
    struct fixture f = fixture_default();

    strcpy(f.config.local_models, models[i % 2]);
    f.config.batch = i / 2 % 2 ? 2 : 0;
    f.outputs = i < 4 ? 1 : 3;
    return f;
}

static void updates_below_every_weights_last_place_are_found(void **state)
{
    static const double etas[] = {1e-320, 1e-200, 1e-25};

    (void) state;
    for (size_t i = 0; i < 3 * CASES; i++) {
        struct fixture f = fixture_of(i / 3);
        struct lemma_trainer *still = NULL;
        struct notes n;
        size_t bytes;

        f.eta = etas[i % 3];
        assert_int_equal(train(&f, &n), LEMMA_COMPLETE);
        assert_string_equal(n.text, all_vanish);
        check_ok(lemma_trainer_create(&f.training, &still, NULL), NULL);
        bytes = lemma_trainer_server(still)->count * sizeof(double);
        /* Dense averages are weighted sums, which round. */
        if (i / 3 % 2 == 0)
            assert_memory_equal(lemma_trainer_server(still)->block,
                                lemma_trainer_server(f.trainer)->block, bytes);
        lemma_trainer_destroy(still);
        fixture_unmake(&f);
    }
}

static void updates_that_change_a_weight_are_none(void **state)
{
    (void) state;
    for (size_t i = 0; i < 2 * CASES; i++) {
        struct fixture f = fixture_of(i / 2);
        struct notes n;

        f.eta = i % 2 ? 0.02 : 1e-14;
        assert_int_equal(train(&f, &n), LEMMA_COMPLETE);
        assert_string_equal(n.text, "");
        fixture_unmake(&f);
    }
}

/* Client 2 of clients of 5, 3, 4, 4 samples has what it wants, or all but. */
static lemma_status content(void *context, const struct lemma_event *ev)
{
    const struct lemma_tape *t = lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);

    memcpy(context, t->output.a, t->output.rows * sizeof(double));
    return LEMMA_OK;
}

static void a_client_without_a_gradient_has_no_update_to_lose(void **state)
{
    (void) state;
    for (size_t i = 0; i < 4; i++) {
        struct fixture f = fixture_of(i % 2);
        double outputs[16];
        struct lemma_observer o = {LEMMA_ON_RUN_BEGIN, false, content, outputs};
        struct lemma_trainer *other = NULL;
        enum lemma_outcome outcome;
        struct notes n;
        size_t steps;

        f.eta = 1e-200;
        train(&f, &n);
        n = (struct notes){0};
        check_ok(lemma_trainer_create(&f.training, &other, NULL), NULL);
        check_ok(lemma_trainer_watch(other, &o), NULL);
        check_ok(lemma_trainer_begin(other), NULL);
        for (size_t k = 8; k < 12; k++)
            f.set.targets.a[k] = outputs[k] + (i < 2 ? 0 : 1e-9);
        lemma_trainer_destroy(other);
        check_ok(lemma_trainer_create(&f.training, &other, NULL), NULL);
        check_ok(lemma_trainer_run(other, &outcome, &steps), NULL);
        assert_string_equal(n.text, "0 0 " LEMMA_VANISHED "\n0 1 " LEMMA_VANISHED
                                    "\n0 3 " LEMMA_VANISHED "\n");
        lemma_trainer_destroy(other);
        fixture_unmake(&f);
    }
}

/* Clients move, and the server takes nothing of it. */
static void a_server_that_stands_still_is_found(void **state)
{
    (void) state;
    for (size_t i = 0; i < CASES; i++) {
        struct fixture f = fixture_of(i);
        struct notes n;

        f.config.server_step = 1e-30;
        f.config.rounds = 1;
        assert_int_equal(train(&f, &n), LEMMA_COMPLETE);
        assert_string_equal(n.text, "2 -1 " LEMMA_VANISHED "\n");
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

    f.eta = 1e-200;
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
            for (size_t r = 0; r < size; r++)
                assert_string_equal(s.notes[r].text, all_vanish);
        }
}

/* One unit and one sample, which a step without bound drives to minus infinity: it is
 * dead then, and the loss |y|^2 / 2. (A unit that was dead before ends as NaN.) */
static void weights_that_are_not_finite_end_a_run_whose_loss_is(void **state)
{
    size_t ended = 0;

    (void) state;
    for (size_t i = 0; i < 16; i++) {
        struct fixture f = fixture_of(i % 2);
        struct lemma_trainer *trainer = NULL;
        enum lemma_outcome outcome;
        struct notes n;
        size_t steps;

        f.preset = "two-layer-relu";
        f.depth = f.clients = f.config.local_steps = f.width = f.counts[0] = 1;
        f.seed = i / 2;
        train(&f, &n);
        for (size_t j = 0; j < f.set.inputs.cols; j++)
            f.set.inputs.a[j] = fabs(f.set.inputs.a[j]);
        f.set.targets.a[0] =
            lemma_trainer_output_matrix(f.trainer).a[0] > 0 ? -1e3 : 1e3;
        f.training.eta = 1.7e308;
        check_ok(lemma_trainer_create(&f.training, &trainer, NULL), NULL);
        n = (struct notes){0};
        check_ok(lemma_trainer_run(trainer, &outcome, &steps), NULL);
        assert_int_equal(outcome, LEMMA_DIVERGED);
        check_contains(n.text, "1 -1 a weight is not finite\n");
        ended += !strstr(n.text, "the loss");
        lemma_trainer_destroy(trainer);
        fixture_unmake(&f);
    }
    assert_true(ended >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_below_every_weights_last_place_are_found),
        cmocka_unit_test(updates_that_change_a_weight_are_none),
        cmocka_unit_test(a_client_without_a_gradient_has_no_update_to_lose),
        cmocka_unit_test(a_server_that_stands_still_is_found),
        cmocka_unit_test(every_rank_finds_the_same),
        cmocka_unit_test(weights_that_are_not_finite_end_a_run_whose_loss_is),
    };

    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
