#include "make.h"

#include <unistd.h>

#include "core/blas.h"
#include "../../tools/gram.h"
#include "run/declare.h"
#include "support.h"

static void set(struct lemma_experiment *x, const char *assignment)
{
    struct lemma_error err = {""};

    check_ok(lemma_experiment_set(x, assignment, &err), &err);
}

/* The least that is not degenerate; whole weights, batches and data are recorded. */
static struct lemma_experiment *experiment(const char *const *settings)
{
    static const char *const small[] = {
        "data.samples=8",      "data.dimension=5",    "data.separation=0.1",
        "network.width=8",     "network.depth=1",     "network.preset=two-layer-relu",
        "partition.clients=2", "train.local_steps=3", "train.rounds=3",
        "train.step_size=0.5", "record.data=all",     "record.weights=all",
        "record.batches=true"};
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);

    assert_non_null(x);
    lemma_blas_init();
    lemma_experiment_init(x);
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        set(x, small[i]);
    for (const struct lemma_probe_type *const *t = lemma_probe_types; *t; t++) {
        char text[96];

        snprintf(text, sizeof text, "probes.%s={}", (*t)->name);
        set(x, text);
    }
    set(x, "probes.gram.layers=true");
    set(x, "probes.residual.vector=true");
    for (size_t i = 0; settings[i]; i++)
        set(x, settings[i]);
    return x;
}

static void open_record(struct made *made)
{
    struct lemma_error err = {""};

    check_ok(lemma_reader_open(made->path, &made->reader, &err), &err);
    made->e = NULL;
    make_fresh(made);
}

void make_fresh(struct made *made)
{
    lemma_evidence_destroy(made->e);
    made->e = NULL;
    check_ok(lemma_evidence_create(made->reader, &made->e), NULL);
}

void make_free(struct made *made)
{
    lemma_evidence_destroy(made->e);
    lemma_reader_close(made->reader);
    unlink(made->path);
}

void make_csv(char path[MAKE_PATH], uint64_t seed, size_t N, bool twins)
{
    double *x = lemma_alloc(N * 4, sizeof *x);
    FILE *f = fopen(scratch_path(path, "claims.csv"), "w");

    assert_non_null(x);
    assert_non_null(f);
    draw_normals(seed, x, N * 4);
    for (size_t i = 0; i < N; i++) {
        const double *row = x + (twins ? i - i % 2 : i) * 4;

        fprintf(f, "%.17g,%.17g,%.17g,%.17g,%zu\n", row[0], row[1], row[2], row[3],
                i % 2);
    }
    assert_int_equal(fclose(f), 0);
    lemma_free(x);
}

void make_run(const char *const *settings, struct made *made)
{
    struct lemma_experiment *x = experiment(settings);
    struct lemma_run_options o = {.output = scratch_path(made->path, "claims.h5"),
                                  .force = true};
    struct lemma_run_result result;
    struct lemma_run *run = NULL;
    struct lemma_error err = {""};

    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    made->diverged = result.outcome == LEMMA_DIVERGED;
    lemma_run_destroy(run);
    lemma_free(x);
    open_record(made);
}

void make_study(const char *const *settings, size_t draws, struct made *made)
{
    struct lemma_experiment *x = experiment(settings);
    struct lemma_study *s = NULL;
    struct lemma_record *r = NULL;
    struct gram_tables tables;
    struct lemma_error err = {""};

    made->diverged = false;
    scratch_path(made->path, "study.h5");
    check_ok(lemma_record_create(made->path, true, &r, &err), &err);
    check_ok(lemma_study_create(x, "auto", &s, &err), &err);
    check_ok(lemma_declare_origin(r, x, "", ""), NULL);
    check_ok(lemma_declare_data(r, x, s->set, s->partition), NULL);
    check_ok(lemma_declare_network(r, s->net), NULL);
    check_ok(gram_declare(r, s->net->L, &tables), NULL);
    check_ok(lemma_record_attr_text(r, "initial_gram", "kernel",
                                    s->kind == LEMMA_GRAM_FULL ? "full" : "mean"),
             NULL);
    check_ok(lemma_record_start(r, &err), &err);
    check_ok(lemma_study_widen(s, x->network.width, &err), &err);
    for (size_t i = 0; i < draws; i++) {
        check_ok(lemma_study_draw(s, x->seed + i, &err), &err);
        check_ok(gram_append(r, &tables, s, i, x->seed + i), NULL);
    }
    check_ok(lemma_record_finish(r, "complete", (int64_t) draws, &err), &err);
    lemma_record_destroy(r);
    lemma_study_destroy(s);
    lemma_free(x);
    open_record(made);
}

struct lemma_finding make_judge(const struct made *made,
                                const struct lemma_claim_type *claim)
{
    struct lemma_finding f;

    check_ok(lemma_claim_judge(claim, made->e, &f), NULL);
    return f;
}
