/* What W(0) and the data give, against loops and differences. */
#include <math.h>

#include "claim/evidence.h"
#include "support.h"

enum { N = 3, D_X = 2, M = 4, D = 2, L_MOST = 2 };

/* A tiny network of a preset, and its data, on a sphere. */
struct tiny {
    const char *preset;
    size_t L, d, in; /* in: inputs of the first trained layer */
    double x[N * D_X], y[N * D], a[M * D_X], v[D * M], w[L_MOST][M * M];
};

static struct tiny make(const char *preset, size_t L, size_t d)
{
    struct tiny t = {.preset = preset, .L = L, .d = d, .in = D_X};

    draw_normals(1, t.x, N * D_X);
    for (size_t i = 0; i < N; i++) {
        double norm = hypot(t.x[i * D_X], t.x[i * D_X + 1]);

        t.x[i * D_X] /= norm;
        t.x[i * D_X + 1] /= norm;
    }
    draw_normals(2, t.y, N * D);
    draw_normals(3, t.a, M * D_X);
    draw_normals(4, t.v, D * M);
    for (size_t l = 0; l < L; l++)
        draw_normals(5 + l, t.w[l], M * M);
    if (strcmp(preset, "deep-relu-fixed-input") == 0)
        t.in = M;
    return t;
}

/* z (M) of layer `layer` (1..L), or the outputs (d) at L + 1. */
static void forward(const struct tiny *t, const double *x, size_t layer, double *out)
{
    double h[M] = {0}, z[M];
    size_t width = D_X;

    memcpy(h, x, D_X * sizeof *h);
    if (t->in == M) {
        for (size_t i = 0; i < M; i++)
            z[i] = fmax(0, t->a[i * D_X] * x[0] + t->a[i * D_X + 1] * x[1]);
        memcpy(h, z, sizeof h);
        width = M;
    }
    for (size_t l = 0; l < layer; l++) {
        const double *w = l == t->L ? t->v : t->w[l];
        size_t rows = l == t->L ? t->d : M;

        for (size_t i = 0; i < rows; i++) {
            z[i] = 0;
            for (size_t j = 0; j < width; j++)
                z[i] += w[i * width + j] * h[j];
        }
        for (size_t i = 0; i < rows; i++)
            h[i] = fmax(0, z[i]);
        memcpy(out, z, rows * sizeof *z);
        width = M;
    }
}

static struct lemma_evidence *evidence(const struct tiny *t)
{
    struct lemma_evidence *e = NULL;

    check_ok(lemma_evidence_create_empty(&e), NULL);
    check_ok(lemma_evidence_set_word(e, "network/preset", t->preset), NULL);
    check_ok(lemma_evidence_set_number(e, "network/m", M), NULL);
    check_ok(lemma_evidence_set_number(e, "network/L", (double) t->L), NULL);
    check_ok(lemma_evidence_set_number(e, "network/d", (double) t->d), NULL);
    check_ok(lemma_evidence_set_number(e, "network/d_x", D_X), NULL);
    check_ok(lemma_evidence_set_series(e, "data/inputs", N, D_X, NULL, t->x), NULL);
    check_ok(lemma_evidence_set_series(e, "data/targets", N, t->d, NULL, t->y), NULL);
    check_ok(lemma_evidence_set_series(e, "network/initial/A", M, D_X, NULL, t->a),
             NULL);
    check_ok(lemma_evidence_set_series(e, "network/initial/V", t->d, M, NULL, t->v),
             NULL);
    check_ok(
        lemma_evidence_set_series(e, "network/initial/W1", M, t->in, NULL, t->w[0]),
        NULL);
    check_ok(lemma_evidence_set_series(e, "network/final/W1", M, t->in, NULL, t->w[0]),
             NULL);
    if (t->L > 1) {
        check_ok(
            lemma_evidence_set_series(e, "network/initial/W2", M, M, NULL, t->w[1]),
            NULL);
        check_ok(lemma_evidence_set_series(e, "network/final/W2", M, M, NULL, t->w[1]),
                 NULL);
    }
    return e;
}

static const struct lemma_series *series(struct lemma_evidence *e, const char *path,
                                         size_t rows, size_t width)
{
    const struct lemma_series *s = NULL;

    check_ok(lemma_evidence_series(e, path, &s), NULL);
    if (!s)
        fail_msg("%s: %s", path, lemma_evidence_why(e, path));
    assert_int_equal(s->rows, rows);
    assert_int_equal(s->width, width);
    return s;
}

static const struct {
    const char *preset;
    size_t L, d;
} kinds[] = {{"two-layer-relu", 1, 1},
             {"deep-relu", 2, 1},
             {"deep-relu", 2, 2},
             {"deep-relu-fixed-input", 2, 2}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void passes_are_those_of_loops(void **state)
{
    (void) state;
    for (size_t k = 0; k < KINDS; k++) {
        struct tiny t = make(kinds[k].preset, kinds[k].L, kinds[k].d);
        struct lemma_evidence *e = evidence(&t);

        for (size_t i = 0; i < N; i++) {
            double z[M];

            for (size_t l = 1; l <= t.L; l++) {
                char path[32];

                snprintf(path, sizeof path, "start/z%zu", l);
                forward(&t, t.x + i * D_X, l, z);
                for (size_t j = 0; j < M; j++)
                    check_close(series(e, path, N, M)->cells[i * M + j], z[j], 1e-14);
            }
            forward(&t, t.x + i * D_X, t.L + 1, z);
            for (size_t a = 0; a < t.d; a++) {
                size_t at = i * t.d + a;

                check_close(series(e, "start/outputs", N, t.d)->cells[at], z[a], 1e-13);
                check_close(series(e, "start/residual", N, t.d)->cells[at],
                            z[a] - t.y[at], 1e-13);
                check_close(series(e, "end/residual", N, t.d)->cells[at],
                            z[a] - t.y[at], 1e-13);
            }
        }
        lemma_evidence_destroy(e);
    }
}

/* d f / d w by central differences, all outputs of all samples, (N d). */
static void column(struct tiny *t, double *w, double out[N * D])
{
    const double step = 1e-6;
    double kept = *w, up[M], down[M];

    for (size_t i = 0; i < N; i++) {
        *w = kept + step;
        forward(t, t->x + i * D_X, t->L + 1, up);
        *w = kept - step;
        forward(t, t->x + i * D_X, t->L + 1, down);
        *w = kept;
        for (size_t a = 0; a < t->d; a++)
            out[i * t->d + a] = (up[a] - down[a]) / (2 * step);
    }
}

static void the_kernel_is_that_of_differences(void **state)
{
    (void) state;
    for (size_t k = 0; k < KINDS; k++) {
        struct tiny t = make(kinds[k].preset, kinds[k].L, kinds[k].d);
        struct lemma_evidence *e = evidence(&t);
        size_t order = N * t.d;
        double h[N * D * N * D] = {0}, j[N * D];

        for (size_t l = 0; l < t.L; l++)
            for (size_t w = 0; w < M * (l == 0 ? t.in : M); w++) {
                column(&t, &t.w[l][w], j);
                for (size_t a = 0; a < order; a++)
                    for (size_t b = 0; b < order; b++)
                        h[a * order + b] += j[a] * j[b];
            }
        for (size_t a = 0; a < order * order; a++)
            check_close(series(e, "start/kernel", order, order)->cells[a], h[a], 1e-7);
        lemma_evidence_destroy(e);
    }
}

static void the_limit_is_the_two_layer_formula(void **state)
{
    struct tiny t = make("two-layer-relu", 1, 1);
    struct lemma_evidence *e = evidence(&t);

    (void) state;
    for (size_t a = 0; a < N; a++)
        for (size_t b = 0; b < N; b++) {
            double u =
                t.x[a * D_X] * t.x[b * D_X] + t.x[a * D_X + 1] * t.x[b * D_X + 1];
            double angle = acos(fmin(1, fmax(-1, u)));

            check_close(series(e, "start/limit", N, N)->cells[a * N + b],
                        u * (acos(-1) - angle) / (2 * acos(-1)), 1e-8);
        }
    lemma_evidence_destroy(e);
}

static void what_is_missing_is_said(void **state)
{
    static const double none[1] = {0};
    struct tiny t = make("deep-relu", 2, 1);
    struct lemma_evidence *e = evidence(&t);
    const struct lemma_series *s = NULL;

    (void) state;
    check_ok(lemma_evidence_set_series(e, "network/initial/W2", 0, M, NULL, none),
             NULL);
    check_ok(lemma_evidence_series(e, "start/kernel", &s), NULL);
    assert_null(s);
    check_contains(lemma_evidence_why(e, "start/kernel"), "network/initial/W2");
    check_contains(lemma_evidence_why(e, "start/kernel"), "record.weights");
    check_ok(lemma_evidence_series(e, "start/z1", &s), NULL);
    assert_null(s);
    check_ok(lemma_evidence_series(e, "start/limit", &s), NULL);
    assert_non_null(s); /* needs no weights */
    check_ok(lemma_evidence_series(e, "start/nonsense", &s), NULL);
    assert_null(s);
    lemma_evidence_destroy(e);
}

static void what_cannot_be_computed_with_is_said(void **state)
{
    static const char *const derived[] = {"start/z1", "start/kernel", "start/outputs"};
    struct tiny t = make("deep-relu", 2, 1);
    struct lemma_evidence *e = evidence(&t);
    const struct lemma_series *s = NULL;
    double x[N * D_X];

    (void) state;
    for (size_t i = 0; i < N * D_X; i++)
        x[i] = i == N * D_X - 1 ? NAN : 1;
    check_ok(lemma_evidence_set_series(e, "data/inputs", N, D_X, NULL, x), NULL);
    for (size_t i = 0; i < 6; i++) { /* asked for again: the same answer */
        lemma_evidence_forget(e);
        check_ok(lemma_evidence_series(e, derived[i % 3], &s), NULL);
        assert_null(s);
        check_contains(lemma_evidence_why(e, derived[i % 3]),
                       "data/inputs has a number that is not finite");
        assert_non_null(lemma_evidence_infinite(e));
    }
    lemma_evidence_destroy(e);
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
    static const double sizes[] = {0, -1, 2.5, 1e300, 5, NAN};
    const struct lemma_series *s = NULL;

    (void) state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct tiny t = make("deep-relu", 2, 1);
        struct lemma_evidence *e = evidence(&t);

        check_ok(lemma_evidence_set_number(e, "network/m", sizes[i]), NULL);
        check_ok(lemma_evidence_series(e, "start/z1", &s), NULL);
        assert_null(s);
        assert_true(lemma_evidence_why(e, "start/z1")[0]);
        lemma_evidence_destroy(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_are_those_of_loops),
        cmocka_unit_test(the_kernel_is_that_of_differences),
        cmocka_unit_test(the_limit_is_the_two_layer_formula),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(what_cannot_be_computed_with_is_said),
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name("evidence_start", tests, NULL, NULL);
}
