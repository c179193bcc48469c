#include "net/network.h"
#include "support.h"

extern const struct lemma_loss_type lemma_loss_squared;

static void value_and_gradient_by_hand(void **state)
{
    (void) state;
    double f[3] = {1, 2, -1}, y[3] = {0.5, 4, -1}, g[3];

    assert_true(lemma_loss_squared.sample(3, f, y, g) == (0.25 + 4) / 2);
    assert_true(g[0] == 0.5 && g[1] == -2 && g[2] == 0);
}

static void the_gradient_is_a_central_difference(void **state)
{
    (void) state;
    double f[4], y[4], g[4], ignored[4], h = 1e-4;

    draw_normals(1, f, 4);
    draw_normals(2, y, 4);
    lemma_loss_squared.sample(4, f, y, g);
    for (int o = 0; o < 4; o++) {
        double keep = f[o], up, down;

        f[o] = keep + h;
        up = lemma_loss_squared.sample(4, f, y, ignored);
        f[o] = keep - h;
        down = lemma_loss_squared.sample(4, f, y, ignored);
        f[o] = keep;
        check_close((up - down) / (2 * h), g[o], 1e-10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_and_gradient_by_hand),
        cmocka_unit_test(the_gradient_is_a_central_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
