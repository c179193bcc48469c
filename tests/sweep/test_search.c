/* Bisections: which values are tried, where they end, and what counts as done. */
#include "sweep/search.h"

#include <unistd.h>

#include "grid.h"
#include "sweep/points.h"

/* The bisection of a criterion that holds from `least` on; its tries in t. */
static enum lemma_search_state bisect(const struct lemma_search *q, size_t least,
                                      struct lemma_trail *t, size_t *value)
{
    enum lemma_search_state state;

    *t = (struct lemma_trail){0};
    while ((state = lemma_search_next(q, t, value)) == LEMMA_SEARCH_ON) {
        assert_true(t->count < LEMMA_TRIES);
        assert_true(*value >= q->from && *value <= q->to);
        t->tries[t->count++] = (struct lemma_try){
            *value, *value >= least ? LEMMA_TRY_REACHED : LEMMA_TRY_MISSED, 0};
    }
    assert_int_equal(t->tries[0].value, q->to);
    assert_true(t->count < 2 || t->tries[1].value == q->from);
    return state;
}

static void every_least_value_is_found(void **state)
{
    struct lemma_search q = {.from = 3, .to = 200, .ratio = 1};
    struct lemma_trail t;
    size_t value;

    (void) state;
    for (size_t least = 4; least <= 200; least++) {
        assert_int_equal(bisect(&q, least, &t, &value), LEMMA_SEARCH_FOUND);
        assert_int_equal(value, least);
        assert_int_equal(lemma_search_kept(&t), least);
        assert_true(t.count <= 12);
    }
}

static void a_ratio_ends_earlier_and_is_kept(void **state)
{
    struct lemma_search q = {.from = 10, .to = 100000, .ratio = 1.1};
    struct lemma_trail t;
    size_t value, most = 0;

    (void) state;
    for (size_t least = 11; least <= 100000; least += 97) {
        assert_int_equal(bisect(&q, least, &t, &value), LEMMA_SEARCH_FOUND);
        assert_true(value >= least && (double) value <= 1.1 * (double) least);
        most = t.count > most ? t.count : most;
    }
    assert_true(most <= 2 + 8); /* log(1e4) / log(1.1) < 2^7 */
}

static void bounds_are_told_from_values(void **state)
{
    struct lemma_search q = {.from = 4, .to = 64, .ratio = 1.1};
    struct lemma_trail t;
    size_t value;

    (void) state;
    assert_int_equal(bisect(&q, 65, &t, &value), LEMMA_SEARCH_NOWHERE);
    assert_int_equal(value, 64);
    assert_int_equal(t.count, 1);
    assert_int_equal(lemma_search_kept(&t), 64);
    assert_int_equal(bisect(&q, 4, &t, &value), LEMMA_SEARCH_AT_FROM);
    assert_int_equal(value, 4);
    assert_int_equal(t.count, 2);
    t.count = 0;
    assert_int_equal(lemma_search_kept(&t), 0);
}

static void the_widest_search_has_room_for_its_tries(void **state)
{
    struct lemma_search q = {.from = 1, .to = (size_t) 1 << 53, .ratio = 1};
    struct lemma_trail t;
    size_t value;

    (void) state;
    for (size_t least = 2; least < (size_t) 1 << 53; least = least * 3 + 1) {
        assert_int_equal(bisect(&q, least, &t, &value), LEMMA_SEARCH_FOUND);
        assert_int_equal(value, least);
    }
    assert_int_equal(bisect(&q, q.to, &t, &value), LEMMA_SEARCH_FOUND);
}

static void judge(const struct lemma_search *q, const char *record, struct lemma_try *t)
{
    struct lemma_error err = {""};

    check_ok(lemma_search_judge(q, record, t, &err), &err);
}

/* The tiny run's loss falls from 1 to some share of it. */
static void records_are_judged_by_their_rounds(void **state)
{
    struct lemma_sweep *s =
        read_sweep("axes: [train.step_size: [0.5, 1.0e+300]]\n"
                   "search: {network.width: {from: 4, to: 8}, until: \"loss/server "
                   "rounds-to<=0.999\"}\n");
    struct lemma_search *q = &s->search;
    struct lemma_error err = {""};
    struct lemma_try t = {.value = 8};
    char dir[256], path[512];

    (void) state;
    make_sweep_folder(dir, "judge");
    lemma_point_path(dir, 0, ".h5", path, sizeof path);
    run_point(s, dir, 0);
    judge(q, path, &t);
    assert_int_equal(t.outcome, LEMMA_TRY_REACHED);
    assert_int_equal(t.round, 1);
    q->measure.fraction = 1e-9;
    judge(q, path, &t);
    assert_int_equal(t.outcome, LEMMA_TRY_MISSED);
    snprintf(q->of, sizeof q->of, "loss/nothing");
    assert_int_equal(lemma_search_judge(q, path, &t, &err), LEMMA_EINPUT);
    check_contains(err.text, "loss/nothing: expected a table with rounds");
    unlink(path);
    judge(q, path, &t);
    assert_int_equal(t.outcome, LEMMA_TRY_NONE);
    lemma_point_path(dir, 1, ".h5", path, sizeof path);
    run_point(s, dir, 1);
    judge(q, path, &t);
    assert_int_equal(t.outcome, LEMMA_TRY_DIVERGED);
    unlink(path);
    lemma_sweep_destroy(s);
}

static void a_search_in_words_leaves_the_ratio_out(void **state)
{
    struct lemma_search q = {.key = "network.width",
                             .from = 4,
                             .to = 8,
                             .ratio = 2,
                             .of = "loss/server",
                             .measure = {.fraction = 0.01}};
    char text[LEMMA_SEARCH_TEXT];

    (void) state;
    assert_string_equal(lemma_search_print(&q, text),
                        "network.width from 4 to 8 until loss/server rounds-to<=0.01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_least_value_is_found),
        cmocka_unit_test(a_ratio_ends_earlier_and_is_kept),
        cmocka_unit_test(bounds_are_told_from_values),
        cmocka_unit_test(the_widest_search_has_room_for_its_tries),
        cmocka_unit_test(records_are_judged_by_their_rounds),
        cmocka_unit_test(a_search_in_words_leaves_the_ratio_out),
    };

    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
