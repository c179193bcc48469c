/* Numerical trouble is kept with its step and client, and never passes for a proof. */
#include "run/findings.h"

#include <math.h>
#include <unistd.h>

#include "core/alloc.h"
#include "record/reader.h"
#include "run/run.h"
#include "support.h"

/* LAPACK's, instead of OpenBLAS's: gives up. */
void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n,
             double *a, const int *lda, const double *vl, const double *vu,
             const int *il, const int *iu, const double *abstol, int *m, double *w,
             double *z, const int *ldz, int *isuppz, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info);

void dsyevr_(const char *jobz, const char *range, const char *uplo, const int *n,
             double *a, const int *lda, const double *vl, const double *vu,
             const int *il, const int *iu, const double *abstol, int *m, double *w,
             double *z, const int *ldz, int *isuppz, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info)
{
    (void) jobz, (void) range, (void) uplo, (void) n, (void) a, (void) lda, (void) vl;
    (void) vu, (void) il, (void) iu, (void) abstol, (void) m, (void) w, (void) z;
    (void) ldz, (void) isuppz;
    if (*lwork == -1 || *liwork == -1) { /* asked for sizes */
        work[0] = 26.0 * *n;
        iwork[0] = 10 * *n;
        *info = 0;
        return;
    }
    *info = 1;
}

static char path[256];

static int set_up(void **state)
{
    (void) state;
    scratch_path(path, "findings.h5");
    return 0;
}

static int tear_down(void **state)
{
    (void) state;
    unlink(path);
    return 0;
}

static void lines_are_kept_once_for_each_client_and_kind(void **state)
{
    struct lemma_findings f = {""};

    (void) state;
    assert_true(lemma_findings_add(&f, 7, 3, "bad"));
    assert_false(lemma_findings_add(&f, 8, 3, "bad"));
    assert_true(lemma_findings_add(&f, 8, 13, "bad"));
    assert_true(lemma_findings_add(&f, 9, -1, "bad"));
    assert_false(lemma_findings_add(&f, 10, -1, "bad"));
    assert_true(lemma_findings_add(&f, 9, 3, "worse"));
    assert_string_equal(f.text, "step 7, client 3: bad\nstep 8, client 13: bad\n"
                                "step 9: bad\nstep 9, client 3: worse\n");
}

static void too_many_lines_end_in_a_word(void **state)
{
    struct lemma_findings f = {""};
    int64_t client = 0;

    (void) state;
    while (lemma_findings_add(&f, 1, client, "the loss is not finite"))
        client++;
    assert_true(strlen(f.text) < sizeof f.text && client > 90);
    assert_string_equal(f.text + strlen(f.text) - 9, "and more\n");
    assert_false(lemma_findings_add(&f, 2, -1, "other"));
}

static char *findings_of(const char *text, const char *outcome)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_run_options o = {.output = path, .force = true};
    struct lemma_run_result result;
    struct lemma_reader *r = NULL;
    struct lemma_run *run = NULL;
    struct lemma_error err = {""};
    char *found = NULL, *status = NULL;

    lemma_experiment_init(x);
    check_ok(lemma_experiment_parse(x, text, strlen(text), "t.yaml", &err), &err);
    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    assert_string_equal(lemma_outcome_name(result.outcome), outcome);
    lemma_run_destroy(run);
    lemma_free(x);
    check_ok(lemma_reader_open(path, &r, &err), &err);
    check_ok(lemma_reader_text(r, "status", &status), NULL);
    assert_string_equal(status, outcome);
    check_ok(lemma_reader_text(r, "findings", &found), NULL);
    lemma_reader_close(r);
    lemma_free(status);
    return found;
}

/* Whose units all died at once has a finite loss, and is not named. */
static void a_diverging_run_names_its_steps_and_clients(void **state)
{
    char *found = findings_of("data: {samples: 12, dimension: 3}\n"
                              "partition: {clients: 4}\n"
                              "network: {width: 8}\n"
                              "train: {rounds: 4, local_steps: 2, step_size: 1e200}\n"
                              "probes: {local_loss: {}}\n",
                              "diverged");
    struct lemma_reader *r = NULL;
    struct lemma_shape shape;
    double *loss = NULL, *last;
    size_t named = 0;

    (void) state;
    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    check_ok(lemma_reader_all(r, "local_loss/local", &loss, &shape), NULL);
    assert_true(shape.dims[0] > 1 && shape.dims[1] == 4);
    last = loss + 4 * (shape.dims[0] - 1);
    for (size_t c = 0; c < 4; c++) {
        char line[64];

        snprintf(line, sizeof line, "step %zu, client %zu: the loss is not finite\n",
                 shape.dims[0] - 1, c);
        assert_int_equal(strstr(found, line) != NULL, !isfinite(last[c]));
        named += !isfinite(last[c]);
    }
    assert_true(named > 0);
    lemma_free(loss);
    lemma_free(found);
    lemma_reader_close(r);
}

static void a_sound_run_has_none(void **state)
{
    char *found = findings_of("data: {samples: 6, dimension: 3}\n"
                              "partition: {clients: 2}\n"
                              "network: {width: 8}\n"
                              "train: {rounds: 2}\n"
                              "probes: {loss: {}, distance: {}}\n",
                              "complete");

    (void) state;
    assert_string_equal(found, "");
    lemma_free(found);
}

static void a_solver_that_gives_up_is_named_and_leaves_missing_cells(void **state)
{
    char *found = findings_of("data: {samples: 6, dimension: 3}\n"
                              "partition: {clients: 2}\n"
                              "network: {width: 8}\n"
                              "train: {rounds: 2}\n"
                              "probes: {gram: {spectrum: full}}\n",
                              "complete");
    struct lemma_reader *r = NULL;
    struct lemma_shape shape;
    double *least = NULL;

    (void) state;
    assert_string_equal(found, "step 0: gram: LAPACK found no eigenvalues\n");
    check_ok(lemma_reader_open(path, &r, NULL), NULL);
    check_ok(lemma_reader_all(r, "gram/lambda_min", &least, &shape), NULL);
    assert_int_equal(shape.dims[0], 3);
    for (size_t i = 0; i < shape.dims[0]; i++)
        assert_true(isnan(least[i]));
    lemma_free(least);
    lemma_free(found);
    lemma_reader_close(r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_are_kept_once_for_each_client_and_kind),
        TEST(too_many_lines_end_in_a_word),
        TEST(a_diverging_run_names_its_steps_and_clients),
        TEST(a_sound_run_has_none),
        TEST(a_solver_that_gives_up_is_named_and_leaves_missing_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
