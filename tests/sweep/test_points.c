/* What lies in a sweep's folder, judged by content. */
#include "sweep/points.h"

#include <unistd.h>

#include "grid.h"
#include "record/record.h"

static enum lemma_point_state look(const struct lemma_sweep *s, const char *dir,
                                   size_t point)
{
    enum lemma_point_state state = LEMMA_POINT_OTHER;

    check_ok(lemma_point_look(s, dir, point, &state), NULL);
    return state;
}

static void names_of_points_are_stable(void **state)
{
    char path[64];

    (void) state;
    assert_true(lemma_point_path("d", 7, ".h5", path, sizeof path));
    assert_string_equal(path, "d/points/0007.h5");
    assert_true(lemma_point_path("d", 9999, ".yaml", path, sizeof path));
    assert_string_equal(path, "d/points/9999.yaml");
    assert_false(lemma_point_path("d", 7, ".h5", path, 8));
}

static void a_record_counts_where_it_holds_the_point_s_experiment(void **state)
{
    struct lemma_sweep *s = read_sweep("axes: [network.width: [4, 8]]\n");
    struct lemma_sweep *turned = read_sweep("axes: [network.width: [8, 4]]\n");
    struct lemma_sweep *wild =
        read_sweep("axes: [train.step_size: [1.0e+300]]\n  # beyond any kernel\n");
    char dir[256], path[512];

    (void) state;
    make_sweep_folder(dir, "points");
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    unlink(path);
    assert_int_equal(look(s, dir, 0), LEMMA_POINT_MISSING);
    write_file(path, "no record", 9);
    assert_int_equal(look(s, dir, 0), LEMMA_POINT_UNREADABLE);
    assert_int_equal(unlink(path), 0);
    run_point(s, dir, 0);
    assert_int_equal(look(s, dir, 0), LEMMA_POINT_COMPLETE);
    assert_int_equal(look(turned, dir, 0), LEMMA_POINT_OTHER);
    run_point(wild, dir, 0);
    assert_int_equal(look(wild, dir, 0), LEMMA_POINT_DIVERGED);
    assert_true(lemma_point_is_finished(LEMMA_POINT_DIVERGED));
    unlink(path);
    lemma_sweep_destroy(s);
    lemma_sweep_destroy(turned);
    lemma_sweep_destroy(wild);
}

/* A record of before data.closest_pair: its text lacks a line, not its run. */
static void a_record_older_than_a_key_counts_where_the_key_has_its_preset(void **state)
{
    static const char line[] = "  closest_pair: 0\n";
    struct lemma_sweep *s = read_sweep("axes: [network.width: [4]]\n");
    struct lemma_sweep *young = read_sweep("axes: [data.closest_pair: [0.1]]\n"
                                           "seeds: [1]\n");
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);
    struct lemma_record *r = NULL;
    struct lemma_error err = {""};
    char dir[256], path[512], *text = NULL, *at;

    (void) state;
    assert_non_null(x);
    make_sweep_folder(dir, "old");
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    check_ok(lemma_sweep_experiment(s, 0, x, &err), &err);
    check_ok(lemma_experiment_print(x, &text), &err);
    at = strstr(text, line);
    assert_non_null(at);
    memmove(at, at + strlen(line), strlen(at + strlen(line)) + 1);
    check_ok(lemma_record_create(path, true, &r, &err), &err);
    check_ok(lemma_record_text(r, "config", text, 0), &err);
    check_ok(lemma_record_start(r, &err), &err);
    check_ok(lemma_record_finish(r, "complete", 0, &err), &err);
    lemma_record_destroy(r);
    assert_int_equal(look(s, dir, 0), LEMMA_POINT_COMPLETE);
    assert_int_equal(look(young, dir, 0), LEMMA_POINT_OTHER);
    unlink(path);
    lemma_free(text);
    lemma_free(x);
    lemma_sweep_destroy(s);
    lemma_sweep_destroy(young);
}

/* A try's record takes its place before the trail names the try. */
static void a_search_cut_off_in_between_is_unfinished(void **state)
{
    struct lemma_sweep *runs = read_sweep("axes: [network.width: [8, 5, 4]]\n");
    struct lemma_sweep *s =
        read_sweep("seeds: 1\nsearch: {network.width: {from: 4, to: 8}, ratio: 1, "
                   "until: loss/server rounds-to<=0.999}\n");
    struct lemma_trail t = {0, {{8, LEMMA_TRY_REACHED, 1}}}, found;
    enum lemma_point_state is;
    char dir[256], path[512], of_run[512], log[512];

    (void) state;
    make_sweep_folder(dir, "between");
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    lemma_point_path(dir, 0, ".log", log, sizeof log);
    unlink(log);
    for (size_t i = 0; i < 3; i++) {
        t.count = i > 0;
        lemma_point_path(dir, i, ".h5", of_run, sizeof of_run);
        run_point(runs, dir, i);
        assert_int_equal(rename(of_run, path), 0);
        if (i == 0)
            assert_int_equal(look(s, dir, 0), LEMMA_POINT_OTHER);
        check_ok(lemma_trail_write(&s->search, &t, log, NULL), NULL);
        check_ok(lemma_point_trail(s, dir, 0, &is, &found), NULL);
        /* after 8 comes 4, never 5 */
        assert_int_equal(is, i == 1 ? LEMMA_POINT_OTHER : LEMMA_POINT_UNFINISHED);
        assert_int_equal(found.count, i == 2);
    }
    unlink(path);
    unlink(log);
    lemma_sweep_destroy(runs);
    lemma_sweep_destroy(s);
}

/* The record of width 8 stands for a bisection's only with the tries that led there. */
static void a_search_is_its_record_and_its_trail(void **state)
{
    static const char until[] = "loss/server rounds-to<=0.999}\n";
    char text[2][200], dir[256], path[512], log[512];
    struct lemma_sweep *plain = read_sweep("axes: [network.width: [8]]\n"), *s[2];
    struct lemma_trail t = {1, {{8, LEMMA_TRY_REACHED, 1}, {4, LEMMA_TRY_MISSED, 0}}};

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(text[i], sizeof text[i],
                 "seeds: 1\nsearch: {network.width: {from: %d, to: 8}, ratio: 2, "
                 "until: %s",
                 i ? 5 : 4, until);
        s[i] = read_sweep(text[i]);
    }
    make_sweep_folder(dir, "search");
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    lemma_point_path(dir, 0, ".log", log, sizeof log);
    unlink(path);
    unlink(log);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_MISSING);
    run_point(plain, dir, 0);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_OTHER);
    check_ok(lemma_trail_write(&s[0]->search, &t, log, NULL), NULL);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_UNFINISHED);
    assert_int_equal(look(s[1], dir, 0), LEMMA_POINT_OTHER);
    t.count = 2;
    check_ok(lemma_trail_write(&s[0]->search, &t, log, NULL), NULL);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_COMPLETE);
    t.tries[1].outcome = LEMMA_TRY_REACHED; /* but the record is that of 8 */
    check_ok(lemma_trail_write(&s[0]->search, &t, log, NULL), NULL);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_OTHER);
    t.count = 1;
    t.tries[0].outcome = LEMMA_TRY_MISSED;
    check_ok(lemma_trail_write(&s[0]->search, &t, log, NULL), NULL);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_UNREACHED);
    assert_true(lemma_point_is_finished(LEMMA_POINT_UNREACHED));
    check_ok(lemma_sweep_set(s[0], "train.rounds=3", NULL), NULL);
    assert_int_equal(look(s[0], dir, 0), LEMMA_POINT_OTHER);
    unlink(path);
    unlink(log);
    for (size_t i = 0; i < 2; i++)
        lemma_sweep_destroy(s[i]);
    lemma_sweep_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_points_are_stable),
        cmocka_unit_test(a_record_counts_where_it_holds_the_point_s_experiment),
        cmocka_unit_test(a_search_is_its_record_and_its_trail),
        cmocka_unit_test(a_search_cut_off_in_between_is_unfinished),
        cmocka_unit_test(a_record_older_than_a_key_counts_where_the_key_has_its_preset),
    };

    return cmocka_run_group_tests_name("points", tests, NULL, NULL);
}
