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
    size_t count;
    const struct lemma_key *keys = lemma_keys(&count);
    int line = 0;

    if (strncmp(plain.text, set, strlen(set)) != 0)
        return;
    for (size_t k = 0; k <= s->key_count; k++) {
        const char *name = k < s->key_count ? s->keys[k].name : s->search.key;
        size_t n = strlen(name);

        if (n > 0 && strncmp(rest, name, n) == 0 && rest[n] == '=')
            line = k < s->key_count ? s->keys[k].line : s->search.line;
    }
    for (size_t k = 0; k < count && line == 0; k++)
        if (strncmp(rest, keys[k].name, strlen(keys[k].name)) == 0 &&
            rest[strlen(keys[k].name)] == '=')
            line = s->paper_lines[k];
    if (line > 0)
        lemma_fail(err, LEMMA_EINPUT, "%s:%d: %s", s->file, line, rest);
}

/* The table that ends a search is one that the runs write. */
static lemma_status check_until(const struct lemma_sweep *s,
                                const struct lemma_experiment *x,
                                struct lemma_error *err)
{
    size_t n = strcspn(s->search.of, "/");
    bool found = false;

    for (size_t i = 0; i < x->probe_count; i++)
        found = found || (strlen(x->probes[i].name) == n &&
                          strncmp(x->probes[i].name, s->search.of, n) == 0);
    if (found)
        return LEMMA_OK;
    return lemma_fail(err, LEMMA_EINPUT,
                      "%s:%d: search.until: expected a table that the runs write, got "
                      "%s without the probe %.*s",
                      s->file, s->search.line, s->search.of, (int) n, s->search.of);
}

static lemma_status check_run(const struct lemma_experiment *x, struct lemma_error *err)
{
    struct lemma_run_options nothing = {0};
    struct lemma_run *run = NULL;
    lemma_status st = lemma_run_create(x, &nothing, &run, err);

    lemma_run_destroy(run);
    return st;
}

lemma_status lemma_sweep_check(const struct lemma_sweep *s, size_t point,
                               struct lemma_error *err)
{
    struct lemma_experiment *x = NULL;
    struct lemma_error why = {""};
    char values[256];
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(x, 1);
    if (lemma_sweep_searches(s)) {
        LEMMA_TRY(lemma_sweep_experiment_at(s, point, s->search.from, x, &why));
        LEMMA_TRY(check_until(s, x, &why));
        LEMMA_TRY(check_run(x, &why));
        LEMMA_TRY(lemma_sweep_experiment_at(s, point, s->search.to, x, &why));
    } else {
        LEMMA_TRY(lemma_sweep_experiment(s, point, x, &why));
    }
    LEMMA_TRY(check_run(x, &why));
out:
    lemma_free(x);
    if (st != LEMMA_OK) {
        name_the_line(s, &why);
        lemma_fail(err, st, "%s (point %zu: %s)",
                   why.text[0] ? why.text : lemma_status_text(st), point,
                   lemma_sweep_describe(s, point, values, sizeof values));
    }
    return st;
}
