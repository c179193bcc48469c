#include "claim/curve.h"

#include "support.h"

static void add(struct lemma_curve *c, size_t step, double slack)
{
    lemma_curve_add(c, (struct lemma_curve_point){step, slack, 2 * slack, 2});
}

static void every_step_keeps_its_tightest_row(void **state)
{
    struct lemma_curve c = {0};

    (void) state;
    add(&c, 0, 0.25);
    add(&c, 0, 0.5);
    add(&c, 0, 0.125);
    add(&c, 5, 0.75);
    assert_int_equal(c.count, 2);
    assert_true(c.points[0].slack == 0.5 && c.points[0].measured == 1);
    assert_true(c.points[1].step == 5 && c.points[1].slack == 0.75);
    lemma_curve_fini(&c);
}

/* As claims that go layer by layer do. */
static void steps_may_come_again_and_in_any_order(void **state)
{
    struct lemma_curve c = {0};

    (void) state;
    for (size_t layer = 1; layer <= 3; layer++)
        for (size_t step = 0; step < 300; step += layer)
            add(&c, step, (double) layer / 8);
    add(&c, 1000, 1);
    add(&c, 700, 0.5);
    assert_int_equal(c.count, 302);
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(c.points[i].step, i);
        assert_true(c.points[i].slack == (i % 3 == 0   ? 0.375
                                          : i % 2 == 0 ? 0.25
                                                       : 0.125));
    }
    assert_true(c.points[300].step == 700 && c.points[301].step == 1000);
    lemma_curve_clear(&c);
    assert_int_equal(c.count, 0);
    lemma_curve_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_keeps_its_tightest_row),
        cmocka_unit_test(steps_may_come_again_and_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
