#include "data/load.h"

#include "make.h"

static const uint8_t labels[12] = {5, 7, 5, 9, 7, 5, 5, 9, 5, 7, 5, 5};

static void a_vector_is_scaled_to_unit_norm_at_any_size(void **state)
{
    (void) state;
    double sizes[] = {1, 1e300, 1e-300, 5e-324};

    for (size_t k = 0; k < 4; k++) {
        double a[2] = {3 * sizes[k], -4 * sizes[k]};
        assert_true(lemma_data_normalise((lemma_vec){a, 2}));
        check_close(a[0], 0.6, 1e-15);
        check_close(a[1], -0.8, 1e-15);
    }
    double zero[2] = {0, 0};
    assert_false(lemma_data_normalise((lemma_vec){zero, 2}));
}

static void unknown_targets_are_answered_with_those_of_the_kind_of_data(void **state)
{
    (void) state;
    const char *const kinds[] = {"one-hot", "sign"};
    struct lemma_experiment *x = make_experiment("idx", "sign");
    struct lemma_error err = {""};
    size_t which = 9;

    check_ok(lemma_data_targets(x, kinds, 2, &which, &err), &err);
    assert_int_equal(which, 1);
    set_word(x->data.targets.kind, "teacher");
    assert_int_equal(lemma_data_targets(x, kinds, 2, &which, &err), LEMMA_EINPUT);
    check_contains(err.text,
                   "data.targets.kind: expected one-hot or sign with data.kind "
                   "idx, got \"teacher\"");
    lemma_free(x);
}

static void classes_are_those_held_or_those_listed_in_their_order(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("idx", "one-hot");
    struct lemma_pool pool = {"file", 12, labels, false};
    struct lemma_dataset set = {0};

    check_ok(lemma_data_classes(x, &pool, &set, NULL), NULL);
    assert_int_equal(set.class_count, 3);
    assert_memory_equal(set.classes, ((uint8_t[]){5, 7, 9}), 3);

    set.class_count = 0;
    x->data.class_count = 2;
    memcpy(x->data.classes, (uint8_t[]){9, 5}, 2);
    check_ok(lemma_data_classes(x, &pool, &set, NULL), NULL);
    assert_int_equal(set.class_count, 2);
    assert_memory_equal(set.classes, ((uint8_t[]){9, 5}), 2);
    lemma_free(x);
}

static void an_empty_class_and_a_doubled_one_are_refused(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("idx", "one-hot");
    struct lemma_pool pool = {"file", 12, labels, false};
    struct lemma_dataset set = {0};
    struct lemma_error err = {""};

    x->data.class_count = 2;
    memcpy(x->data.classes, (uint8_t[]){5, 4}, 2);
    assert_int_equal(lemma_data_classes(x, &pool, &set, &err), LEMMA_EINPUT);
    check_contains(err.text, "class 4 has no sample in file");
    memcpy(x->data.classes, (uint8_t[]){5, 5}, 2);
    set.class_count = 0;
    assert_int_equal(lemma_data_classes(x, &pool, &set, &err), LEMMA_EINPUT);
    check_contains(err.text, "found 5 twice");
    lemma_free(x);
}

static void a_choice_keeps_the_classes_and_the_order_of_the_file(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("idx", "one-hot");
    struct lemma_pool pool = {"file", 12, labels, false};
    struct lemma_dataset set = {.class_count = 2, .classes = {9, 7}};
    struct lemma_choice c = {0};
    const uint32_t index[] = {1, 3, 4, 7, 9};
    const int32_t label[] = {1, 0, 1, 0, 1};

    check_ok(lemma_data_choose(x, &pool, &set, &c, NULL), NULL);
    assert_int_equal(c.n, 5);
    assert_memory_equal(c.index, index, sizeof index);
    assert_memory_equal(c.label, label, sizeof label);
    lemma_free(c.index);
    lemma_free(c.label);
    lemma_free(x);
}

/* 3 of 12 samples, 4000 seeds: each is expected 1000 times with deviation
 * sqrt(4000 * 3/16) = 27. */
static void every_sample_is_equally_likely_to_be_chosen(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("csv", "column");
    struct lemma_pool pool = {"file", 12, NULL, false};
    struct lemma_dataset set = {0};
    size_t seen[12] = {0};

    x->data.samples = 3;
    for (x->seed = 0; x->seed < 4000; x->seed++) {
        struct lemma_choice c = {0};
        check_ok(lemma_data_choose(x, &pool, &set, &c, NULL), NULL);
        assert_int_equal(c.n, 3);
        assert_null(c.label);
        for (size_t k = 0; k < 3; k++) {
            assert_true(k == 0 || c.index[k] > c.index[k - 1]);
            seen[c.index[k]]++;
        }
        lemma_free(c.index);
    }
    for (size_t i = 0; i < 12; i++)
        check_close((double) seen[i], 1000, 5 * 27.4);
    lemma_free(x);
}

static void more_samples_than_there_are_are_refused_with_the_count(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("idx", "one-hot");
    struct lemma_pool pool = {"file", 12, labels, false};
    struct lemma_dataset set = {.class_count = 2, .classes = {9, 7}};
    struct lemma_choice c = {0};
    struct lemma_error err = {""};

    x->data.samples = 6;
    assert_int_equal(lemma_data_choose(x, &pool, &set, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "data.samples");
    check_contains(err.text,
                   "expected at most 5, the samples of these classes in file");
    pool.test = true;
    x->data.test_samples = 7;
    assert_int_equal(lemma_data_choose(x, &pool, &set, &c, &err), LEMMA_EINPUT);
    check_contains(err.text, "data.test_samples");
    assert_null(c.index);
    lemma_free(x);
}

static void class_targets_are_unit_vectors_or_signs(void **state)
{
    (void) state;
    const int32_t label[] = {1, 0, 2};
    const double one_hot[] = {0, 1, 0, 1, 0, 0, 0, 0, 1};
    double y[9];

    lemma_data_class_fill(LEMMA_ONE_HOT, label, lemma_mat_of(y, 3, 3));
    assert_memory_equal(y, one_hot, sizeof y);
    lemma_data_class_fill(LEMMA_SIGN, label, lemma_mat_of(y, 2, 1));
    assert_true(y[0] == 1 && y[1] == -1);
}

static void sign_targets_want_two_classes(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("idx", "sign");
    struct lemma_dataset set = {.class_count = 3};
    struct lemma_error err = {""};

    assert_int_equal(lemma_data_class_outputs(x, LEMMA_SIGN, &set, &err), LEMMA_EINPUT);
    check_contains(err.text, "two classes, found 3");
    check_ok(lemma_data_class_outputs(x, LEMMA_ONE_HOT, &set, NULL), NULL);
    assert_int_equal(set.d, 3);
    set.class_count = 2;
    check_ok(lemma_data_class_outputs(x, LEMMA_SIGN, &set, NULL), NULL);
    assert_int_equal(set.d, 1);
    lemma_free(x);
}

static void checksums_are_listed_as_far_as_there_is_room(void **state)
{
    (void) state;
    struct lemma_dataset set = {0};

    lemma_data_checksum(&set, "a", 0x1a2b);
    lemma_data_checksum(&set, "b", 0xffffffff);
    assert_string_equal(set.checksum, "CRC-32: a 00001a2b, b ffffffff");
    for (int i = 0; i < 100; i++)
        lemma_data_checksum(&set, "c", 1);
    assert_true(strlen(set.checksum) < sizeof set.checksum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vector_is_scaled_to_unit_norm_at_any_size),
        cmocka_unit_test(unknown_targets_are_answered_with_those_of_the_kind_of_data),
        cmocka_unit_test(classes_are_those_held_or_those_listed_in_their_order),
        cmocka_unit_test(an_empty_class_and_a_doubled_one_are_refused),
        cmocka_unit_test(a_choice_keeps_the_classes_and_the_order_of_the_file),
        cmocka_unit_test(every_sample_is_equally_likely_to_be_chosen),
        cmocka_unit_test(more_samples_than_there_are_are_refused_with_the_count),
        cmocka_unit_test(class_targets_are_unit_vectors_or_signs),
        cmocka_unit_test(sign_targets_want_two_classes),
        cmocka_unit_test(checksums_are_listed_as_far_as_there_is_room),
    };

    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
