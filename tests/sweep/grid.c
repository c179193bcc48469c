#include "grid.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/blas.h"
#include "run/run.h"
#include "sweep/points.h"

const char tiny_base[] =
    "base:\n"
    "  data: {samples: 8, dimension: 6}\n"
    "  partition: {clients: 2}\n"
    "  network: {width: 8, depth: 2}\n"
    "  train: {local_steps: 3, rounds: 2}\n"
    "  probes: {loss: {}, activation: {}, gradient_gap: {}, gram: {}}\n"
    "  record: {data: none, weights: none}\n";

static char *with_base(const char *rest)
{
    size_t n = strlen(rest) + sizeof tiny_base;
    char *text = lemma_alloc(n, 1);

    assert_non_null(text);
    snprintf(text, n, "%s%s", tiny_base, rest);
    return text;
}

struct lemma_sweep *read_sweep(const char *rest)
{
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char *text = with_base(rest);

    check_ok(lemma_sweep_parse(text, strlen(text), "s.yaml", &s, &err), &err);
    lemma_free(text);
    return s;
}

void check_sweep_refused(const char *rest, const char *sentence)
{
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char *text = with_base(rest);

    assert_int_equal(lemma_sweep_parse(text, strlen(text), "s.yaml", &s, &err),
                     LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    assert_null(s);
    lemma_free(text);
}

void check_points(const struct lemma_sweep *s, const char *expected)
{
    char all[4096] = "", one[256];

    for (size_t i = 0; i < s->points; i++) {
        size_t used = strlen(all);

        snprintf(all + used, sizeof all - used, "%s%s", i ? "; " : "",
                 lemma_sweep_describe(s, i, one, sizeof one));
    }
    assert_string_equal(all, expected);
}

const char *make_sweep_folder(char *out, const char *name)
{
    char points[300];

    scratch_path(out, name);
    snprintf(points, sizeof points, "%s/points", out);
    assert_true(mkdir(out, 0777) == 0 || errno == EEXIST);
    assert_true(mkdir(points, 0777) == 0 || errno == EEXIST);
    return out;
}

void run_point(const struct lemma_sweep *s, const char *dir, size_t point)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_run_result result;
    struct lemma_run *run = NULL;
    struct lemma_error err = {""};
    char path[400];
    struct lemma_run_options o = {.output = path, .force = true};

    assert_non_null(x);
    assert_true(lemma_point_path(dir, point, ".h5", path, sizeof path));
    lemma_blas_init();
    check_ok(lemma_sweep_experiment(s, point, x, &err), &err);
    check_ok(lemma_run_create(x, &o, &run, &err), &err);
    check_ok(lemma_run_go(run, &result, &err), &err);
    lemma_run_destroy(run);
    lemma_free(x);
}
