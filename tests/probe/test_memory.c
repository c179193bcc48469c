/* Probes where memory runs out: at each allocation of a watched run, in turn. */
#include "core/blas.h"
#include "failing_alloc.h"
#include "probe/watched.h"

struct problem {
    struct lemma_experiment *x;
    struct lemma_training training;
};

static lemma_status watch(void *context)
{
    struct problem *p = context;
    const struct lemma_training *t = &p->training;
    struct lemma_trainer *trainer = NULL;
    struct lemma_probes *probes = NULL;
    enum lemma_outcome outcome;
    size_t steps;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_trainer_create(t, &trainer, NULL));
    LEMMA_TRY(lemma_probes_create(p->x, t->set, t->partition->clients, t->net, &probes,
                                  NULL));
    LEMMA_TRY(lemma_probes_watch(probes, trainer));
    LEMMA_TRY(lemma_trainer_run(trainer, &outcome, &steps));
out:
    lemma_probes_destroy(probes);
    lemma_trainer_destroy(trainer);
    return st;
}

/* Two clients of 3 and 2 samples, two rounds of two steps, all probes, a test set. */
static void check_case(size_t outputs, const char *local_models)
{
    enum { N = 5, D_X = 4, TESTS = 3 };
    struct watched w = watched_default();
    double inputs[(N + TESTS) * D_X], targets[(N + TESTS) * 3];
    struct lemma_dataset set = {
        .n = N,
        .d_x = D_X,
        .d = outputs,
        .inputs = lemma_mat_of(inputs, N, D_X),
        .targets = lemma_mat_of(targets, N, outputs),
        .test_n = TESTS,
        .test_inputs = lemma_mat_of(inputs + N * D_X, TESTS, D_X),
        .test_targets = lemma_mat_of(targets + N * outputs, TESTS, outputs)};
    struct lemma_span spans[] = {{0, 3}, {3, 2}};
    struct lemma_partition partition = {2, spans};
    struct lemma_network *net = NULL;
    struct problem problem = {.x = w.x};

    draw_normals(1, inputs, sizeof inputs / sizeof *inputs);
    draw_normals(2, targets, sizeof targets / sizeof *targets);
    w.config.local_steps = w.config.rounds = 2;
    snprintf(w.config.local_models, LEMMA_WORD, "%s", local_models);
    check_ok(lemma_network_create("deep-relu", D_X, outputs, 40, 2, &net, NULL), NULL);
    problem.training = (struct lemma_training){.net = net,
                                               .loss = lemma_loss_types[0],
                                               .set = &set,
                                               .partition = &partition,
                                               .config = &w.config,
                                               .eta = 0.01,
                                               .seed = 1};
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++)
        watched_probe(&w, (*t)->name, NULL);
    assert_true(fail_each_allocation(watch, &problem) > 100);
    lemma_network_destroy(net);
    lemma_free(w.x);
}

static void a_watched_run_reports_every_failed_allocation(void **state)
{
    (void) state;
    lemma_blas_init();
    check_case(1, "factored");
    check_case(3, "dense");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watched_run_reports_every_failed_allocation)};
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
