#include <math.h>

#include "core/blas.h"
#include "train/fixture.h"

/* All moments but round_end, where none is shown, and run_begin. */
static const unsigned with_tapes =
    LEMMA_ON_ROUND_BEGIN | LEMMA_ON_STEP | LEMMA_ON_AVERAGED | LEMMA_ON_RUN_END;

/* W_c(t) of an event as a dense matrix. */
static void local_weights(const struct lemma_event *ev, size_t c, size_t l,
                          lemma_mat out)
{
    struct lemma_local local = lemma_event_local(ev, c, l);
    lemma_cmat base = local.own.a ? local.own : lemma_event_server(ev, l);

    for (size_t i = 0; i < out.rows; i++)
        for (size_t j = 0; j < out.cols; j++) {
            double sum = lemma_crow(base, i).a[j];

            for (size_t r = 0; r < local.factor.rank; r++)
                sum += lemma_crow(local.factor.u, r).a[i] * local.factor.coef[r] *
                       lemma_crow(local.factor.v, r).a[j];
            lemma_row(out, i).a[j] = sum;
        }
}

static lemma_status compare_average(void *context, const struct lemma_event *ev)
{
    (void) context;
    for (size_t l = 0; l < lemma_event_network(ev)->L; l++) {
        lemma_cmat mean = lemma_event_average(ev, l);
        double *w = lemma_alloc(mean.rows * mean.cols, sizeof *w);
        double *sum = lemma_alloc(mean.rows * mean.cols, sizeof *w);

        assert_true(w && sum);
        for (size_t c = 0; c < lemma_event_clients(ev); c++) {
            local_weights(ev, c, l, lemma_mat_of(w, mean.rows, mean.cols));
            for (size_t i = 0; i < mean.rows * mean.cols; i++)
                sum[i] += lemma_event_weight(ev, c) * w[i];
        }
        for (size_t i = 0; i < mean.rows * mean.cols; i++)
            check_close(mean.a[i], sum[i], 1e-14);
        lemma_free(w);
        lemma_free(sum);
    }
    return LEMMA_OK;
}

static void run_with(struct fixture *f, unsigned events, bool initial,
                     lemma_status (*see)(void *, const struct lemma_event *))
{
    struct lemma_observer o = {events, initial, see, f};
    enum lemma_outcome outcome;
    size_t steps;

    fixture_make(f);
    check_ok(lemma_trainer_watch(f->trainer, &o), NULL);
    check_ok(lemma_trainer_run(f->trainer, &outcome, &steps), NULL);
    fixture_unmake(f);
}

static void the_virtual_average_is_the_mean_of_the_local_models(void **state)
{
    (void) state;
    for (size_t k = 0; k < 4; k++) {
        struct fixture f = fixture_default();

        strcpy(f.config.local_models, k & 1 ? "dense" : "factored");
        f.config.batch = k & 2 ? 2 : 0;
        f.config.server_step = 0.7;
        run_with(&f, 63, false, compare_average);
    }
}

/* The whole tape under mini-batches, against passes by loops through dense W_c. */
static lemma_status compare_whole(void *context, const struct lemma_event *ev)
{
    const struct lemma_tape *t = lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);
    const struct lemma_network *net = lemma_event_network(ev);
    lemma_cmat v = lemma_event_output_matrix(ev);
    double w[24 * 24], h[24], z[24];
    (void) context;

    for (size_t c = 0; c < t->clients; c++)
        for (size_t s = t->spans[c].first; s < t->spans[c].first + t->spans[c].count;
             s++) {
            const double *in = lemma_crow(lemma_event_inputs(ev), s).a;
            double f = 0;

            for (size_t l = 0; l < net->L; l++) {
                lemma_mat m = lemma_mat_of(w, net->layers[l].out, net->layers[l].in);

                local_weights(ev, c, l, m);
                for (size_t i = 0; i < m.rows; i++) {
                    z[i] = 0;
                    for (size_t j = 0; j < m.cols; j++)
                        z[i] += m.a[i * m.cols + j] * in[j];
                    assert_int_equal(t->pattern[l][s * t->words[l] + i / 64] >> i % 64 &
                                         1,
                                     z[i] >= 0);
                    z[i] = fmax(z[i], 0);
                }
                memcpy(h, z, sizeof h);
                in = h;
            }
            for (size_t i = 0; i < v.cols; i++)
                f += v.a[i] * h[i];
            check_close(t->output.a[s], f, 1e-13);
            check_close(t->residual.a[s], f - lemma_event_targets(ev).a[s], 1e-13);
        }
    return LEMMA_OK;
}

static void the_whole_tape_sees_all_samples_at_the_local_models(void **state)
{
    (void) state;
    for (size_t k = 0; k < 2; k++) {
        struct fixture f = fixture_default();

        strcpy(f.config.local_models, k & 1 ? "dense" : "factored");
        f.config.batch = 2;
        run_with(&f, with_tapes, false, compare_whole);
    }
}

static lemma_status compare_start(void *context, const struct lemma_event *ev)
{
    (void) context;
    const struct lemma_tape *whole =
        lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_BACKWARD);
    const struct lemma_tape *mean =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_BACKWARD);

    assert_int_equal(whole == mean,
                     ev->local_step == 0 || ev->kind == LEMMA_ON_AVERAGED);
    assert_true(whole->forward && whole->backward && mean->backward);
    return LEMMA_OK;
}

static void at_a_rounds_start_average_and_whole_are_one_tape(void **state)
{
    (void) state;
    struct fixture f = fixture_default();

    run_with(&f, with_tapes, false, compare_start);
}

/* The outputs at `averaged`, kept for the next round's start. */
struct meeting {
    double output[16];
    size_t averaged, met;
};

static lemma_status meet(void *context, const struct lemma_event *ev)
{
    struct meeting *m = context;
    const struct lemma_tape *t =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    size_t size = sizeof m->output;

    if (ev->kind == LEMMA_ON_AVERAGED) {
        assert_int_equal(ev->step, (ev->round + 1) * lemma_event_local_steps(ev) - 1);
        assert_int_equal(ev->round, m->averaged++);
        memcpy(m->output, t->output.a, size);
    } else if (m->averaged > 0) {
        assert_int_equal(ev->round, m->averaged);
        assert_memory_equal(m->output, t->output.a, size);
        m->met++;
    }
    return LEMMA_OK;
}

static void averaged_shows_what_the_next_round_begins_with(void **state)
{
    (void) state;
    for (size_t k = 0; k < 4; k++) {
        struct fixture f = fixture_default();
        struct meeting m = {{0}, 0, 0};
        struct lemma_observer o = {LEMMA_ON_ROUND_BEGIN | LEMMA_ON_AVERAGED |
                                       LEMMA_ON_RUN_END,
                                   false, meet, &m};
        enum lemma_outcome outcome;
        size_t steps;

        f.config.batch = k & 1 ? 2 : 0;
        f.config.server_step = k & 2 ? 0.7 : 1;
        fixture_make(&f);
        check_ok(lemma_trainer_watch(f.trainer, &o), NULL);
        check_ok(lemma_trainer_run(f.trainer, &outcome, &steps), NULL);
        assert_int_equal(m.averaged, f.config.rounds);
        assert_int_equal(m.met, f.config.rounds);
        fixture_unmake(&f);
    }
}

static lemma_status compare_outputs(void *context, const struct lemma_event *ev)
{
    struct fixture *f = context;
    const struct lemma_tape *mean =
        lemma_event_tape(ev, LEMMA_TAPE_AVERAGE, LEMMA_FORWARD);
    double out[16];

    check_ok(
        lemma_event_evaluate(ev, lemma_const(f->set.inputs), lemma_mat_of(out, 16, 1)),
        NULL);
    for (size_t i = 0; i < 16; i++)
        check_close(out[i], mean->output.a[i], 1e-13);
    return LEMMA_OK;
}

static void evaluation_is_the_average_models_output(void **state)
{
    (void) state;
    for (size_t k = 0; lemma_preset_types[k]; k++) {
        struct fixture f = fixture_default();

        f.preset = lemma_preset_types[k]->name;
        f.depth = lemma_preset_types[k]->max_depth ? 1 : 2;
        run_with(&f, with_tapes, false, compare_outputs);
    }
}

static lemma_status check_initial(void *context, const struct lemma_event *ev)
{
    struct fixture *f = context;
    struct lemma_weights *w = NULL;

    check_ok(lemma_weights_create(f->net, &w), NULL);
    lemma_weights_draw(f->net, f->seed, w);
    for (size_t l = 0; l < f->net->L; l++)
        assert_memory_equal(lemma_event_initial(ev, l).a, w->w[l].a,
                            w->w[l].rows * w->w[l].cols * sizeof(double));
    lemma_weights_destroy(w);
    return LEMMA_OK;
}

static void the_initial_model_is_kept_where_asked_for(void **state)
{
    (void) state;
    struct fixture f = fixture_default();

    run_with(&f, 63, true, check_initial);
}

/* A client's rows through its model alone: outputs and pre-activations of the whole
 * tape. */
static lemma_status compare_client(void *context, const struct lemma_event *ev)
{
    const struct lemma_tape *t = lemma_event_tape(ev, LEMMA_TAPE_WHOLE, LEMMA_FORWARD);
    const struct lemma_network *net = lemma_event_network(ev);
    size_t tau = lemma_event_local_steps(ev);
    lemma_mat all =
        lemma_mat_of(lemma_alloc(t->rows * net->m, sizeof(double)), t->rows, net->m);

    assert_non_null(all.a);
    for (size_t c = 0; c < t->clients; c++) {
        struct lemma_span from = t->spans[c], rows = {0, from.count};
        struct lemma_tape *own = NULL;
        double *scratch, *z = lemma_alloc(rows.count * net->m, sizeof *z);

        size_t rank = tau * lemma_batch_rows(lemma_event_batch(ev), from.count);
        scratch = lemma_alloc(rows.count * rank, sizeof *scratch);
        assert_true(z && scratch);
        check_ok(lemma_tape_create(net, rows.count, 1, &rows, &own), NULL);
        struct lemma_model model = lemma_event_client_model(ev, c, scratch);
        own->inputs[0] = lemma_crows(lemma_event_inputs(ev), from.first, from.count);
        lemma_pass_forward(&model, lemma_event_loss(ev),
                           lemma_crows(lemma_event_targets(ev), from.first, from.count),
                           own);
        for (size_t i = 0; i < rows.count * net->d; i++)
            check_close(own->output.a[i], t->output.a[from.first * net->d + i], 1e-13);
        for (size_t l = 0; l < net->L; l++) {
            lemma_event_preactivations(ev, l, all);
            lemma_pass_preactivations(&model, own, l,
                                      lemma_mat_of(z, rows.count, net->m));
            for (size_t i = 0; i < rows.count * net->m; i++)
                check_close(z[i], all.a[from.first * net->m + i], 1e-13);
        }
        lemma_tape_destroy(own);
        lemma_free(scratch);
        lemma_free(z);
    }
    lemma_free(all.a);
    (void) context;
    return LEMMA_OK;
}

static void a_clients_model_alone_gives_what_the_whole_tape_does(void **state)
{
    (void) state;
    for (size_t k = 0; k < 4; k++) {
        struct fixture f = fixture_default();

        strcpy(f.config.local_models, k & 1 ? "dense" : "factored");
        f.config.batch = k & 2 ? 2 : 0;
        run_with(&f, with_tapes, false, compare_client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_virtual_average_is_the_mean_of_the_local_models),
        cmocka_unit_test(the_whole_tape_sees_all_samples_at_the_local_models),
        cmocka_unit_test(at_a_rounds_start_average_and_whole_are_one_tape),
        cmocka_unit_test(averaged_shows_what_the_next_round_begins_with),
        cmocka_unit_test(a_clients_model_alone_gives_what_the_whole_tape_does),
        cmocka_unit_test(evaluation_is_the_average_models_output),
        cmocka_unit_test(the_initial_model_is_kept_where_asked_for),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
