/* Experiments printed and read back. */
#include "config/experiment.h"

#include <math.h>

#include "config/value.h"
#include "settings.h"

static void the_defaults_are_printed_as_one_reads_them(void **state)
{
    struct lemma_experiment *x = defaults();
    char *text = NULL;

    (void) state;
    check_ok(lemma_experiment_print(x, &text), NULL);
    assert_string_equal(text, "seed: 1\n"
                              "data:\n"
                              "  kind: sphere\n"
                              "  samples: 256\n"
                              "  dimension: 32\n"
                              "  separation: 0.2\n"
                              "  closest_pair: 0\n"
                              "  path: \"\"\n"
                              "  classes: []\n"
                              "  test_samples: 0\n"
                              "  targets:\n"
                              "    kind: teacher\n"
                              "    outputs: 1\n"
                              "partition:\n"
                              "  kind: iid\n"
                              "  clients: 8\n"
                              "  classes_per_client: 2\n"
                              "  alpha: 0.5\n"
                              "network:\n"
                              "  preset: deep-relu\n"
                              "  width: 1024\n"
                              "  depth: 3\n"
                              "train:\n"
                              "  local_steps: 10\n"
                              "  rounds: 100\n"
                              "  step_size: 0.5\n"
                              "  step_rule: width\n"
                              "  batch: 0\n"
                              "  sampling: subset\n"
                              "  server_step: 1\n"
                              "  local_models: auto\n"
                              "record:\n"
                              "  data: auto\n"
                              "  weights: auto\n"
                              "  batches: false\n"
                              "run:\n"
                              "  checkpoint: 10 minutes\n"
                              "probes: {}\n");
    check_round_trip(x);
    lemma_free(text);
    lemma_free(x);
}

static void every_kind_of_value_comes_back(void **state)
{
    struct lemma_experiment *x = read_text(sample_text);
    char *text = NULL;

    (void) state;
    check_round_trip(x);
    check_ok(lemma_experiment_print(x, &text), NULL);
    check_contains(text, "seed: 9007199254740992\n");
    check_contains(text, "  path: /data/a b\n");
    check_contains(text, "  classes: [3, 0, 255]\n");
    check_contains(text, "  activation: {every: 5 steps, max: true}\n");
    check_contains(text, "  lazy: {}\n");
    lemma_free(text);
    lemma_free(x);
}

static void awkward_text_comes_back(void **state)
{
    static const char *const awkward[] = {
        "null", "~",        "-",      "#",      " a",     "a ",         "a: b", "a #b",
        "'",    "\"",       "\\",     "[",      "{}",     "a,b",        "*a",   "&a",
        "!a",   "%a",       "@a",     "`",      "---",    "...",        "\n",   "a\nb",
        "\t",   "größe",    "\x1b[m", "\u2028", "\uFEFF", "\U0001F600", "true", "0x1",
        "\x7f", "\xc2\x85", "off",    "\uFFFE"};
    struct lemma_experiment *x = read_text("probes: {a: {b: c}}");

    (void) state;
    for (size_t i = 0; i < sizeof awkward / sizeof *awkward; i++) {
        memset(x->data.path, 0, sizeof x->data.path);
        memset(x->probes[0].options[0].value, 0, LEMMA_VALUE);
        strcpy(x->data.path, awkward[i]);
        strcpy(x->probes[0].options[0].value, awkward[i]);
        check_round_trip(x);
    }
    lemma_free(x);
}

/* A word, a path or an option's value of letters that may need quoting; n < 30. */
static void draw_text(struct lemma_stream *s, const char *letters, char *text,
                      size_t size)
{
    size_t n = 1 + lemma_stream_below(s, 29), count = strlen(letters);

    memset(text, 0, size);
    for (size_t i = 0; i < n; i++)
        text[i] = letters[lemma_stream_below(s, count)];
}

static const char *draw_word_of(struct lemma_stream *s, const char *list, char *text)
{
    size_t n = 1;

    for (const char *c = list; *c; c++)
        n += *c == '|';
    for (n = lemma_stream_below(s, n); n; n--)
        list = strchr(list, '|') + 1;
    memset(text, 0, LEMMA_WORD);
    return memcpy(text, list, strcspn(list, "|"));
}

/* Inside the key's range; log-uniform, so that all orders of magnitude are met. */
static double draw_number(struct lemma_stream *s, const struct lemma_key *key)
{
    double most = fmin(key->max, 1e15);

    return fmin(most, fmax(key->min, exp(lemma_stream_uniform(s) * log(most + 1))));
}

static void draw_value(struct lemma_stream *s, struct lemma_experiment *x,
                       const struct lemma_key *key)
{
    static const char letters[] = "abcXYZ019-_";
    void *field = (char *) x + key->offset;

    switch (key->type) {
    case LEMMA_KEY_SIZE:
        *(size_t *) field = (size_t) draw_number(s, key);
        break;
    case LEMMA_KEY_U64:
        *(uint64_t *) field = lemma_stream_u64(s) >> 11;
        break;
    case LEMMA_KEY_REAL:
        *(double *) field = draw_number(s, key);
        break;
    case LEMMA_KEY_WORD:
        if (key->words)
            draw_word_of(s, key->words, field);
        else
            draw_text(s, letters, field, LEMMA_WORD);
        break;
    case LEMMA_KEY_PATH:
        draw_text(s, "ab/ .#:'\"\\{}[],&*!|>%@`~-\n\t", field, LEMMA_PATH);
        break;
    case LEMMA_KEY_BOOL:
        *(bool *) field = lemma_stream_below(s, 2);
        break;
    case LEMMA_KEY_CLASSES:
        x->data.class_count = lemma_stream_below(s, LEMMA_CLASSES_MAX + 1);
        for (size_t i = 0; i < x->data.class_count; i++)
            x->data.classes[i] = (uint8_t) (i * 7 + 3);
        break;
    case LEMMA_KEY_EVERY:
        snprintf(field, LEMMA_WORD, "%zu %s", (size_t) lemma_stream_below(s, 1 << 30) + 1,
                 lemma_stream_below(s, 2) ? "rounds" : "minutes");
        break;
    }
}

static void random_experiments_come_back(void **state)
{
    (void) state;
    for (uint64_t id = 0; id < 300; id++) {
        struct lemma_stream s = lemma_stream_at(1, LEMMA_DRAW_TEST, id, 0, 0);
        struct lemma_experiment *x = defaults();
        size_t count;
        const struct lemma_key *keys = lemma_keys(&count);

        for (size_t i = 0; i < count; i++)
            draw_value(&s, x, &keys[i]);
        x->probe_count = lemma_stream_below(&s, 5);
        for (size_t i = 0; i < x->probe_count; i++) {
            struct lemma_probe_config *p = &x->probes[i];
            snprintf(p->name, sizeof p->name, "-p%zu", i);
            p->option_count = lemma_stream_below(&s, 4);
            for (size_t j = 0; j < p->option_count; j++) {
                snprintf(p->options[j].key, sizeof p->options[j].key, "_%zu", j);
                draw_text(&s, "ab/ .#:'\"\\{}[],&*!|>%@`~-\n\t", p->options[j].value,
                          LEMMA_VALUE);
            }
        }
        check_round_trip(x);
        lemma_free(x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_printed_as_one_reads_them),
        cmocka_unit_test(every_kind_of_value_comes_back),
        cmocka_unit_test(awkward_text_comes_back),
        cmocka_unit_test(random_experiments_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
