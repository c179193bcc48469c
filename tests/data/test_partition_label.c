#include "partitions.h"

static void every_client_holds_exactly_its_number_of_classes(void **state)
{
    (void) state;
    for (size_t s = 1; s <= 10; s++) {
        struct lemma_experiment *x = make_parts("label", 10);
        struct lemma_dataset *set = make_cycle(600, 10);
        struct lemma_partition *p;
        x->partition.classes_per_client = s;
        p = make_partition(x, set);
        check_partition(p, set, 10);
        /* 10 classes of 60, each held by s of the 10 clients: 60 a client, to rounding.
         */
        for (size_t c = 0; c < 10; c++) {
            assert_int_equal(classes_of(p, set, c), s);
            assert_true(p->spans[c].count + s >= 60 && p->spans[c].count <= 60 + s);
        }
        lemma_partition_destroy(p);
        lemma_dataset_destroy(set);
        lemma_free(x);
    }
}

static void clients_that_outnumber_the_classes_share_them(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("label", 7);
    struct lemma_dataset *set = make_cycle(90, 3);
    struct lemma_partition *p;
    size_t least = 90, most = 0;

    x->partition.classes_per_client = 1; /* 3, 2 and 2 clients hold a class of 30 */
    p = make_partition(x, set);
    check_partition(p, set, 3);
    for (size_t c = 0; c < 7; c++) {
        assert_int_equal(classes_of(p, set, c), 1);
        least = p->spans[c].count < least ? p->spans[c].count : least;
        most = p->spans[c].count > most ? p->spans[c].count : most;
    }
    assert_int_equal(least, 10);
    assert_int_equal(most, 15);
    lemma_partition_destroy(p);
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void numbers_that_leave_a_class_out_are_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("label", 4);
    struct lemma_dataset *set = make_cycle(90, 10);

    x->partition.classes_per_client = 2;
    check_no_partition(x, set,
                       "partition.classes_per_client: expected at least 3, so that 4 "
                       "clients share all 10 classes, found 2");
    x->partition.classes_per_client = 0;
    check_no_partition(x, set, "expected 1 to 10, the number of classes with samples");
    x->partition.classes_per_client = 11;
    check_no_partition(x, set, "expected 1 to 10, the number of classes with samples");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void a_client_left_without_samples_is_refused(void **state)
{
    (void) state;
    const int32_t labels[] = {0, 0, 0, 0, 0, 0, 0, 0, 1};
    struct lemma_experiment *x = make_parts("label", 4);
    struct lemma_dataset *set = make_labelled(9, 2, labels);

    x->partition.classes_per_client = 1; /* the one sample of class 1 has two holders */
    check_no_partition(x, set, "has no sample under the label partition of 9 samples");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void a_set_without_labels_is_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_parts("label", 2);
    struct lemma_dataset *set = make_labelled(9, 0, NULL);

    check_no_partition(x, set, "partition.kind: label needs a data set with classes");
    lemma_dataset_destroy(set);
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_client_holds_exactly_its_number_of_classes),
        cmocka_unit_test(clients_that_outnumber_the_classes_share_them),
        cmocka_unit_test(numbers_that_leave_a_class_out_are_refused),
        cmocka_unit_test(a_client_left_without_samples_is_refused),
        cmocka_unit_test(a_set_without_labels_is_refused),
    };

    return cmocka_run_group_tests_name("partition_label", tests, NULL, NULL);
}
