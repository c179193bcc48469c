#include "scaling/scaling.h"

#include <math.h>

#include "support.h"

static void quantities_are_found_by_name_and_documented(void **state)
{
    (void) state;
    assert_null(lemma_scaling_find("nonsense"));
    for (size_t i = 0; lemma_scaling_types[i]; i++) {
        const struct lemma_scaling_type *t = lemma_scaling_types[i];
        char reads[LEMMA_SCALING_WORDS];

        assert_ptr_equal(lemma_scaling_find(t->name), t);
        assert_memory_equal(t->name, "scaling_", 8);
        assert_true(strlen(t->title) > 3 && strlen(t->quantity) > 3);
        assert_true(t->factors || t->measure || t->series);
        assert_false(t->series && (t->factors || t->measure));
        assert_true(!t->reads == !(t->measure || t->series));
        lemma_scaling_reads(t, reads);
        assert_true(reads[0] != '\0');
        assert_non_null(t->laws[0].against);
    }
}

static void every_law_has_a_source_a_status_and_a_statement_of_its_own(void **state)
{
    (void) state;
    for (size_t i = 0; lemma_scaling_types[i]; i++)
        for (size_t k = 0; lemma_scaling_types[i]->laws[k].against; k++) {
            const struct lemma_scaling_law *law = &lemma_scaling_types[i]->laws[k];
            char words[LEMMA_SCALING_WORDS], other[LEMMA_SCALING_WORDS];

            assert_true(law->source && strstr(law->source, "theory "));
            assert_true(strcmp(law->status, "derived") == 0 ||
                        strcmp(law->status, "published") == 0 ||
                        strcmp(law->status, "recalled") == 0);
            assert_true(law->margin >= 0 && law->margin <= 0.1);
            assert_true(isfinite(law->exponent));
            lemma_scaling_statement(law, words);
            for (size_t n = 0; n < k; n++) {
                lemma_scaling_statement(&lemma_scaling_types[i]->laws[n], other);
                assert_string_not_equal(words, other);
            }
        }
}

/* The lazy limit obeys the laws that are said of it. */
static void predicted_exponents_lie_on_the_laws_side(void **state)
{
    (void) state;
    for (size_t i = 0; lemma_scaling_types[i]; i++)
        for (size_t k = 0; lemma_scaling_types[i]->laws[k].against; k++) {
            const struct lemma_scaling_law *law = &lemma_scaling_types[i]->laws[k];

            if (isnan(law->predicted))
                continue;
            if (law->side == LEMMA_GROWS_AT_MOST)
                assert_true(law->predicted <= law->exponent);
            else
                assert_true(law->predicted >= law->exponent);
        }
}

static void a_law_is_stated_in_full(void **state)
{
    struct lemma_scaling_law law = {.against = "m",
                                    .network = LEMMA_DEEP,
                                    .side = LEMMA_GROWS_AT_MOST,
                                    .exponent = 2.0 / 3,
                                    .margin = 0.05,
                                    .with = "eta",
                                    .with_power = -1,
                                    .whole_run = true};
    char words[LEMMA_SCALING_WORDS];

    (void) state;
    lemma_scaling_short(&law, words);
    assert_string_equal(words, "<= m^(2/3)");
    lemma_scaling_statement(&law, words);
    assert_string_equal(
        words, "<= m^(2/3), margin 0.05, deep, eta ~ m^(-1), near interpolation");
    law = (struct lemma_scaling_law){.against = "K-1",
                                     .network = LEMMA_TWO_LAYER,
                                     .side = LEMMA_GROWS_AT_LEAST,
                                     .exponent = -1,
                                     .per = "K",
                                     .per_power = 0.5};
    lemma_scaling_short(&law, words);
    assert_string_equal(words, ">= (K-1)^(-1) K^(1/2)");
    lemma_scaling_statement(&law, words);
    assert_string_equal(words, ">= (K-1)^(-1) K^(1/2), two layers");
    law = (struct lemma_scaling_law){.against = "tau", .exponent = 0.123};
    lemma_scaling_short(&law, words);
    assert_string_equal(words, "<= tau^(0.123)");
}

static void what_a_quantity_is_made_of_is_told(void **state)
{
    char words[LEMMA_SCALING_WORDS];

    (void) state;
    lemma_scaling_reads(lemma_scaling_find("scaling_kernel_change"), words);
    assert_string_equal(words, "gram/change_spectral (final), gram/lambda_max (first)");
    lemma_scaling_reads(lemma_scaling_find("scaling_deviation_constant"), words);
    assert_string_equal(
        words, "eta, tau, L, m, loss/server (first), d, deviation/at_averaging");
    lemma_scaling_reads(lemma_scaling_find("scaling_accuracy"), words);
    assert_string_equal(words, "loss/server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_are_found_by_name_and_documented),
        cmocka_unit_test(every_law_has_a_source_a_status_and_a_statement_of_its_own),
        cmocka_unit_test(predicted_exponents_lie_on_the_laws_side),
        cmocka_unit_test(a_law_is_stated_in_full),
        cmocka_unit_test(what_a_quantity_is_made_of_is_told),
    };

    return cmocka_run_group_tests_name("scaling", tests, NULL, NULL);
}
