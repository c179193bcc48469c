/* The two sizes of a sweep file: the ones to try, and those of the paper. */
#include "sweep/read.h"

#include <unistd.h>

#include "core/blas.h"
#include "grid.h"

static struct lemma_sweep *read_paper(const char *text)
{
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};

    check_ok(lemma_sweep_parse_paper(text, strlen(text), "s.yaml", &s, &err), &err);
    return s;
}

static void the_paper_s_parts_stand_for_the_file_s(void **state)
{
    static const char text[] =
        "base: {network: {width: 8, depth: 2}, train: {rounds: 3}, probes: {loss: "
        "{}}}\n"
        "axes: [train.local_steps: [1, 2]]\n"
        "seeds: 2\n"
        "search: {data.samples: {from: 8, to: 16}, until: loss/server rounds-to<=0.5}\n"
        "paper:\n"
        "  base: {network: {width: 99}, probes: {gram: {}}}\n"
        "  axes: [train.local_steps: [5, 10]]\n"
        "  search: {data.samples: {from: 8, to: 999}, until: loss/server "
        "rounds-to<=0.1}\n";
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};

    (void) state;
    check_ok(lemma_sweep_parse(text, strlen(text), "s.yaml", &s, &err), &err);
    check_points(s, "train.local_steps = 1, seed = 1; train.local_steps = 1, seed = 2; "
                    "train.local_steps = 2, seed = 1; train.local_steps = 2, seed = 2");
    assert_true(s->has_paper);
    assert_int_equal(s->base->network.width, 8);
    assert_int_equal(s->search.to, 16);
    lemma_sweep_destroy(s);
    s = read_paper(text);
    check_points(s, "train.local_steps = 5, seed = 1; train.local_steps = 5, seed = 2; "
                    "train.local_steps = 10, seed = 1; train.local_steps = 10, seed = "
                    "2");
    assert_int_equal(s->base->network.width, 99);
    assert_int_equal(s->base->network.depth, 2);
    assert_int_equal(s->base->train.rounds, 3);
    assert_int_equal(s->base->probe_count, 2);
    assert_int_equal(s->search.to, 999);
    lemma_sweep_destroy(s);
}

static void mistakes_in_the_paper_s_part_are_told_without_it(void **state)
{
    (void) state;
    check_sweep_refused("seeds: 2\npaper: {axis: [network.width: [4]]}\n",
                        "s.yaml:9: paper: expected a key of a sweep (base, axes, "
                        "seeds, search), got \"axis\"; did you mean \"axes\"?");
    check_sweep_refused("seeds: 2\npaper: {axes: [network.widht: [4]]}\n",
                        "s.yaml:9: network.widht: expected a key of network (preset, "
                        "width, depth), got \"widht\"; did you mean "
                        "\"network.width\"?");
    check_sweep_refused("seeds: 2\npaper:\n  base: {network: {widht: 4}}\n",
                        "s.yaml:10: network.widht: expected a key of network (preset, "
                        "width, depth), got \"widht\"; did you mean "
                        "\"width\"?");
    check_sweep_refused("seeds: 2\npaper: {base: other.yaml}\n",
                        "s.yaml:9: base: expected a map of keys that override the "
                        "base's, got \"other.yaml\"");
    check_sweep_refused("seeds: 2\npaper: 4\n",
                        "s.yaml:9: paper: expected a map of base, axes, seeds and "
                        "search, got \"4\"");
    check_sweep_refused("seeds: 2\npaper: {paper: {}}\n",
                        "s.yaml:9: paper: expected a key of a sweep (base, axes, "
                        "seeds, search), got \"paper\"");
}

static void a_file_without_a_paper_s_part_has_none(void **state)
{
    static const char text[] = "base: {}\nseeds: 2\n";
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};

    (void) state;
    assert_int_equal(lemma_sweep_parse_paper(text, strlen(text), "s.yaml", &s, &err),
                     LEMMA_EINPUT);
    assert_string_equal(err.text, "s.yaml:1: paper: expected a map of the sizes for "
                                  "--paper, got nothing");
    assert_null(s);
}

/* The base's own file is not to blame for what the sweep file puts into it. */
static void an_override_of_a_base_file_is_told_with_the_sweep_s_line(void **state)
{
    static const char base[] = "data: {samples: 8, dimension: 6}\n"
                               "partition: {clients: 2}\n";
    static const char text[] = "base: lemma-test-paper.yaml\n"
                               "seeds: 2\n"
                               "paper:\n"
                               "  base:\n"
                               "    partition: {clients: 9}\n";
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char path[256], file[512], expected[1024];

    (void) state;
    scratch_path(path, "paper.yaml");
    snprintf(file, sizeof file, "%s", path);
    snprintf(strrchr(file, '/') + 1, 64, "lemma-test-paper.yaml");
    write_file(file, base, strlen(base));
    write_file(path, text, strlen(text));
    check_ok(lemma_sweep_load_paper(path, &s, &err), &err);
    assert_int_equal(s->base->partition.clients, 9);
    assert_int_equal(s->base->data.samples, 8);
    assert_int_equal(lemma_sweep_check(s, 1, &err), LEMMA_EINPUT);
    snprintf(expected, sizeof expected,
             "%s:5: partition.clients=9: expected 1 to 8, the number of samples, found "
             "9 (point 1: seed = 2)",
             path);
    assert_string_equal(err.text, expected);
    check_ok(lemma_sweep_set(s, "partition.clients=10", &err), &err);
    assert_int_equal(lemma_sweep_check(s, 1, &err), LEMMA_EINPUT);
    check_contains(err.text, "--set partition.clients=10: expected 1 to 8");
    lemma_sweep_destroy(s);
    unlink(path);
    unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_paper_s_parts_stand_for_the_file_s),
        cmocka_unit_test(mistakes_in_the_paper_s_part_are_told_without_it),
        cmocka_unit_test(a_file_without_a_paper_s_part_has_none),
        cmocka_unit_test(an_override_of_a_base_file_is_told_with_the_sweep_s_line),
    };

    lemma_blas_init();
    return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
