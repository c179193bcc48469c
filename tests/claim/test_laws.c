/*
 * Every claim on evidence made by hand (laws.h): equality holds, one entry tampered
 * violates, NaN and no rows are undecided, an unmet assumption is not applicable.
 */
#include <math.h>

#include "laws.h"
#include "support.h"
#include "train/event.h"

static struct lemma_finding judge(const struct law *law, struct lemma_evidence *e)
{
    const struct lemma_claim_type *claim = lemma_claim_find(law->claim);
    struct lemma_finding f;

    if (!claim)
        fail_msg("there is no claim %s", law->claim);
    check_ok(lemma_claim_judge(claim, e, &f), NULL);
    return f;
}

/* Judges, and does away with the evidence. */
static void expect(const struct law *law, struct lemma_evidence *e,
                   enum lemma_verdict verdict, const char *what)
{
    struct lemma_finding f = judge(law, e);

    if (f.verdict != verdict)
        print_error("%s, %s: %s (%s), slack %g\n", law->claim, what,
                    lemma_verdict_name(f.verdict), f.reason, f.slack);
    assert_int_equal(f.verdict, verdict);
    lemma_evidence_destroy(e);
}

static void equality_holds(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law)) {
        struct lemma_evidence *e = law_evidence(law);
        struct lemma_finding f = judge(law, e);

        if (!(f.slack > 1 - 1e-12))
            print_error("%s: slack %g, %s %s\n", law->claim, f.slack,
                        lemma_verdict_name(f.verdict), f.reason);
        check_close(f.slack, 1, 1e-12);
        assert_true(f.rows > 0 && !f.vacuous);
        expect(law, e, LEMMA_HOLDS, "equality");
    }
}

/* The evidence with one number times `by`. */
static struct lemma_evidence *tamper(const struct law *law, double by)
{
    struct lemma_evidence *e = law_evidence(law);
    bool found = false;

    for (const struct given *g = law->tables; g->path; g++)
        if (strcmp(g->path, law->tampered) == 0) {
            size_t count = (g->rows ? g->rows : 2) * g->width;
            double *other = calloc(count, sizeof *other);

            assert_non_null(other);
            memcpy(other, g->cells, count * sizeof *other);
            other[law->entry ? law->entry - 1 : count - 1] *= by;
            law_put(e, g, other, false);
            free(other);
            found = true;
        }
    assert_true(found);
    return e;
}

static void one_tampered_entry_violates(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        expect(law, tamper(law, law->by), LEMMA_VIOLATED, "tampered");
}

static void nan_is_undecided(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        expect(law, tamper(law, NAN), LEMMA_UNDECIDED, "NaN");
}

static void does_not_hold(const struct law *law, struct lemma_evidence *e,
                          const struct given *g)
{
    struct lemma_finding f = judge(law, e);

    if (f.verdict == LEMMA_HOLDS)
        print_error("%s holds on %s\n", law->claim, g->path);
    assert_int_not_equal(f.verdict, LEMMA_HOLDS);
    lemma_evidence_destroy(e);
}

/* Each number of each table that the claim reads, in turn: on a bound's side infinity
 * would hold. */
static void nothing_holds_on_an_infinite_number(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        for (const struct given *g = law->tables; g->path; g++) {
            size_t count = (g->rows ? g->rows : 2) * g->width;
            double *other = calloc(count, sizeof *other);

            assert_non_null(other);
            for (size_t i = 0; i < 2 * count; i++) {
                struct lemma_evidence *e = law_evidence(law);

                memcpy(other, g->cells, count * sizeof *other);
                other[i / 2] = i % 2 ? INFINITY : -INFINITY;
                law_put(e, g, other, false);
                does_not_hold(law, e, g);
            }
            free(other);
        }
}

/* Tables that are named in the run's findings, updates that vanished, losses that
 * grew. */
static void nothing_holds_beside_what_was_found(void **state)
{
    char words[128];

    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        for (const struct given *g = law->tables; g->path; g++)
            for (size_t i = 0; i < 3; i++) {
                struct lemma_evidence *e = law_evidence(law);

                snprintf(words, sizeof words, "step 3, client 1: %s\n",
                         i == 1 ? LEMMA_VANISHED : LEMMA_GREW);
                if (i == 0)
                    snprintf(words, sizeof words, "step 3: %s is not finite\n",
                             g->path);
                check_ok(lemma_evidence_set_word(e, "findings", words), NULL);
                does_not_hold(law, e, g);
            }
}

/* What a claim does not read is none of its concern. */
static void a_finding_elsewhere_changes_nothing(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law)) {
        struct lemma_evidence *e = law_evidence(law);

        check_ok(lemma_evidence_set_word(e, "findings",
                                         "step 3: other/table is not finite\n"),
                 NULL);
        expect(law, e, LEMMA_HOLDS, "a finding elsewhere");
    }
}

/* The claim does without this table: "?" of its shape, or optional here. */
static bool can_be_missing(const struct law *law, const struct given *g)
{
    const struct lemma_claim_table *t = lemma_claim_find(law->claim)->tables;

    for (; t && t->path; t++)
        if (strcmp(t->path, g->path) == 0)
            return t->shape && t->shape[0] == '?';
    return g->optional;
}

/* Each table in turn without rows: undecided, or as before where it can be missing. */
static void no_rows_are_undecided(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        for (const struct given *g = law->tables; g->path; g++) {
            struct lemma_evidence *e = law_evidence(law);

            law_put(e, g, NULL, true);
            if (can_be_missing(law, g) && judge(law, e).verdict == LEMMA_HOLDS)
                expect(law, e, LEMMA_HOLDS, g->path);
            else
                expect(law, e, LEMMA_UNDECIDED, g->path);
        }
}

static void an_unmet_assumption_is_not_applicable(void **state)
{
    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law)) {
        struct lemma_evidence *e;

        if (law->assumption) {
            e = law_evidence(law);
            check_ok(lemma_evidence_set_number(e, law->assumption, law->otherwise),
                     NULL);
            expect(law, e, LEMMA_NOT_APPLICABLE, law->assumption);
        }
        if (law->elsewhere) {
            e = law_evidence(law);
            check_ok(lemma_evidence_set_word(e, "network/preset", law->elsewhere),
                     NULL);
            expect(law, e, LEMMA_NOT_APPLICABLE, law->elsewhere);
        }
    }
}

static void every_claim_has_its_case(void **state)
{
    (void) state;
    for (const struct lemma_claim_type *const *t = lemma_claim_types; *t; t++) {
        bool assumes = (*t)->assumptions != NULL, found = false;

        for (const struct law *law = law_next(NULL); law; law = law_next(law))
            if (strcmp(law->claim, (*t)->name) == 0) {
                found = true;
                assumes &= !law->assumption && !law->elsewhere;
            }
        if (!found || assumes)
            print_error("%s has no case, or none for its assumptions\n", (*t)->name);
        assert_true(found && !assumes);
    }
}

/* Past 2^53 a step and the next are one number: whoever counts in them counts for ever.
 * Judging is all: without an end the test has none. */
static void absurd_steps_and_rounds_come_to_an_end(void **state)
{
    static const double taus[] = {0x1p60, 1e300, INFINITY, 0x1p63, -1e300};
    static const double firsts[] = {0x1p62, 0x1p54, 0, 0x1p53};
    enum { ROWS = 64 };

    (void) state;
    for (const struct law *law = law_next(NULL); law; law = law_next(law))
        for (size_t k = 0; k < 5 * 4; k++) {
            struct lemma_evidence *e = law_evidence(law);
            struct lemma_finding f;
            double steps[ROWS];

            check_ok(lemma_evidence_set_number(e, "train/tau", taus[k % 5]), NULL);
            for (const struct given *g = law->tables; g->path; g++) {
                struct given other = *g;
                size_t rows = g->rows ? g->rows : 2;

                assert_true(rows <= ROWS);
                for (size_t i = 0; i < rows; i++)
                    steps[i] = firsts[k / 5] + (double) i * 0x1p20;
                other.steps = steps;
                law_put(e, &other, g->cells, false);
            }
            f = judge(law, e);
            assert_true(f.rows <= 1 << 20);
            lemma_evidence_destroy(e);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_has_its_case),
        cmocka_unit_test(equality_holds),
        cmocka_unit_test(one_tampered_entry_violates),
        cmocka_unit_test(nan_is_undecided),
        cmocka_unit_test(nothing_holds_on_an_infinite_number),
        cmocka_unit_test(nothing_holds_beside_what_was_found),
        cmocka_unit_test(a_finding_elsewhere_changes_nothing),
        cmocka_unit_test(no_rows_are_undecided),
        cmocka_unit_test(an_unmet_assumption_is_not_applicable),
        cmocka_unit_test(absurd_steps_and_rounds_come_to_an_end),
    };
    return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
