/* Damaged experiments: any bytes are read or refused, and never do harm. */
#include "config/experiment.h"

#include "settings.h"

enum { ROUNDS = 2000, SIZE = 4096 };

static size_t insert(char *text, size_t n, size_t at, const char *what, size_t count)
{
    if (n + count > SIZE)
        return n;
    memmove(text + at + count, text + at, n - at);
    memcpy(text + at, what, count);
    return n + count;
}

/* One change of a byte, a lost or doubled piece, or a piece of YAML put in. */
static size_t mutate(struct lemma_stream *s, char *text, size_t n)
{
    static const char *const pieces[] = {
        "{",     "}",  "[",      "]",   ":",   "- ", "\n",           "? ",
        "&a ",   "*a", "!!int ", "\"",  "'",   "#",  "---\n",        "...\n",
        "|\n",   ">",  ",",      "~",   "%",   "\t", "\xef\xbb\xbf", "\\x00",
        "1e999", "-",  "<<: ",   "off", "null"};
    size_t count = sizeof pieces / sizeof *pieces;
    size_t at = lemma_stream_below(s, n + 1), length;
    const char *piece = pieces[lemma_stream_below(s, count)];
    char copy[64];

    switch (lemma_stream_below(s, 5)) {
    case 0:
        if (at < n)
            text[at] = (char) lemma_stream_below(s, 256);
        return n;
    case 1:
        if (at < n)
            text[at] = (char) (text[at] ^ (1 << lemma_stream_below(s, 8)));
        return n;
    case 2:
        length = lemma_stream_below(s, 20);
        length = length < n - at ? length : n - at;
        memmove(text + at, text + at + length, n - at - length);
        return n - length;
    case 3:
        length = lemma_stream_below(s, sizeof copy);
        length = length < n - at ? length : n - at;
        memcpy(copy, text + at, length);
        return insert(text, n, lemma_stream_below(s, n + 1), copy, length);
    default:
        return insert(text, n, at, piece, strlen(piece));
    }
}

static void damaged_files_are_read_or_refused(void **state)
{
    struct lemma_experiment *x = defaults(), *fresh = defaults(), *before = defaults();
    char text[SIZE];
    size_t accepted = 0, refused = 0;

    (void) state;
    for (uint64_t id = 0; id < ROUNDS; id++) {
        struct lemma_stream s = lemma_stream_at(2, LEMMA_DRAW_TEST, id, 0, 0);
        struct lemma_error err = {{0}};
        size_t n = strlen(sample_text);
        lemma_status st;

        memcpy(text, sample_text, n);
        for (size_t i = 1 + lemma_stream_below(&s, 4); i; i--)
            n = mutate(&s, text, n);
        memcpy(x, fresh, sizeof *x);
        st = lemma_experiment_parse(x, text, n, "x.yaml", &err);
        assert_true(st == LEMMA_OK || st == LEMMA_EINPUT);
        if (st == LEMMA_OK) {
            check_round_trip(x);
            accepted++;
        } else {
            assert_memory_equal(x, before, sizeof *x);
            check_contains(err.text, "x.yaml:");
            check_contains(err.text, "expected");
            refused++;
        }
    }
    /* The sample is neither so fragile nor so robust that one branch goes unseen. */
    assert_true(accepted > ROUNDS / 50 && refused > ROUNDS / 50);
    lemma_free(x);
    lemma_free(fresh);
    lemma_free(before);
}

static void damaged_assignments_are_read_or_refused(void **state)
{
    static const char *const samples[] = {
        "network.width=2048", "data.classes=[0, 1]", "probes.gram.every=10 rounds",
        "probes.gram={}",     "data.path=/data/x",   "train.step_size=1e-3"};
    char text[SIZE];

    (void) state;
    for (uint64_t id = 0; id < ROUNDS; id++) {
        struct lemma_stream s = lemma_stream_at(3, LEMMA_DRAW_TEST, id, 0, 0);
        struct lemma_experiment *x = defaults();
        struct lemma_error err = {{0}};
        const char *sample = samples[lemma_stream_below(&s, 6)];
        size_t n = strlen(sample);
        lemma_status st;

        memcpy(text, sample, n);
        for (size_t i = 1 + lemma_stream_below(&s, 3); i; i--)
            n = mutate(&s, text, n);
        text[n] = '\0';
        st = lemma_experiment_set(x, text, &err);
        assert_true(st == LEMMA_OK || st == LEMMA_EINPUT);
        if (st == LEMMA_OK)
            check_round_trip(x);
        else
            check_contains(err.text, "expected");
        lemma_free(x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_files_are_read_or_refused),
        cmocka_unit_test(damaged_assignments_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
