#include <math.h>

#include "core/blas.h"
#include "train/fixture.h"

static enum lemma_outcome train(struct fixture *f, size_t *steps)
{
    enum lemma_outcome outcome = LEMMA_COMPLETE;
    size_t taken = 0;

    check_ok(lemma_trainer_run(f->trainer, &outcome, &taken), NULL);
    if (steps)
        *steps = taken;
    return outcome;
}

/* A log of the events, one letter each. */
struct log {
    char text[256];
    size_t steps[256];
    size_t used;
};

static lemma_status write_log(void *context, const struct lemma_event *ev)
{
    struct log *log = context;
    const char *letters = "b(s)e";

    log->text[log->used] = letters[__builtin_ctz(ev->kind)];
    log->steps[log->used++] = ev->step;
    return LEMMA_OK;
}

static void events_come_in_order(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    struct log log = {.used = 0};
    size_t steps;

    f.config.rounds = 2;
    fixture_make(&f);
    struct lemma_observer o = {.events = 31, .see = write_log, .context = &log};
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    assert_int_equal(train(&f, &steps), LEMMA_COMPLETE);
    assert_string_equal(log.text, "b(sss)(sss)e");
    assert_int_equal(steps, 6);
    assert_int_equal(log.steps[5], 2);
    assert_int_equal(log.steps[6], 3);
    assert_int_equal(log.steps[log.used - 1], 6);
    fixture_unmake(&f);
}

static lemma_status refuse(void *context, const struct lemma_event *ev)
{
    (void) context;
    return ev->step == 4 ? LEMMA_EIO : LEMMA_OK;
}

static void an_observers_trouble_ends_the_run(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    enum lemma_outcome outcome;
    size_t steps;

    fixture_make(&f);
    struct lemma_observer o = {.events = LEMMA_ON_STEP, .see = refuse};
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    assert_int_equal(lemma_trainer_run(f.trainer, &outcome, &steps), LEMMA_EIO);
    assert_int_equal(steps, 4);
    fixture_unmake(&f);
}

static volatile sig_atomic_t stop;

static lemma_status ask_to_stop(void *context, const struct lemma_event *ev)
{
    (void) context;
    stop = ev->step == 4;
    return LEMMA_OK;
}

static void asked_to_stop_it_ends_after_the_step(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    size_t steps;

    stop = 0;
    f.training.stop = &stop;
    fixture_make(&f);
    struct lemma_observer o = {.events = LEMMA_ON_STEP, .see = ask_to_stop};
    check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
    assert_int_equal(train(&f, &steps), LEMMA_INTERRUPTED);
    assert_int_equal(steps, 5);
    fixture_unmake(&f);
}

static lemma_status stop_at_once(void *context, const struct lemma_event *ev)
{
    (void) context;
    stop = ev->round >= 1;
    return LEMMA_OK;
}

/* tau = 1: every step is a round's last. */
static void asked_to_stop_in_a_rounds_last_step_the_round_is_averaged(void **state)
{
    (void) state;
    for (size_t rounds = 2; rounds <= 3; rounds++) {
        struct fixture f = fixture_default();
        struct log log = {.used = 0};
        size_t steps;

        stop = 0;
        f.training.stop = &stop;
        f.config.local_steps = 1;
        f.config.rounds = rounds;
        fixture_make(&f);
        struct lemma_observer o[] = {
            {.events = LEMMA_ON_STEP, .see = stop_at_once},
            {.events = 31, .see = write_log, .context = &log},
        };
        check_ok(lemma_trainer_watch(f.trainer, &o[0]), NULL);
        check_ok(lemma_trainer_watch(f.trainer, &o[1]), NULL);
        /* Asked in the very last step, there is nothing left to interrupt. */
        assert_int_equal(train(&f, &steps),
                         rounds == 2 ? LEMMA_COMPLETE : LEMMA_INTERRUPTED);
        assert_int_equal(steps, 2);
        assert_string_equal(log.text, rounds == 2 ? "b(s)(s)e" : "b(s)(s)");
        fixture_unmake(&f);
    }
}

static void a_step_far_too_long_diverges(void **state)
{
    (void) state;
    struct fixture f = fixture_default();
    size_t steps;

    f.eta = 1e200;
    fixture_make(&f);
    assert_int_equal(train(&f, &steps), LEMMA_DIVERGED);
    assert_int_equal(steps, 2); /* the loss is finite at W(0), and not after one step */
    fixture_unmake(&f);
}

static void divergence_in_the_very_last_step_is_seen(void **state)
{
    (void) state;
    struct fixture f = fixture_default();

    f.eta = 1e200;
    f.config.rounds = f.config.local_steps = 1;
    fixture_make(&f);
    assert_int_equal(train(&f, NULL), LEMMA_DIVERGED);
    fixture_unmake(&f);
}

/* One centralised step by loops: W - eta sum_c (n_c / N) grad L_c, from the whole tape.
 */
static lemma_status keep_gradient(void *context, const struct lemma_event *ev)
{
    double *g = context;
    const struct lemma_tape *t = lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);

    for (size_t l = 0; l < t->L; l++)
        for (size_t i = 0; i < t->sens[l].cols; i++)
            for (size_t j = 0; j < t->inputs[l].cols; j++, g++)
                for (size_t c = 0; c < t->clients; c++)
                    for (size_t s = 0; s < t->spans[c].count; s++) {
                        size_t row = t->spans[c].first + s;

                        *g += lemma_event_weight(ev, c) * lemma_tape_coef(t, c, row) *
                              lemma_row(t->sens[l], row).a[i] *
                              lemma_crow(t->inputs[l], row).a[j];
                    }
    return LEMMA_OK;
}

static void one_local_step_is_one_central_step(void **state)
{
    (void) state;
    static const char *const models[] = {"factored", "dense"};

    for (size_t k = 0; k < 4; k++) {
        struct fixture f = fixture_default();
        double *gradient, server_step = k / 2 ? 0.5 : 1;

        strcpy(f.config.local_models, models[k % 2]);
        f.config.rounds = f.config.local_steps = 1;
        f.config.server_step = server_step;
        fixture_make(&f);
        size_t count = lemma_trainer_server(f.trainer)->count;
        double *before = lemma_alloc(count, sizeof *before);
        gradient = lemma_alloc(count, sizeof *gradient);
        assert_true(before && gradient);
        memcpy(before, lemma_trainer_server(f.trainer)->block, count * sizeof *before);
        struct lemma_observer o = {LEMMA_ON_STEP, false, keep_gradient, gradient};
        check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
        train(&f, NULL);
        for (size_t i = 0; i < count; i++)
            check_close(lemma_trainer_server(f.trainer)->block[i],
                        before[i] - server_step * f.eta * gradient[i], 1e-15);
        lemma_free(before);
        lemma_free(gradient);
        fixture_unmake(&f);
    }
}

static void factored_and_dense_training_agree(void **state)
{
    (void) state;
    for (size_t k = 0; k < 8; k++) {
        struct fixture f = fixture_default(), g;

        f.config.batch = k & 1 ? 2 : 0;
        f.outputs = k & 2 ? 3 : 1;
        f.preset = k & 4 ? "deep-relu-fixed-input" : "deep-relu";
        g = f;
        strcpy(g.config.local_models, "dense");
        fixture_make(&f);
        fixture_make(&g);
        train(&f, NULL);
        train(&g, NULL);
        for (size_t i = 0; i < lemma_trainer_server(f.trainer)->count; i++)
            check_close(lemma_trainer_server(f.trainer)->block[i],
                        lemma_trainer_server(g.trainer)->block[i], 1e-13);
        fixture_unmake(&f);
        fixture_unmake(&g);
    }
}

/* Everything an observer can ask for, at every event it may. */
static lemma_status look_at_all(void *context, const struct lemma_event *ev)
{
    (void) context;
    if (ev->kind != LEMMA_ON_ROUND_END) {
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD);
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
    }
    for (size_t l = 0; l < lemma_event_network(ev)->L; l++) {
        lemma_event_average(ev, l);
        lemma_event_initial(ev, l);
    }
    return LEMMA_OK;
}

static void watching_changes_no_bit(void **state)
{
    (void) state;
    for (size_t k = 0; k < 4; k++) {
        struct fixture f = fixture_default(), g;

        f.config.batch = k & 1 ? 2 : 0;
        strcpy(f.config.local_models, k & 2 ? "dense" : "factored");
        g = f;
        fixture_make(&f);
        fixture_make(&g);
        struct lemma_observer o = {31, true, look_at_all, NULL};
        check_ok(lemma_trainer_watch(g.trainer, &o), NULL);
        train(&f, NULL);
        train(&g, NULL);
        assert_memory_equal(lemma_trainer_server(f.trainer)->block,
                            lemma_trainer_server(g.trainer)->block,
                            lemma_trainer_server(f.trainer)->count * sizeof(double));
        fixture_unmake(&f);
        fixture_unmake(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_order),
        cmocka_unit_test(an_observers_trouble_ends_the_run),
        cmocka_unit_test(asked_to_stop_it_ends_after_the_step),
        cmocka_unit_test(asked_to_stop_in_a_rounds_last_step_the_round_is_averaged),
        cmocka_unit_test(a_step_far_too_long_diverges),
        cmocka_unit_test(divergence_in_the_very_last_step_is_seen),
        cmocka_unit_test(one_local_step_is_one_central_step),
        cmocka_unit_test(factored_and_dense_training_agree),
        cmocka_unit_test(watching_changes_no_bit),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
