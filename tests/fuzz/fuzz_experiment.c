/*
 * Texts that people write: experiments with overrides, sweeps, tolerances.
 *
 * The first byte says what the rest is: 's' a sweep, 't' tolerances, else an experiment
 * and, each behind a zero byte, what --set is given; 'p': it is also printed, which
 * takes ten times as long.
 */
#include <string.h>

#include "config/experiment.h"
#include "config/tolerances.h"
#include "core/alloc.h"
#include "fuzz.h"
#include "sweep/sweep.h"

enum { ASSIGNMENTS = 8 };

static struct lemma_experiment *fresh, *x, *again;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    fresh = lemma_alloc(1, sizeof *fresh);
    x = lemma_alloc(1, sizeof *x);
    again = lemma_alloc(1, sizeof *again);
    fuzz_require(fresh && x && again);
    lemma_experiment_init(fresh);
    return 0;
}

/* Refused: with a sentence. */
static void check_status(lemma_status st, const struct lemma_error *err)
{
    fuzz_require(st == LEMMA_OK || (st == LEMMA_EINPUT && err->text[0]));
}

/* What was read is printed so that it reads back the same. */
static void check_print(void)
{
    struct lemma_error err = {""};
    char *text = NULL, *second = NULL;

    fuzz_require(lemma_experiment_print(x, &text) == LEMMA_OK);
    memcpy(again, fresh, sizeof *again);
    fuzz_require(lemma_experiment_parse(again, text, strlen(text), "again", &err) ==
                 LEMMA_OK);
    fuzz_require(lemma_experiment_print(again, &second) == LEMMA_OK);
    fuzz_require(strcmp(text, second) == 0);
    lemma_free(text);
    lemma_free(second);
}

static void read_experiment(const char *text, size_t size, bool print)
{
    const char *end = text + size;
    size_t n = strnlen(text, size);
    struct lemma_error err = {""};
    lemma_status st;
    bool taken;

    memcpy(x, fresh, sizeof *x);
    st = lemma_experiment_parse(x, text, n, "x.yaml", &err);
    check_status(st, &err);
    taken = st == LEMMA_OK;
    for (int i = 0; i < ASSIGNMENTS && text + n < end; i++) {
        char assignment[512];

        text += n + 1;
        n = strnlen(text, (size_t) (end - text));
        snprintf(assignment, sizeof assignment, "%.*s", (int) n, text);
        st = lemma_experiment_set(x, assignment, &err);
        check_status(st, &err);
        taken |= st == LEMMA_OK;
    }
    if (taken && print)
        check_print();
}

static void read_sweep(const char *text, size_t size)
{
    struct lemma_sweep *s = NULL;
    struct lemma_error err = {""};
    char words[256];
    lemma_status st = lemma_sweep_parse(text, size, "/nowhere/s.yaml", &s, &err);

    check_status(st, &err);
    if (st == LEMMA_OK) {
        fuzz_require(s->points > 0 && s->points <= LEMMA_SWEEP_POINTS);
        lemma_sweep_describe(s, s->points - 1, words, sizeof words);
        st = lemma_sweep_experiment(s, s->points - 1, x, &err);
        check_status(st, &err);
    }
    lemma_sweep_destroy(s);
}

static void read_tolerances(const char *text, size_t size)
{
    struct lemma_tolerances *t = NULL;
    struct lemma_error err = {""};

    check_status(lemma_tolerances_parse(text, size, "t.yaml", &t, &err), &err);
    lemma_tolerances_destroy(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data + 1;

    if (size == 0 || size > 1 << 16)
        return 0;
    if (*data == 's')
        read_sweep(text, size - 1);
    else if (*data == 't')
        read_tolerances(text, size - 1);
    else
        read_experiment(text, size - 1, *data == 'p');
    return 0;
}
