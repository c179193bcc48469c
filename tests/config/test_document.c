/* Text that is no YAML, or YAML that could do harm. */
#include "config/experiment.h"

#include "settings.h"

static void what_is_no_yaml_is_refused_with_its_line(void **state)
{
    (void) state;
    check_refused(
        "seed: 1\ndata: {kind: [}\n",
        "x.yaml:2: expected YAML, got: did not find expected node content while "
        "parsing a flow node");
    check_refused(
        "seed: 1\nnetwork: width: 5\n",
        "x.yaml:2: expected YAML, got: mapping values are not allowed in this "
        "context");
    check_refused("seed: \"1\n",
                  "x.yaml:2: expected YAML, got: found unexpected end of stream while "
                  "scanning a quoted scalar");
}

static void tabs_are_named(void **state)
{
    (void) state;
    check_refused(
        "network:\n\twidth: 5\n",
        "x.yaml:2: expected YAML, got: found character that cannot start any token "
        "while scanning for the next token; indent with spaces, not with tabs");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    static const char nul[] = "seed: 1\nnetwork: {width: 5\0}\n";

    (void) state;
    check_refused_bytes(
        nul, sizeof nul - 1,
        "x.yaml:2: expected YAML, got: control characters are not allowed");
    check_refused("seed: 1\n\nnetwork: {preset: \xff}\n",
                  "x.yaml:3: expected YAML, got: invalid leading UTF-8 octet");
    check_refused("data: {path: caf\xc3}\n",
                  "x.yaml:1: expected YAML, got: invalid trailing UTF-8 octet");
}

static void another_encoding_is_named(void **state)
{
#define UTF16 "x.yaml:1: expected text in UTF-8, got UTF-16"
    (void) state;
    check_refused_bytes("\xff\xfes\0e\0", 6, UTF16);
    check_refused_bytes("\xfe\xff\0s\0e", 6, UTF16);
    check_refused_bytes("s\0e\0", 4, UTF16);
    check_refused_bytes("\0s\0e", 4, UTF16);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    struct lemma_experiment *x = defaults();

    (void) state;
    check_ok(lemma_experiment_parse(x, "\xef\xbb\xbfseed: 7\n", 11, "x.yaml", NULL),
             NULL);
    assert_int_equal(x->seed, 7);
    check_ok(lemma_experiment_parse(x, "\xef\xbb\xbf", 3, "x.yaml", NULL), NULL);
    check_refused(
        "\xef\xbb\xbfseed: 1\nnetwork: width: 5\n",
        "x.yaml:2: expected YAML, got: mapping values are not allowed in this "
        "context");
    lemma_free(x);
}

static void a_second_document_is_refused(void **state)
{
    (void) state;
    check_refused("seed: 1\n---\nseed: 2\n",
                  "x.yaml:2: expected one YAML document, got a second one");
    check_refused("---\n---\n",
                  "x.yaml:2: expected one YAML document, got a second one");
}

static void anchors_and_aliases_are_refused(void **state)
{
#define ANCHOR "expected values written out, got an anchor (&) or alias (*)"
    (void) state;
    check_refused("data: &d {targets: *d}\n", "x.yaml:1: " ANCHOR);
    check_refused("seed: &s 1\ntrain: {rounds: *s}\n", "x.yaml:1: " ANCHOR);
    check_refused("data:\n  classes: &c [*c]\n", "x.yaml:2: " ANCHOR);
    check_refused("seed: *s\n", "x.yaml:1: " ANCHOR);
}

/* A million brackets: libyaml alone would need minutes. */
static void depth_is_refused_before_it_costs(void **state)
{
    static const char *const units[] = {"[", "{", "- ", "? ", "{a: "};
    size_t size = 1 << 20;
    char *text = lemma_alloc(size, 1);

    (void) state;
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t n = strlen(units[u]), used = 0;
        for (; used + n <= size; used += n)
            memcpy(text + used, units[u], n);
        check_refused_bytes(text, used,
                            "x.yaml:1: expected maps and lists at most 8 deep, "
                            "got one deeper");
    }
    lemma_free(text);
}

static void more_than_a_mebibyte_is_refused(void **state)
{
    size_t size = (1 << 20) + 1;
    char *text = lemma_alloc(size, 1);
    struct lemma_experiment *x = defaults();

    (void) state;
    assert_non_null(text);
    memset(text, '#', size);
    check_refused_bytes(text, size,
                        "x.yaml: expected at most 1 MiB of text, got 1048577 bytes");
    check_ok(lemma_experiment_parse(x, text, size - 1, "x.yaml", NULL), NULL);
    lemma_free(x);
    lemma_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_yaml_is_refused_with_its_line),
        cmocka_unit_test(tabs_are_named),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(another_encoding_is_named),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(anchors_and_aliases_are_refused),
        cmocka_unit_test(depth_is_refused_before_it_costs),
        cmocka_unit_test(more_than_a_mebibyte_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
