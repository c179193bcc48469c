/* The tries beside a record: read back equal, and believed only where they are the
 * search's own. */
#include <unistd.h>

#include "support.h"
#include "sweep/search.h"

static struct lemma_search search_of(size_t from, size_t to)
{
    return (struct lemma_search){
        .key = "network.width",
        .from = from,
        .to = to,
        .ratio = 1,
        .of = "loss/server",
        .measure = {.kind = LEMMA_BY_ROUNDS_TO, .fraction = 0.01}};
}

static const struct lemma_trail tries = {4,
                                         {{64, LEMMA_TRY_REACHED, 17},
                                          {4, LEMMA_TRY_MISSED, 0},
                                          {16, LEMMA_TRY_DIVERGED, 0},
                                          {32, LEMMA_TRY_REACHED, 20}}};

static void check_read(const struct lemma_search *q, const char *path, size_t count)
{
    struct lemma_trail t;

    lemma_trail_read(q, path, &t);
    assert_int_equal(t.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(t.tries[i].value, tries.tries[i].value);
        assert_int_equal(t.tries[i].outcome, tries.tries[i].outcome);
        assert_int_equal(t.tries[i].round, tries.tries[i].round);
    }
}

static void what_is_written_reads_back_equal(void **state)
{
    struct lemma_search q = search_of(4, 64);
    struct lemma_error err = {""};
    struct lemma_trail t = tries;
    char path[256];

    (void) state;
    scratch_path(path, "trail.log");
    for (t.count = 0; t.count <= 4; t.count++) {
        check_ok(lemma_trail_write(&q, &t, path, &err), &err);
        check_read(&q, path, t.count);
    }
    unlink(path);
    check_read(&q, path, 0);
    assert_int_equal(lemma_trail_write(&q, &tries, "/nowhere/trail.log", &err),
                     LEMMA_EIO);
    check_contains(err.text, "/nowhere/trail.log: No such file");
}

static void people_read_how_it_ended(void **state)
{
    struct lemma_search q = search_of(4, 64);
    struct lemma_error err = {""};
    char path[256], text[512] = "";
    FILE *f;

    (void) state;
    q.ratio = 2;
    scratch_path(path, "words.log");
    check_ok(lemma_trail_write(&q, &tries, path, &err), &err);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    assert_string_equal(text, "search network.width from 4 to 64 until loss/server "
                              "rounds-to<=0.01\n"
                              "64 reached in round 17\n"
                              "4 missed\n"
                              "16 diverged\n"
                              "32 reached in round 20\n"
                              "# least network.width = 32, to a factor of 2\n");
    unlink(path);
}

static void another_search_s_tries_are_none(void **state)
{
    struct lemma_search q = search_of(4, 64), wider = search_of(4, 65);
    struct lemma_error err = {""};
    char path[256];

    (void) state;
    scratch_path(path, "other.log");
    check_ok(lemma_trail_write(&q, &tries, path, &err), &err);
    check_read(&wider, path, 0);
    q.measure.fraction = 0.1;
    check_read(&q, path, 0);
    q = search_of(4, 64);
    q.ratio = 4; /* it would have ended before the last of them */
    check_read(&q, path, 0);
    q.ratio = 1.5; /* it goes on where they end */
    check_read(&q, path, 4);
    unlink(path);
}

static void damage_is_no_tries(void **state)
{
    static const char *const texts[] = {
        "",
        "search",
        "\n",
        "least network.width from 4 to 64 until loss/server rounds-to<=0.01\n",
        "search network.width from 4 to 64 until loss/server rounds-to<=0.01\n64\n",
        "search network.width from 4 to 64 until loss/server rounds-to<=0.01\n"
        "64 reached\n",
        "search network.width from 4 to 64 until loss/server rounds-to<=0.01\n"
        "64 found in round 3\n",
        "search network.width from 4 to 64 until loss/server rounds-to<=0.01\n"
        "64 reached in round 3\n5 missed\n",
        "search network.width from 4 to 64 until loss/server rounds-to<=0.01\n"
        "64 missed\n4 missed\n",
    };
    struct lemma_search q = search_of(4, 64);
    char path[256];

    (void) state;
    scratch_path(path, "damaged.log");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(path, texts[i], strlen(texts[i]));
        check_read(&q, path, 0);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_equal),
        cmocka_unit_test(people_read_how_it_ended),
        cmocka_unit_test(another_search_s_tries_are_none),
        cmocka_unit_test(damage_is_no_tries),
    };

    return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
