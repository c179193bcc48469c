/* Whether a point can be run, told before anything is. */
#include <stdio.h>
#include <string.h>

#include "core/alloc.h"
#include "run/run.h"
#include "sweep/sweep.h"

/* "--set network.width=4: ..." is no command line's here: the line of the axis. */
static void name_the_line(const struct lemma_sweep *s, struct lemma_error *err)
{
    static const char set[] = "--set ";
    struct lemma_error plain = *err;
    const char *rest = plain.text + strlen(set);

    if (strncmp(plain.text, set, strlen(set)) != 0)
        return;
    for (size_t k = 0; k < s->key_count; k++) {
        size_t n = strlen(s->keys[k].name);

        if (strncmp(rest, s->keys[k].name, n) == 0 && rest[n] == '=')
            lemma_fail(err, LEMMA_EINPUT, "%s:%d: %s", s->file, s->keys[k].line, rest);
    }
}

lemma_status lemma_sweep_check(const struct lemma_sweep *s, size_t point,
                               struct lemma_error *err)
{
    struct lemma_run_options nothing = {0};
    struct lemma_experiment *x = NULL;
    struct lemma_run *run = NULL;
    struct lemma_error why = {""};
    char values[256];
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    LEMMA_TRY(lemma_sweep_experiment(s, point, x, &why));
    LEMMA_TRY(lemma_run_create(x, &nothing, &run, &why));
out:
    lemma_run_destroy(run);
    lemma_free(x);
    if (st != LEMMA_OK) {
        name_the_line(s, &why);
        lemma_fail(err, st, "%s (point %zu: %s)",
                   why.text[0] ? why.text : lemma_status_text(st), point,
                   lemma_sweep_describe(s, point, values, sizeof values));
    }
    return st;
}
