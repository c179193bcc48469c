/* The table of keys. */
#include "config/keys.h"

#include "settings.h"

static void every_key_has_a_name_a_help_and_a_place_of_its_own(void **state)
{
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);

    (void) state;
    assert_true(count > 20 && count <= LEMMA_KEYS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(keys[i].help) > 0);
        assert_null(strchr(keys[i].help, '\n'));
        assert_int_equal(lemma_key_find(keys[i].name), (int) i);
        for (size_t j = 0; j < i; j++)
            assert_true(keys[i].offset != keys[j].offset);
    }
}

static void names_of_sections_are_not_names_of_keys(void **state)
{
    (void) state;
    assert_true(lemma_key_is_section("data"));
    assert_true(lemma_key_is_section("data.targets"));
    assert_false(lemma_key_is_section("dat"));
    assert_false(lemma_key_is_section("seed"));
    assert_int_equal(lemma_key_find("data"), LEMMA_NOT_A_KEY);
    assert_int_equal(lemma_key_find("network.widt"), LEMMA_NOT_A_KEY);
}

/* The sample of the file format's description. */
static void the_defaults_are_the_published_ones(void **state)
{
    struct lemma_experiment *x = defaults();

    (void) state;
    assert_true(x->seed == 1);
    assert_string_equal(x->data.kind, "sphere");
    assert_int_equal(x->data.samples, 256);
    assert_int_equal(x->data.dimension, 32);
    assert_true(x->data.separation == 0.2);
    assert_true(x->data.closest_pair == 0);
    assert_string_equal(x->data.path, "");
    assert_int_equal(x->data.class_count, 0);
    assert_int_equal(x->data.test_samples, 0);
    assert_string_equal(x->data.targets.kind, "teacher");
    assert_int_equal(x->data.targets.outputs, 1);
    assert_string_equal(x->partition.kind, "iid");
    assert_int_equal(x->partition.clients, 8);
    assert_string_equal(x->network.preset, "deep-relu");
    assert_int_equal(x->network.width, 1024);
    assert_int_equal(x->network.depth, 3);
    assert_int_equal(x->train.local_steps, 10);
    assert_int_equal(x->train.rounds, 100);
    assert_true(x->train.step_size == 0.5);
    assert_string_equal(x->train.step_rule, "width");
    assert_int_equal(x->train.batch, 0);
    assert_string_equal(x->train.sampling, "subset");
    assert_true(x->train.server_step == 1);
    assert_string_equal(x->train.local_models, "auto");
    assert_string_equal(x->record.data, "auto");
    assert_string_equal(x->record.weights, "auto");
    assert_false(x->record.batches);
    assert_int_equal(x->probe_count, 0);
    lemma_free(x);
}

static void words_have_letters_digits_and_dashes(void **state)
{
    (void) state;
    assert_true(lemma_is_word("deep-relu"));
    assert_true(lemma_is_word("a_1"));
    assert_true(lemma_is_word("abcdefghijklmnopqrstuvwxyz01234"));
    assert_false(lemma_is_word("abcdefghijklmnopqrstuvwxyz012345"));
    assert_false(lemma_is_word(""));
    assert_false(lemma_is_word("a b"));
    assert_false(lemma_is_word("a.b"));
    assert_false(lemma_is_word("größe"));
}

static void a_list_of_words_is_split(void **state)
{
    char buffer[LEMMA_EXPECTED_TEXT];
    const char *words[3];

    (void) state;
    assert_int_equal(lemma_split_words("a|bc|d", buffer, words, 3), 3);
    assert_string_equal(words[1], "bc");
    assert_int_equal(lemma_split_words("a|bc|d", buffer, words, 2), 2);
    assert_int_equal(lemma_split_words("a", buffer, words, 3), 1);
    assert_string_equal(words[0], "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_a_name_a_help_and_a_place_of_its_own),
        cmocka_unit_test(names_of_sections_are_not_names_of_keys),
        cmocka_unit_test(the_defaults_are_the_published_ones),
        cmocka_unit_test(words_have_letters_digits_and_dashes),
        cmocka_unit_test(a_list_of_words_is_split),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
