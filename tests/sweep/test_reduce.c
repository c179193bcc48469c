/* Reductions of a table, against numbers by hand. */
#include "sweep/reduce.h"

#include <math.h>

#include "support.h"

static void check_reduced(const double *cells, size_t rows, size_t clients,
                          size_t layers, const double *round,
                          const double expected[LEMMA_REDUCTIONS][2])
{
    for (int how = 0; how < LEMMA_REDUCTIONS; how++) {
        double out[2] = {-1, -1};

        lemma_reduce(how, cells, rows, clients, layers, round, out);
        for (size_t l = 0; l < layers; l++) {
            print_message("# %s, layer %zu\n", lemma_reduction_name(how), l);
            assert_true(out[l] == expected[how][l] ||
                        (isnan(out[l]) && isnan(expected[how][l])));
        }
    }
}

/* Three rows of 2 clients, 2 layers; rounds 0, 0, 1. */
static void clients_are_joined_and_layers_kept(void **state)
{
    static const double cells[] = {1, -1, 2, -2, 8, NAN, 4, -8, 3, -3, 0, -4};
    static const double round[] = {0, 0, 1};
    static const double expected[LEMMA_REDUCTIONS][2] = {
        [LEMMA_FIRST] = {2, -1}, [LEMMA_ROUND0] = {8, -1}, [LEMMA_FINAL] = {3, -3},
        [LEMMA_MAX] = {8, -1},   [LEMMA_MIN] = {0, -8},    [LEMMA_MEAN] = {13. / 3, -4},
    };

    (void) state;
    check_reduced(cells, 3, 2, 2, round, expected);
}

static void missing_numbers_do_not_count(void **state)
{
    static const double cells[] = {NAN, 5, NAN, 7, NAN};
    static const double round[] = {0, 1, 1, 2, 2};
    static const double expected[LEMMA_REDUCTIONS][2] = {
        [LEMMA_FIRST] = {NAN}, [LEMMA_ROUND0] = {NAN}, [LEMMA_FINAL] = {NAN},
        [LEMMA_MAX] = {7},     [LEMMA_MIN] = {5},      [LEMMA_MEAN] = {6},
    };

    (void) state;
    check_reduced(cells, 5, 1, 1, round, expected);
}

static void a_table_without_rows_says_nothing(void **state)
{
    static const double nothing[LEMMA_REDUCTIONS][2] = {{NAN}, {NAN}, {NAN},
                                                        {NAN}, {NAN}, {NAN}};
    static const double cells[] = {0};

    (void) state;
    check_reduced(cells, 0, 1, 1, NULL, nothing);
}

static void without_rounds_all_rows_are_of_one(void **state)
{
    static const double cells[] = {1, 4, 2};
    double out;

    (void) state;
    lemma_reduce(LEMMA_ROUND0, cells, 3, 1, 1, NULL, &out);
    assert_true(out == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_joined_and_layers_kept),
        cmocka_unit_test(missing_numbers_do_not_count),
        cmocka_unit_test(a_table_without_rows_says_nothing),
        cmocka_unit_test(without_rounds_all_rows_are_of_one),
    };

    return cmocka_run_group_tests_name("reduce", tests, NULL, NULL);
}
