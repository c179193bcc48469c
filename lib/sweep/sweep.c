#include "sweep/sweep.h"

#include <stdio.h>
#include <string.h>

#include "config/value.h"
#include "core/alloc.h"
#include "sweep/read.h"

void lemma_sweep_destroy(struct lemma_sweep *s)
{
    if (!s)
        return;
    for (size_t k = 0; k < s->key_count; k++) {
        for (size_t i = 0; s->keys[k].text && i < s->keys[k].count; i++)
            lemma_free(s->keys[k].text[i]);
        lemma_free(s->keys[k].text);
        lemma_free(s->keys[k].value);
    }
    lemma_free(s->base);
    lemma_free(s->source);
    lemma_free(s);
}

static lemma_status parse_one(const char *text, size_t length, const char *name,
                              bool paper, struct lemma_sweep **sweep,
                              struct lemma_error *err)
{
    struct lemma_sweep_reading r = {.yaml = {.file = name, .in_full = true, .err = err},
                                    .paper = paper};
    struct lemma_sweep *s = NULL;
    yaml_document_t document;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(s, 1);
    LEMMA_NEW(s->base, 1);
    LEMMA_NEW(s->source, length + 1);
    LEMMA_NEW(r.yaml.x, 1);
    memcpy(s->source, text, length);
    snprintf(s->file, sizeof s->file, "%s", name);
    lemma_experiment_init(s->base);
    s->points = 1;
    r.sweep = s;
    struct lemma_experiment *scratch = r.yaml.x;
    LEMMA_TRY(lemma_yaml_open(&r.yaml, &document, text, length));
    st = lemma_sweep_read(&r);
    r.yaml.x = scratch;
    LEMMA_TRY(st);
    *sweep = s;
    s = NULL;
out:
    if (r.yaml.document)
        yaml_document_delete(r.yaml.document);
    lemma_free(r.yaml.x);
    lemma_sweep_destroy(s);
    return st;
}

/* What is not asked for is read too: a mistake in it shows before it is. */
static lemma_status parse(const char *text, size_t length, const char *name, bool paper,
                          struct lemma_sweep **sweep, struct lemma_error *err)
{
    struct lemma_sweep *plain = NULL, *large = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(parse_one(text, length, name, false, &plain, err));
    if (paper || plain->has_paper)
        LEMMA_TRY(parse_one(text, length, name, true, &large, err));
    *sweep = paper ? large : plain;
    *(paper ? &large : &plain) = NULL;
out:
    lemma_sweep_destroy(plain);
    lemma_sweep_destroy(large);
    return st;
}

lemma_status lemma_sweep_parse(const char *text, size_t length, const char *name,
                               struct lemma_sweep **sweep, struct lemma_error *err)
{
    return parse(text, length, name, false, sweep, err);
}

lemma_status lemma_sweep_parse_paper(const char *text, size_t length, const char *name,
                                     struct lemma_sweep **sweep,
                                     struct lemma_error *err)
{
    return parse(text, length, name, true, sweep, err);
}

static lemma_status load(const char *path, bool paper, struct lemma_sweep **sweep,
                         struct lemma_error *err)
{
    char *text = NULL;
    size_t length = 0;
    lemma_status st = LEMMA_OK;

    LEMMA_TRY(lemma_yaml_file(path, &text, &length, err));
    LEMMA_TRY(parse(text, length, path, paper, sweep, err));
out:
    lemma_free(text);
    return st;
}

lemma_status lemma_sweep_load(const char *path, struct lemma_sweep **sweep,
                              struct lemma_error *err)
{
    return load(path, false, sweep, err);
}

lemma_status lemma_sweep_load_paper(const char *path, struct lemma_sweep **sweep,
                                    struct lemma_error *err)
{
    return load(path, true, sweep, err);
}

lemma_status lemma_sweep_set(struct lemma_sweep *s, const char *assignment,
                             struct lemma_error *err)
{
    size_t n = strcspn(assignment, "="), count;
    const struct lemma_key *keys = lemma_keys(&count);
    lemma_status st;

    for (size_t k = 0; k < s->key_count; k++)
        if (strlen(s->keys[k].name) == n &&
            strncmp(s->keys[k].name, assignment, n) == 0)
            return lemma_fail(err, LEMMA_EINPUT,
                              "--set %s: expected a key that stays, got one that "
                              "changes (%s:%d)",
                              assignment, s->file, s->keys[k].line);
    if (lemma_sweep_searches(s) && strlen(s->search.key) == n &&
        strncmp(s->search.key, assignment, n) == 0)
        return lemma_fail(err, LEMMA_EINPUT,
                          "--set %s: expected a key that stays, got the one that is "
                          "searched (%s:%d)",
                          assignment, s->file, s->search.line);
    st = lemma_experiment_set(s->base, assignment, err);
    for (size_t k = 0; k < count && st == LEMMA_OK; k++)
        if (strlen(keys[k].name) == n && strncmp(keys[k].name, assignment, n) == 0)
            s->paper_lines[k] = 0; /* messages now name the override */
    return st;
}

size_t lemma_sweep_place(const struct lemma_sweep *s, const struct lemma_sweep_key *key,
                         size_t point)
{
    LEMMA_REQUIRE(point < s->points);
    for (size_t a = s->axis_count - 1; a > key->axis; a--)
        point /= s->axes[a];
    return point % s->axes[key->axis];
}

/* As much of the text as fits, as a terminal may have it; returns its new end. */
static char *put_shown(char *to, const char *end, const char *text)
{
    size_t left = strlen(text), used;
    char shown[5];

    for (; left > 0; text += used, left -= used) {
        used = lemma_value_escape(text, left, shown);
        if (strlen(shown) >= (size_t) (end - to))
            break;
        to = stpcpy(to, shown);
    }
    return to;
}

const char *lemma_sweep_describe(const struct lemma_sweep *s, size_t point, char *out,
                                 size_t size)
{
    char *to = out;

    out[0] = '\0';
    for (size_t k = 0; k < s->key_count; k++) {
        const struct lemma_sweep_key *key = &s->keys[k];

        to = put_shown(to, out + size, k ? ", " : "");
        to = put_shown(to, out + size, key->name);
        to = put_shown(to, out + size, " = ");
        to = put_shown(to, out + size, key->text[lemma_sweep_place(s, key, point)]);
    }
    return out;
}

lemma_status lemma_sweep_experiment(const struct lemma_sweep *s, size_t point,
                                    struct lemma_experiment *x, struct lemma_error *err)
{
    enum { ROOM = LEMMA_SWEEP_NAME + LEMMA_PATH + 1 };
    char *assignment = NULL;
    lemma_status st = LEMMA_OK;

    LEMMA_NEW(assignment, ROOM);
    memcpy(x, s->base, sizeof *x);
    for (size_t k = 0; k < s->key_count; k++) {
        const struct lemma_sweep_key *key = &s->keys[k];

        snprintf(assignment, ROOM, "%s=%s", key->name,
                 key->text[lemma_sweep_place(s, key, point)]);
        LEMMA_TRY(lemma_experiment_set(x, assignment, err));
    }
out:
    lemma_free(assignment);
    return st;
}

bool lemma_sweep_searches(const struct lemma_sweep *s)
{
    return s->search.key[0] != '\0';
}

lemma_status lemma_sweep_experiment_at(const struct lemma_sweep *s, size_t point,
                                       size_t value, struct lemma_experiment *x,
                                       struct lemma_error *err)
{
    char assignment[sizeof s->search.key + 32];
    lemma_status st = LEMMA_OK;

    LEMMA_REQUIRE(lemma_sweep_searches(s));
    LEMMA_TRY(lemma_sweep_experiment(s, point, x, err));
    snprintf(assignment, sizeof assignment, "%s=%zu", s->search.key, value);
    LEMMA_TRY(lemma_experiment_set(x, assignment, err));
out:
    return st;
}

bool lemma_sweep_is_reseeded(const struct lemma_sweep *s, size_t a, size_t b)
{
    bool same = true;

    for (size_t k = 0; k < s->key_count; k++)
        same = same && (strcmp(s->keys[k].name, "seed") == 0 ||
                        lemma_sweep_place(s, &s->keys[k], a) ==
                            lemma_sweep_place(s, &s->keys[k], b));
    return same;
}

double lemma_sweep_cost(const struct lemma_experiment *x)
{
    const struct lemma_network_config *n = &x->network;
    double rows = x->data.samples ? (double) x->data.samples : 1;
    double batch = (double) x->train.batch * (double) x->partition.clients;
    double m = (double) n->width, L = (double) n->depth;

    rows = batch > 0 && batch < rows ? batch : rows;
    return (double) x->train.rounds * (double) x->train.local_steps * rows * m *
           ((double) x->data.dimension + (L - 1) * m);
}
