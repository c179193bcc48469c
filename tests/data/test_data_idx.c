#include <math.h>

#include "data/idx.h"
#include "make.h"

static void images_become_unit_inputs_with_their_labels(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "one-hot");
    struct lemma_dataset *set = make_set(x);

    assert_int_equal(set->n, 30);
    assert_int_equal(set->d_x, TINY_PIXELS);
    assert_int_equal(set->d, 3);
    assert_int_equal(set->class_count, 3);
    assert_int_equal(set->test_n, 0);
    check_unit_inputs(set->inputs);
    for (size_t i = 0; i < 30; i++) {
        double norm = 0;
        for (size_t j = 0; j < TINY_PIXELS; j++)
            norm = hypot(norm, tiny_pixel(i, j));
        for (size_t j = 0; j < TINY_PIXELS; j++)
            check_close(lemma_row(set->inputs, i).a[j], tiny_pixel(i, j) / norm, 1e-15);
        assert_int_equal(set->label[i], i % 3);
        for (size_t k = 0; k < 3; k++)
            check_close(lemma_row(set->targets, i).a[k], k == i % 3, 0);
    }
    check_contains(set->source, folder);
    lemma_dataset_destroy(set);
    remove_folder(folder);
    lemma_free(x);
}

static void classes_are_numbered_in_the_order_given(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "sign");
    struct lemma_dataset *set;

    x->data.class_count = 2;
    memcpy(x->data.classes, (uint8_t[]){2, 0}, 2);
    x->data.test_samples = 5;
    set = make_set(x);
    assert_int_equal(set->n, 20);
    assert_int_equal(set->d, 1);
    for (size_t i = 0; i < 20; i++) {
        size_t image = i / 2 * 3 + (i % 2 ? 2 : 0);
        assert_int_equal(set->label[i], image % 3 == 0);
        check_close(set->targets.a[i], image % 3 == 0 ? 1 : -1, 0);
    }
    assert_int_equal(set->test_n, 5);
    check_unit_inputs(set->test_inputs);
    for (size_t i = 0; i < 5; i++)
        check_close(set->test_targets.a[i], set->test_label[i] ? 1 : -1, 0);
    lemma_dataset_destroy(set);
    remove_folder(folder);
    lemma_free(x);
}

static void a_subset_is_drawn_without_replacement_and_keeps_its_numbers(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "one-hot");
    struct lemma_dataset *set;

    x->data.samples = 17;
    set = make_set(x);
    assert_int_equal(set->n, 17);
    assert_int_equal(set->geometry.duplicates, 0);
    for (size_t i = 0; i < 17; i++) {
        double norm = 0;
        assert_true(set->index[i] < 30 &&
                    (i == 0 || set->index[i] > set->index[i - 1]));
        for (size_t j = 0; j < TINY_PIXELS; j++)
            norm = hypot(norm, tiny_pixel(set->index[i], j));
        check_close(set->inputs.a[i * TINY_PIXELS], tiny_pixel(set->index[i], 0) / norm,
                    1e-15);
    }
    lemma_dataset_destroy(set);
    x->data.samples = 31;
    check_refused(x, "expected at most 30, the samples of these classes in");
    x->data.samples = 0;
    x->data.test_samples = 13;
    check_refused(x, "data.test_samples: expected at most 12");
    remove_folder(folder);
    lemma_free(x);
}

static void raw_and_gzip_give_the_same_set(void **state)
{
    (void) state;
    char folder[256], path[512];
    uint8_t bytes[16 + TINY_MAX * TINY_PIXELS];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "one-hot");
    struct lemma_dataset *raw = make_set(x), *packed;

    unlink(join(path, folder, tiny_names[0], ""));
    write_gz(join(path, folder, tiny_names[0], ".gz"), bytes,
             (unsigned) tiny_images(bytes, 30));
    packed = make_set(x);
    assert_memory_equal(raw->inputs.a, packed->inputs.a,
                        30 * TINY_PIXELS * sizeof(double));
    assert_string_equal(raw->checksum, packed->checksum);
    lemma_dataset_destroy(raw);
    lemma_dataset_destroy(packed);
    remove_folder(folder);
    lemma_free(x);
}

static void files_that_do_not_fit_together_are_refused(void **state)
{
    (void) state;
    char folder[256], path[512];
    uint8_t b[16 + TINY_MAX * TINY_PIXELS];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "one-hot");
    size_t n;

    write_file(join(path, folder, tiny_names[0], ""), b, tiny_images(b, 29));
    check_refused(x, "29 images, 30 labels");
    n = tiny_images(b, 30);
    memset(b + 16 + 4 * TINY_PIXELS, 0, TINY_PIXELS);
    write_file(path, b, n);
    check_refused(x, "image 4 (from 0) is all zero");
    write_file(path, b, n - 1);
    check_refused(x, "ends early");
    unlink(path);
    check_refused(x, "expected a file train-images-idx3-ubyte or");
    write_file(path, b, tiny_images(b, 30));
    n = tiny_images(b, 12);
    put_header(b, 8, 3, (uint32_t[]){12, 3, 1});
    write_file(join(path, folder, tiny_names[2], ""), b, 16 + 12 * 3);
    x->data.test_samples = 1;
    check_refused(x,
                  "expected images of 6 pixels, as in the training set, found 3 x 1");
    remove_folder(folder);
    lemma_free(x);
}

static void other_targets_missing_paths_and_empty_classes_are_refused(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "teacher");

    check_refused(x, "data.targets.kind: expected one-hot or sign with data.kind idx");
    check_refused(x, "got \"teacher\"");
    set_word(x->data.targets.kind, "sign");
    check_refused(x, "sign expects two classes, found 3");
    set_word(x->data.targets.kind, "one-hot");
    x->data.class_count = 1;
    x->data.classes[0] = 3;
    check_refused(x, "data.classes: class 3 has no sample in");
    x->data.path[0] = '\0';
    check_refused(x, "data.path");
    remove_folder(folder);
    lemma_free(x);
}

/* The public sets, in folders mnist and fashion-mnist of $LEMMA_DATA. */
struct known {
    const char *name;
    size_t train[10], test[10];
    uint8_t first[10];
    double mean, zeros; /* of the training pixels: mean in 0..255, share of zeros */
};

static const struct known known_sets[] = {
    {"mnist",
     {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
     {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
     {5, 0, 4, 1, 9, 2, 1, 3, 1, 4},
     33.3184,
     0.8088},
    {"fashion-mnist",
     {6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000},
     {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000},
     {9, 0, 0, 3, 0, 2, 7, 2, 5, 5},
     72.9404,
     0.5021},
};

/* The CRC-32 of the contents that a gzip file states at its end. */
static uint32_t stated_crc(const char *folder, const char *name)
{
    char path[512];
    uint8_t b[8];
    FILE *f = fopen(join(path, folder, name, ".gz"), "rb");

    if (!f)
        return 0; /* unpacked: nothing is stated */
    assert_int_equal(fseek(f, -8, SEEK_END), 0);
    assert_int_equal(fread(b, 1, 8, f), 8);
    fclose(f);
    return (uint32_t) b[0] | (uint32_t) b[1] << 8 | (uint32_t) b[2] << 16 |
           (uint32_t) b[3] << 24;
}

/* Loaded without the geometry, which takes 60000^2 inner products. */
static void check_known(const char *root, const struct known *k,
                        const struct lemma_data_type *type)
{
    char folder[400];
    struct lemma_experiment *x;
    struct lemma_dataset *set = lemma_alloc(1, sizeof *set);
    struct lemma_error err = {""};
    size_t train[10] = {0}, test[10] = {0}, zeros = 0;
    uint32_t crc;

    assert_non_null(set);
    snprintf(folder, sizeof folder, "%s/%s", root, k->name);
    x = make_tiny(folder, "one-hot");
    x->data.test_samples = 10000;
    check_ok(type->load(x, set, &err), &err);
    assert_int_equal(set->n, 60000);
    assert_int_equal(set->d_x, 784);
    assert_int_equal(set->d, 10);
    for (size_t i = 0; i < set->n; i++)
        train[set->label[i]]++;
    for (size_t i = 0; i < set->test_n; i++)
        test[set->test_label[i]]++;
    assert_memory_equal(train, k->train, sizeof train);
    assert_memory_equal(test, k->test, sizeof test);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(set->label[i], k->first[i]);
    for (size_t i = 0; i < set->n * set->d_x; i++)
        zeros += set->inputs.a[i] == 0;
    check_close((double) zeros / (60000.0 * 784), k->zeros, 5e-5);
    crc = stated_crc(folder, tiny_names[0]);
    if (crc != 0) {
        char text[64];
        snprintf(text, sizeof text, "%s %08lx", tiny_names[0], (unsigned long) crc);
        check_contains(set->checksum, text);
    }
    lemma_dataset_destroy(set);
    lemma_free(x);
}

/* The mean pixel straight from the file's reader. */
static void check_mean(const char *root, const struct known *k)
{
    char folder[400];
    struct lemma_idx f;
    uint8_t image[784];
    uint64_t sum = 0;

    snprintf(folder, sizeof folder, "%s/%s", root, k->name);
    check_ok(lemma_idx_open(&f, folder, tiny_names[0], 3, NULL), NULL);
    for (size_t i = 0; i < f.count; i++) {
        check_ok(lemma_idx_read(&f, image, 1, NULL), NULL);
        for (size_t j = 0; j < 784; j++)
            sum += image[j];
    }
    lemma_idx_close(&f);
    check_close((double) sum / (60000.0 * 784), k->mean, 5e-5);
}

static void the_public_sets_have_their_published_contents(void **state)
{
    (void) state;
    const char *root = getenv("LEMMA_DATA");
    const struct lemma_data_type *const *type = lemma_data_types;

    if (!root) {
        print_message("# skipped: LEMMA_DATA does not name a folder with mnist/ and "
                      "fashion-mnist/\n");
        return;
    }
    while (strcmp((*type)->name, "idx") != 0)
        type++;
    for (size_t k = 0; k < 2; k++) {
        check_known(root, &known_sets[k], *type);
        check_mean(root, &known_sets[k]);
    }
}

static void a_subset_of_mnist_is_measured(void **state)
{
    (void) state;
    const char *root = getenv("LEMMA_DATA");
    char folder[400];
    struct lemma_experiment *x;
    struct lemma_dataset *set;

    if (!root) {
        print_message("# skipped: LEMMA_DATA is not set\n");
        return;
    }
    snprintf(folder, sizeof folder, "%s/mnist", root);
    x = make_tiny(folder, "sign");
    x->data.class_count = 2;
    memcpy(x->data.classes, (uint8_t[]){3, 8}, 2);
    x->data.samples = 300;
    set = make_set(x);
    assert_int_equal(set->n, 300);
    check_unit_inputs(set->inputs);
    assert_true(set->geometry.phi > 0.1 && set->geometry.phi < 1);
    assert_true(set->geometry.antipodal > sqrt(2)); /* no negative pixels */
    assert_int_equal(set->geometry.duplicates, 0);
    lemma_dataset_destroy(set);
    x->data.samples = 11983;
    check_refused(x, "expected at most 11982"); /* 6131 + 5851 */
    lemma_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_become_unit_inputs_with_their_labels),
        cmocka_unit_test(classes_are_numbered_in_the_order_given),
        cmocka_unit_test(a_subset_is_drawn_without_replacement_and_keeps_its_numbers),
        cmocka_unit_test(raw_and_gzip_give_the_same_set),
        cmocka_unit_test(files_that_do_not_fit_together_are_refused),
        cmocka_unit_test(other_targets_missing_paths_and_empty_classes_are_refused),
        cmocka_unit_test(the_public_sets_have_their_published_contents),
        cmocka_unit_test(a_subset_of_mnist_is_measured),
    };

    return cmocka_run_group_tests_name("data_idx", tests, NULL, NULL);
}
