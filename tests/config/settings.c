#include "settings.h"

const char sample_text[] =
    "# every kind of value\n"
    "seed: 9007199254740992\n"
    "data: {kind: idx, path: \"/data/a b\", classes: [3, 0, 255], samples: 100,\n"
    "       test_samples: 20, targets: {kind: one-hot}}\n"
    "partition:\n"
    "  kind: dirichlet\n"
    "  clients: 5\n"
    "  alpha: 2.5e-1\n"
    "network: {preset: 'deep-relu', width: 64, depth: 2}\n"
    "train: {step_rule: raw, step_size: .125, batch: 4, sampling: epoch}\n"
    "probes:\n"
    "  loss: {}\n"
    "  activation: {every: 5 steps, max: true}\n"
    "  gram:\n"
    "    every: \"10 rounds\"\n"
    "    kernel: full\n"
    "  lazy:\n"
    "  gradient: off\n"
    "record: {data: true, weights: initial, batches: true}\n"
    "run: {checkpoint: every 20 rounds}\n";

struct lemma_experiment *defaults(void)
{
    struct lemma_experiment *x = lemma_alloc(1, sizeof *x);

    assert_non_null(x);
    lemma_experiment_init(x);
    return x;
}

struct lemma_experiment *read_text(const char *text)
{
    struct lemma_experiment *x = defaults();
    struct lemma_error err = {{0}};

    check_ok(lemma_experiment_parse(x, text, strlen(text), "x.yaml", &err), &err);
    return x;
}

void check_refused_bytes(const char *text, size_t length, const char *sentence)
{
    struct lemma_experiment *x = defaults(), *before = defaults();
    struct lemma_error err = {{0}};

    assert_int_equal(lemma_experiment_parse(x, text, length, "x.yaml", &err),
                     LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    assert_int_equal(lemma_experiment_parse(x, text, length, "x.yaml", NULL),
                     LEMMA_EINPUT);
    assert_memory_equal(x, before, sizeof *x);
    lemma_free(x);
    lemma_free(before);
}

void check_refused(const char *text, const char *sentence)
{
    check_refused_bytes(text, strlen(text), sentence);
}

void check_set_refused(const char *assignment, const char *sentence)
{
    struct lemma_experiment *x = read_text(sample_text),
                            *before = read_text(sample_text);
    struct lemma_error err = {{0}};

    assert_int_equal(lemma_experiment_set(x, assignment, &err), LEMMA_EINPUT);
    assert_string_equal(err.text, sentence);
    assert_memory_equal(x, before, sizeof *x);
    lemma_free(x);
    lemma_free(before);
}

static struct lemma_experiment *without_places(const struct lemma_experiment *x)
{
    struct lemma_experiment *bare = lemma_alloc(1, sizeof *bare);

    assert_non_null(bare);
    memcpy(bare, x, sizeof *bare);
    memset(bare->file, 0, sizeof bare->file);
    memset(bare->lines, 0, sizeof bare->lines);
    for (size_t i = 0; i < LEMMA_PROBES_MAX; i++) {
        bare->probes[i].line = 0;
        for (size_t j = 0; j < LEMMA_OPTIONS_MAX; j++)
            bare->probes[i].options[j].line = 0;
    }
    return bare;
}

void check_same_settings(const struct lemma_experiment *a,
                         const struct lemma_experiment *b)
{
    struct lemma_experiment *bare_a = without_places(a), *bare_b = without_places(b);

    assert_memory_equal(bare_a, bare_b, sizeof *bare_a);
    lemma_free(bare_a);
    lemma_free(bare_b);
}

void check_round_trip(const struct lemma_experiment *x)
{
    struct lemma_experiment *back;
    char *text = NULL;

    check_ok(lemma_experiment_print(x, &text), NULL);
    back = read_text(text);
    check_same_settings(x, back);
    lemma_free(back);
    lemma_free(text);
}
