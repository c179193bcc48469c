#include "support.h"

static void a_failure_keeps_its_sentence(void **state)
{
    (void) state;
    struct lemma_error err = {""};

    assert_int_equal(lemma_fail(&err, LEMMA_EINPUT, "line %d: %s", 3, "what"),
                     LEMMA_EINPUT);
    assert_string_equal(err.text, "line 3: what");
    assert_int_equal(lemma_fail(NULL, LEMMA_EIO, "unheard"), LEMMA_EIO);
}

static void a_long_sentence_is_cut_and_ended(void **state)
{
    (void) state;
    struct lemma_error err;
    char *text = lemma_alloc(3000, 1);

    assert_non_null(text);
    memset(text, 'x', 2999);
    lemma_fail(&err, LEMMA_EIO, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    lemma_free(text);
}

static void every_status_has_a_word(void **state)
{
    (void) state;
    for (int st = LEMMA_OK; st <= LEMMA_ENUMERIC; st++)
        assert_string_not_equal(lemma_status_text((lemma_status) st), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_keeps_its_sentence),
        cmocka_unit_test(a_long_sentence_is_cut_and_ended),
        cmocka_unit_test(every_status_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
