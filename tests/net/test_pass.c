/* Passes through shared, factored and dense weights, against differences and loops. */
#include <math.h>

#include "core/blas.h"
#include "net/tape.h"
#include "support.h"

enum { N = 7, D_X = 5, M = 70, RANK = 3, K = 2 };

struct problem {
    struct lemma_network *net;
    struct lemma_weights *w;
    struct lemma_tape *tape;
    struct lemma_span spans[K];
    double *x, *y, *v, *scratch;
    struct lemma_job jobs[K];
    struct lemma_model model;
};

static double *normals(uint64_t id, size_t n, double scale)
{
    double *a = lemma_alloc(n, sizeof *a);

    assert_non_null(a);
    draw_normals(id, a, n);
    for (size_t i = 0; i < n; i++)
        a[i] *= scale;
    return a;
}

static void make(struct problem *p, const char *preset, size_t L, size_t d)
{
    *p = (struct problem){.spans = {{0, 4}, {4, 3}}};
    check_ok(lemma_network_create(preset, D_X, d, M, L, &p->net, NULL), NULL);
    check_ok(lemma_weights_create(p->net, &p->w), NULL);
    lemma_weights_draw(p->net, 1, p->w);
    p->v = normals(0, d * M, 1);
    lemma_layer_draw(&p->net->output, 1, LEMMA_LAYER_OUTPUT, lemma_mat_of(p->v, d, M));
    p->x = normals(1, N * p->net->layers[0].in, 0.5);
    p->y = normals(2, N * d, 1);
    p->scratch = normals(3, N * RANK, 0);
    check_ok(lemma_tape_create(p->net, N, K, p->spans, &p->tape), NULL);
    p->tape->inputs[0] = lemma_cmat_of(p->x, N, p->net->layers[0].in);
    p->model = (struct lemma_model){.net = p->net,
                                    .output_matrix = lemma_cmat_of(p->v, d, M),
                                    .shared = p->w->w,
                                    .scratch = p->scratch,
                                    .jobs = p->jobs};
}

static void unmake(struct problem *p)
{
    lemma_tape_destroy(p->tape);
    lemma_weights_destroy(p->w);
    lemma_network_destroy(p->net);
    lemma_free(p->x);
    lemma_free(p->y);
    lemma_free(p->v);
    lemma_free(p->scratch);
}

static double loss_of(struct problem *p, size_t c)
{
    lemma_pass_forward(&p->model, lemma_loss_types[0],
                       lemma_cmat_of(p->y, N, p->net->d), p->tape);
    return lemma_tape_loss(p->tape, c);
}

/* Entry (i, j) of client c's gradient in layer l. */
static double gradient(const struct lemma_tape *t, size_t c, size_t l, size_t i,
                       size_t j)
{
    double sum = 0;

    for (size_t s = t->spans[c].first; s < t->spans[c].first + t->spans[c].count; s++)
        sum += lemma_tape_coef(t, c, s) * lemma_row(t->sens[l], s).a[i] *
               lemma_crow(t->inputs[l], s).a[j];
    return sum;
}

/* Every family member at d = 1 and 3: some entries of every layer. h = 1e-5 and
 * curvature of order 1 give 1e-9; a kink inside the interval would show as a gross
 * error. */
static void gradients_are_central_differences(void **state)
{
    (void) state;
    for (size_t i = 0; lemma_preset_types[i]; i++)
        for (size_t d = 1; d <= 3; d += 2) {
            struct problem p;
            size_t L = lemma_preset_types[i]->max_depth ? 1 : 3;
            double h = 1e-5;

            make(&p, lemma_preset_types[i]->name, L, d);
            for (size_t l = 0; l < L; l++)
                for (size_t e = 0; e < 12; e++) {
                    lemma_mat w = p.w->w[l];
                    size_t r = e * 31 % w.rows, q = e * 17 % w.cols, c = e % K;
                    double *entry = &lemma_row(w, r).a[q], keep = *entry, up, down, g;

                    loss_of(&p, c);
                    lemma_pass_backward(&p.model, p.tape);
                    g = gradient(p.tape, c, l, r, q);
                    *entry = keep + h;
                    up = loss_of(&p, c);
                    *entry = keep - h;
                    down = loss_of(&p, c);
                    *entry = keep;
                    check_close((up - down) / (2 * h), g, 2e-8);
                }
            unmake(&p);
        }
}

static void the_same_input_gives_the_same_output(void **state)
{
    (void) state;
    struct problem p;
    double first[N * 3];

    make(&p, "deep-relu", 3, 3);
    loss_of(&p, 0);
    memcpy(first, p.tape->output.a, sizeof first);
    lemma_pass_backward(&p.model, p.tape);
    loss_of(&p, 0);
    assert_memory_equal(first, p.tape->output.a, sizeof first);
    unmake(&p);
}

/* What the pass made of the pre-activations follows from them, bit for bit. */
static void check_preactivations(const struct problem *p)
{
    const struct lemma_tape *t = p->tape;
    lemma_mat z = lemma_mat_of(normals(6, N * M, 0), N, M);

    for (size_t l = 0; l < t->L; l++) {
        lemma_pass_preactivations(&p->model, t, l, z);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < M; j++) {
                double one = lemma_row(z, i).a[j];

                assert_true(lemma_row(t->hidden[l], i).a[j] == fmax(one, 0));
                assert_int_equal(t->pattern[l][i * t->words[l] + j / 64] >> j % 64 & 1,
                                 one >= 0);
            }
    }
    lemma_free(z.a);
}

static void preactivations_are_the_passes_own(void **state)
{
    (void) state;
    struct problem p;

    make(&p, "deep-relu", 3, 2);
    loss_of(&p, 0);
    check_preactivations(&p);
    unmake(&p);
}

/* Factors against dense weights that hold shared + U^T diag(coef) V. */
static void factored_and_dense_local_models_agree(void **state)
{
    (void) state;
    enum { L = 3, D = 2 };
    struct problem p, q;
    struct lemma_factor factors[K * L] = {{0}};
    lemma_mat own[K * L];
    double *u[K * L], *v[K * L], coef[RANK] = {0.5, -2, 1};

    make(&p, "deep-relu", L, D);
    make(&q, "deep-relu", L, D);
    for (size_t c = 0; c < K; c++)
        for (size_t l = 0; l < L; l++) {
            size_t k = c * L + l, in = p.net->layers[l].in;
            size_t rank = c == 0 && l == 1 ? 0 : RANK;

            u[k] = normals(10 + k, RANK * M, 0.1);
            v[k] = normals(30 + k, RANK * in, 0.1);
            factors[k] = (struct lemma_factor){rank, lemma_cmat_of(u[k], rank, M),
                                               lemma_cmat_of(v[k], rank, in), coef};
            own[k] = lemma_mat_of(normals(0, M * in, 0), M, in);
            for (size_t i = 0; i < M; i++)
                for (size_t j = 0; j < in; j++) {
                    double sum = p.w->w[l].a[i * in + j];

                    for (size_t r = 0; r < rank; r++)
                        sum += u[k][r * M + i] * coef[r] * v[k][r * in + j];
                    own[k].a[i * in + j] = sum;
                }
        }
    p.model.factors = factors;
    q.model.own = own;
    loss_of(&p, 0);
    loss_of(&q, 0);
    check_preactivations(&p);
    check_preactivations(&q);
    lemma_pass_backward(&p.model, p.tape);
    lemma_pass_backward(&q.model, q.tape);
    for (size_t i = 0; i < N * D; i++)
        check_close(p.tape->output.a[i], q.tape->output.a[i], 1e-13);
    for (size_t l = 0; l < L; l++) {
        for (size_t i = 0; i < N * M; i++)
            check_close(p.tape->sens[l].a[i], q.tape->sens[l].a[i], 1e-13);
        assert_memory_equal(p.tape->pattern[l], q.tape->pattern[l],
                            N * p.tape->words[l] * sizeof(uint64_t));
    }
    for (size_t k = 0; k < K * L; k++) {
        lemma_free(u[k]);
        lemma_free(v[k]);
        lemma_free(own[k].a);
    }
    unmake(&p);
    unmake(&q);
}

/* residual -> sensitivities is linear, and gives the tape's own at the tape's residual.
 */
static void pulling_back_is_linear_in_the_residual(void **state)
{
    (void) state;
    enum { L = 2, D = 3 };
    struct problem p;
    lemma_mat a[L], b[L];
    double *r, *s;

    make(&p, "deep-relu", L, D);
    loss_of(&p, 0);
    lemma_pass_backward(&p.model, p.tape);
    r = normals(5, N * D, 1);
    s = normals(5, N * D, 1);
    for (size_t i = 0; i < N * D; i++)
        s[i] = p.tape->residual.a[i] - r[i];
    for (size_t l = 0; l < L; l++) {
        a[l] = lemma_mat_of(normals(6, N * M, 0), N, M);
        b[l] = lemma_mat_of(normals(6, N * M, 0), N, M);
    }
    lemma_pass_pull(&p.model, p.tape, lemma_cmat_of(r, N, D), a);
    lemma_pass_pull(&p.model, p.tape, lemma_cmat_of(s, N, D), b);
    for (size_t l = 0; l < L; l++) {
        for (size_t i = 0; i < N * M; i++)
            check_close(a[l].a[i] + b[l].a[i], p.tape->sens[l].a[i], 1e-13);
        lemma_free(a[l].a);
        lemma_free(b[l].a);
    }
    lemma_free(r);
    lemma_free(s);
    unmake(&p);
}

static void with_one_output_sensitivities_are_bare(void **state)
{
    (void) state;
    struct problem p;
    double one[N];
    lemma_mat sens = lemma_mat_of(normals(6, N * M, 0), N, M);

    make(&p, "two-layer-relu", 1, 1);
    loss_of(&p, 0);
    lemma_pass_backward(&p.model, p.tape);
    for (size_t i = 0; i < N; i++)
        one[i] = 1;
    lemma_pass_pull(&p.model, p.tape, lemma_cmat_of(one, N, 1), &sens);
    assert_memory_equal(sens.a, p.tape->sens[0].a, N * M * sizeof(double));
    lemma_free(sens.a);
    unmake(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_central_differences),
        cmocka_unit_test(the_same_input_gives_the_same_output),
        cmocka_unit_test(preactivations_are_the_passes_own),
        cmocka_unit_test(factored_and_dense_local_models_agree),
        cmocka_unit_test(pulling_back_is_linear_in_the_residual),
        cmocka_unit_test(with_one_output_sensitivities_are_bare),
    };
    lemma_blas_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
