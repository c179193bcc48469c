/* Points of a sweep: which there are, in which order, and the experiment of each. */
#include "sweep/sweep.h"

#include <unistd.h>

#include "grid.h"

static void axes_are_a_product_with_the_seeds_innermost(void **state)
{
    struct lemma_sweep *s = read_sweep("axes:\n"
                                       "  - network.width: [4, 8]\n"
                                       "  - train.local_steps: [1, 2]\n"
                                       "seeds: [7, 3]\n");

    (void) state;
    check_points(s, "network.width = 4, train.local_steps = 1, seed = 7; "
                    "network.width = 4, train.local_steps = 1, seed = 3; "
                    "network.width = 4, train.local_steps = 2, seed = 7; "
                    "network.width = 4, train.local_steps = 2, seed = 3; "
                    "network.width = 8, train.local_steps = 1, seed = 7; "
                    "network.width = 8, train.local_steps = 1, seed = 3; "
                    "network.width = 8, train.local_steps = 2, seed = 7; "
                    "network.width = 8, train.local_steps = 2, seed = 3");
    lemma_sweep_destroy(s);
}

static void zipped_keys_move_together(void **state)
{
    struct lemma_sweep *s =
        read_sweep("axes:\n"
                   "  - zip:\n"
                   "      train.local_steps: [1, 5]\n"
                   "      train.step_size: {linear: {from: 1, to: 0.25, points: 2}}\n"
                   "  - partition.kind: [iid, contiguous]\n");

    (void) state;
    check_points(
        s,
        "train.local_steps = 1, train.step_size = 1, partition.kind = iid; "
        "train.local_steps = 1, train.step_size = 1, partition.kind = contiguous; "
        "train.local_steps = 5, train.step_size = 0.25, partition.kind = iid; "
        "train.local_steps = 5, train.step_size = 0.25, partition.kind = contiguous");
    lemma_sweep_destroy(s);
}

static void seeds_count_from_the_base_s_on(void **state)
{
    struct lemma_sweep *s = read_sweep("  seed: 40\nseeds: 3\n");

    (void) state;
    check_points(s, "seed = 40; seed = 41; seed = 42");
    lemma_sweep_destroy(s);
}

/* Each kind of value arrives in the experiment of its point. */
static void a_point_s_experiment_is_the_base_with_its_values(void **state)
{
    struct lemma_sweep *s =
        read_sweep("axes:\n"
                   "  - data.classes: [[0, 1], [2, 3, 4]]\n"
                   "  - data.path: [\"a #1\", b]\n"
                   "  - record.batches: [true, false]\n"
                   "  - probes.activation.every: [1 steps, 5 steps]\n");
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);

    (void) state;
    assert_non_null(x);
    assert_int_equal(s->points, 16);
    check_ok(lemma_sweep_experiment(s, 9, x, NULL), NULL);
    assert_int_equal(x->data.class_count, 3);
    assert_int_equal(x->data.classes[2], 4);
    assert_string_equal(x->data.path, "a #1");
    assert_true(x->record.batches);
    assert_string_equal(x->probes[1].options[0].value, "5 steps");
    assert_int_equal(x->network.width, 8);
    check_ok(lemma_sweep_experiment(s, 6, x, NULL), NULL);
    assert_int_equal(x->data.class_count, 2);
    assert_string_equal(x->data.path, "b");
    assert_false(x->record.batches);
    assert_string_equal(x->probes[1].options[0].value, "1 steps");
    lemma_free(x);
    lemma_sweep_destroy(s);
}

static void a_base_file_lies_beside_the_sweep_file(void **state)
{
    static const char base[] = "network: {width: 77}\n";
    static const char text[] = "base: lemma-test-base.yaml\nseeds: 2\n";
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char path[256], sweep[512], *slash;

    (void) state;
    scratch_path(path, "sweep.yaml");
    snprintf(sweep, sizeof sweep, "%s", path);
    slash = strrchr(sweep, '/') + 1;
    snprintf(slash, 64, "lemma-test-base.yaml");
    write_file(sweep, base, strlen(base));
    write_file(path, text, strlen(text));
    check_ok(lemma_sweep_load(path, &s, &err), &err);
    assert_int_equal(s->base->network.width, 77);
    assert_string_equal(s->source, text);
    lemma_sweep_destroy(s);
    unlink(sweep);
    s = NULL;
    assert_int_equal(lemma_sweep_load(path, &s, &err), LEMMA_EINPUT);
    check_contains(err.text, "lemma-test-base.yaml: expected a readable file");
    unlink(path);
    assert_int_equal(lemma_sweep_load(path, &s, &err), LEMMA_EINPUT);
    assert_null(s);
}

static void what_changes_can_not_be_set(void **state)
{
    struct lemma_sweep *s = read_sweep("axes: [network.width: [4, 8]]\n");
    struct lemma_error err = {""};

    (void) state;
    check_ok(lemma_sweep_set(s, "train.rounds=9", &err), &err);
    assert_int_equal(s->base->train.rounds, 9);
    assert_int_equal(lemma_sweep_set(s, "network.width=9", &err), LEMMA_EINPUT);
    assert_string_equal(err.text, "--set network.width=9: expected a key that stays, "
                                  "got one that changes (s.yaml:8)");
    assert_int_equal(lemma_sweep_set(s, "network.widht=9", &err), LEMMA_EINPUT);
    lemma_sweep_destroy(s);
}

static void points_that_differ_in_their_seed_alone_are_told(void **state)
{
    struct lemma_sweep *s = read_sweep("axes: [network.width: [4, 8]]\nseeds: 3\n");

    (void) state;
    assert_true(lemma_sweep_is_reseeded(s, 0, 2));
    assert_false(lemma_sweep_is_reseeded(s, 0, 3));
    assert_true(lemma_sweep_is_reseeded(s, 3, 5));
    lemma_sweep_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_a_product_with_the_seeds_innermost),
        cmocka_unit_test(zipped_keys_move_together),
        cmocka_unit_test(seeds_count_from_the_base_s_on),
        cmocka_unit_test(a_point_s_experiment_is_the_base_with_its_values),
        cmocka_unit_test(a_base_file_lies_beside_the_sweep_file),
        cmocka_unit_test(what_changes_can_not_be_set),
        cmocka_unit_test(points_that_differ_in_their_seed_alone_are_told),
    };

    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
