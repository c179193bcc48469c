/* Every allocation of the room fails once, and nothing leaks or is half made. Linked
 * with
 * --wrap=calloc. */
#include "partitions.h"

static size_t countdown; /* calls until one fails; 0: none does */
static size_t failed;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    if (countdown > 0 && --countdown == 0) {
        failed++;
        return NULL;
    }
    return __real_calloc(count, size);
}

static void check_every_failure(const struct lemma_experiment *x)
{
    lemma_status st = LEMMA_EMEMORY;

    for (size_t k = 1; st != LEMMA_OK; k++) {
        struct lemma_dataset *set = NULL;
        struct lemma_partition *partition = NULL;
        failed = 0;
        countdown = k;
        st = lemma_dataset_create(x, &set, NULL);
        if (st == LEMMA_OK)
            st = lemma_partition_create(x, set, &partition, NULL);
        countdown = 0;
        assert_true(k < 1000);
        assert_int_equal(st, failed ? LEMMA_EMEMORY : LEMMA_OK);
        assert_true((partition != NULL) == (st == LEMMA_OK));
        assert_true(k > 4 || failed == 1);
        lemma_partition_destroy(partition);
        lemma_dataset_destroy(set);
    }
}

static void a_sphere_without_memory_is_not_made(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(20, 3, 0.05);

    x->partition.clients = 3;
    x->data.test_samples = 2;
    check_every_failure(x);
    x->data.closest_pair = 0.01;
    check_every_failure(x);
    set_word(x->partition.kind, "contiguous");
    check_every_failure(x);
    lemma_free(x);
}

static void images_without_memory_are_not_read(void **state)
{
    (void) state;
    char folder[256];
    struct lemma_experiment *x = make_tiny(tiny_folder(folder), "one-hot");

    x->data.test_samples = 3;
    x->partition.clients = 3;
    x->partition.classes_per_client = 1;
    x->partition.alpha = 5;
    set_word(x->partition.kind, "label");
    check_every_failure(x);
    set_word(x->partition.kind, "dirichlet");
    check_every_failure(x);
    remove_folder(folder);
    lemma_free(x);
}

static void tables_without_memory_are_not_read(void **state)
{
    (void) state;
    static const char *const kinds[] = {"column", "sign"};
    char path[256];

    write_text(scratch_path(path, "memory.csv"), "a,b,c\n1,2,1\n3,4,0\n-5,6,1\n");
    for (size_t k = 0; k < 2; k++) {
        struct lemma_experiment *x = make_experiment("csv", kinds[k]);
        snprintf(x->data.path, sizeof x->data.path, "%s", path);
        check_every_failure(x);
        lemma_free(x);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sphere_without_memory_is_not_made),
        cmocka_unit_test(images_without_memory_are_not_read),
        cmocka_unit_test(tables_without_memory_are_not_read),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
