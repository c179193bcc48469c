#include "claim/claim.h"

#include <math.h>

#include "support.h"

static struct lemma_finding fresh(void)
{
    return LEMMA_FINDING_NONE;
}

static void equality_holds_and_one_step_more_does_not(void **state)
{
    struct lemma_finding f = fresh();

    (void) state;
    lemma_check_at_most(&f, 1, 1, 0, 3, 2);
    assert_true(f.verdict == LEMMA_HOLDS && f.slack == 1 && f.rows == 1);
    lemma_check_at_most(&f, 1 + 5e-13, 1, 0, 4, 2); /* rounding */
    assert_true(f.verdict == LEMMA_HOLDS && f.slack == 1);
    lemma_check_at_most(&f, 1 + 2e-12, 1, 0, 5, 1);
    assert_true(f.verdict == LEMMA_VIOLATED && f.slack > 1);
    assert_int_equal(f.step, 5);
    assert_int_equal(f.place, 1);
    lemma_check_at_most(&f, 0, 1, 0, 6, 0); /* and stays violated */
    assert_true(f.verdict == LEMMA_VIOLATED && f.rows == 4 && f.step == 5);
}

static void what_is_not_a_number_is_undecided_unless_violated(void **state)
{
    struct lemma_finding f = fresh();

    (void) state;
    lemma_check_at_most(&f, NAN, 1, 0, 0, 0);
    assert_true(f.verdict == LEMMA_UNDECIDED);
    check_contains(f.reason, "not finite");
    lemma_check_at_most(&f, 0, 1, 0, 1, 0);
    assert_true(f.verdict == LEMMA_UNDECIDED);
    f = fresh();
    lemma_check_at_most(&f, INFINITY, INFINITY, 0, 0, 0);
    assert_true(f.verdict == LEMMA_UNDECIDED);
    f = fresh();
    lemma_check_at_most(&f, 2, 1, 0, 0, 0);
    lemma_check_at_most(&f, 1, NAN, 0, 1, 0);
    assert_true(f.verdict == LEMMA_VIOLATED);
}

static void bounds_that_say_nothing_are_vacuous(void **state)
{
    struct lemma_finding f = fresh();

    (void) state;
    lemma_check_at_most(&f, 0, 0, 0, 0, 0);
    lemma_check_at_most(&f, 5, INFINITY, 0, 1, 0);
    assert_true(f.verdict == LEMMA_HOLDS && f.vacuous && f.slack == 0);
    lemma_check_at_most(&f, 1, 2, 0, 2, 0);
    assert_true(!f.vacuous && f.slack == 0.5);
}

static void claims_are_found_by_name_and_documented(void **state)
{
    (void) state;
    assert_null(lemma_claim_find("nonsense"));
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++) {
        const char *const texts[] = {(*t)->title,  (*t)->statement, (*t)->place,
                                     (*t)->source, (*t)->proof,     (*t)->status};

        assert_ptr_equal(lemma_claim_find((*t)->name), *t);
        for (size_t i = 0; i < 6; i++)
            assert_true(texts[i] && strlen(texts[i]) > 3);
        assert_true(strcmp((*t)->status, "derived") == 0 ||
                    strcmp((*t)->status, "published") == 0 ||
                    strcmp((*t)->status, "recalled") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_holds_and_one_step_more_does_not),
        cmocka_unit_test(what_is_not_a_number_is_undecided_unless_violated),
        cmocka_unit_test(bounds_that_say_nothing_are_vacuous),
        cmocka_unit_test(claims_are_found_by_name_and_documented),
    };
    return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
