#include <math.h>

#include "make.h"

static void an_unknown_kind_is_answered_with_the_kinds_there_are(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_experiment("spheer", "teacher");

    check_refused(x, "data.kind: expected sphere, idx or csv, got \"spheer\"; did you "
                     "mean \"sphere\"?");
    lemma_free(x);
}

static void a_set_is_measured_when_it_is_made(void **state)
{
    (void) state;
    struct lemma_experiment *x = make_sphere(50, 3, 0.1);
    struct lemma_dataset *set = make_set(x);
    struct lemma_geometry g;

    check_ok(lemma_geometry_measure(lemma_const(set->inputs), &g), NULL);
    assert_memory_equal(&g, &set->geometry, sizeof g);
    assert_true(g.phi >= 0.1 && g.spectral_norm > sqrt(50.0 / 3));
    lemma_dataset_destroy(set);
    lemma_free(x);
}

static void nothing_is_destroyed_safely(void **state)
{
    (void) state;
    lemma_dataset_destroy(NULL);
}

/* Law: same seed, same bytes; another seed, others. */
static void the_same_seed_gives_the_same_bytes_for_every_member(void **state)
{
    (void) state;
    static const char *const targets[] = {"teacher", "one-hot", "column"};
    char folder[256], file[256];

    tiny_folder(folder);
    write_text(scratch_path(file, "law.csv"), "1,2\n3,4\n-5,6\n7,-8\n9,1\n1,9\n");
    for (size_t k = 0; lemma_data_types[k]; k++) {
        const struct lemma_data_type *type = lemma_data_types[k];
        struct lemma_experiment *x = make_experiment(type->name, targets[k]);
        struct lemma_dataset *a, *b;
        x->data.samples = 4;
        x->data.dimension = 5;
        snprintf(x->data.path, sizeof x->data.path, "%s",
                 strcmp(type->name, "csv") == 0 ? file : folder);
        a = make_set(x);
        b = make_set(x);
        assert_int_equal(a->n, 4);
        assert_memory_equal(a->inputs.a, b->inputs.a, a->n * a->d_x * sizeof(double));
        assert_memory_equal(a->targets.a, b->targets.a, a->n * a->d * sizeof(double));
        assert_string_equal(a->source, b->source);
        assert_string_equal(a->checksum, b->checksum);
        check_unit_inputs(a->inputs);
        assert_true(type->title && type->source);
        lemma_dataset_destroy(b);
        x->seed++;
        for (int other = 0; other < 20; other++, x->seed++) {
            bool same;
            b = make_set(x);
            same =
                memcmp(a->inputs.a, b->inputs.a, a->n * a->d_x * sizeof(double)) == 0;
            lemma_dataset_destroy(b);
            if (!same)
                break;
            assert_true(other < 19);
        }
        lemma_dataset_destroy(a);
        lemma_free(x);
    }
    remove_folder(folder);
    unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_kind_is_answered_with_the_kinds_there_are),
        cmocka_unit_test(a_set_is_measured_when_it_is_made),
        cmocka_unit_test(nothing_is_destroyed_safely),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_for_every_member),
    };

    return cmocka_run_group_tests_name("dataset", tests, NULL, NULL);
}
