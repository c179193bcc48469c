/* Points that cannot be run are told before anything is. */
#include "core/blas.h"
#include "grid.h"

static void check_point_refused(const char *rest, size_t point, const char *sentence)
{
    struct lemma_sweep *s = read_sweep(rest);
    struct lemma_error err = {""};

    assert_int_equal(lemma_sweep_check(s, point, &err), LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    lemma_sweep_destroy(s);
}

static void what_does_not_fit_is_told_with_the_axis_and_the_point(void **state)
{
    (void) state;
    check_point_refused("axes:\n  - partition.clients: [2, 9]\n", 1,
                        "s.yaml:9: partition.clients=9: expected 1 to 8, the number of "
                        "samples, found 9 (point 1: partition.clients = 9)");
}

static void a_base_that_does_not_fit_is_told_with_its_own_line(void **state)
{
    (void) state;
    check_point_refused("axes:\n  - data.samples: [8, 1]\n", 1,
                        "s.yaml:3: partition.clients: expected 1 to 1, the number of "
                        "samples, found 2 (point 1: data.samples = 1)");
}

static void a_word_no_family_knows_is_told_with_the_nearest(void **state)
{
    struct lemma_sweep *s = read_sweep("axes:\n  - network.preset: [deep-rely]\n");
    struct lemma_error err = {""};

    (void) state;
    assert_int_equal(lemma_sweep_check(s, 0, &err), LEMMA_EINPUT);
    check_contains(err.text, "s.yaml:9: network.preset=deep-rely: expected ");
    check_contains(err.text, "did you mean \"deep-relu\"?");
    lemma_sweep_destroy(s);
}

static void points_that_fit_pass(void **state)
{
    struct lemma_sweep *s = read_sweep("axes: [network.width: [4, 8]]\n");
    struct lemma_error err = {""};

    (void) state;
    check_ok(lemma_sweep_check(s, 0, &err), &err);
    check_ok(lemma_sweep_check(s, 1, &err), &err);
    lemma_sweep_destroy(s);
}

#define SEARCH "seeds: 2\nsearch: {partition.clients: {from: 1, to: "

static void both_ends_of_a_search_and_its_table_are_checked(void **state)
{
    struct lemma_sweep *s =
        read_sweep(SEARCH "8}, until: loss/server rounds-to<=0.5}\n");
    struct lemma_error err = {""};

    (void) state;
    check_ok(lemma_sweep_check(s, 0, &err), &err);
    lemma_sweep_destroy(s);
    check_point_refused(SEARCH "9}, until: loss/server rounds-to<=0.5}\n", 1,
                        "s.yaml:9: partition.clients=9: expected 1 to 8, the number of "
                        "samples, found 9 (point 1: seed = 2)");
    check_point_refused("seeds: 2\nsearch: {data.samples: {from: 1, to: 64}, until: "
                        "loss/server rounds-to<=0.5}\n",
                        0,
                        "s.yaml:3: partition.clients: expected 1 to 1, the number of "
                        "samples, found 2 (point 0: seed = 1)");
    check_point_refused(SEARCH "8}, until: distance/frobenius rounds-to<=0.5}\n", 0,
                        "s.yaml:9: search.until: expected a table that the runs write, "
                        "got distance/frobenius without the probe distance (point 0: "
                        "seed = 1)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_told_with_the_axis_and_the_point),
        cmocka_unit_test(a_base_that_does_not_fit_is_told_with_its_own_line),
        cmocka_unit_test(a_word_no_family_knows_is_told_with_the_nearest),
        cmocka_unit_test(both_ends_of_a_search_and_its_table_are_checked),
        cmocka_unit_test(points_that_fit_pass),
    };

    lemma_blas_init();
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
