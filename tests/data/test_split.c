#include "data/split.h"

#include "make.h"

/* 6 orders, 6000 shuffles: 1000 each with deviation sqrt(6000 * 5/36) = 29. */
static void every_order_is_equally_likely(void **state)
{
    (void) state;
    struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, 0, 0, 0);
    size_t seen[27] = {0}, orders = 0;

    for (int k = 0; k < 6000; k++) {
        size_t order[3] = {0, 1, 2};
        lemma_split_shuffle(&s, order, 3);
        seen[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    for (size_t k = 0; k < 27; k++)
        if (seen[k] > 0) {
            orders++;
            check_close((double) seen[k], 1000, 5 * 29);
        }
    assert_int_equal(orders, 6);
    lemma_split_shuffle(&s, NULL, 0);
}

static void even_parts_cover_everything_and_differ_by_one(void **state)
{
    (void) state;
    for (size_t n = 0; n < 20; n++)
        for (size_t parts = 1; parts < 9; parts++) {
            size_t next = 0;
            for (size_t k = 0; k < parts; k++) {
                struct lemma_span span = lemma_split_even(n, parts, k);
                assert_int_equal(span.first, next);
                assert_int_equal(span.count, (n + parts - 1 - k) / parts);
                next += span.count;
            }
            assert_int_equal(next, n);
        }
}

static void classes_without_samples_are_left_out(void **state)
{
    (void) state;
    const int32_t labels[] = {3, 0, 3, 1, 0};
    const size_t order[] = {1, 4, 3, 0, 2};
    struct lemma_dataset *set = make_labelled(5, 5, labels);
    struct lemma_experiment *x = make_experiment("idx", "one-hot");
    struct lemma_split_classes c = {0};

    check_ok(lemma_split_by_class(x, set, &c, NULL), NULL);
    assert_int_equal(c.count, 3);
    assert_memory_equal(c.order, order, sizeof order);
    assert_int_equal(c.spans[2].first, 3);
    assert_int_equal(c.spans[2].count, 2);
    lemma_split_free(&c);
    lemma_split_free(&c);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_is_equally_likely),
        cmocka_unit_test(even_parts_cover_everything_and_differ_by_one),
        cmocka_unit_test(classes_without_samples_are_left_out),
    };

    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
