#include <omp.h>

#include "net/network.h"
#include "support.h"

static struct lemma_network *net_of(size_t m)
{
    struct lemma_network *net = NULL;

    check_ok(lemma_network_create("deep-relu", 6, 1, m, 2, &net, NULL), NULL);
    return net;
}

static void the_draw_depends_on_the_seed_alone(void **state)
{
    (void) state;
    struct lemma_network *net = net_of(33);
    struct lemma_weights *a = NULL, *b = NULL;

    check_ok(lemma_weights_create(net, &a), NULL);
    check_ok(lemma_weights_create(net, &b), NULL);
    omp_set_num_threads(1);
    lemma_weights_draw(net, 7, a);
    omp_set_num_threads(4);
    lemma_weights_draw(net, 7, b);
    assert_memory_equal(a->block, b->block, a->count * sizeof(double));
    lemma_weights_draw(net, 8, b);
    assert_memory_not_equal(a->block, b->block, a->count * sizeof(double));
    lemma_weights_copy(a, b);
    assert_memory_equal(a->block, b->block, a->count * sizeof(double));
    lemma_weights_destroy(a);
    lemma_weights_destroy(b);
    lemma_network_destroy(net);
}

/* Entry (i, j) is number i * in + j of the layer's stream: any row can be drawn alone.
 */
static void an_entry_is_a_pure_function_of_its_place(void **state)
{
    (void) state;
    struct lemma_network *net = net_of(9);
    struct lemma_weights *w = NULL;

    check_ok(lemma_weights_create(net, &w), NULL);
    lemma_weights_draw(net, 3, w);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < 9; i++) {
            lemma_vec row = lemma_row(w->w[l], i);
            struct lemma_stream s =
                lemma_stream_at(3, LEMMA_DRAW_WEIGHTS, l, 0, i * row.n + row.n - 1);

            assert_true(row.a[row.n - 1] ==
                        net->layers[l].scale * lemma_stream_normal(&s));
        }
    lemma_weights_destroy(w);
    lemma_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_draw_depends_on_the_seed_alone),
        cmocka_unit_test(an_entry_is_a_pure_function_of_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
