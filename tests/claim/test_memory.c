/* Every claim where memory runs out: at each allocation, in turn. */
#include "failing_alloc.h"
#include "laws.h"

struct judging {
    const struct law *law;
    struct lemma_evidence *e;
    struct lemma_finding f;
};

/* Judges evidence that is complete: what the judge itself asks for. */
static lemma_status judge(void *context)
{
    struct judging *j = context;

    return lemma_claim_judge(lemma_claim_find(j->law->claim), j->e, &j->f);
}

static void claims_run_out_of_memory_cleanly(void **state)
{
    size_t failed = 0;

    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law)) {
        struct judging j = {.law = law};

        for (long count = 0;; count++) {
            bool failing;

            j.e = law_evidence(law);
            fail_allocation_after(count);
            failing = judge(&j) != LEMMA_OK;
            if (!failing && allocation_has_failed())
                fail_msg("%s: allocation %ld failed and nobody noticed", law->claim,
                         count);
            failed += failing;
            failing = allocation_has_failed();
            fail_allocation_after(-1);
            lemma_evidence_destroy(j.e);
            if (!failing)
                break;
        }
        assert_int_equal(j.f.verdict, LEMMA_HOLDS);
    }
    assert_true(failed > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_run_out_of_memory_cleanly)};
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
