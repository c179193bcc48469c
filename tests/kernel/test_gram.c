#include <math.h>
#include <omp.h>

#include "kernel/tiny.h"
#include "train/crowd.h"

/* Every preset, at depths it has. */
static void each_preset(void (*check)(const char *preset, size_t L, size_t d))
{
    for (size_t i = 0; lemma_preset_types[i]; i++)
        for (size_t L = 1; L <= 3; L += 2)
            for (size_t d = 1; d <= 3; d += 2)
                if (!lemma_preset_types[i]->max_depth || L == 1)
                    check(lemma_preset_types[i]->name, L, d);
}

/* The oracle's own oracle: outputs are linear in one weight while no sign changes. */
static void differences_agree_with_loops(const char *preset, size_t L, size_t d)
{
    enum { N = 3, D_X = 4, M = 9 };
    struct tiny t;
    double h = 1e-6, g[M * M], up[3], down[3];

    tiny_make(&t, preset, N, D_X, d, M, L, 1);
    for (size_t l = 0; l < L; l++)
        for (size_t i = 0; i < N; i++)
            for (size_t a = 0; a < d; a++) {
                tiny_gradient(&t, i, a, l, g);
                for (size_t e = 0; e < M * t.net->layers[l].in; e++) {
                    double keep = t.w->w[l].a[e];

                    t.w->w[l].a[e] = keep + h;
                    tiny_output(&t, i, up);
                    t.w->w[l].a[e] = keep - h;
                    tiny_output(&t, i, down);
                    t.w->w[l].a[e] = keep;
                    check_close((up[a] - down[a]) / (2 * h), g[e], 1e-8);
                }
            }
    tiny_unmake(&t);
}

static void the_loops_jacobian_is_that_of_differences(void **state)
{
    (void) state;
    each_preset(differences_agree_with_loops);
}

/* The Gram matrix of all samples, by way of a sweep in blocks. */
static lemma_mat swept(struct tiny *t, enum lemma_gram_kind kind, size_t block,
                       struct lemma_layers layers)
{
    size_t order = t->N * lemma_gram_rows(kind, t->net->d);
    struct lemma_gram_sweep *sweep = NULL;
    lemma_mat k = zeros(order, order);

    check_ok(lemma_gram_sweep_create(t->net, kind, t->N, block, &sweep), NULL);
    lemma_gram_sweep(sweep, &t->model, lemma_const(t->features), layers, k);
    lemma_gram_sweep_destroy(sweep);
    return k;
}

static void check_against_loops(struct tiny *t, size_t block,
                                struct lemma_layers layers)
{
    for (enum lemma_gram_kind kind = LEMMA_GRAM_FULL; kind <= LEMMA_GRAM_MEAN; kind++) {
        lemma_mat k = swept(t, kind, block, layers), naive = zeros(k.rows, k.cols);

        tiny_gram(t, kind, layers, naive);
        check_close(farthest(lemma_const(k), lemma_const(naive)), 0,
                    1e-13 * (double) t->net->m);
        for (size_t i = 0; i < k.rows; i++)
            for (size_t j = 0; j < i; j++)
                assert_true(lemma_row(k, i).a[j] == lemma_row(k, j).a[i]);
        lemma_free(k.a);
        lemma_free(naive.a);
    }
}

static void all_and_each_layer(const char *preset, size_t L, size_t d)
{
    struct tiny t;

    tiny_make(&t, preset, 7, 5, d, 11, L, 1);
    check_against_loops(&t, 0, (struct lemma_layers){0, L});
    for (size_t l = 0; l < L && L > 1; l++)
        check_against_loops(&t, 0, (struct lemma_layers){l, 1});
    check_against_loops(&t, 3, (struct lemma_layers){0, L}); /* 3 + 3 + 1 samples */
    check_against_loops(&t, 1, (struct lemma_layers){0, L});
    tiny_unmake(&t);
}

static void a_gram_matrix_is_that_of_the_explicit_jacobian(void **state)
{
    (void) state;
    each_preset(all_and_each_layer);
}

/* Several tiles: 140 samples of 1, 47 of 3 rows. */
static void tiles_and_blocks_change_rounding_only(void **state)
{
    (void) state;
    for (size_t d = 1; d <= 3; d += 2) {
        struct tiny t;

        tiny_make(&t, "deep-relu", d == 1 ? 140 : 47, 6, d, 20, 2, 1);
        check_against_loops(&t, 0, (struct lemma_layers){0, 2});
        check_against_loops(&t, t.N / 2 + 3, (struct lemma_layers){0, 2});
        tiny_unmake(&t);
    }
}

static void degenerate_sizes_are_fine(void **state)
{
    struct tiny t;

    (void) state;
    tiny_make(&t, "deep-relu", 1, 1, 1, 1, 1, 3);
    check_against_loops(&t, 0, (struct lemma_layers){0, 1});
    tiny_unmake(&t);
    tiny_make(&t, "deep-relu-fixed-input", 1, 1, 3, 2, 2, 3);
    check_against_loops(&t, 0, (struct lemma_layers){0, 2});
    tiny_unmake(&t);
    tiny_make(&t, "two-layer-relu", 40, 2, 3, 2, 1, 3); /* 120 rows, 4 weights */
    check_against_loops(&t, 0, (struct lemma_layers){0, 1});
    tiny_unmake(&t);
}

static void threads_change_no_bit(void **state)
{
    int threads = omp_get_max_threads();
    struct tiny t;
    lemma_mat one, three;

    (void) state;
    tiny_make(&t, "deep-relu", 300, 8, 1, 33, 2, 1);
    omp_set_num_threads(1);
    one = swept(&t, LEMMA_GRAM_FULL, 110, (struct lemma_layers){0, 2});
    omp_set_num_threads(3);
    three = swept(&t, LEMMA_GRAM_FULL, 110, (struct lemma_layers){0, 2});
    omp_set_num_threads(threads);
    assert_memory_equal(one.a, three.a, one.rows * one.cols * sizeof *one.a);
    lemma_free(one.a);
    lemma_free(three.a);
    tiny_unmake(&t);
}

/* A tape of all samples in two clients, forward and (d = 1) backward. */
struct taped {
    struct lemma_span spans[2];
    struct lemma_tape *tape;
    struct lemma_jacobian *j;
    struct lemma_gram *g;
    lemma_mat y;
};

static void tape(struct tiny *t, enum lemma_gram_kind kind, struct taped *out)
{
    *out = (struct taped){.spans = {{0, 4}, {4, t->N - 4}}};
    out->y = zeros(t->N, t->net->d);
    draw_normals(5, out->y.a, t->N * t->net->d);
    check_ok(lemma_tape_create(t->net, t->N, 2, out->spans, &out->tape), NULL);
    check_ok(lemma_jacobian_create(t->net, t->N, &out->j), NULL);
    check_ok(lemma_gram_create(kind, t->N, t->net->d, &out->g), NULL);
    out->tape->inputs[0] = lemma_const(t->features);
    lemma_pass_forward(&t->model, lemma_loss_types[0], lemma_const(out->y), out->tape);
    lemma_pass_backward(&t->model, out->tape);
    lemma_jacobian_take(out->j, &t->model, out->tape);
}

static void untape(struct taped *t)
{
    lemma_tape_destroy(t->tape);
    lemma_jacobian_destroy(t->j);
    lemma_gram_destroy(t->g);
    lemma_free(t->y.a);
}

/* Theory 3(c): ||grad_l L||^2 = N^-2 r^T K^(l) r, the gradient formed by loops. */
static void norm_is_quadratic_form(const char *preset, size_t L, size_t d)
{
    enum { N = 9, M = 12 };
    struct tiny t;
    struct taped p;
    double g[M * M], sum[M * M];

    tiny_make(&t, preset, N, 5, d, M, L, 2);
    tape(&t, LEMMA_GRAM_FULL, &p);
    for (size_t l = 0; l < L; l++) {
        lemma_mat k = zeros(N * d, N * d), kr = zeros(N * d, 1);
        const double *r = p.tape->residual.a;
        double norm2 = 0, form;

        memset(sum, 0, sizeof sum);
        for (size_t i = 0; i < N * d; i++) {
            tiny_gradient(&t, i / d, i % d, l, g);
            for (size_t e = 0; e < M * t.net->layers[l].in; e++)
                sum[e] += r[i] * g[e] / N;
        }
        for (size_t e = 0; e < M * t.net->layers[l].in; e++)
            norm2 += sum[e] * sum[e];
        lemma_gram_form(p.g, p.j, (struct lemma_span){0, N},
                        (struct lemma_layers){l, 1}, k);
        lemma_gemv(LEMMA_N, 1, lemma_const(k), (lemma_cvec){r, N * d}, 0,
                   (lemma_vec){kr.a, N * d});
        form = lemma_dot((lemma_cvec){r, N * d}, (lemma_cvec){kr.a, N * d}) / (N * N);
        check_close(form, norm2, 1e-13 * norm2);
        lemma_free(k.a);
        lemma_free(kr.a);
    }
    untape(&p);
    tiny_unmake(&t);
}

static void a_gradients_norm_is_the_residuals_quadratic_form(void **state)
{
    (void) state;
    each_preset(norm_is_quadratic_form);
}

static void check_blocks(size_t d, enum lemma_gram_kind kind)
{
    enum { N = 9 };
    struct tiny t;
    struct taped p;
    size_t per = lemma_gram_rows(kind, d);
    lemma_mat k = zeros(N * per, N * per);

    tiny_make(&t, "deep-relu", N, 5, d, 12, 2, 2);
    tape(&t, kind, &p);
    lemma_gram_form(p.g, p.j, (struct lemma_span){0, N}, (struct lemma_layers){0, 2},
                    k);
    for (size_t c = 0; c < 2; c++)
        for (size_t e = 0; e < 2; e++) {
            lemma_cmat block =
                lemma_gram_block(lemma_const(k), per, p.spans[c], p.spans[e]);
            lemma_mat own = zeros(block.rows, block.cols);

            assert_true(block.rows == p.spans[c].count * per);
            lemma_gram_cross(p.g, p.j, p.spans[c], p.j, p.spans[e],
                             (struct lemma_layers){0, 2}, own);
            check_close(farthest(block, lemma_const(own)), 0, 1e-12);
            if (c == e) {
                lemma_gram_form(p.g, p.j, p.spans[c], (struct lemma_layers){0, 2}, own);
                check_close(farthest(block, lemma_const(own)), 0, 1e-12);
            }
            lemma_free(own.a);
        }
    untape(&p);
    tiny_unmake(&t);
    lemma_free(k.a);
}

static void clients_blocks_are_parts_of_the_whole(void **state)
{
    (void) state;
    check_blocks(1, LEMMA_GRAM_FULL);
    check_blocks(3, LEMMA_GRAM_FULL);
    check_blocks(3, LEMMA_GRAM_MEAN);
}

/* J(W) J(W')^T of a two-layer net: theory 3(i)'s H_ij by loops. */
static void two_weights_give_the_asymmetric_matrix(void **state)
{
    enum { N = 8, D_X = 4, M = 15 };
    struct tiny t, u;
    struct taped p, q;
    lemma_mat k = zeros(N, N);

    (void) state;
    tiny_make(&t, "two-layer-relu", N, D_X, 1, M, 1, 2);
    tiny_make(&u, "two-layer-relu", N, D_X, 1, M, 1, 3);
    memcpy(u.v.a, t.v.a, M * sizeof *u.v.a);
    tape(&t, LEMMA_GRAM_FULL, &p);
    tape(&u, LEMMA_GRAM_FULL, &q);
    lemma_gram_cross(p.g, p.j, (struct lemma_span){0, N}, q.j,
                     (struct lemma_span){0, N}, (struct lemma_layers){0, 1}, k);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            size_t both = 0;
            double dot = 0;

            for (size_t e = 0; e < D_X; e++)
                dot += lemma_row(t.x, i).a[e] * lemma_row(t.x, j).a[e];
            for (size_t r = 0; r < M; r++) {
                double a = 0, b = 0;

                for (size_t e = 0; e < D_X; e++) {
                    a += lemma_row(t.w->w[0], r).a[e] * lemma_row(t.x, i).a[e];
                    b += lemma_row(u.w->w[0], r).a[e] * lemma_row(t.x, j).a[e];
                }
                both += a >= 0 && b >= 0;
            }
            check_close(lemma_row(k, i).a[j], dot * (double) both / M, 1e-14);
        }
    untape(&p);
    untape(&q);
    tiny_unmake(&t);
    tiny_unmake(&u);
    lemma_free(k.a);
}

/* Without the tapes' own fixed parts: below one and a half matrices of the result, or
 * 256 MB. */
static void memory_is_bounded_by_the_result(void **state)
{
    static const size_t cases[][4] = {/* N, d, m, L */
                                      {3000, 1, 1024, 3},
                                      {1500, 10, 1024, 3},
                                      {1500, 10, 256, 3},
                                      {4000, 1, 2048, 2}};

    (void) state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t N = cases[i][0];
        struct lemma_network *net = NULL;
        struct lemma_gram_sweep *sweep = NULL;

        check_ok(lemma_network_create("deep-relu", 20, cases[i][1], cases[i][2],
                                      cases[i][3], &net, NULL),
                 NULL);
        check_ok(lemma_gram_sweep_create(net, LEMMA_GRAM_MEAN, N, 0, &sweep), NULL);
        assert_true(lemma_gram_sweep_doubles(sweep) < N * N / 2 * 3 ||
                    lemma_gram_sweep_doubles(sweep) <= (size_t) 1 << 25);
        assert_true(lemma_gram_sweep_room(net, LEMMA_GRAM_MEAN, N) ==
                    (double) lemma_gram_sweep_doubles(sweep));
        assert_true(lemma_gram_sweep_block(sweep) <= N);
        lemma_gram_sweep_destroy(sweep);
        lemma_network_destroy(net);
    }
}

struct shared_gram {
    struct tiny t;
    enum lemma_gram_kind kind;
    size_t block;
    lemma_mat alone, of_rank[CROWD_MAX];
};

static void sweep_shared(struct lemma_comm *comm, void *context)
{
    struct shared_gram *s = context;
    struct lemma_gram_sweep *sweep = NULL;

    omp_set_num_threads(1);
    check_ok(lemma_gram_sweep_create(s->t.net, s->kind, s->t.N, s->block, &sweep),
             NULL);
    check_ok(lemma_gram_sweep_share(sweep, &comm->share), NULL);
    lemma_gram_sweep(sweep, &s->t.model, lemma_const(s->t.features),
                     (struct lemma_layers){0, 2}, s->of_rank[comm->share.rank]);
    lemma_gram_sweep_destroy(sweep);
}

/* Up to 15 tiles of a triangle; blocks of 150 samples have rectangular ones. */
static void ranks_that_share_tiles_have_all_of_them(void **state)
{
    (void) state;
    for (size_t i = 0; i < 6; i++) {
        struct shared_gram s = {.kind = i % 2 ? LEMMA_GRAM_MEAN : LEMMA_GRAM_FULL,
                                .block = i < 4 ? 0 : 150};

        tiny_make(&s.t, "deep-relu", i < 2 ? 700 : 233, 6, i < 2 ? 1 : 3, 20, 2, 1);
        s.alone = swept(&s.t, s.kind, s.block, (struct lemma_layers){0, 2});
        for (size_t size = 1; size <= CROWD_MAX; size++) {
            for (size_t r = 0; r < size; r++)
                s.of_rank[r] = zeros(s.alone.rows, s.alone.cols);
            crowd_act(size, sweep_shared, &s);
            for (size_t r = 0; r < size; r++) {
                assert_memory_equal(s.of_rank[r].a, s.alone.a,
                                    s.alone.rows * s.alone.cols * sizeof(double));
                lemma_free(s.of_rank[r].a);
            }
        }
        lemma_free(s.alone.a);
        tiny_unmake(&s.t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loops_jacobian_is_that_of_differences),
        cmocka_unit_test(a_gram_matrix_is_that_of_the_explicit_jacobian),
        cmocka_unit_test(tiles_and_blocks_change_rounding_only),
        cmocka_unit_test(degenerate_sizes_are_fine),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(a_gradients_norm_is_the_residuals_quadratic_form),
        cmocka_unit_test(clients_blocks_are_parts_of_the_whole),
        cmocka_unit_test(two_weights_give_the_asymmetric_matrix),
        cmocka_unit_test(memory_is_bounded_by_the_result),
        cmocka_unit_test(ranks_that_share_tiles_have_all_of_them),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("gram", tests, NULL, NULL);
}
