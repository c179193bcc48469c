#include "partitions.h"

/* Mean over clients and seeds of sum_k (share of class k that client c holds)^2. */
static double concentration(double alpha, size_t clients, size_t seeds)
{
    struct lemma_experiment *x = make_parts("dirichlet", clients);
    double sum = 0;

    x->partition.alpha = alpha;
    for (x->seed = 0; x->seed < seeds; x->seed++) {
        struct lemma_dataset *set = make_cycle(2000, 2);
        struct lemma_partition *p = make_partition(x, set);
        check_partition(p, set, 2);
        for (size_t c = 0; c < clients; c++) {
            double held[2] = {0};
            for (size_t i = 0; i < p->spans[c].count; i++)
                held[set->label[p->spans[c].first + i]]++;
            sum += (held[0] * held[0] + held[1] * held[1]) / 1e6;
        }
        lemma_partition_destroy(p);
        lemma_dataset_destroy(set);
    }
    lemma_free(x);
    return sum / (double) (2 * seeds);
}

/* E sum_c q_c^2 = (alpha + 1) / (K alpha + 1) for q ~ Dirichlet(alpha 1_K). Redrawing
 * (a client without samples) is rare at these values: 1000 samples a class. */
static void shares_have_the_second_moment_of_the_dirichlet_law(void **state)
{
    (void) state;
    check_close(concentration(1, 4, 400), 2.0 / 5, 0.02);
    check_close(concentration(10, 4, 400), 11.0 / 41, 0.01);
    check_close(concentration(1e6, 4, 5), 0.25, 0.001);
}

static void an_alpha_that_is_not_above_zero_is_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("dirichlet", 2);
    struct lemma_dataset *set = make_cycle(20, 2);
    const double bad[] = {0, -1};

    for (size_t k = 0; k < 2; k++) {
        x->partition.alpha = bad[k];
        check_no_partition(x, set, "partition.alpha: expected a finite number above 0");
    }
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void
a_partition_that_never_reaches_a_client_is_refused_with_the_remedy(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("dirichlet", 10);
    struct lemma_dataset *set = make_cycle(100, 2);

    x->partition.alpha = 1e-3; /* each class goes to one client, nearly always */
    check_no_partition(x, set,
                       "expected a larger alpha, fewer clients or more samples");
    x->partition.alpha = 1e-300;
    check_no_partition(x, set, "expected a larger alpha");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void a_set_without_labels_is_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("dirichlet", 2);
    struct lemma_dataset *set = make_labelled(9, 0, NULL);

    check_no_partition(x, set,
                       "partition.kind: dirichlet needs a data set with classes");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_have_the_second_moment_of_the_dirichlet_law),
        cmocka_unit_test(an_alpha_that_is_not_above_zero_is_refused),
        cmocka_unit_test(
            a_partition_that_never_reaches_a_client_is_refused_with_the_remedy),
        cmocka_unit_test(a_set_without_labels_is_refused),
    };

    return cmocka_run_group_tests_name("partition_dirichlet", tests, NULL, NULL);
}
