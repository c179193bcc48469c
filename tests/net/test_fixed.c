#include "net/fixed.h"

#include "core/blas.h"
#include "support.h"

enum { N = 5, D_X = 4, D = 2, M = 9 };

static struct lemma_network *net_of(const char *preset, size_t d)
{
    struct lemma_network *net = NULL;

    check_ok(lemma_network_create(preset, D_X, d, M, 1, &net, NULL), NULL);
    return net;
}

static void without_an_input_layer_the_inputs_stand_as_they_are(void **state)
{
    struct lemma_network *net = net_of("deep-relu", D);
    double x[N * D_X] = {1}, v[D * M];
    struct lemma_fixed *f = NULL;

    (void) state;
    check_ok(lemma_fixed_create(net, 3, lemma_cmat_of(x, N, D_X), &f), NULL);
    lemma_layer_draw(&net->output, 3, LEMMA_LAYER_OUTPUT, lemma_mat_of(v, D, M));
    assert_memory_equal(f->output.a, v, sizeof v);
    assert_null(f->input.a);
    assert_null(f->features.a);
    assert_ptr_equal(f->inputs.a, x);
    lemma_fixed_destroy(f);
    lemma_fixed_destroy(NULL);
    lemma_network_destroy(net);
}

static void features_are_the_rectified_fixed_layer(void **state)
{
    struct lemma_network *net = net_of("deep-relu-fixed-input", D);
    double x[N * D_X], a[M * D_X];
    struct lemma_fixed *f = NULL;

    (void) state;
    draw_normals(1, x, N * D_X);
    check_ok(lemma_fixed_create(net, 7, lemma_cmat_of(x, N, D_X), &f), NULL);
    lemma_layer_draw(&net->input, 7, LEMMA_LAYER_INPUT, lemma_mat_of(a, M, D_X));
    assert_memory_equal(f->input.a, a, sizeof a);
    assert_int_equal(f->inputs.rows, N);
    assert_int_equal(f->inputs.cols, M);
    for (size_t i = 0; i < N; i++)
        for (size_t r = 0; r < M; r++) {
            double z = 0;

            for (size_t j = 0; j < D_X; j++)
                z += a[r * D_X + j] * x[i * D_X + j];
            check_close(lemma_crow(f->inputs, i).a[r], z > 0 ? z : 0, 1e-14);
        }
    lemma_fixed_destroy(f);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_input_layer_the_inputs_stand_as_they_are),
        cmocka_unit_test(features_are_the_rectified_fixed_layer),
    };
    lemma_blas_init();
    return cmocka_run_group_tests_name("fixed", tests, NULL, NULL);
}
