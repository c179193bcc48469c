#include "claim/evidence.h"

#include <math.h>

#include "support.h"

static void what_was_put_in_comes_out(void **state)
{
    static const double steps[] = {0, 3, 6}, cells[] = {1, 2, 3, 4, 5, 6};
    static const double counts[] = {5, 7};
    struct lemma_evidence *e = NULL;
    const struct lemma_series *s = NULL;
    const double *clients = NULL;

    (void) state;
    check_ok(lemma_evidence_create_empty(&e), NULL);
    assert_true(isnan(lemma_evidence_number(e, "network/m")));
    assert_string_equal(lemma_evidence_word(e, "network/preset"), "");
    check_ok(lemma_evidence_clients(e, &clients), NULL);
    assert_null(clients);
    check_ok(lemma_evidence_set_number(e, "network/m", 64), NULL);
    check_ok(lemma_evidence_set_word(e, "network/preset", "deep-relu"), NULL);
    check_ok(lemma_evidence_set_word(e, "network/preset", "two-layer-relu"), NULL);
    check_ok(lemma_evidence_set_clients(e, counts, 2), NULL);
    check_ok(lemma_evidence_set_series(e, "a/b", 3, 2, steps, cells), NULL);
    assert_true(lemma_evidence_number(e, "network/m") == 64);
    assert_string_equal(lemma_evidence_word(e, "network/preset"), "two-layer-relu");
    assert_true(lemma_evidence_number(e, "train/K") == 2);
    check_ok(lemma_evidence_clients(e, &clients), NULL);
    assert_memory_equal(clients, counts, sizeof counts);
    check_ok(lemma_evidence_series(e, "a/c", &s), NULL);
    assert_null(s);
    check_ok(lemma_evidence_series(e, "a/b", &s), NULL);
    assert_int_equal(s->width, 2);
    assert_true(lemma_series_at(s, 3)[1] == 4);
    assert_true(lemma_series_at(s, 6)[0] == 5);
    assert_null(lemma_series_at(s, 4));
    assert_null(lemma_series_at(s, 7));
    check_ok(lemma_evidence_set_series(e, "a/b", 0, 2, NULL, NULL), NULL);
    check_ok(lemma_evidence_series(e, "a/b", &s), NULL);
    assert_null(s); /* no rows are as good as no table */
    lemma_evidence_destroy(e);
    lemma_evidence_destroy(NULL);
}

/* A number of weights and data that is not finite, a sample that is no client's. */
static void what_cannot_be_computed_with_is_taken_away(void **state)
{
    static const struct {
        const char *path;
        double cells[3];
        const char *why;
    } cases[] = {
        {"network/initial/W1", {1, NAN, 2}, "has a number that is not finite"},
        {"network/initial/V", {1, 0, -INFINITY}, "has a number that is not finite"},
        {"network/final/W1", {NAN, NAN, 2}, "has a number that is not finite"},
        {"network/final/W1", {NAN, NAN, NAN}, "is not written yet"},
        {"data/inputs", {INFINITY, 1, 1}, "has a number that is not finite"},
        {"data/targets", {1, 1, NAN}, "has a number that is not finite"},
        {"start/z1", {1, NAN, 1}, "has a number that is not finite"},
        {"data/client", {0, 1, -7}, "none of the K = 2 clients'"},
        {"data/client", {0, 1, 2}, "none of the K = 2 clients'"},
        {"data/client", {0, 0.5, 1}, "none of the K = 2 clients'"},
        {"data/client", {NAN, 0, 1}, "none of the K = 2 clients'"},
    };
    static const double fine[] = {0, 1, 1};
    struct lemma_evidence *e = NULL;
    const struct lemma_series *s = NULL;

    (void) state;
    check_ok(lemma_evidence_create_empty(&e), NULL);
    check_ok(lemma_evidence_set_number(e, "train/K", 2), NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = cases[i].path;
        bool unwritten = strstr(cases[i].why, "written");

        check_ok(lemma_evidence_set_series(e, path, 3, 1, NULL, cases[i].cells), NULL);
        for (size_t k = 0; k < 2; k++) {
            lemma_evidence_forget(e);
            check_ok(lemma_evidence_series(e, path, &s), NULL);
            assert_null(s);
            check_contains(lemma_evidence_why(e, path), cases[i].why);
            assert_int_equal(lemma_evidence_infinite(e) == NULL, unwritten);
        }
        check_ok(lemma_evidence_set_series(e, path, 3, 1, NULL, fine), NULL);
        check_ok(lemma_evidence_series(e, path, &s), NULL);
        assert_non_null(s);
        assert_string_equal(lemma_evidence_why(e, path), "");
        assert_null(lemma_evidence_infinite(e));
    }
    lemma_evidence_destroy(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_in_comes_out),
        cmocka_unit_test(what_cannot_be_computed_with_is_taken_away),
    };
    return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
