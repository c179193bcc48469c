#include <string.h>

#include "core/alloc.h"
#include "json.h"
#include "shown.h"
#include "sweep.h"

enum { VALUES = 512 };

lemma_status sweep_look(struct sweep_plan *p, size_t first, size_t last)
{
    lemma_status st = LEMMA_OK;

    for (size_t i = first; i < last && st == LEMMA_OK; i++)
        st = lemma_point_look(p->s, p->dir, i, &p->state[i]);
    return st;
}

size_t sweep_finished(const struct sweep_plan *p)
{
    size_t finished = 0;

    for (size_t i = 0; i < p->s->points; i++)
        finished += lemma_point_is_finished(p->state[i]);
    return finished;
}

/* What is there, in words: of a point that was run just now, how that ended. */
static const char *state_of(const struct sweep_plan *p, size_t i)
{
    return p->failed[i] ? "failed" : lemma_point_state_name(p->state[i]);
}

void sweep_list(FILE *out, const struct sweep_plan *p)
{
    char values[VALUES], found[VALUES], search[LEMMA_SEARCH_TEXT], dir[SHOWN_ROOM];

    fprintf(out, "%-6s %-11s %s\n", "point", "state", "values");
    for (size_t i = 0; i < p->s->points; i++)
        fprintf(out, "%04zu   %-11s %s%s\n", i, state_of(p, i),
                lemma_sweep_describe(p->s, i, values, sizeof values),
                sweep_search_found(p, i, found, sizeof found));
    if (lemma_sweep_searches(p->s))
        fprintf(out, "\nleast %s, to a factor of %g\n",
                lemma_search_print(&p->s->search, search), p->s->search.ratio);
    fprintf(out, "\n%zu points, %zu finished; records %s/points/NNNN.h5\n",
            p->s->points, sweep_finished(p), shown(p->dir, dir));
}

/* least: where the search found it; tries: how far it is. */
static void json_search(struct json *j, const struct sweep_plan *p, size_t i)
{
    enum lemma_point_state state = LEMMA_POINT_MISSING;
    struct lemma_trail t = {0};
    bool known = lemma_point_trail(p->s, p->dir, i, &state, &t) == LEMMA_OK;

    if (known && state == LEMMA_POINT_COMPLETE)
        json_count(j, "least", (int64_t) lemma_search_kept(&t));
    else
        json_text(j, "least", NULL);
    json_count(j, "tries", (int64_t) t.count);
}

static void json_point(struct json *j, const struct sweep_plan *p, size_t i)
{
    char path[2 * LEMMA_PATH];

    json_object(j, NULL);
    json_count(j, "point", (int64_t) i);
    json_text(j, "state", state_of(p, i));
    if (lemma_point_path(p->dir, i, ".h5", path, sizeof path))
        json_text(j, "record", path);
    json_object(j, "values");
    for (size_t k = 0; k < p->s->key_count; k++) {
        const struct lemma_sweep_key *key = &p->s->keys[k];
        size_t at = lemma_sweep_place(p->s, key, i);

        if (key->whole)
            json_count(j, key->name, (int64_t) key->value[at]);
        else if (key->number)
            json_real(j, key->name, key->value[at]);
        else
            json_text(j, key->name, key->text[at]);
    }
    json_close(j, '}');
    if (lemma_sweep_searches(p->s))
        json_search(j, p, i);
    json_close(j, '}');
}

void sweep_json(FILE *out, const struct sweep_plan *p)
{
    struct json j = {.out = out};
    char search[LEMMA_SEARCH_TEXT];

    json_object(&j, NULL);
    json_text(&j, "sweep", p->s->file);
    json_text(&j, "folder", p->dir);
    json_count(&j, "finished", (int64_t) sweep_finished(p));
    json_text(&j, "search",
              lemma_sweep_searches(p->s) ? lemma_search_print(&p->s->search, search)
                                         : NULL);
    json_array(&j, "points");
    for (size_t i = 0; i < p->s->points; i++)
        json_point(&j, p, i);
    json_close(&j, ']');
    json_close(&j, '}');
}
