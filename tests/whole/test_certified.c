/*
 * Theory 2.5 on a network that is wide enough: the shipped experiment's record is
 * certified by what W(0) and the data say, and R11's numbers come out again.
 */
#include <math.h>

#include "claim/claim.h"
#include "core/blas.h"
#include "run/run.h"
#include "support.h"

static const char shipped[] = SOURCE_ROOT "/data/experiments/certified-two-layer.yaml";

struct judged {
    struct lemma_reader *reader;
    struct lemma_evidence *e;
    char path[256];
};

/* Runs the shipped experiment for a few rounds, with other settings up to NULL. */
static struct judged run(const char *const *settings)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_run_options options = {.force = true};
    struct lemma_run_result result;
    struct lemma_error err = {""};
    struct lemma_run *r = NULL;
    struct judged j = {.reader = NULL};
    char *text = NULL;

    assert_non_null(x);
    lemma_experiment_init(x);
    check_ok(lemma_experiment_load(x, shipped, &text, &err), &err);
    check_ok(lemma_experiment_set(x, "train.rounds=3", &err), &err);
    for (; *settings; settings++)
        check_ok(lemma_experiment_set(x, *settings, &err), &err);
    options.output = scratch_path(j.path, "certified.h5");
    check_ok(lemma_run_create(x, &options, &r, &err), &err);
    check_ok(lemma_run_go(r, &result, &err), &err);
    lemma_run_destroy(r);
    lemma_free(text);
    lemma_free(x);
    check_ok(lemma_reader_open(j.path, &j.reader, &err), &err);
    check_ok(lemma_evidence_create(j.reader, &j.e), NULL);
    return j;
}

static void done(struct judged *j)
{
    lemma_evidence_destroy(j->e);
    lemma_reader_close(j->reader);
    remove(j->path);
}

static struct lemma_finding judge(struct judged *j, const char *name)
{
    struct lemma_finding f;

    check_ok(lemma_claim_judge(lemma_claim_find(name), j->e, &f), NULL);
    if (f.reason[0])
        print_message("# %s: %s\n", name, f.reason);
    return f;
}

static double note(const struct lemma_finding *f, const char *symbol)
{
    for (size_t i = 0; i < f->note_count; i++)
        if (strcmp(f->notes[i].symbol, symbol) == 0)
            return f->notes[i].value;
    return NAN;
}

static void local_gd_is_certified(void **state)
{
    static const char *const settings[] = {NULL};
    struct judged j = run(settings);
    struct lemma_finding f = judge(&j, "certified_local_gd");

    (void) state;
    assert_true(f.verdict == LEMMA_HOLDS && !f.vacuous);
    print_message("# p(R') %.3g of %.3g, eta tau %.3g of %.3g\n", note(&f, "p(R')"),
                  note(&f, "lam/(24N)"), note(&f, "eta tau"),
                  note(&f, "largest eta tau"));
    assert_true(note(&f, "p(R')") <= note(&f, "lam/(24N)"));
    assert_true(note(&f, "eta tau") <= note(&f, "largest eta tau"));
    /* start and 3 rounds; 4 distances; 15 steps of two clients */
    assert_int_equal(f.rows, 4 + 4 + 30);
    assert_true(f.slack > 0.5 && f.slack < 1);
    assert_true(judge(&j, "local_gd_round").verdict == LEMMA_HOLDS);
    assert_true(judge(&j, "certified_gd").verdict == LEMMA_NOT_APPLICABLE);
    done(&j);
}

static void gradient_descent_is_certified(void **state)
{
    static const char *const settings[] = {"partition.clients=1", NULL};
    struct judged j = run(settings);
    struct lemma_finding f = judge(&j, "certified_gd");

    (void) state;
    assert_true(f.verdict == LEMMA_HOLDS && !f.vacuous);
    print_message("# p(R') %.3g of %.3g\n", note(&f, "p(R')"), note(&f, "lam/(8N)"));
    assert_true(note(&f, "p(R')") <= note(&f, "lam/(8N)"));
    assert_int_equal(f.rows, 4 + 4 + 2); /* the kernel's first and last */
    assert_true(f.slack > 0.5 && f.slack < 1);
    assert_true(judge(&j, "du_rate").verdict == LEMMA_HOLDS);
    assert_true(judge(&j, "du_distance").verdict == LEMMA_HOLDS);
    done(&j);
}

static void a_narrow_network_is_not_certified(void **state)
{
    static const char *const settings[] = {"network.width=4096", NULL};
    struct judged j = run(settings);
    struct lemma_finding f = judge(&j, "certified_local_gd");

    (void) state;
    assert_true(f.verdict == LEMMA_NOT_APPLICABLE);
    check_contains(f.reason, "too narrow");
    assert_true(note(&f, "p(R')") > note(&f, "lam/(24N)"));
    done(&j);
}

/* Its draw is not given, nor its step: this one is such that the theorem's factor is
 * R11's. */
static void the_inequality_of_a_round_R11(void **state)
{
    static const char *const settings[] = {
        "data.samples=6",       "data.dimension=8",      "data.separation=0.9",
        "network.width=400000", "train.step_size=0.009", NULL};
    struct judged j = run(settings);
    struct lemma_finding f = judge(&j, "local_gd_round");
    const struct lemma_series *loss = NULL;
    double lam = note(&f, "lambda_min(H(0))"), contraction;

    (void) state;
    assert_true(f.verdict == LEMMA_HOLDS);
    assert_int_equal(f.rows, 3);
    check_ok(lemma_evidence_series(j.e, "loss/server", &loss), NULL);
    contraction = sqrt(loss->cells[3] / loss->cells[2]);
    print_message(
        "# lam %.3g, contraction %.5f, inequality %.5f, theorem %.5f, p_t %.2g "
        "against %.2g\n",
        lam, contraction, note(&f, "factor"), 1 - 0.75 * 0.045 * lam / 6,
        note(&f, "p_t"), lam / 144);
    assert_true(contraction < note(&f, "factor"));
    assert_true(note(&f, "factor") < 1 - 0.75 * 0.045 * lam / 6);
    check_close(contraction, .9952, 0.001);
    check_close(note(&f, "factor"), .9981, 0.0005);
    check_close(1 - 0.75 * 0.045 * lam / 6, .9983, 0.0001);
    assert_true(note(&f, "p_t") < 2e-4 && lam / 144 > 1.4e-3);
    /* D2's own R' asks for the displacement of all rounds that there could be. */
    assert_true(judge(&j, "certified_local_gd").verdict == LEMMA_NOT_APPLICABLE);
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_gd_is_certified),
        cmocka_unit_test(gradient_descent_is_certified),
        cmocka_unit_test(a_narrow_network_is_not_certified),
        cmocka_unit_test(the_inequality_of_a_round_R11),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("certified", tests, NULL, NULL);
}
